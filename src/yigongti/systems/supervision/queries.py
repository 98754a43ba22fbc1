"""Reads of cases, each within what the database shows the actor."""

from __future__ import annotations

from yigongti.systems.supervision.models import Case


def case_of(source_key: str) -> Case | None:
    """The case that was opened from this source, None while there is none or it is not the actor's to see."""
    return Case.objects.filter(source_key=source_key).first()
