"""Policy rehearsed over past facts before it is signed."""
