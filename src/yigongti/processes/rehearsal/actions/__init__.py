"""What an office does with a rehearsal, one verb a file."""
