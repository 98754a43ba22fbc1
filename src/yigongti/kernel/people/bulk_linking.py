"""Whose page is it: thousands of registrations linked to residents in a few statements, for processes.

Each is found by identity number, else by the institution's own record number; who is not found is registered. Over the
connection "bulk": the caller is a process that works for the whole county, and says so in its own trail.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from yigongti.foundation.identifiers import read_resident_number
from yigongti.kernel.people.details import Details, columns, number_index, tidied
from yigongti.kernel.people.models import Care, Identifier, Resident
from yigongti.kernel.people.sealing import KeyRing, ring

USING = "bulk"
_PIECE = 2000


@dataclass(frozen=True, slots=True)
class Registered:
    """Who somebody is, as an institution wrote it. number may be empty or wrong in form: then it is not used."""

    institution_id: int
    record_number: str
    number: str
    name: str
    sex: str
    birth_date: date | None
    phone: str = ""
    address: str = ""

    @property
    def valid_number(self) -> str:
        """The identity number where its form, its date and its check place are right; else empty."""
        read = read_resident_number(self.number) if self.number else None
        return read.text if read else ""


@dataclass(frozen=True, slots=True)
class Stay:
    """A stay that lets the institution see the resident: from a day, to a day, and after it as policy says."""

    resident_id: int
    institution_id: int
    source: str
    valid_from: date
    valid_to: date


def link_in_bulk(given: Sequence[Registered], *, at: datetime) -> list[Resident]:
    """The resident of each, in the order given; those unknown are registered."""
    keys = ring()
    numbers = [one.valid_number for one in given]
    indexes = [number_index(number, keys=keys) if number else "" for number in numbers]
    by_index = _by_index({index for index in indexes if index})
    by_record = _by_record(given)
    found: list[Resident | None] = []
    new: dict[tuple[object, ...], Resident] = {}
    for one, index in zip(given, indexes, strict=True):
        resident = by_index.get(index) if index else by_record.get((one.institution_id, one.record_number))
        if resident is None:
            key = (index,) if index else (one.institution_id, one.record_number, one.name, one.birth_date)
            resident = new.get(key) or new.setdefault(key, _made(one, keys, at))
        found.append(resident)
    Resident.objects.using(USING).bulk_create(list(new.values()), batch_size=_PIECE)
    _note_records(given, found)  # type: ignore[arg-type]
    return found  # type: ignore[return-value]


def keep_stays(stays: Sequence[Stay], at: datetime) -> None:
    """Let the institutions of these stays care for the residents; a stay collected again brings its days up to date."""
    made = [
        Care(
            resident_id=stay.resident_id,
            institution_id=stay.institution_id,
            kind=Care.Kind.ENCOUNTER,
            valid_from=stay.valid_from,
            valid_to=stay.valid_to,
            source=stay.source,
            made_at=at,
        )
        for stay in stays
    ]
    known = {
        (care.resident_id, care.institution_id, care.source): care
        for piece in _pieces([stay.source for stay in stays])
        for care in Care.objects.using(USING).filter(kind=Care.Kind.ENCOUNTER, source__in=piece)
    }
    new, changed = [], []
    for care in made:
        earlier = known.get((care.resident_id, care.institution_id, care.source))
        if earlier is None:
            new.append(care)
        elif (earlier.valid_from, earlier.valid_to) != (care.valid_from, care.valid_to):
            earlier.valid_from, earlier.valid_to = care.valid_from, care.valid_to
            changed.append(earlier)
    Care.objects.using(USING).bulk_create(new, batch_size=_PIECE)
    Care.objects.using(USING).bulk_update(changed, ["valid_from", "valid_to"], batch_size=_PIECE)


def _pieces(values: Sequence[str]) -> list[list[str]]:
    return [list(values[start : start + _PIECE]) for start in range(0, len(values), _PIECE)]


def _by_index(indexes: set[str]) -> dict[str, Resident]:
    found = {}
    for piece in _pieces(sorted(indexes)):
        for resident in Resident.objects.using(USING).filter(number_index__in=piece).select_related("merged_into"):
            standing = resident.merged_into or resident
            if resident.state == Resident.State.ACTIVE or resident.number_index not in found:
                found[resident.number_index] = standing
    return found


def _by_record(given: Sequence[Registered]) -> dict[tuple[int, str], Resident]:
    found = {}
    wanted = sorted({one.record_number for one in given if one.record_number})
    for piece in _pieces(wanted):
        rows = Identifier.objects.using(USING).filter(kind=Identifier.Kind.RECORD, value__in=piece)
        for identifier in rows.select_related("resident__merged_into"):
            resident = identifier.resident.merged_into or identifier.resident
            found[identifier.institution_id, identifier.value] = resident
    return found


def _made(one: Registered, keys: KeyRing, at: datetime) -> Resident:
    told = tidied(
        Details(
            name=one.name[:64],
            sex=one.sex if one.sex in Resident.Sex.values else Resident.Sex.UNKNOWN.value,
            birth_date=one.birth_date,
            number=one.valid_number,
            phone=one.phone,
            address=one.address[:200],
        )
    )
    return Resident(institution_id=one.institution_id, registered_at=at, **columns(told, keys))


def _note_records(given: Sequence[Registered], found: Sequence[Resident]) -> None:
    """Remember what the institution calls them; a record number that another resident has already stays there."""
    made = {
        (one.institution_id, one.record_number): Identifier(
            resident=resident, institution_id=one.institution_id, kind=Identifier.Kind.RECORD, value=one.record_number
        )
        for one, resident in zip(given, found, strict=True)
        if one.record_number
    }
    Identifier.objects.using(USING).bulk_create(list(made.values()), ignore_conflicts=True, batch_size=_PIECE)
