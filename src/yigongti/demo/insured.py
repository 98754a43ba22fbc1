"""Two things that a county has before its first close: the register of the insured, and settlements of earlier months.

Both are loaded at once and only where they are missing. Everything is invented.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from django.db import connections, transaction
from django.utils import timezone

from yigongti.facts.public import Lake, PastFile, load_history
from yigongti.foundation.period import Month
from yigongti.foundation.schemas.settlements import SETTLEMENTS
from yigongti.kernel.organisations.models import Institution
from yigongti.processes.settled_bills.public import post_month
from yigongti.systems.benefits.models import Enrolment

_BULK = "bulk"
_PEOPLE = """
    SELECT DISTINCT ON (insured_number) insured_number, id, name, sex, birth_date
      FROM people_resident WHERE insured_number <> '' ORDER BY insured_number, id
"""
_INTO = """
    COPY benefits_enrolment (resident_id, institution_id, insurance_type, insured_number, name, sex, birth_date, groups,
                             community, valid_from, valid_to, made_at, made_by_id) FROM STDIN
"""


def load_insured(county: Path, *, at: datetime) -> int:
    """Enrol everybody in insured.parquet, once; how many are enrolled. at: aware."""
    if not Enrolment.objects.using(_BULK).exists():
        bureau = Institution.objects.using(_BULK).filter(kind="insurance_bureau").order_by("id")[0]
        with transaction.atomic(using=_BULK), connections[_BULK].cursor() as cursor:
            cursor.execute(_PEOPLE)
            people = {number: person for number, *person in cursor.fetchall()}
            with cursor.copy(_INTO) as copy:
                for row in _told(county / "insured.parquet"):
                    found = people.get(row["insured_number"])
                    if found is not None:  # a registration that was refused or merged has no number of its own
                        copy.write_row(_enrolment(row, found, bureau.pk, at))
    return Enrolment.objects.using(_BULK).count()


def _enrolment(row: dict[str, Any], person: list[Any], bureau: int, at: datetime) -> tuple[Any, ...]:
    resident, name, sex, born = person
    return (
        resident, bureau, row["insurance_type"], row["insured_number"], name, sex, born, json.dumps(row["groups"]),
        row["community_code"], row["insured_from"], row["insured_to"], at, 0,
    )  # fmt: skip


def _told(file: Path) -> Iterator[dict[str, Any]]:
    with pq.ParquetFile(file) as read:
        for batch in read.iter_batches(batch_size=20_000):
            yield from batch.to_pylist()


def load_earlier_settlements(county: Path, first: Month, *, lake: Lake, submitted_by: str) -> int:
    """The settlements of the months before `first`, which have no other facts; how many rows were loaded."""
    at = datetime(first.year, first.number, 1, 9, tzinfo=timezone.get_default_timezone())
    done = load_history(lake, SETTLEMENTS.name, _files(county, first), submitted_by=submitted_by, submitted_at=at)
    return sum(receipt.rows for receipt in done)


def post_earlier_months(first: Month, *, lake: Lake, at: datetime) -> int:
    """The books of the months before `first`, whose settlements came without anything else; entries posted now."""
    months = {file.month for file in lake.files(SETTLEMENTS.name) if Month.parse(file.month) < first}
    version = lake.version(SETTLEMENTS.name)
    return sum(post_month(Month.parse(month), lake, version, at).posted for month in sorted(months))


def _files(county: Path, first: Month) -> Iterable[PastFile]:
    for month in sorted((county / "submissions").iterdir()):
        if Month.parse(month.name) < first:
            for file in sorted(month.glob(f"*/{SETTLEMENTS.name}.parquet")):
                yield PastFile(file, file.parent.name, Month.parse(month.name))
