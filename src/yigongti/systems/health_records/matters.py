"""The kinds of matter that this system declares: none yet.

Doubtful pairs and openings have queues of their own (pages/pairs.py, pages/openings.py) until kernel/matters carries
states, deadlines and inboxes for every system.
"""

KINDS: tuple[object, ...] = ()
