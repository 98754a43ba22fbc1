"""What is done to prices, one verb a file."""
