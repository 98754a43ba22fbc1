"""The kinds of matter that the residents' own pages declare.

None yet: an objection to a look into the record becomes a matter with the issue that builds kernel/matters; until then
it is a notice to the privacy officer.
"""

KINDS: tuple[object, ...] = ()
