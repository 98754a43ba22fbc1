"""The packaged fund (S04)."""
