"""Whether the journal is what was posted: told by the rows themselves, whatever a superuser did to them.

The database refuses changes to everybody in use (migration 0001). A superuser can switch that off; then the digest of
an entry does not fit its rows any more, or its postings do not sum to zero.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connections

from yigongti.foundation.errors import Text
from yigongti.kernel.ledger.checking import digest
from yigongti.kernel.ledger.drafts import EntryDraft, PostingDraft
from yigongti.kernel.ledger.models import Entry

BATCH = 2000


def faults(*, using: str = "bulk") -> list[str]:
    """What is wrong, one sentence each; the empty list is the proof. using: a connection that reads all books."""
    return list(_faults(using))


def _faults(using: str) -> Iterator[str]:
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT entry_id, unit, sum(amount) FROM ledger_posting GROUP BY entry_id, unit HAVING sum(amount) <> 0"
        )
        for entry, unit, left_over in cursor.fetchall():
            yield f"entry {entry}: its postings leave {left_over} {unit}"
    last = 0
    while batch := list(Entry.objects.using(using).filter(pk__gt=last).order_by("pk")[:BATCH]):
        lines: dict[int, list[PostingDraft]] = {entry.pk: [] for entry in batch}
        rows = batch[0].postings.model.objects.using(using).filter(entry_id__in=list(lines))
        for row in rows.order_by("entry_id", "line"):
            lines[row.entry_id].append(PostingDraft(row.account, row.amount, row.unit, row.partner_id))
        for entry in batch:
            draft = EntryDraft(
                key=entry.key, book_id=entry.book_id, on=entry.on, kind=entry.kind,
                said=Text(entry.said_zh, entry.said_en), cause=entry.cause, postings=tuple(lines[entry.pk]),
                resident_id=entry.resident_id,
            )  # fmt: skip
            if digest(draft, entry.reverses_id) != entry.digest:
                yield f"entry {entry.pk} ({entry.key}): it is not what was posted"
        last = batch[-1].pk
