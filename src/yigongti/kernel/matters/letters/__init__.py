"""Letters that steps print: numbered when due, made by the worker as DOCX and PDF, verified by their code."""
