"""The ledger: a double-entry journal, append-only, corrected by reversal."""
