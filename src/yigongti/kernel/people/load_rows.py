"""Writing loaded residents with COPY: number and telephone are sealed while PostgreSQL takes the rows before them."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from operator import itemgetter
from typing import Any

from django.db import connections

from yigongti.engines.identity.public import DOUBTFUL, SAME, judge_pair, normalise
from yigongti.kernel.people.details import Details, columns, number_index
from yigongti.kernel.people.groups import groups_of
from yigongti.kernel.people.matching import matching_on, registration
from yigongti.kernel.people.models import (
    FOREVER,
    Care,
    DoubtfulPair,
    Household,
    Identifier,
    Resident,
    ResidentGroup,
)
from yigongti.kernel.people.sealing import ring

USING = "bulk"
_SOURCE = "load"
_KEPT = (
    "id", "public_id", "institution_id", "state", "name", "name_sound", "name_blurred", "sex", "birth_date",
    "number_kind", "number_sealed", "number_index", "number_body_index", "phone_sealed", "phone_index", "address",
    "village_code", "insurance_type", "insured_number", "deceased_on", "household_id", "relation_to_head",
    "registered_at", "registered_by_id", "version",
)  # fmt: skip
_COMPARED = (
    "institution_id", "name", "sex", "birth_date", "number_kind", "number_index", "phone_index", "address",
    "village_code", "insurance_type", "insured_number", "household_id", "relation_to_head",
)  # fmt: skip


@dataclass(slots=True)
class Incoming:
    """One row of the file, checked and tidied. source: its number there; keeper: the institution that keeps it."""

    source: str
    told: Details
    keeper: int
    conditions: Sequence[str]
    poor: bool
    household: str
    relation_to_head: str


@dataclass(slots=True)
class Tally:
    """What became of the rows so far."""

    registered: int = 0
    updated: int = 0
    linked: int = 0
    doubtful: int = 0
    untouched: int = 0


class Writer:
    """Writes batch after batch in the transaction that the caller has opened on the connection "bulk"."""

    def __init__(self, source_id: int, *, at: datetime, today: date, tally: Tally) -> None:
        self.source_id, self.at, self.today, self.tally = source_id, at, today, tally
        self.keys = ring()
        self.households: dict[tuple[int, str], int] = {}

    def write(self, batch: Sequence[Incoming]) -> None:
        """One batch: who is known is brought up to date, the others are registered."""
        known = self._known([row.source for row in batch])
        indexes = {row.source: self._index(row.told) for row in batch}
        registered = self._registered_numbers({index for index in indexes.values() if index})
        new, linked, again, doubtful = [], [], [], []
        first_of: dict[str, tuple[int, Incoming]] = {}
        numbers = iter(self._next_ids("people_resident", len(batch)))
        for row in batch:
            index = indexes[row.source]
            if row.source in known:
                again.append((known[row.source], row))
                continue
            other = registered.get(index) or (first_of[index][0] if index in first_of else None) if index else None
            if other is None:
                made = next(numbers)
                new.append((made, row, index))
                if index:
                    first_of[index] = (made, row)
                continue
            judged = self._judged(row, first_of[index][1] if index in first_of else other)
            if judged.decision == SAME:
                linked.append((other, row))
            else:
                made = next(numbers)
                new.append((made, row, ""))
                doubtful.append((other, made, judged))
        self._copy_new(new)
        self._name(linked)
        self._update(again, registered)
        self._ask(doubtful)
        self.tally.registered += len(new)
        self.tally.linked += len(linked)
        self.tally.doubtful += len(doubtful)

    def analyze(self) -> None:
        """Let PostgreSQL count the rows: searching among them weighs by how many there are."""
        with connections[USING].cursor() as cursor:
            for table in ("people_resident", "people_identifier", "people_care", "people_residentgroup"):
                cursor.execute(f"ANALYZE {table}")

    def _index(self, told: Details) -> str:
        return number_index(told.number, told.number_kind, self.keys) if told.number else ""

    def _known(self, sources: list[str]) -> dict[str, int]:
        query = (
            "SELECT value, resident_id FROM people_identifier"
            " WHERE institution_id = %s AND kind = 'source' AND value = ANY(%s)"
        )
        return dict(_rows(query, self.source_id, sources))

    def _registered_numbers(self, indexes: set[str]) -> dict[str, int]:
        query = (
            "SELECT number_index, coalesce(merged_into_id, id) FROM people_resident"
            " WHERE number_index = ANY(%s) AND number_index <> '' ORDER BY state DESC, id DESC"
        )
        return dict(_rows(query, sorted(indexes)))  # an active registration comes last and stands

    def _judged(self, row: Incoming, other: Incoming | int) -> Any:
        mine = registration(self._resident(0, row, ""))
        if isinstance(other, Incoming):
            theirs = registration(self._resident(1, other, ""))
        else:
            theirs = registration(Resident.objects.using(USING).get(pk=other))
        return judge_pair(normalise(mine), normalise(theirs), matching_on(self.today))

    def _resident(self, pk: int, row: Incoming, index: str) -> Resident:
        return Resident(**self._columns(pk, row, index))

    def _columns(self, pk: int, row: Incoming, index: str) -> dict[str, Any]:
        kept = columns(row.told, self.keys)
        if row.told.number and not index:  # another's number: kept, but nobody is found by it
            kept |= {"number_index": "", "number_body_index": ""}
        return kept | {
            "id": pk,
            "public_id": uuid.uuid4(),
            "institution_id": row.keeper,
            "state": "active",
            "household_id": self._household(row),
            "relation_to_head": row.relation_to_head,
            "registered_at": self.at,
            "registered_by_id": 0,
            "version": 1,
        }

    def _household(self, row: Incoming) -> int | None:
        if not row.household:
            return None
        key = (row.keeper, row.household)
        if key not in self.households:
            found, _made = Household.objects.using(USING).get_or_create(
                institution_id=row.keeper,
                code=row.household,
                defaults={"address": row.told.address, "village_code": row.told.village_code},
            )
            self.households[key] = found.pk
        return self.households[key]

    def _copy_new(self, new: list[tuple[int, Incoming, str]]) -> None:
        if not new:
            return
        for _made, row, _index in new:
            self._household(row)  # made before COPY holds the connection
        self._copy(
            "people_resident",
            _KEPT,
            (_in_order(self._columns(made, row, index)) for made, row, index in new),
        )
        self._name([(made, row) for made, row, _index in new])
        self._copy(
            "people_care",
            ("resident_id", "institution_id", "kind", "valid_from", "valid_to", "source", "made_at", "made_by_id"),
            (
                (made, row.keeper, Care.Kind.REGISTRATION.value, self.today, FOREVER, _SOURCE, self.at, 0)
                for made, row, _index in new
            ),
        )
        self._copy(
            "people_residentgroup",
            ("resident_id", "group", "valid_from"),
            ((made, group, since) for made, row, _index in new for group, since in self._groups(row)),
        )

    def _groups(self, row: Incoming) -> list[tuple[str, date]]:
        found = groups_of(row.told.birth_date, list(row.conditions), self.today)
        return [*found, ("poor", self.today)] if row.poor else found

    def _name(self, rows: list[tuple[int, Incoming]]) -> None:
        """The numbers by which source and insurance call them; an insured number stays with its first holder."""
        told = {(Identifier.Kind.SOURCE.value, row.source): pk for pk, row in rows}
        insured = {row.told.insured_number: pk for pk, row in reversed(rows) if row.told.insured_number}
        query = "SELECT value FROM people_identifier WHERE institution_id = %s AND kind = 'insured' AND value = ANY(%s)"
        for (value,) in _rows(query, self.source_id, list(insured)):
            insured.pop(value)
        told |= {(Identifier.Kind.INSURED.value, value): pk for value, pk in insured.items()}
        self._copy(
            "people_identifier",
            ("resident_id", "institution_id", "kind", "value"),
            ((pk, self.source_id, kind, value) for (kind, value), pk in told.items()),
        )

    def _ask(self, doubtful: list[tuple[int, int, Any]]) -> None:
        DoubtfulPair.objects.using(USING).bulk_create(
            DoubtfulPair(
                first_id=min(one, two),
                second_id=max(one, two),
                weight=judged.weight,
                probability=judged.probability,
                levels=dict(judged.levels),
                rule=judged.rule or DOUBTFUL,
                found_at=self.at,
            )
            for one, two, judged in doubtful
        )

    def _update(self, again: list[tuple[int, Incoming]], registered: dict[str, int]) -> None:
        """Bring up to date whom an earlier load made. Of several rows of one resident the first number's row counts."""
        if not again:
            return
        ids = [pk for pk, _row in again]
        residents = Resident.objects.using(USING).in_bulk(ids)
        leading: dict[int, str] = {}
        own = Identifier.objects.using(USING).filter(
            institution_id=self.source_id, kind=Identifier.Kind.SOURCE, resident_id__in=ids
        )
        for pk, value in own.values_list("resident_id", "value"):
            leading[pk] = min(value, leading.get(pk, value))
        changed, moved = [], []
        for pk, row in again:
            before = residents[pk]
            if leading.get(pk) != row.source or before.state != Resident.State.ACTIVE:
                self.tally.untouched += 1
                continue
            index = self._index(row.told)
            after = self._resident(pk, row, index if registered.get(index, pk) == pk else "")
            if all(getattr(before, name) == getattr(after, name) for name in _COMPARED):
                self.tally.untouched += 1
                continue
            if before.institution_id != after.institution_id:
                moved.append((pk, row))
            after.version = before.version + 1
            changed.append(after)
        lasting = {"id", "public_id", "state", "registered_at", "registered_by_id"}
        written = [name for name in _KEPT if name not in lasting]
        Resident.objects.using(USING).bulk_update(changed, written, batch_size=1_000)
        self._move(moved)
        self._regroup(again)
        self.tally.updated += len(changed)

    def _move(self, moved: list[tuple[int, Incoming]]) -> None:
        """Who lives elsewhere now is cared for there, and by the former keeper no longer."""
        loaded = Care.objects.using(USING).filter(resident_id__in=[pk for pk, _row in moved], source=_SOURCE)
        loaded.filter(ended_at__isnull=True).update(ended_at=self.at)
        for pk, row in moved:
            Care.objects.using(USING).update_or_create(
                resident_id=pk,
                institution_id=row.keeper,
                kind=Care.Kind.REGISTRATION,
                source=_SOURCE,
                defaults={"ended_at": None, "valid_to": FOREVER},
                create_defaults={"valid_from": self.today, "valid_to": FOREVER, "made_at": self.at},
            )

    def _regroup(self, again: list[tuple[int, Incoming]]) -> None:
        """Groups that have come with age or illness since; those that ended by age end yesterday."""
        rows = ResidentGroup.objects.using(USING).filter(resident_id__in=[pk for pk, _row in again], valid_to=None)
        open_now: dict[int, dict[str, ResidentGroup]] = defaultdict(dict)
        for held in rows:
            open_now[held.resident_id][held.group] = held
        new = [
            ResidentGroup(resident_id=pk, group=group, valid_from=since)
            for pk, row in again
            for group, since in self._groups(row)
            if group not in open_now[pk]
        ]
        ResidentGroup.objects.using(USING).bulk_create(new, ignore_conflicts=True, batch_size=5_000)

    def _next_ids(self, table: str, count: int) -> list[int]:
        query = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)"
        return [number for (number,) in _rows(query, table, count)]

    def _copy(self, table: str, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        named = ", ".join(f'"{name}"' for name in names)
        with connections[USING].cursor() as cursor, cursor.copy(f"COPY {table} ({named}) FROM STDIN") as copy:
            piece: list[str] = []
            for row in rows:
                piece.append("\t".join(map(_text, row)))
                if len(piece) == 200:
                    copy.write("\n".join(piece) + "\n")
                    piece = []
            if piece:
                copy.write("\n".join(piece) + "\n")


_in_order = itemgetter(*_KEPT)


def _rows(query: str, *given: Any) -> list[tuple[Any, ...]]:
    with connections[USING].cursor() as cursor:
        cursor.execute(query, list(given))
        return list(cursor.fetchall())


def _text(value: Any) -> str:
    """A value as COPY reads it. Texts are tidied: they hold no tab and no line's end."""
    if value is None:
        return "\\N"
    text = value if type(value) is str else str(value)
    return text.replace("\\", "\\\\") if "\\" in text else text
