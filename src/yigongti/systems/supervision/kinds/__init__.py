"""The six steps of a case, each a kind of matter in a file of its own: who may, what it needs, what follows."""
