"""S06 物价: the price catalogue, its revisions and their publication."""
