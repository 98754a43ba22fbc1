"""Verifying the view log: every block computed again from its lines, and the blocks held to each other.

What is found is told by name: the line that was altered, removed or put in, the block that was altered, is missing or
stands in another's place. Lines younger than the last block are not yet proven; the verdict says how many they are.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connections

from yigongti.foundation.errors import Text
from yigongti.kernel.trail.canonical import LEAF_BYTES, as_bytes, leaves_of, root_of, sm3
from yigongti.kernel.trail.sealing import BLOCK_COLUMNS, NO_BLOCK, SELECT_VIEWS, SealedBlock

MOST_TOLD = 20
"""Faults that a verdict names one by one; how many there are is said in full."""


@dataclass
class Verdict:
    """blocks, lines: how much was verified; unsealed: lines in no block yet; retired: months whose lines were removed
    after their anchor had been exported; found: how many faults; faults: the first of them, in words."""

    blocks: int = 0
    lines: int = 0
    unsealed: int = 0
    retired: list[date] = field(default_factory=list)
    found: int = 0
    faults: list[Text] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        return not self.found

    def fault(self, zh: str, en: str) -> None:
        """One more fault."""
        self.found += 1
        if len(self.faults) < MOST_TOLD:
            self.faults.append(Text(zh, en))

    @property
    def summary(self) -> Text:
        """One line that says how much the verdict covers."""
        months = "、".join(f"{month:%Y-%m}" for month in self.retired)
        zh = f"{self.blocks:,} 个区块，{self.lines:,} 条查阅记录，尚未封存 {self.unsealed:,} 条"
        en = f"{self.blocks:,} blocks, {self.lines:,} views, {self.unsealed:,} not yet sealed"
        if months:
            zh, en = f"{zh}；已按期清理：{months}", f"{en}; retired: {months.replace('、', ', ')}"
        return Text(zh, en)


def verify(*, using: str = "bulk") -> Verdict:
    """Compute every block again, oldest first. Reads all lines: about a second for 100,000 (bench/views)."""
    verdict = Verdict()
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT month FROM trail_keeping WHERE kind = 'retired' ORDER BY month")
        verdict.retired = [row[0] for row in cursor.fetchall()]
        expected, previous, floor = 1, NO_BLOCK, 0
        for block, digest, leaves in _blocks(cursor):
            _hold_to_chain(verdict, block, digest, expected, previous)
            if block.month not in verdict.retired:
                _hold_to_lines(verdict, cursor, block, leaves)
            verdict.blocks += 1
            expected, previous, floor = block.number + 1, digest, max(floor, block.floor_id)
        _hold_to_no_more(verdict, cursor, floor)
    return verdict


def keep(verdict: Verdict, *, at: datetime, using: str = "bulk") -> None:
    """Add the verdict to what is known of the log's keeping, for the page."""
    told = {
        "blocks": verdict.blocks, "views": verdict.lines, "unsealed": verdict.unsealed, "found": verdict.found,
        "faults": [{"zh": fault.zh, "en": fault.en} for fault in verdict.faults],
    }  # fmt: skip
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT coalesce(max(number), 0) FROM trail_block")
        (number,) = cursor.fetchone()
        cursor.execute(
            "INSERT INTO trail_keeping (kind, done_at, block_number, detail) VALUES ('verified', %s, %s, %s)",
            [at, number, json.dumps(told)],
        )


def _blocks(cursor: Any) -> Iterator[tuple[SealedBlock, str, bytes]]:
    """All blocks in order, read a hundred at a time."""
    columns = ", ".join("ids::text" if name == "ids" else name for name in BLOCK_COLUMNS)
    after: int | None = None
    while True:
        cursor.execute(
            f"SELECT {columns}, digest, leaves FROM trail_block"
            " WHERE %s::int IS NULL OR number > %s ORDER BY number LIMIT 100",
            [after, after],
        )
        rows = cursor.fetchall()
        for row in rows:
            yield SealedBlock(*row[:-2]), row[-2], bytes(row[-1])
        if not rows:
            return
        after = rows[-1][0]


def _hold_to_chain(verdict: Verdict, block: SealedBlock, digest: str, expected: int, previous: str) -> None:
    number = block.number
    if number != expected:
        verdict.fault(f"区块 {expected} 缺失（其后是区块 {number}）", f"block {expected} is missing; {number} follows")
    if block.digest != digest:
        verdict.fault(f"区块 {number} 的内容被改动", f"block {number} was altered")
    if block.previous != previous:
        verdict.fault(
            f"区块 {number} 与其前一区块不衔接，前一区块被改动、替换或移位",
            f"block {number} does not follow from the block before it: that one was altered, replaced or moved",
        )


def _hold_to_lines(verdict: Verdict, cursor: Any, block: SealedBlock, leaves: bytes) -> None:
    cursor.execute(
        f"{SELECT_VIEWS} FROM trail_view WHERE id >= %s AND id <= %s AND id <@ %s::int8multirange ORDER BY id",
        [block.first_id, block.last_id, block.ids],
    )
    rows = cursor.fetchall()
    digests = [sm3(as_bytes(row)) for row in rows]
    verdict.lines += len(rows)
    if len(rows) == block.row_count and root_of(digests) == block.root:
        return
    faults_before = verdict.found
    ids = list(_ids(block.ids))
    known = dict(zip(ids, _parts(leaves), strict=False))
    present: dict[int, bytes] = {}
    for row, digest in zip(rows, digests, strict=True):
        if row[0] in present:
            verdict.fault(f"查阅记录 {row[0]} 重复，其中有插入的", f"view {row[0]} is there twice: one was put in")
        present[row[0]] = leaves_of([digest])
    for number in ids:
        if number not in present:
            verdict.fault(
                f"查阅记录 {number}（区块 {block.number}）被删除", f"view {number} of block {block.number} was removed"
            )
        elif known.get(number) != present[number]:
            verdict.fault(
                f"查阅记录 {number}（区块 {block.number}）被改动", f"view {number} of block {block.number} was altered"
            )
    if verdict.found == faults_before:
        verdict.fault(
            f"区块 {block.number} 的内容与其摘要不符", f"the lines of block {block.number} do not give its root"
        )


def _hold_to_no_more(verdict: Verdict, cursor: Any, floor: int) -> None:
    """Lines that no block holds: below the floor they were put in afterwards, above it they wait to be sealed."""
    cursor.execute(
        "WITH held AS (SELECT coalesce(range_agg(ids), '{}'::int8multirange) AS ids FROM trail_block)"
        " SELECT id, id <= %s FROM trail_view WHERE NOT id <@ (SELECT ids FROM held) ORDER BY id",
        [floor],
    )
    for number, below in cursor.fetchall():
        if below:
            verdict.fault(f"查阅记录 {number} 是事后插入的", f"view {number} was put in afterwards")
        else:
            verdict.unsealed += 1


def _ids(ids: str) -> Iterator[int]:
    """The numbers of a multirange as PostgreSQL writes it."""
    for part in filter(None, ids.strip("{}").replace("),[", ");[").split(";")):
        first, end = part.strip("[)").split(",")
        yield from range(int(first), int(end))


def _parts(leaves: bytes) -> Sequence[bytes]:
    return [leaves[start : start + LEAF_BYTES] for start in range(0, len(leaves), LEAF_BYTES)]
