"""Reads of the tree: which institutions lie below one, on a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import connections
from django.db.models import Q

Ranges = tuple[tuple[int, int], ...]

BELOW = """
    below (root, id) AS (
        SELECT i.id, i.id FROM organisations_institution i WHERE i.id IN ({roots})
        UNION
        SELECT below.root, child.id
        FROM below JOIN organisations_institution child ON child.parent_id = below.id
        WHERE child.valid_from <= %(on)s AND (child.valid_to IS NULL OR child.valid_to >= %(on)s)
    )
"""
"""A part of a statement (WITH RECURSIVE): each root with itself and all below it on the day %(on)s; also closed roots,
whose past stays readable to those in charge. roots: a query of their ids."""
_SUBTREES = f"""
    WITH RECURSIVE {BELOW.format(roots="SELECT unnest(%(roots)s::bigint[])")}
    SELECT root, range_agg(int4range(id, id + 1)) FROM below GROUP BY root
"""


def subtrees(institution_ids: Iterable[int], on: date, *, using: str = "default") -> dict[int, Ranges]:
    """For each institution the ids of itself and all below it on that day, as merged half-open ranges.

    An institution is always in its own subtree, also when it is closed: its past stays readable to those in charge.
    """
    roots = sorted(set(institution_ids))
    if not roots:
        return {}
    with connections[using].cursor() as cursor:
        cursor.execute(_SUBTREES, {"roots": roots, "on": on})
        return {root: tuple((span.lower, span.upper) for span in spans) for root, spans in cursor.fetchall()}


def at_institutions(institution_ids: Iterable[int]) -> Q:
    """Rows of these institutions, for tables with the column institution_id.

    Said as ranges: a county's subtree is one range of ids, and as a list of hundreds it would cost more to send, to
    parse and to match than many a query's own work.
    """
    ranges: list[list[int]] = []
    for number in sorted(set(institution_ids)):
        if ranges and ranges[-1][1] == number - 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    found = Q(pk__in=[])
    for first, last in ranges:
        found |= Q(institution_id__gte=first, institution_id__lte=last) if last > first else Q(institution_id=first)
    return found
