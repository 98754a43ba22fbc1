"""What the process does: matters follow what differs; a person starts a run."""
