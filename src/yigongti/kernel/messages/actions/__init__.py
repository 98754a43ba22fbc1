"""What is done with notices, one verb for each file."""
