"""What people do to a grouping: one verb for each file, with its permission, transaction, change and trail."""
