"""One box for everything that a desk has in hand: an e-health code, an identity number, a telephone, a record number,
or a name.

A number or code that belongs to somebody of the actor's own opens that person. Of anybody else it answers one masked
candidate, and only for an exact identity number or a code, to those who may let the person in or open a record.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from yigongti.foundation.errors import NotFound
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.scope import scope
from yigongti.kernel.people import queries as people
from yigongti.kernel.people.e_health_code import PREFIX, read_code
from yigongti.kernel.people.masking import Identity, shown
from yigongti.kernel.people.models import Resident
from yigongti.kernel.people.sealing import ring
from yigongti.kernel.people.spelling import tidy, tidy_number, tidy_phone

_NUMBER = re.compile(r"[1-9][0-9]{16}[0-9X]")
_PHONE = re.compile(r"1[0-9]{10}")
MOST_SHARE_A_PHONE = 20
"""Own residents of one telephone that are shown to choose from."""
WIDER = ("people.let_in", "people.register", "records.break_glass", "records.open_for_matter")
"""Who may learn that a number belongs to somebody outside of the own care."""


@dataclass(frozen=True)
class Found:
    """own: the actor's own residents; masked: somebody else's registration, with its public number and the proof that
    a code gave; is_name: look for `text` in the panel."""

    text: str = ""
    own: tuple[Resident, ...] = ()
    masked: Identity | None = None
    public_id: UUID | None = None
    sex: str = ""
    birth_year: int | None = None
    proof: str = ""
    is_name: bool = False


def find(actor: Actor, institution_id: int, text: str, *, at: datetime) -> Found:
    """What the text leads to. Raises InvalidInput for a code that is not valid any more, Conflict for a used one."""
    told = tidy(text)
    if told.startswith(f"{PREFIX}."):
        return _by_code(actor, institution_id, told, at)
    number = tidy_number(told)
    if _NUMBER.fullmatch(number):
        return _by_number(actor, number)
    if _PHONE.fullmatch(tidy_phone(told)) and told.isascii():
        index = ring().index(tidy_phone(told), "phone")
        rows = Resident.objects.filter(phone_index=index, state=Resident.State.ACTIVE).order_by("id")
        return Found(told, tuple(rows[:MOST_SHARE_A_PHONE]))
    return Found(told, is_name=True)


def _by_code(actor: Actor, institution_id: int, code: str, at: datetime) -> Found:
    single_use = actor.may("people.let_in") or actor.may("people.register")
    read = read_code(code, actor, institution_id, at=at, single_use=single_use)
    try:
        return Found("", (people.by_public_id(read.public_id),))
    except NotFound:
        with scope(actor, purpose="matching"):
            return _masked(people.by_public_id(read.public_id), read.proof)


def _by_number(actor: Actor, number: str) -> Found:
    own = people.by_number(number)
    if own is not None:
        return Found(number, (own,))
    if not any(actor.may(permission) for permission in WIDER):
        return Found(number)
    with scope(actor, purpose="matching"):
        other = people.by_number(number)
    return _masked(other) if other is not None else Found(number)


def masked_registration(actor: Actor, public_id: UUID | str) -> Found:
    """Whoever bears a public number, masked, for those who may let the person in or open the record. Raises
    NotPermitted, NotFound."""
    if not any(actor.may(permission) for permission in WIDER):
        actor.require(WIDER[0])
    with scope(actor, purpose="matching"):
        return _masked(people.by_public_id(public_id))


def _masked(row: Resident, proof: str = "") -> Found:
    return Found(
        masked=shown(row, in_full=False),
        public_id=row.public_id,
        sex=str(Resident.Sex(row.sex).label),
        birth_year=row.birth_date.year if row.birth_date else None,
        proof=proof,
    )
