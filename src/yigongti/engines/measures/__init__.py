"""Measures: what a county counts, as files; computed for every institution and period, each value with its rows behind it."""
