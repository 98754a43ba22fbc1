"""What a poster says: an entry with postings that sum to zero for each unit.

An entry stands in one book: that of an institution, or of a fund that an institution keeps. What two institutions owe
each other is two entries, one in each book, with the other named as partner: consolidation eliminates them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from yigongti.foundation.errors import Text

CNY = "CNY"


@dataclass(frozen=True, slots=True)
class PostingDraft:
    """amount: debit positive, credit negative; in the unit (CNY, or an item batch). account: a code of
    policy/ledger/accounts.csv. partner_id: the institution with which the amount is mutual; None for none."""

    account: str
    amount: Decimal
    unit: str = CNY
    partner_id: int | None = None


@dataclass(frozen=True, slots=True)
class EntryDraft:
    """key: unique over all entries ("settlement/510001/S0001/fund"); the same key with the same content answers the
    entry that stands, with other content raises Conflict. book_id: the institution whose book it is. kind: what
    happened ("settlement"). cause: the object that brought it about, as an address that pages can open
    ("settlement:S0001", "matter:123", "submission:77"); resident_id when it is about a person."""

    key: str
    book_id: int
    on: date
    kind: str
    said: Text
    cause: str
    postings: tuple[PostingDraft, ...]
    resident_id: int | None = None
