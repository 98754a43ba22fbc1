"""Acts of the closed loop."""
