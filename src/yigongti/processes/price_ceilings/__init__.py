"""Published prices (S06) become what the claim checks look for."""
