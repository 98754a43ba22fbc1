"""What must hold between settlements, ledger, bills and pools; what does not becomes a matter."""
