"""Benefits: settling bills at the counter (S05)."""
