"""Who is registered twice: the batch engine over all active registrations, its pairs kept for a person to decide.

Nothing is merged here. Pairs that the engine calls the same person are marked `certain`; a clerk may merge them at once
(actions/decide_pair.py). Pairs that somebody has decided stay decided, and open ones that are no longer alike go.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import duckdb
import pyarrow as pa
from django.conf import settings
from django.db import connections, transaction

from yigongti.engines.identity.public import COMPARISONS, SAME, Linking, deduplicate, load_matching
from yigongti.foundation.errors import Text
from yigongti.kernel.access.limits import policy
from yigongti.kernel.jobs.progress import Progress
from yigongti.kernel.people.linking import ASKED
from yigongti.kernel.people.models import DoubtfulPair, Resident
from yigongti.kernel.people.sealing import ring

USING = "bulk"
_BATCH = 20_000
_SCHEMA = pa.schema(
    [
        ("key", pa.string()),
        ("name", pa.string()),
        ("sex", pa.string()),
        ("birth_date", pa.date32()),
        ("resident_number", pa.string()),
        ("phone", pa.string()),
        ("address", pa.string()),
        ("village_code", pa.string()),
        ("household", pa.string()),
        ("insured_number", pa.string()),
    ]
)
_READ = (
    "id", "name", "sex", "birth_date", "number_sealed", "phone_sealed", "address", "village_code", "household_id",
    "insured_number",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Paired:
    """registrations: looked at; certain, doubtful: open pairs of either kind now; gone: open pairs no longer alike."""

    registrations: int
    certain: int
    doubtful: int
    gone: int


def find_doubtful_pairs(*, at: datetime, today: date, progress: Progress | None = None) -> Paired:
    """Look for pairs over the whole register and keep them. Repeatable; runs over the connection "bulk"."""
    progress = progress or Progress()
    spill = Path(settings.DATA_FOLDER) / "spill"
    spill.mkdir(exist_ok=True)
    config = {"memory_limit": "2GB", "threads": "2", "temp_directory": str(spill)}
    with duckdb.connect(config=config) as connection:
        with progress.step(Text("比对居民登记", "Comparing registrations")) as step:
            reader = pa.RecordBatchReader.from_batches(_SCHEMA, _registrations())
            linking = deduplicate(reader, load_matching(policy(), today), connection)
            step.at(linking.registrations)
        with progress.step(Text("保存疑似重复", "Keeping the pairs")) as step:
            gone = _keep(linking, at)
            step.at(linking.pairs.num_rows)
    still_open = DoubtfulPair.objects.using(USING).filter(state=DoubtfulPair.State.OPEN)
    certain = still_open.filter(certain=True).count()
    return Paired(linking.registrations, certain, still_open.count() - certain, gone)


def _registrations() -> Iterator[pa.RecordBatch]:
    keys = ring()
    rows = Resident.objects.using(USING).filter(state=Resident.State.ACTIVE).order_by("pk").values_list(*_READ)
    piece: list[tuple[object, ...]] = []
    for pk, name, sex, born, number, phone, address, village, household, insured in rows.iterator(chunk_size=_BATCH):
        piece.append(
            (
                str(pk),
                name,
                sex,
                born,
                keys.open(number, "number") if number else "",
                keys.open(phone, "phone") if phone else "",
                address,
                village,
                str(household or ""),
                insured,
            )
        )
        if len(piece) == _BATCH:
            yield _batch(piece)
            piece = []
    if piece:
        yield _batch(piece)


def _batch(rows: list[tuple[object, ...]]) -> pa.RecordBatch:
    columns = zip(*rows, strict=True)
    arrays = [pa.array(column, field.type) for column, field in zip(columns, _SCHEMA, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=_SCHEMA)


_UPSERT = """
    INSERT INTO people_doubtfulpair
        (first_id, second_id, weight, probability, levels, rule, certain, state, found_at, decided_by_id, reason)
    VALUES (%s, %s, %s, %s, %s, %s, %s, 'open', %s, 0, '')
    ON CONFLICT (first_id, second_id) DO UPDATE SET weight = EXCLUDED.weight, probability = EXCLUDED.probability,
        levels = EXCLUDED.levels, rule = EXCLUDED.rule, certain = EXCLUDED.certain, found_at = EXCLUDED.found_at
    WHERE people_doubtfulpair.state = 'open' AND people_doubtfulpair.rule <> %s
"""


def _keep(linking: Linking, at: datetime) -> int:
    from django.db.backends.postgresql.psycopg_any import Jsonb

    with transaction.atomic(USING), connections[USING].cursor() as cursor:
        for batch in linking.pairs.to_batches(max_chunksize=5_000):
            rows = []
            for pair in batch.to_pylist():
                first, second = sorted((int(pair["key_l"]), int(pair["key_r"])))
                levels = Jsonb({comparison.id: pair[comparison.id] for comparison in COMPARISONS})
                certain = pair["decision"] == SAME
                rows.append(
                    [first, second, pair["weight"], pair["probability"], levels, pair["rule"], certain, at, ASKED]
                )
            cursor.executemany(_UPSERT, rows)
        stale = DoubtfulPair.objects.using(USING).filter(state=DoubtfulPair.State.OPEN, found_at__lt=at)
        return stale.exclude(rule=ASKED).delete()[0]
