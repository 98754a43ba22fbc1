"""Candidates while registering: what to ask the database for, and the order of what comes back.

The desk types a draft. `search_keys` gives plain keys; the kernel looks each of them up in indexed columns (a number
through its blind index) and hands the registrations found to `rank`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from yigongti.engines.identity.blocks import BLOCKS
from yigongti.engines.identity.reference import Judged, judge_pair
from yigongti.engines.identity.registration import Normalised, Registration
from yigongti.engines.identity.rules import DECISIONS, DIFFERENT
from yigongti.engines.identity.weights import Matching


@dataclass(frozen=True, slots=True)
class SearchKey:
    """Look for registrations whose `columns` (of `Normalised`) hold exactly these values."""

    block: str
    columns: tuple[str, ...]
    values: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A registration that may be the draft's person, and why."""

    registration: Registration
    judged: Judged


def search_keys(draft: Registration) -> tuple[SearchKey, ...]:
    """The keys of a draft; a block of which a column is not filled in yet is left out.

    A draft with a telephone but without name or birth date is searched by the telephone alone.
    """
    known = draft.normalised
    keys = [
        SearchKey(block.id, block.columns, values)
        for block in BLOCKS
        if (values := _values(known, block.columns)) is not None
    ]
    if known.phone and not any("phone" in key.columns for key in keys):
        keys.append(SearchKey("phone", ("phone",), (known.phone,)))
    return tuple(keys)


def rank(
    draft: Registration, registrations: Iterable[Registration], matching: Matching, limit: int
) -> tuple[Candidate, ...]:
    """The candidates that are not different persons, most alike first, at most `limit` of them.

    The draft's own key is left out. Order: decision, probability by weight, then the key, so that it never wavers.
    """
    known = draft.normalised
    found = [
        Candidate(registration, judged)
        for registration in registrations
        if registration.key != draft.key
        and (judged := judge_pair(known, registration.normalised, matching)).decision != DIFFERENT
    ]
    found.sort(key=_order)
    return tuple(found[:limit])


def _order(candidate: Candidate) -> tuple[int, float, str]:
    judged = candidate.judged
    return DECISIONS.index(judged.decision), -judged.weight, candidate.registration.key


def _values(known: Normalised, columns: tuple[str, ...]) -> tuple[object, ...] | None:
    values = tuple(getattr(known, column) for column in columns)
    return None if any(value is None for value in values) else values
