"""Publishing the invented stories into the records: everybody who was in hospital, and the villages of some clinics.

Repeatable: the same residents have the same stories with the same ids, so that a second run changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from yigongti.demo.county.institutions import institution_code
from yigongti.demo.county.residents import VILLAGE_CODES, VILLAGE_ROWS
from yigongti.demo.records.story import Person, Resource, story_of
from yigongti.kernel.organisations.models import Institution
from yigongti.kernel.people.models import Care, Identifier
from yigongti.kernel.records.master_patients import publish_patients
from yigongti.kernel.records.public import publish

USING = "bulk"
_PIECE = 300
_COLUMNS = ["resident_id", "sex", "birth_date", "village_code", "chronic_conditions"]


@dataclass(frozen=True, slots=True)
class Published:
    """residents: of how many a story was told; resources: how many resources were written."""

    residents: int
    resources: int


def publish_stories(folder: Path, *, seed: int, today: date, at: datetime, clinics: int) -> Published:
    """Tell the stories of the residents of `clinics` villages (the first of every township in turn) and of all who were
    in hospital. folder: the generated county; at: the instant of the run."""
    institutions = {i.code: i for i in Institution.objects.using(USING).all()}
    admitted = set(
        Care.objects.using(USING).filter(kind=Care.Kind.ENCOUNTER).values_list("resident_id", flat=True).distinct()
    )
    villages = set(_villages(clinics))
    told = resources = 0
    for piece in _pieces(folder, villages, admitted):
        publish_patients({resident for _row, resident, _public in piece}, at=at)
        by_institution: dict[str, list[Resource]] = {}
        for row, resident, public_id in piece:
            person = _person(row, public_id, institutions, was_admitted=resident in admitted)
            for code, made in story_of(person, seed, today).items():
                by_institution.setdefault(code, []).extend(made)
        for code, made in sorted(by_institution.items()):
            published = publish(made, institution_id=institutions[code].pk, at=at)
            resources += published.added + published.changed
        told += len(piece)
    return Published(told, resources)


def _villages(clinics: int) -> Iterator[str]:
    """Codes of villages, one of every township in turn."""
    by_township: dict[int, list[str]] = {}
    for at, (_name, township) in enumerate(VILLAGE_ROWS):
        by_township.setdefault(township, []).append(VILLAGE_CODES[at])
    order = [codes[turn] for turn in range(max(map(len, by_township.values()))) for codes in by_township.values()
             if turn < len(codes)]  # fmt: skip
    yield from order[:clinics]


def _pieces(folder: Path, villages: set[str], admitted: set[int]) -> Iterator[list[tuple[dict[str, Any], int, str]]]:
    """(row of residents.parquet, id, public id) of those whose story is told, some hundreds at a time."""
    with pq.ParquetFile(folder / "residents.parquet") as file:
        for batch in file.iter_batches(batch_size=20_000, columns=_COLUMNS):
            rows = {row["resident_id"]: row for row in batch.to_pylist()}
            found = (
                Identifier.objects.using(USING)
                .filter(kind=Identifier.Kind.SOURCE, value__in=rows, resident__state="active")
                .values_list("value", "resident_id", "resident__public_id")
            )
            chosen = [
                (rows[source], resident, str(public_id))
                for source, resident, public_id in found.order_by("value")
                if resident in admitted or rows[source]["village_code"] in villages
            ]
            for start in range(0, len(chosen), _PIECE):
                yield chosen[start : start + _PIECE]


def _person(row: dict[str, Any], public_id: str, institutions: dict[str, Institution], *, was_admitted: bool) -> Person:
    village = VILLAGE_CODES.index(row["village_code"])
    township = VILLAGE_ROWS[village][1]
    codes = (institution_code(1001 + village), institution_code(201 + township), institution_code(101 + township % 2))
    clinic, hospital, lead = ((code, institutions[code].name) for code in codes)
    return Person(
        source_number=row["resident_id"],
        patient_id=public_id,
        sex=row["sex"],
        birth_date=row["birth_date"],
        conditions=tuple(row["chronic_conditions"]),
        clinic=clinic,
        township=hospital,
        hospital=lead,
        was_admitted=was_admitted,
    )
