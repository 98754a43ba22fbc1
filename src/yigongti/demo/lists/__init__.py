"""Our own lists of common diagnoses, procedures, fee items and medicines (CSV; README.md tells every column)."""
