"""The month as it stands in the books: sums by book, account and the institution whose settlements brought them about.

The cause of an entry names it (docs/adr/0020): "settlement:<institution>/<number>" for one settled at the counter,
"settlements:<month>/<institution>/<care>" for those that came by file, "case_payment:<month>/<institution>" for payment
by group. A reversal keeps the cause.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from django.db.models import Case, Func, Q, QuerySet, Sum, TextField, Value, When

from yigongti.kernel.ledger.public import CNY, Entry, Posting, fund_book
from yigongti.processes.verification.difference import Books

ONE, MANY, GROUPS = "settlement:", "settlements:", "case_payment:"


class _Part(Func):
    """PostgreSQL's split_part: the text between two marks, counted from 1."""

    function = "split_part"
    output_field = TextField()


def _part(text: object, mark: str, number: int) -> _Part:
    return _Part(text, Value(mark), Value(number))


_INSTITUTION = Case(
    When(entry__cause__startswith=MANY, then=_part("entry__cause", "/", 2)),
    default=_part(_part("entry__cause", ":", 2), "/", 1),
    output_field=TextField(),
)


def of_settlements(books: Books, accounts: Iterable[str], *, in_fund: bool) -> dict[tuple[str, str], Decimal]:
    """(institution, account) → what the month's settlements posted on the accounts, in the fund's book or in those of
    the institutions."""
    rows = _postings(books, accounts).filter(Q(entry__cause__startswith=ONE) | Q(entry__cause__startswith=MANY))
    book = fund_book(using=books.using)
    rows = rows.filter(book=book) if in_fund else rows.exclude(book=book)
    sums = rows.annotate(whose=_INSTITUTION).values("whose", "account").order_by().annotate(sum=Sum("amount"))
    return {(row["whose"], row["account"]): row["sum"] for row in sums}


def of_case_payment(books: Books, account: str) -> dict[int, Decimal]:
    """Book → what payment by group of the month posted on the account, reversals counted."""
    rows = _postings(books, [account]).filter(entry__cause__startswith=f"{GROUPS}{books.month}/")
    sums = rows.values("book_id").order_by().annotate(sum=Sum("amount"))
    return {row["book_id"]: row["sum"] for row in sums}


def _postings(books: Books, accounts: Iterable[str]) -> QuerySet[Posting]:
    month = books.month
    return Posting.objects.using(books.using).filter(
        account__in=list(accounts), unit=CNY, on__gte=month.first_day, on__lte=month.last_day
    )


def cleared_in_year(books: Books) -> tuple[Decimal, dict[int, Decimal], dict[int, Decimal]]:
    """(surplus kept as the fund's book spends it; institution → what those entries owe it; institution → its income of
    surplus kept), of the year up to the month's last day."""
    year = Posting.objects.using(books.using).filter(
        unit=CNY, on__gte=books.month.first_day.replace(month=1, day=1), on__lte=books.month.last_day
    )
    kept = year.filter(account="5101")
    book = fund_book(using=books.using)
    entries = Entry.objects.using(books.using).filter(postings__account="5101", book=book).values("pk")
    owed = year.filter(account="2003", entry_id__in=entries).values("partner_id").order_by().annotate(s=Sum("amount"))
    got = year.filter(account="4102").values("book_id").order_by().annotate(s=Sum("amount"))
    return (
        sum(kept.values_list("amount", flat=True), Decimal("0.00")),
        {row["partner_id"] or 0: -row["s"] for row in owed},
        {row["book_id"]: -row["s"] for row in got},
    )
