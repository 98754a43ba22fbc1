"""The kinds of matter that front pages declare.

None yet: a defect that a physician must answer becomes a matter with the issue that builds kernel/matters.
"""

KINDS: tuple[object, ...] = ()
