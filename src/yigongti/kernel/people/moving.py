"""Which tables hold rows about residents, and moving them from one resident to another.

Found from Django's own list of models: a table that is added later is moved too, without a word here. Its row policy
must let the purpose "merging" see and change it (row_rules.MERGING; tests/systems/people hold this). A table whose
rows must stay with the registration that they were written for says so on its model:

    stays_with_registration = True
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import IntegrityError, models, transaction

from yigongti.kernel.people.models import DoubtfulPair, Merge, MovedRow, Resident

_ABOUT_REGISTRATIONS = (Resident, Merge, MovedRow, DoubtfulPair)
"""Tables about registrations as such: which is merged into which is not moved by merging."""


@dataclass(frozen=True, slots=True)
class Place:
    """A column that names a resident."""

    model: type[models.Model]
    field: models.ForeignKey[Any, Any]

    @property
    def table(self) -> str:
        return self.model._meta.db_table

    @property
    def column(self) -> str:
        return self.field.column

    @property
    def rows(self) -> models.QuerySet[Any]:
        return self.model._base_manager.all()


def places() -> Iterator[Place]:
    """Every column of every table that names a resident and moves with a merge."""
    for model in apps.get_models(include_auto_created=True):
        if model in _ABOUT_REGISTRATIONS or getattr(model, "stays_with_registration", False):
            continue
        if not model._meta.managed or model._meta.proxy:
            continue
        for field in model._meta.local_fields:
            if isinstance(field, models.ForeignKey) and field.related_model is Resident:
                yield Place(model, field)


def moved(place: Place, keys: Sequence[Any], to: int) -> tuple[list[Any], list[Any]]:
    """Move the rows with these primary keys to a resident: (those moved, those that the resident has already and that
    a unique constraint keeps where they are)."""
    if not keys:
        return [], []
    try:
        with transaction.atomic():
            place.rows.filter(pk__in=keys).update(**{place.field.attname: to})
        return list(keys), []
    except IntegrityError:
        if len(keys) == 1:
            return [], list(keys)
    half = len(keys) // 2
    (first, first_stays), (second, second_stays) = moved(place, keys[:half], to), moved(place, keys[half:], to)
    return first + second, first_stays + second_stays
