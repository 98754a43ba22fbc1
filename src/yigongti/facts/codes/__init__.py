"""From the clinical edition of codes to the insurance edition, by crosswalk tables and remembered decisions."""
