"""Two things that a county has before its first close: the register of the insured, and settlements of earlier months.

Both are loaded at once and only where they are missing. Everything is invented.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

import pyarrow.parquet as pq
from django.db import connections
from django.utils import timezone

from yigongti.facts.public import Lake, PastFile, load_history
from yigongti.foundation.period import Month
from yigongti.foundation.schemas.settlements import SETTLEMENTS
from yigongti.kernel.organisations.models import Institution
from yigongti.systems.benefits.models import Enrolment

_BULK = "bulk"
_INTO = """
    INSERT INTO benefits_enrolment (resident_id, institution_id, insurance_type, insured_number, name, sex, birth_date,
                                    groups, community, valid_from, valid_to, made_at, made_by_id)
    SELECT r.id, %s, t.insurance_type, t.insured_number, r.name, r.sex, r.birth_date, t.groups, t.community,
           t.valid_from, t.valid_to, %s, 0
      FROM told t JOIN people_resident r ON r.insured_number = t.insured_number
     WHERE r.id = (SELECT min(s.id) FROM people_resident s WHERE s.insured_number = t.insured_number)
"""


def load_insured(county: Path, *, at: datetime) -> int:
    """Enrol everybody in insured.parquet, once; how many are enrolled. at: aware."""
    if not Enrolment.objects.using(_BULK).exists():
        bureau = Institution.objects.using(_BULK).filter(kind="insurance_bureau").order_by("id")[0]
        with connections[_BULK].cursor() as cursor:
            cursor.execute(
                "CREATE TEMP TABLE told (insured_number text, insurance_type text, groups jsonb, community text, "
                "valid_from date, valid_to date) ON COMMIT PRESERVE ROWS"
            )
            with cursor.copy("COPY told FROM STDIN") as copy:
                for row in _told(county / "insured.parquet"):
                    copy.write_row(row)
            cursor.execute(_INTO, [bureau.pk, at])
            cursor.execute("DROP TABLE told")
    return Enrolment.objects.using(_BULK).count()


def _told(file: Path) -> Iterator[tuple[object, ...]]:
    with pq.ParquetFile(file) as read:
        for batch in read.iter_batches(batch_size=20_000):
            for row in batch.to_pylist():
                yield (
                    row["insured_number"], row["insurance_type"], json.dumps(row["groups"]), row["community_code"],
                    row["insured_from"], row["insured_to"],
                )  # fmt: skip


def load_earlier_settlements(county: Path, first: Month, *, lake: Lake, submitted_by: str) -> int:
    """The settlements of the months before `first`, which have no other facts; how many rows were loaded."""
    at = timezone.make_aware(datetime(first.year, first.number, 1, 9))
    done = load_history(lake, SETTLEMENTS.name, _files(county, first), submitted_by=submitted_by, submitted_at=at)
    return sum(receipt.rows for receipt in done)


def _files(county: Path, first: Month) -> Iterable[PastFile]:
    for month in sorted((county / "submissions").iterdir()):
        if Month.parse(month.name) < first:
            for file in sorted(month.glob(f"*/{SETTLEMENTS.name}.parquet")):
                yield PastFile(file, file.parent.name, Month.parse(month.name))
