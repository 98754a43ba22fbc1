"""The door of the ledger. Everything is posted by drafts (drafts.py) and never changed.

post(actor, drafts, at)                          entries, in the caller's transaction; all or none; once for each key
reverse(actor, key, on, reason, at)              the entry with all amounts negated, once
bring(actor, drafts, standing, at)               the drafts in the place of what stood for them: reversed, and anew
balance(book_id, account, until, unit)           sum of the postings of an account and those below it
trial_balance(books, first, last, unit)          opening, debit, credit, closing of every account
statement(books, first, last, unit)              income and expense of months; what there is on the last day
consolidated(books, first, last, unit)           several books as one, mutual amounts eliminated, what differs told
entries_of_cause(cause)                          what a bill, case or matter brought about
register_cause(kind, resolver)                   where causes of a kind are looked at
close_period(actor, book_id, month, at)          nothing lands in the month any more; ask_to_reopen opens a matter
fund_book(using)                                 the institution in whose book the fund stands
chart()                                          the accounts of policy/ledger/accounts.csv
"""

from __future__ import annotations

from yigongti.kernel.ledger.books import fund_book
from yigongti.kernel.ledger.bringing import Posted, Standing, bring
from yigongti.kernel.ledger.causes import CauseLink, register_cause
from yigongti.kernel.ledger.chart import chart
from yigongti.kernel.ledger.consolidating import consolidated
from yigongti.kernel.ledger.drafts import CNY, EntryDraft, PostingDraft
from yigongti.kernel.ledger.models import Entry, Posting
from yigongti.kernel.ledger.periods import close_period, is_closed
from yigongti.kernel.ledger.posting import post, reversal_key, reverse
from yigongti.kernel.ledger.reading import balance, entries_of_cause, entry_of, statement, trial_balance
from yigongti.kernel.ledger.verifying import faults

__all__ = [
    "CNY", "CauseLink", "Entry", "EntryDraft", "Posted", "Posting", "PostingDraft", "Standing", "balance", "bring",
    "chart", "close_period", "consolidated", "entries_of_cause", "entry_of", "faults", "fund_book", "is_closed", "post",
    "register_cause", "reversal_key", "reverse", "statement", "trial_balance",
]  # fmt: skip
