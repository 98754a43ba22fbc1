"""Entries of the journal with their postings, and which months of which books are closed.

An entry stands in one book. Nothing here is ever changed or removed: what was wrong is reversed. The database holds
this itself (migrations/0001, docs/adr/0021-ledger.md).
"""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import F, Func, Q

from yigongti.kernel.organisations.models import Institution
from yigongti.kernel.people.models import Resident


class MonthOf(Func):
    """The month of a day column as text, "2026-10": immutable, so that the database can keep it."""

    template = (
        "(lpad((extract(year FROM %(expressions)s)::integer)::text, 4, '0') || '-'"
        " || lpad((extract(month FROM %(expressions)s)::integer)::text, 2, '0'))"
    )


class Entry(models.Model):
    """Something that happened to the money (or goods) of one book, with postings that sum to zero for each unit.

    key: given by the poster, unique over all books; posting the same again answers this entry. on: the day in the
    books. cause: what brought it about, as "kind:address" (causes.py). resident: of whom it tells, None for nobody.
    reverses: the entry that this one takes back. digest: SHA-256 of the content (posting.py). last_line: how many
    postings it has; the database holds that they are there.
    """

    stays_with_registration = True  # nothing in a book is altered, so a merge moves none; its cause names who survived
    key = models.CharField(max_length=160)
    book = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+", db_index=False)
    on = models.DateField()
    month = models.GeneratedField(
        expression=MonthOf(F("on")), output_field=models.CharField(max_length=7), db_persist=True
    )
    kind = models.CharField(max_length=32)
    said_zh = models.CharField(max_length=200)
    said_en = models.CharField(max_length=200)
    cause = models.CharField(max_length=160)
    resident = models.ForeignKey(Resident, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    reverses = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="reversed_by")
    digest = models.CharField(max_length=64)
    last_line = models.SmallIntegerField()
    posted_at = models.DateTimeField()
    posted_by = models.CharField(max_length=64, blank=True, default="", help_text="username; empty: the product itself")

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=["key"], name="ledger_entry_key_once"),
            models.CheckConstraint(name="ledger_entry_two_postings", condition=Q(last_line__gte=2)),
            # postings point at entry, book and day together, so that what they repeat cannot differ
            models.UniqueConstraint(fields=["id", "book", "on"], name="ledger_entry_of_book_and_day"),
        ]
        indexes = [
            models.Index(fields=["book", "on", "id"], name="ledger_entry_book_day"),
            models.Index(fields=["cause"], name="ledger_entry_cause"),
            models.Index(fields=["resident", "-id"], name="ledger_entry_resident", condition=Q(resident__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.key

    def said(self, language: str) -> str:
        return self.said_en if language.lower().startswith("en") else self.said_zh


class Posting(models.Model):
    """One line of an entry: an amount on an account, debit positive, credit negative.

    book and day are those of the entry, repeated for quick sums. partner: the institution with whose book the amount is
    mutual. There is no person in a posting: whoever reads the book reads it, also where the entry is about somebody.
    """

    pk = models.CompositePrimaryKey("entry_id", "line")
    entry = models.ForeignKey(
        Entry, on_delete=models.PROTECT, related_name="postings", db_index=False, db_constraint=False
    )
    line = models.SmallIntegerField()
    book = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+", db_index=False)
    on = models.DateField()
    account = models.CharField(max_length=32, help_text="a code of policy/ledger/accounts.csv")
    unit = models.CharField(max_length=64, default="CNY", help_text="CNY, or an item batch")
    amount = models.DecimalField(max_digits=18, decimal_places=4)
    partner = models.ForeignKey(Institution, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.CheckConstraint(name="ledger_posting_not_zero", condition=~Q(amount=0)),
            models.CheckConstraint(name="ledger_posting_another", condition=Q(partner=None) | ~Q(partner=F("book"))),
        ]
        indexes = [models.Index(fields=["book", "account", "on"], name="ledger_posting_account")]

    def __str__(self) -> str:
        return f"{self.entry_id}/{self.line} {self.account} {self.amount} {self.unit}"

    @property
    def credit(self) -> Decimal:
        """The amount as a credit is written: positive."""
        return -self.amount


class PeriodState(models.Model):
    """That a month of a book was closed, or opened again: lines that follow each other, the last one holds.

    A month without a line is open. number: 1 the first closing, 2 the first reopening, and so on. matter_id: the
    matter that asked for the reopening, 0 for a closing.
    """

    class State(models.TextChoices):
        CLOSED = "closed"
        OPEN = "open"

    book = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+", db_index=False)
    month = models.CharField(max_length=7)
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=8, choices=State)
    at = models.DateTimeField()
    by = models.CharField(max_length=64)
    reason = models.CharField(max_length=400, blank=True, default="")
    matter_id = models.BigIntegerField(default=0)

    class Meta:
        ordering = ("book_id", "month", "number")
        constraints = [
            models.UniqueConstraint(fields=["book", "month", "number"], name="ledger_periodstate_once"),
            models.CheckConstraint(
                name="ledger_periodstate_month", condition=Q(month__regex=r"^\d{4}-(0[1-9]|1[0-2])$")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.book_id} {self.month} {self.state}"
