"""What a resident does, one verb for each file."""
