"""Who reads the books, and who may write into them, as conditions for the row policies.

Entries are written by the product alone, under the purpose "posting" (posting.py): what a post may bring about has been
asked by the action that posts. Who an entry is about is read by those who read the settlement (ADR 0020, 7); its
postings hold amounts and no person, and are read by whoever reads the book, so that a balance is whole for everybody.
"""

from __future__ import annotations

POSTING = "(SELECT scope.purpose()) = 'posting'"
_BOOKS = "book_id <@ (SELECT scope.span('reading_books'))"
_PERSONS = (
    "book_id <@ (SELECT scope.span('settling')) OR book_id <@ (SELECT scope.span('seeing_settlements'))"
    " OR resident_id = (SELECT scope.resident_id())"
)


def entries() -> str:
    """Entries about nobody by the book; entries about somebody as the settlements are."""
    return f"{POSTING} OR (resident_id IS NULL AND {_BOOKS}) OR (resident_id IS NOT NULL AND ({_PERSONS}))"


def postings() -> str:
    """By the book; and those of an entry that is seen."""
    seen = "EXISTS (SELECT 1 FROM ledger_entry e WHERE e.id = ledger_posting.entry_id)"
    return f"{POSTING} OR {_BOOKS} OR {seen}"


def periods() -> str:
    """Which months are closed is no secret to those who work here: whoever posts is told. Without a scope, nothing."""
    return "(SELECT scope.purpose()) <> ''"
