"""One count of one subject and period from plain rows, the slow and plain way: what reference.py builds on.

Rows: one mapping for each row of a fact, with `institution_code`, `month` ("2026-10") and the fact's columns. Rows of
returns have `item`, `breakdown` and `value`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from statistics import median

from yigongti.engines.measures.book import Book, Reporting, feed_of
from yigongti.engines.measures.conditions import Row, holds
from yigongti.engines.measures.definitions import Count, Over
from yigongti.engines.measures.subjects import Period, Subject, months_of

Facts = Mapping[str, Sequence[Row]]
Sending = tuple[str, str]
"""An institution and a month."""


@dataclass(frozen=True, slots=True)
class Counted:
    """A count of a subject and period.

    amount: None where nothing was sent in, or where there is nothing to take a median of. by: the same by the count's
    classes. rows: how many rows it is made of. owed: what was to be sent; came: what of it was; sent: all that was.
    """

    feed: str
    amount: Fraction | None
    by: Mapping[str, Fraction] = field(default_factory=dict)
    rows: int = 0
    owed: frozenset[Sending] = frozenset()
    came: frozenset[Sending] = frozenset()
    sent: frozenset[Sending] = frozenset()

    @property
    def is_of_others(self) -> bool:
        """Whether the subject neither owes what is counted nor sent any: it has no part in it."""
        return not self.owed and not self.sent


def count_rows(
    count: Count, subject: Subject, period: Period, facts: Facts, book: Book, reporting: Reporting
) -> Counted:
    """The count, from the rows of its fact."""
    months = months_of(period)[-1:] if count.over is Over.LAST else months_of(period)
    feed = feed_of(count)
    own = [
        row
        for row in facts.get(count.fact, ())
        if row["institution_code"] in subject.institutions
        and row["month"] in months
        and (not count.item or row["item"] == count.item)
    ]
    sent = frozenset((str(row["institution_code"]), str(row["month"])) for row in own)
    if not count.item and count.fact in reporting.submitted:
        sent = frozenset(
            (institution, month)
            for institution, month in reporting.submitted[count.fact]
            if institution in subject.institutions and month in months
        )
    expected = reporting.expected_of(feed)
    owed = sent
    if expected is not None:
        owed = frozenset((each, month) for each in expected & subject.institutions for month in months)
    wheres = [each.where for each in book.filters_of(count)]
    rows = [row for row in own if all(holds(where, row, book.codesets) for where in wheres)]
    amount = _amount(count, rows, sent) if sent else None
    classes = sorted({_class(count, row) for row in rows}) if count.by and sent else []
    by = {name: _amount(count, [row for row in rows if _class(count, row) == name], sent) for name in classes}
    known = {name: part for name, part in by.items() if part is not None}
    return Counted(feed, amount, known, len(rows), owed, owed & sent, sent)


def _class(count: Count, row: Row) -> str:
    value = row.get(count.by)
    return "" if value is None else str(value)


def _amount(count: Count, rows: Sequence[Row], sent: Iterable[Sending]) -> Fraction | None:
    if count.over is Over.MEAN:
        return _mean_stock(count, rows, sent)
    return _WAYS[count.over](count, rows)


def _how_many(count: Count, rows: Sequence[Row]) -> Fraction:
    return Fraction(len(rows))


def _sum(count: Count, rows: Sequence[Row]) -> Fraction:
    return sum(_numbers(count, rows), Fraction(0))


def _distinct(count: Count, rows: Sequence[Row]) -> Fraction:
    return Fraction(len({row[count.column] for row in rows if row.get(count.column) not in (None, "")}))


def _median(count: Count, rows: Sequence[Row]) -> Fraction | None:
    numbers = _numbers(count, rows)
    return median(numbers) if numbers else None


def _mean_stock(count: Count, rows: Sequence[Row], sent: Iterable[Sending]) -> Fraction:
    """Each institution's mean over the months that it reported, added up over institutions."""
    reported: dict[str, int] = {}
    for institution, _ in sent:
        reported[institution] = reported.get(institution, 0) + 1
    return sum(
        (
            _sum(count, [row for row in rows if row["institution_code"] == institution]) / months
            for institution, months in reported.items()
        ),
        Fraction(0),
    )


def _numbers(count: Count, rows: Sequence[Row]) -> list[Fraction]:
    column = column_of(count)
    return [Fraction(row[column]) for row in rows if row.get(column) is not None]


def column_of(count: Count) -> str:
    """The column that is added up: of a return its value, unless the count says otherwise."""
    return count.column or ("value" if count.item else "")


_WAYS: dict[Over, Callable[[Count, Sequence[Row]], Fraction | None]] = {
    Over.ROWS: _how_many,
    Over.SUM: _sum,
    Over.LAST: _sum,
    Over.DISTINCT: _distinct,
    Over.MEDIAN: _median,
}
