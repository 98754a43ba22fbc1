"""What the books say: balances, trial balances, statements, the lines of an account, entries by their cause.

Debit positive throughout, unless a function says that it turns the sign. Everything is summed from postings: there is
no balance that could differ from them. Row security decides which books are read; callers name the books they mean.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import F, Q, QuerySet, Sum

from yigongti.foundation.errors import Text
from yigongti.foundation.period import Month
from yigongti.kernel.ledger.chart import EXPENSE, INCOME, KINDS, Account, chart
from yigongti.kernel.ledger.drafts import CNY
from yigongti.kernel.ledger.models import Entry, Posting

ZERO = Decimal("0.00")


def in_unit(amount: Decimal, unit: str) -> Decimal:
    """As amounts of the unit are written: yuan with two decimals, goods with four."""
    return amount.quantize(Decimal("0.01") if unit == CNY else Decimal("0.0001"))


def of_books(book_ids: Iterable[int], column: str = "book_id") -> Q:
    """Rows of these books, said as ranges of numbers: a community is few ranges."""
    found: Q = Q(**{f"{column}__in": []})
    run: list[int] = []
    for number in sorted(set(book_ids)):
        if run and number != run[-1] + 1:
            found |= Q(**{f"{column}__gte": run[0], f"{column}__lte": run[-1]})
            run = []
        run.append(number)
    return found | Q(**{f"{column}__gte": run[0], f"{column}__lte": run[-1]}) if run else found


def postings(
    book_ids: Iterable[int], unit: str = CNY, *, first: date | None = None, until: date | None = None,
    using: str = "default",
) -> QuerySet[Posting]:  # fmt: skip
    """The postings of the books in the unit, from the first day to the last, both included."""
    rows = Posting.objects.using(using).filter(of_books(book_ids), unit=unit)
    if first is not None:
        rows = rows.filter(on__gte=first)
    return rows if until is None else rows.filter(on__lte=until)


def balance(
    book_id: int, account: str, until: date | None = None, unit: str = CNY, *, using: str = "default"
) -> Decimal:
    """The sum of the postings of the account and those below it, up to and including the day (None: all of them).
    Raises InvalidInput for an unknown account."""
    rows = postings([book_id], unit, until=until, using=using).filter(account__in=chart().within(account))
    found: Decimal | None = rows.aggregate(found=Sum("amount"))["found"]
    return in_unit(found or ZERO, unit)


@dataclass(frozen=True, slots=True)
class TrialLine:
    """An account with all below it: what it began with, debits and credits (both positive), what it ends with."""

    account: Account
    opening: Decimal
    debit: Decimal
    credit: Decimal

    @property
    def closing(self) -> Decimal:
        return self.opening + self.debit - self.credit


@dataclass(frozen=True, slots=True)
class TrialBalance:
    """lines: every account with a posting, and those above it, in the order of the chart. Totals are of the head
    accounts: debit equals credit, and opening and closing are zero, because every entry sums to zero."""

    lines: tuple[TrialLine, ...]
    unit: str

    def total(self, name: str) -> Decimal:
        """The sum of "opening", "debit", "credit" or "closing" over the head accounts."""
        return sum((getattr(line, name) for line in self.lines if not line.account.depth), in_unit(ZERO, self.unit))

    def line(self, code: str) -> TrialLine | None:
        return next((line for line in self.lines if line.account.code == code), None)


def trial_balance(
    book_ids: Sequence[int], first: Month, last: Month, unit: str = CNY, *, using: str = "default"
) -> TrialBalance:
    """Of several books together: the plain sum, nothing eliminated (consolidating.py does that)."""
    return summed(postings(book_ids, unit, until=last.last_day, using=using), first, unit)


def summed(rows: QuerySet[Posting], first: Month, unit: str) -> TrialBalance:
    """The trial balance of these postings, from the first month on."""
    before, within = Q(on__lt=first.first_day), Q(on__gte=first.first_day)
    found = rows.order_by().values("account").annotate(
        opening=Sum("amount", filter=before),
        debit=Sum("amount", filter=within & Q(amount__gt=0)),
        credit=Sum(-F("amount"), filter=within & Q(amount__lt=0)),
    )  # fmt: skip
    sums: dict[str, list[Decimal]] = {}
    accounts = chart().accounts
    for row in found:
        own = [row["opening"] or ZERO, row["debit"] or ZERO, row["credit"] or ZERO]
        above = chart().above(row["account"]) if row["account"] in accounts else ()
        for code in (row["account"], *above):
            sums[code] = [a + b for a, b in zip(sums.get(code, [ZERO] * 3), own, strict=True)]
    lines = [
        TrialLine(accounts.get(code) or _gone(code), *(in_unit(amount, unit) for amount in sums[code]))
        for code in sorted(sums, key=lambda each: each.split("."))
    ]
    return TrialBalance(tuple(lines), unit)


def _gone(code: str) -> Account:
    """An account that was posted to and stands in the chart no more: it is shown, by its code, and never left out."""
    return Account(code, "", "", Text(f"{code}（科目表中已无）", f"{code} (no longer in the chart)"))


@dataclass(frozen=True, slots=True)
class Statement:
    """What came in and went out in the period, and what there is and is owed on its last day.

    lines: kind → lines whose amount grows with the account (income and liabilities positive). result: income less
    expense of the period. accumulated: of all time up to the last day; it is what assets exceed liabilities and equity
    by, because income and expense are not carried over to equity by an entry of their own.
    """

    lines: dict[str, tuple[tuple[Account, Decimal], ...]]
    result: Decimal
    accumulated: Decimal

    def total(self, kind: str) -> Decimal:
        return sum((amount for account, amount in self.lines[kind] if not account.depth), ZERO)


def statement(
    book_ids: Sequence[int], first: Month, last: Month, unit: str = CNY, *, using: str = "default"
) -> Statement:
    """Income and expense of the months; assets, liabilities and equity on the last day."""
    return stated(trial_balance(book_ids, first, last, unit, using=using))


def stated(trial: TrialBalance) -> Statement:
    """The statement that a trial balance makes."""
    lines: dict[str, list[tuple[Account, Decimal]]] = {kind: [] for kind in KINDS}
    accumulated = ZERO
    for line in trial.lines:
        account = line.account
        if account.kind not in lines:
            continue
        of_period = account.kind in (INCOME, EXPENSE)
        amount = line.debit - line.credit if of_period else line.closing
        if amount:
            lines[account.kind].append((account, account.sign * amount))
        if of_period and not account.depth:
            accumulated -= line.closing
    made = Statement({kind: tuple(found) for kind, found in lines.items()}, ZERO, accumulated)
    return Statement(made.lines, made.total(INCOME) - made.total(EXPENSE), accumulated)


def account_lines(
    book_ids: Sequence[int], account: str, first: Month, last: Month, unit: str = CNY
) -> QuerySet[Posting]:
    """The postings of an account and all below it in the months, in the order of the days, for a table that pages by
    key (`place`). Entries about somebody show what they are only to those who may read them; amounts stand for all."""
    rows = postings(book_ids, unit, first=first.first_day, until=last.last_day)
    rows = rows.filter(account__in=chart().within(account))
    return rows.annotate(place=F("entry_id") * 32768 + F("line")).order_by("on", "place")


def entry_of(key: str) -> Entry | None:
    """The entry with this key, if the actor may read it."""
    return Entry.objects.select_related("book", "reverses", "reversed_by").filter(key=key).first()


def entries_of_cause(cause: str) -> list[Entry]:
    """What one bill, case, matter or measure brought about, oldest first, as far as the actor may read it."""
    return list(Entry.objects.select_related("book").filter(cause=cause).order_by("id"))


def units_of(book_ids: Sequence[int]) -> list[str]:
    """The units that the books hold, yuan first."""
    rows = Posting.objects.filter(of_books(book_ids)).order_by("unit").values_list("unit", flat=True).distinct()
    return sorted({CNY, *rows}, key=lambda unit: (unit != CNY, unit))


__all__ = [
    "Statement", "TrialBalance", "TrialLine", "account_lines", "balance", "entries_of_cause", "entry_of",
    "in_unit", "of_books", "postings", "stated", "statement", "summed", "trial_balance", "units_of",
]  # fmt: skip
