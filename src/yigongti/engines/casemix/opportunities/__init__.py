"""What-if at the bedside, the evidence behind codes, and up-coding patterns."""
