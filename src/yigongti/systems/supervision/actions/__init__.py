"""What changes a case and what hangs on it, one verb in a file."""
