"""What is done to a clearing, one verb a file."""
