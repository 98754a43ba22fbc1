"""Clearing a year of the fund, down to institutions and into the ledger."""
