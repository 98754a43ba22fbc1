"""What is done with checklists and answers, one verb for each file."""
