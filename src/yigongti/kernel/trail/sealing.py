"""Sealing the view log: lines that were written are bound into blocks, each with the digest of the block before.

A chain from line to line would make every reader wait for the one before. So lines are written freely, and a job seals
them afterwards (jobs.py, every minute). Ids are given out before their transactions commit, and a low id can appear
late: a block therefore says exactly which ids it holds, and a late line comes into a later block. `floor_id` is the id
up to which all is sealed and nothing can still appear: at most the highest id that was given out at an earlier sealing,
once every transaction of that moment has ended. A line that turns up below it was put in afterwards; `verifying` names
it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import connections, transaction
from django.utils import timezone

from yigongti.kernel.trail.canonical import VIEW_COLUMNS, as_bytes, block_digest, leaves_of, root_of, sm3

MOST_LINES = 10_000
"""Lines of a block."""
MOST_BLOCKS = 50
"""Blocks of one run, so that a run ends; the next one goes on."""
NO_BLOCK = "0" * 64
"""What the first block names as the digest before it."""
_ONE_SEALER = 0x7472_6169_6C  # "trail": the advisory lock under which one process seals

SELECT_VIEWS = "SELECT " + ", ".join("host(address)" if name == "address" else name for name in VIEW_COLUMNS)


@dataclass(frozen=True, slots=True)
class SealedBlock:
    """What a block says, in the order of its bytes. ids as PostgreSQL writes a multirange: {[1,5),[7,8)}"""

    number: int
    month: date
    ids: str
    first_id: int
    last_id: int
    row_count: int
    first_at: datetime
    last_at: datetime
    floor_id: int
    seen_id: int
    seen_transaction: int
    sealed_at: datetime
    root: str
    previous: str

    @property
    def digest(self) -> str:
        return block_digest([getattr(self, name) for name in BLOCK_COLUMNS])


BLOCK_COLUMNS = tuple(field.name for field in fields(SealedBlock))


def multirange(ids: Sequence[int]) -> str:
    """Sorted ids as a multirange: 1, 2, 3, 7 → {[1,4),[7,8)}"""
    ranges: list[list[int]] = []
    for number in ids:
        if ranges and ranges[-1][1] == number:
            ranges[-1][1] = number + 1
        else:
            ranges.append([number, number + 1])
    return "{" + ",".join(f"[{first},{end})" for first, end in ranges) + "}"


def month_of(at: datetime) -> date:
    """The county's month in which a line was recorded: its partition."""
    return timezone.localdate(at).replace(day=1)


def seal(*, at: datetime, most_lines: int = MOST_LINES, using: str = "bulk") -> int:
    """Seal what has been written, in bounded blocks; answers how many lines. Another sealer at work: 0."""
    sealed = 0
    for _ in range(MOST_BLOCKS):
        lines = seal_one(at=at, most_lines=most_lines, using=using)
        if not lines:
            break
        sealed += lines
    return sealed


def seal_one(*, at: datetime, most_lines: int = MOST_LINES, using: str = "bulk") -> int:
    """Seal one block of lines of one month; answers how many, 0 when there are none or another process seals."""
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_ONE_SEALER])
        if not cursor.fetchone()[0]:
            return 0
        last, settled, seen_id, seen_transaction = _where_we_are(cursor)
        rows = _unsealed(cursor, last.floor_id, most_lines)
        if not rows:
            return 0
        digests = [sm3(as_bytes(row)) for row in rows]
        ids, times = [row[0] for row in rows], [row[VIEW_COLUMNS.index("recorded_at")] for row in rows]
        block = SealedBlock(
            number=last.number + 1, month=month_of(times[0]), ids=multirange(ids), first_id=ids[0], last_id=ids[-1],
            row_count=len(rows), first_at=min(times), last_at=max(times), seen_id=seen_id,
            floor_id=max(last.floor_id, min(settled, ids[0] - 1)), seen_transaction=seen_transaction, sealed_at=at,
            root=root_of(digests), previous=last.digest,
        )  # fmt: skip
        cursor.execute(
            f"INSERT INTO trail_block ({', '.join(BLOCK_COLUMNS)}, digest, leaves)"
            f" VALUES ({', '.join(['%s'] * len(BLOCK_COLUMNS))}, %s, %s)",
            [*(getattr(block, name) for name in BLOCK_COLUMNS), block.digest, leaves_of(digests)],
        )
    return len(rows)


class _Last(NamedTuple):
    """What the next block follows."""

    number: int = 0
    digest: str = NO_BLOCK
    floor_id: int = 0
    seen_id: int = 0
    seen_transaction: int = 0


def _where_we_are(cursor: Any) -> tuple[_Last, int, int, int]:
    """The last block; the id up to which nothing can still appear; and the marks from which a later one will follow.

    The order matters: first the highest id, then a transaction number of our own. Whoever was given an id up to that
    one had a number by then (sql/view_log.sql), so a lower one than ours. The end of a snapshot would not do:
    transactions that have a number may still lie beyond it.
    """
    cursor.execute("SELECT last_value FROM pg_sequences WHERE sequencename = 'trail_view_id_seq'")
    seen_id = cursor.fetchone()[0] or 0
    cursor.execute("SELECT pg_current_xact_id()::text::bigint")
    (own_transaction,) = cursor.fetchone()
    cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
    (oldest_running,) = cursor.fetchone()
    cursor.execute(f"SELECT {', '.join(_Last._fields)} FROM trail_block ORDER BY number DESC LIMIT 1")
    last = _Last(*(cursor.fetchone() or ()))
    # numbers of transactions only grow: a smaller one means a restored database, where nothing of then still runs
    all_ended = oldest_running >= last.seen_transaction or own_transaction < last.seen_transaction
    return last, last.seen_id if all_ended else last.floor_id, seen_id, own_transaction


def _unsealed(cursor: Any, floor: int, most: int) -> list[tuple[Any, ...]]:
    """The oldest lines that no block holds, all of one month."""
    cursor.execute(
        f"{SELECT_VIEWS} FROM trail_view v WHERE id > %s"
        " AND NOT EXISTS (SELECT 1 FROM trail_block b WHERE b.last_id > %s AND v.id <@ b.ids) ORDER BY id LIMIT %s",
        [floor, floor, most],
    )
    rows = cursor.fetchall()
    place = VIEW_COLUMNS.index("recorded_at")
    return [row for row in rows if month_of(row[place]) == month_of(rows[0][place])]
