"""Searching the whole register for registrations of one person (engines/identity, Splink on DuckDB), into the queue.

Number and telephone are opened in this process only, batch by batch, and go nowhere but into DuckDB's memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

import duckdb
import pyarrow as pa
from django.utils import timezone

from yigongti.engines.identity.public import COMPARISONS, SAME, deduplicate, load_matching
from yigongti.kernel.access.limits import policy
from yigongti.kernel.people.matching import registration
from yigongti.kernel.people.models import DoubtfulPair, Resident

BATCH = 10_000
_TEXTS = (
    "key", "name", "sex", "resident_number", "phone", "address", "village_code", "household", "insured_number",
)  # fmt: skip
_SCHEMA = pa.schema([*((name, pa.string()) for name in _TEXTS), ("birth_date", pa.date32())])


@dataclass(frozen=True, slots=True)
class Searched:
    """registrations: how many were compared; pairs: how many are alike; new: how many were not in the queue yet."""

    registrations: int
    pairs: int
    new: int


def search_register(at: datetime, *, told: Callable[[int], None] = lambda done: None, using: str = "bulk") -> Searched:
    """Compare all active registrations. told: called with how many have been read."""
    matching = load_matching(policy(), timezone.localdate(at))
    with duckdb.connect(":memory:") as connection:
        connection.execute("SET memory_limit = '2GB'")
        reader = pa.RecordBatchReader.from_batches(_SCHEMA, _batches(told, using))
        linking = deduplicate(reader, matching, connection)
    pairs = linking.pairs.to_pylist()
    made = [_pair(row, at) for row in pairs]
    before = DoubtfulPair.objects.using(using).count()
    DoubtfulPair.objects.using(using).bulk_create(made, batch_size=1_000, ignore_conflicts=True)
    return Searched(linking.registrations, len(pairs), DoubtfulPair.objects.using(using).count() - before)


def _batches(told: Callable[[int], None], using: str) -> Iterator[pa.RecordBatch]:
    after = done = 0
    while True:
        active = Resident.objects.using(using).filter(state=Resident.State.ACTIVE, pk__gt=after)
        rows = list(active.order_by("pk")[:BATCH])
        if not rows:
            return
        compared = [registration(row) for row in rows]
        columns = [[getattr(row, field.name) for row in compared] for field in _SCHEMA]
        yield pa.RecordBatch.from_arrays(
            [pa.array(values, field.type) for values, field in zip(columns, _SCHEMA, strict=True)], schema=_SCHEMA
        )
        after, done = rows[-1].pk, done + len(rows)
        told(done)


def _pair(row: dict[str, object], at: datetime) -> DoubtfulPair:
    first, second = sorted((int(str(row["key_l"])), int(str(row["key_r"]))))
    return DoubtfulPair(
        first_id=first,
        second_id=second,
        weight=row["weight"],
        probability=row["probability"],
        levels={comparison.id: row[comparison.id] for comparison in COMPARISONS},
        rule=row["rule"] or "",
        certain=row["decision"] == SAME and not row["rule"],
        found_at=at,
    )
