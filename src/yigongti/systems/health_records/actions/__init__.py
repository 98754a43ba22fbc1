"""What is done here: one verb per file, with permission, transaction and trail together."""
