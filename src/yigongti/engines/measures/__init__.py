"""Measures: what a county counts, as files; every institution's and period's value, each with its rows behind it."""
