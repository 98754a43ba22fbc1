"""The kinds of matter that this system declares: none yet.

Requests to change a grouping are rows of their own (models/requests.py) until kernel/matters carries states,
deadlines and inboxes for every system; they then become a kind of matter here.
"""

KINDS: tuple[object, ...] = ()
