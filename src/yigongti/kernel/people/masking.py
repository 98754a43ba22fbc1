"""Whose name, number, telephone and address are shown in full, and how they are masked for everybody else.

`identities` is the one place where this is decided: pages, the API, messages and exports ask it. In full they are shown
to the resident; to posts with people.see_identity at the institution that keeps or cares for the resident; to the
resident's team; and to the account to which the record was opened. Number and document: four places at each end
(the masking of health information, from memory, unchecked).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from yigongti.kernel.access.actor import Actor
from yigongti.kernel.people.models import Care, Opening, Resident
from yigongti.kernel.people.relations import live_care, live_opening, within
from yigongti.kernel.people.sealing import ring

PERMISSION = "people.see_identity"
_TOWNSHIP = re.compile(r"^.*?(?:街道|镇|乡|苏木)")
_COUNTY = re.compile(r"^.*?(?:[县区旗]|市(?!场))")


@dataclass(frozen=True, slots=True)
class Identity:
    """What may be shown of who a resident is. masked: not in full."""

    name: str
    number: str
    phone: str
    address: str
    masked: bool


def identities(actor: Actor, residents: Iterable[Resident], *, at: datetime) -> dict[int, Identity]:
    """For each resident what the actor may see of name, number, telephone and address. Inside the actor's scope."""
    rows = list(residents)
    in_full = _in_full(actor, rows, at)
    return {resident.pk: shown(resident, in_full=resident.pk in in_full) for resident in rows}


def identity(actor: Actor, resident: Resident, *, at: datetime) -> Identity:
    """The same for one resident."""
    return identities(actor, [resident], at=at)[resident.pk]


def shown(resident: Resident, *, in_full: bool) -> Identity:
    """The identity in full or masked. Whoever calls it with in_full=True has decided that: only `identities` does."""
    keys = ring()
    number = keys.open(resident.number_sealed, "number") if resident.number_sealed else ""
    phone = keys.open(resident.phone_sealed, "phone") if resident.phone_sealed else ""
    if in_full:
        return Identity(resident.name, number, phone, resident.address, masked=False)
    return Identity(
        masked_name(resident.name),
        masked_number(number),
        masked_phone(phone),
        masked_address(resident.address),
        masked=True,
    )


def masked_name(name: str) -> str:
    """李小明 → 李**"""
    return name[:1] + "*" * (len(name) - 1)


def masked_number(number: str) -> str:
    """609921197005060014 → 6099**********0014; a short number keeps its last two places."""
    if len(number) < 12:
        return "*" * max(0, len(number) - 2) + number[-2:] if number else ""
    return number[:4] + "*" * (len(number) - 8) + number[-4:]


def masked_phone(phone: str) -> str:
    """19900001234 → 199****1234"""
    if len(phone) < 9:
        return "*" * max(0, len(phone) - 2) + phone[-2:] if phone else ""
    return phone[:3] + "*" * (len(phone) - 7) + phone[-4:]


def masked_address(address: str) -> str:
    """Down to the township; down to the county where it names none; nothing where it names neither."""
    found = _TOWNSHIP.match(address) or _COUNTY.match(address)
    return found[0] if found else ""


def _in_full(actor: Actor, rows: list[Resident], at: datetime) -> set[int]:
    found = {row.pk for row in rows if actor.resident_id and row.pk == actor.resident_id}
    if not actor.account_id:
        return found
    found |= {row.pk for row in rows if actor.may(PERMISSION, row.institution_id)}
    open_to_question = [row.pk for row in rows if row.pk not in found]
    if open_to_question:
        reach = tuple(span for post in actor.posts if PERMISSION in post.role.permissions for span in post.reach)
        here = within(reach) | within(actor.teams, "team_id")
        care = Care.objects.filter(live_care(timezone.localdate(at)), here, resident_id__in=open_to_question)
        found |= set(care.values_list("resident_id", flat=True))
        mine = Opening.objects.filter(live_opening(at), account_id=actor.account_id, resident_id__in=open_to_question)
        found |= set(mine.values_list("resident_id", flat=True))
    return found
