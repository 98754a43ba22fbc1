"""The kinds of check, a folder each."""
