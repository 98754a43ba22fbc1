"""From a bill that was upheld to a case of supervision, exactly once."""
