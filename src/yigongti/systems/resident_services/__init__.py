"""What residents see and do by themselves (S26)."""
