"""Acts of the claim checks: one verb a file, with its permission, transaction, change and trail."""
