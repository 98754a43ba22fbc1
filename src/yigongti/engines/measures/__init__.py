"""Measures: what a county counts, as files; computed for institutions and periods, with the rows behind each value."""
