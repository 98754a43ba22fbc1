"""What is done with a message: taken in, applied, asked for again, purged. One verb a file."""
