"""What is done to the fund, one verb a file."""
