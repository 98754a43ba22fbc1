"""What is done to matters, one verb a file."""
