"""The door of the ledger. Everything is posted by drafts (drafts.py) and never changed.

post(actor, drafts, at)                          entries, in the caller's transaction; all or none; once for each key
reverse(actor, key, on, reason, at)              the entry with all amounts negated, once
balance(book_id, account, until, unit)           sum of the postings of an account and those below it
trial_balance(…), statement(…), consolidated(…)  reading.py
"""

from __future__ import annotations

from yigongti.kernel.ledger.drafts import CNY, EntryDraft, PostingDraft
from yigongti.kernel.ledger.models import Entry, Posting
from yigongti.kernel.ledger.posting import post, reversal_key, reverse
from yigongti.kernel.ledger.reading import balance

__all__ = ["CNY", "Entry", "EntryDraft", "Posting", "PostingDraft", "balance", "post", "reversal_key", "reverse"]
