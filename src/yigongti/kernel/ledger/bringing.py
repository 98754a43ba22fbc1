"""Books are brought to what facts say: sums that were computed anew replace the entries that stood for them.

What stands and is wanted stays; what is no longer wanted is reversed; what is new is posted. All in the caller's
transaction, so that at no moment both or neither stand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from yigongti.foundation.errors import Text
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.ledger.drafts import EntryDraft
from yigongti.kernel.ledger.models import Entry
from yigongti.kernel.ledger.posting import post, reverse


@dataclass(frozen=True, slots=True)
class Posted:
    """Entries that were posted and reversed now."""

    posted: int
    reversed: int


@dataclass(frozen=True, slots=True)
class Standing:
    """What the drafts replace: entries of the kind whose key begins with the prefix. on, reason: of reversals."""

    kind: str
    prefix: str
    on: date
    reason: Text


def bring(actor: Actor, wanted: Sequence[EntryDraft], of: Standing, at: datetime, *, using: str = "default") -> Posted:
    """Leave exactly the wanted entries in force. The key of a draft ends with the digest of its content; the same
    content that comes back after other content had stood gets a number behind it, since a key is used once.

    Raises as post and reverse.
    """
    rows = Entry.objects.using(using).filter(kind=of.kind, key__startswith=of.prefix)
    standing = {entry.key: entry for entry in rows}
    taken_back = set(
        Entry.objects.using(using).filter(reverses__in=[entry.pk for entry in standing.values()])
        .values_list("reverses_id", flat=True)
    )  # fmt: skip
    in_force = {key for key, entry in standing.items() if entry.pk not in taken_back}
    keep, new = set(), []
    for draft in wanted:
        own = [key for key in standing if key == draft.key or key.startswith(f"{draft.key}/")]
        kept = [key for key in own if key in in_force]
        if kept:
            keep.add(kept[0])
        else:
            new.append(replace(draft, key=f"{draft.key}/{len(own) + 1}") if own else draft)
    gone = sorted(in_force - keep)
    for key in gone:
        reverse(actor, key, of.on, of.reason, at, using=using)
    post(actor, new, at, using=using)
    return Posted(len(new), len(gone))
