"""Which office sees a case through: the county above the institution. An institution that has none above it has no
judge of its own, and no case is opened against it here."""

from __future__ import annotations

from yigongti.foundation.errors import InvalidInput
from yigongti.kernel.organisations.models import Institution

DEEPEST = 12
"""More levels than any county has: a tree that goes round in a circle ends here."""


def office_of(institution: Institution) -> Institution:
    """The topmost institution above this one. Raises InvalidInput when it is the topmost itself."""
    found = institution
    for _level in range(DEEPEST):
        if found.parent_id is None:
            break
        found = Institution.objects.get(pk=found.parent_id)
    if found.pk == institution.pk:
        raise InvalidInput(
            "supervision.no_office_above",
            zh=f"“{institution.name}”上级没有监管机构，不能对其立案",
            en=f"no office stands above “{institution.name_en or institution.name}” to see a case through",
            where=institution.code,
        )
    return found
