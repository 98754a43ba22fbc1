"""Which office decides about an institution: the topmost above it, the county with its bureaus."""

from __future__ import annotations

from collections.abc import Mapping

from yigongti.kernel.organisations.models import Institution

_DEEPEST = 12
"""More levels than any county has: a tree that goes round in a circle ends here."""


def office_over(institution: Institution, register: Mapping[int, Institution] | None = None) -> Institution:
    """The topmost institution above this one; itself where none stands above it. register: all institutions by id,
    where the caller has them."""
    known = Institution.objects.in_bulk() if register is None else register
    found = institution
    for _level in range(_DEEPEST):
        if found.parent_id is None or found.parent_id not in known:
            break
        found = known[found.parent_id]
    return found
