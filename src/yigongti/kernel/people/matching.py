"""Who may be registered already, while a desk types: candidates, masked, most alike first.

The keys and the order come from engines/identity; here each key becomes a lookup in indexed columns. Only `=` is asked,
which PostgreSQL trusts beside row security (docs/adr/0011): everything else would read the whole register.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from yigongti.engines.identity.public import (
    Candidate,
    Matching,
    Registration,
    SearchKey,
    load_matching,
    rank,
    search_keys,
)
from yigongti.foundation.errors import NotPermitted
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.limits import policy
from yigongti.kernel.access.scope import scope
from yigongti.kernel.people.details import RESIDENT_NUMBER, Details, number_index, tidied
from yigongti.kernel.people.limits import limit
from yigongti.kernel.people.masking import Identity, shown
from yigongti.kernel.people.models import Resident
from yigongti.kernel.people.sealing import ring

PERMISSIONS = ("people.register", "people.let_in", "records.break_glass")
_MOST_ROWS = 2_000
"""More registrations than this for one draft would be a broken key (one telephone for a whole township): the ranking
then sees those with the lowest row numbers, and `Found.cut` says so."""


@dataclass(frozen=True, slots=True)
class Alike:
    """A registration that may be the draft's person. agrees: comparison → level, in the engine's words; decision:
    "same" or "doubtful"; identity: masked, whoever asks."""

    public_id: UUID
    identity: Identity
    sex: str
    birth_year: int | None
    probability: float
    decision: str
    agrees: dict[str, str]


@dataclass(frozen=True, slots=True)
class Found:
    """candidates: most alike first; cut: there were too many registrations to look at all of them."""

    candidates: list[Alike]
    cut: bool


def candidates(actor: Actor, institution_id: int, draft: Details, *, at: datetime) -> Found:
    """Registrations, of the whole register, that may be this person's. The draft need not be complete.

    Raises NotPermitted unless the actor registers, lets in, or opens records in an emergency at the institution.
    """
    if not any(actor.may(permission, institution_id) for permission in PERMISSIONS):
        actor.require(PERMISSIONS[0], institution_id)
        raise NotPermitted("access.not_permitted", zh="您的岗位不能办理", en="your posts do not allow this")
    today = timezone.localdate(at)
    with scope(actor, purpose="matching"):
        ranked, rows = alike(draft, today, most=limit("people.candidates_shown", today))
    made = [_masked(candidate, rows[int(candidate.registration.key)]) for candidate in ranked]
    return Found(made, cut=len(rows) >= _MOST_ROWS)


def alike(draft: Details, today: date, *, most: int) -> tuple[tuple[Candidate, ...], dict[int, Resident]]:
    """The engine's candidates, and the rows by number; in a scope for matching."""
    told = tidied(draft)
    typed = Registration(
        key="",
        name=told.name,
        sex=told.sex,
        birth_date=told.birth_date,
        resident_number=told.number,
        phone=told.phone,
        address=told.address,
        village_code=told.village_code,
        insured_number=told.insured_number,
    )
    asked = Q(pk__in=[])
    for key in search_keys(typed):
        asked |= _condition(key)
    rows = {row.pk: row for row in Resident.objects.filter(asked, state=Resident.State.ACTIVE)[:_MOST_ROWS]}
    return rank(typed, [registration(row) for row in rows.values()], matching_on(today), most), rows


def registration(row: Resident) -> Registration:
    """A registration as the engine compares it, number and telephone opened."""
    keys = ring()
    return Registration(
        key=str(row.pk),
        name=row.name,
        sex=row.sex,
        birth_date=row.birth_date,
        resident_number=keys.open(row.number_sealed, "number") if row.number_sealed else "",
        phone=keys.open(row.phone_sealed, "phone") if row.phone_sealed else "",
        address=row.address,
        village_code=row.village_code,
        household=str(row.household_id or ""),
        insured_number=row.insured_number,
    )


def matching_on(today: date) -> Matching:
    """Weights and thresholds in force, for a search among as many registrations as there are about."""
    return _matching_among(today, _about_how_many())


@lru_cache(maxsize=4)
def _matching_among(today: date, registrations: int) -> Matching:
    return load_matching(policy(), today).among(registrations)


def _about_how_many() -> int:
    """The register's size as PostgreSQL last counted it: a count of our own would read every row. In thousands, so
    that growth by one registration changes no weight."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE oid = 'people_resident'::regclass")
        (counted,) = cursor.fetchone()
    return max(1_000, round(counted, -3))


_KINDS = (RESIDENT_NUMBER, Resident.NumberKind.OTHER.value)
"""An identity number that is wrong in form may have been kept as another document's."""
_COLUMNS: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "number": ("number_index__in", lambda number: [number_index(number, kind) for kind in _KINDS]),
    "number_body": ("number_body_index", lambda body: ring().index(body, "number body")),
    "phone": ("phone_index", lambda phone: ring().index(phone, "phone")),
    "blurred": ("name_blurred", str),
    "birth_date": ("birth_date", lambda day: day),
    "sex": ("sex", str),
    "village_code": ("village_code", str),
    "insured_number": ("insured_number", str),
}
"""Column of the engine → our column that holds it, and how a value is looked up in it."""
_NOT_KEPT = {"house"}
"""What no column holds: the other columns of its block find the rows, and the ranking compares it."""


def _condition(key: SearchKey) -> Q:
    asked = Q()
    for column, value in zip(key.columns, key.values, strict=True):
        if column not in _NOT_KEPT:
            own, looked_up = _COLUMNS[column]
            asked &= Q(**{own: looked_up(value)})
    return asked


def _masked(candidate: Candidate, row: Resident) -> Alike:
    return Alike(
        public_id=row.public_id,
        identity=shown(row, in_full=False),
        sex=row.sex,
        birth_year=row.birth_date.year if row.birth_date else None,
        probability=candidate.judged.probability,
        decision=candidate.judged.decision,
        agrees=dict(candidate.judged.levels),
    )
