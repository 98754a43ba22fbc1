"""Prepaying and settling months of the fund: what rulings recover and what payment by group adds come together here."""
