"""What is done to accounts, one verb for each file."""
