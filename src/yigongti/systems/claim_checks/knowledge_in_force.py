"""The knowledge of a check as it holds: the policy's own table, with the batches that were taken over laid on it.

A batch holds from its first day on. A row that it ends, or replaces under the same key, ends the day before; a row that
it adds begins that day. Batches are laid in the order in which they were taken over; a withdrawn one is left out, and
everything is as if it had never been. Nothing is edited: the day of the service chooses among rows of all days.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from yigongti.engines.claim_checks.public import Check, KnowledgeRow, KnowledgeTable, handler, read_value


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of a batch: values as text; ends: the row of that key ends. valid_from, valid_to: the row's own days."""

    key: str
    ends: bool
    values: Mapping[str, str]
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True)
class Batch:
    """What a batch lays over a check's knowledge from a day on. source: how its rows name where they come from."""

    check_id: str
    source: str
    valid_from: date
    entries: tuple[Entry, ...]

    @property
    def digest(self) -> str:
        """Names the batch's content."""
        content = [self.check_id, self.source, str(self.valid_from)]
        rows = [
            [entry.key, entry.ends, sorted(entry.values.items()), str(entry.valid_from), str(entry.valid_to)]
            for entry in self.entries
        ]
        return hashlib.sha256(json.dumps([content, rows], ensure_ascii=False).encode()).hexdigest()


def laid_over(check: Check, batches: Sequence[Batch]) -> KnowledgeTable:
    """The check's knowledge with these batches, in their order. Raises PolicyError for a value that cannot be read."""
    rows = list(check.knowledge.rows)
    for batch in batches:
        touched = {entry.key for entry in batch.entries}
        kept = [_ended(row, batch.valid_from) if row.key in touched else row for row in rows]
        rows = [row for row in kept if row is not None]
        rows += [_row(check, batch, entry) for entry in batch.entries if not entry.ends and _begins(entry, batch)]
    return KnowledgeTable(tuple(rows))


def _begins(entry: Entry, batch: Batch) -> bool:
    """Whether the row holds on any day: one that ended before its batch began does not."""
    return entry.valid_to is None or entry.valid_to >= max(batch.valid_from, entry.valid_from or batch.valid_from)


def _ended(row: KnowledgeRow, first_day: date) -> KnowledgeRow | None:
    """The row up to the day before; None for one that would only have begun then."""
    if row.valid_from >= first_day:
        return None
    last = first_day - timedelta(days=1)
    return row if row.valid_to is not None and row.valid_to < first_day else replace(row, valid_to=last)


def _row(check: Check, batch: Batch, entry: Entry) -> KnowledgeRow:
    where = f"{batch.source} {entry.key}"
    values = {c.name: read_value(c, entry.values.get(c.name, ""), where) for c in handler(check.handler).knowledge}
    first = max(batch.valid_from, entry.valid_from or batch.valid_from)
    return KnowledgeRow(entry.key, first, entry.valid_to, batch.source, values)


def digest_of(batches: Iterable[Batch]) -> str:
    """Names the batches that hold, in their order; "" when there is none."""
    digests = [batch.digest for batch in batches]
    return hashlib.sha256("".join(digests).encode()).hexdigest() if digests else ""
