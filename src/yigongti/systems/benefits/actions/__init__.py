"""What is done at the counter and by the bureau, one verb a file."""
