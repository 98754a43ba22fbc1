"""What people do with front pages, one verb per file: permission, transaction, change and trail together."""
