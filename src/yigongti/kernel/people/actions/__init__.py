"""What is done about residents, one verb for each file: permission, transaction, change and trail together."""
