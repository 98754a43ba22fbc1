"""Counts of subjects and periods out of the cube: rolled up the tree of institutions and over the months.

Counts that add up are sums of cells; stocks are the last month's, or each institution's mean, added up; different
persons and medians come from the table of what does not add up. Beside each amount stands what was owed for it and
what came.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc

from yigongti.engines.measures.book import Book, Reporting, feed_of
from yigongti.engines.measures.definitions import Count, Over
from yigongti.engines.measures.subjects import Period, Subject, months_of
from yigongti.engines.measures.table import WHOLE, is_plain_item

Cells = Mapping[str, Mapping[str, Decimal]]
"""month → institution → amount"""
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Rolled:
    """A count of a subject and period. amount, by: as in counting.Counted. feed, months: what it was made of."""

    feed: str
    months: tuple[str, ...]
    amount: Decimal | None
    by: Mapping[str, Decimal] = field(default_factory=dict)
    is_sent: bool = True
    is_of_others: bool = False


class Amounts:
    """The cube and what does not add up, opened for asking."""

    def __init__(
        self, book: Book, cube: pa.Table, apart: pa.Table, reporting: Reporting, periods: Iterable[Period]
    ) -> None:
        """periods: of the months of these only, and of no others, the cube is read."""
        self._book, self._reporting = book, reporting
        months = sorted({month for period in periods for month in months_of(period)})
        self._cells = _cells_of(cube.filter(pc.is_in(cube["month"], pa.array(months, pa.string()))))
        self._apart = _apart_of(apart)
        self._sent: dict[str, dict[str, frozenset[str]]] = {}
        self._kept: dict[tuple[str, str, str], Rolled] = {}
        self._reports: dict[tuple[str, str, str], tuple[int, int, int]] = {}

    def of(self, count: Count, subject: Subject, period: Period) -> Rolled:
        """The count of the subject and period; kept, because many measures read the same counts."""
        key = count.name, subject.code, str(period)
        if key not in self._kept:
            self._kept[key] = self._roll(count, subject, period)
        return self._kept[key]

    def reported(self, item: str, subject: Subject, period: Period) -> dict[str, Decimal]:
        """The last report of an item (without a breakdown) in the period, by institution."""
        found: dict[str, Decimal] = {}
        cells = self._cells.get(f"item: {item}", {}).get("", {})
        for month in months_of(period):
            found |= _own(cells.get(month, {}), subject)
        return found

    def reports(self, feed: str, subject: Subject, month: str) -> tuple[int, int, int]:
        """Reports of the month: how many the subject's institutions owe, how many of these came, how many came."""
        key = feed, subject.code, month
        if key not in self._reports:
            sent = self._senders(feed).get(month, frozenset()) & subject.institutions
            expected = self._reporting.expected_of(feed)
            owed = sent if expected is None else expected & subject.institutions
            self._reports[key] = len(owed), len(owed & sent), len(sent)
        return self._reports[key]

    def is_said(self, feed: str) -> bool:
        """Whether somebody has said who owes the feed."""
        return self._reporting.expected_of(feed) is not None

    def standing(self, feed: str, subject: Subject, reported: Collection[str]) -> tuple[int, int]:
        """Of what stands until the next report: how many institutions owe one, and how many of these have reported."""
        expected = self._reporting.expected_of(feed)
        owed = frozenset(reported) if expected is None else expected & subject.institutions
        return len(owed), len(owed & frozenset(reported))

    def _roll(self, count: Count, subject: Subject, period: Period) -> Rolled:
        months = months_of(period)[-1:] if count.over is Over.LAST else months_of(period)
        feed = feed_of(count)
        reports = [self.reports(feed, subject, month) for month in months]
        if not any(sent for _, _, sent in reports):
            return Rolled(feed, months, None, {}, False, not any(owed for owed, _, _ in reports))
        if count.over in (Over.DISTINCT, Over.MEDIAN):
            parts = dict(self._apart.get((count.name, subject.code, str(period)), {}))
            whole = parts.pop(WHOLE, None)
            return Rolled(feed, months, ZERO if whole is None and count.over is Over.DISTINCT else whole, parts)
        cells = self._cells.get(f"item: {count.item}" if is_plain_item(count) else count.name, {})
        if count.over is Over.MEAN:
            by = {name: self._means(each, feed, subject, months) for name, each in cells.items()}
        else:
            by = {name: _sum(each, subject, months) for name, each in cells.items()}
        return Rolled(feed, months, sum(by.values(), ZERO), by if count.by else {})

    def _means(self, cells: Cells, feed: str, subject: Subject, months: tuple[str, ...]) -> Decimal:
        senders = [self._senders(feed).get(month, frozenset()) & subject.institutions for month in months]
        total = ZERO
        for institution in sorted(frozenset().union(*senders)):
            reported = sum(institution in each for each in senders)
            total += sum((cells.get(month, {}).get(institution, ZERO) for month in months), ZERO) / reported
        return total

    def _senders(self, feed: str) -> dict[str, frozenset[str]]:
        """month → institutions that sent the feed."""
        if feed not in self._sent:
            fact, _, item = feed.partition(": ")
            found: dict[str, set[str]] = {}
            if not item and fact in self._reporting.submitted:
                for institution, month in self._reporting.submitted[fact]:
                    found.setdefault(month, set()).add(institution)
            else:
                for cells in self._cells.get(f"item: {item}" if item else f"rows: {fact}", {}).values():
                    for month, by_institution in cells.items():
                        found.setdefault(month, set()).update(by_institution)
            self._sent[feed] = {month: frozenset(each) for month, each in found.items()}
        return self._sent[feed]


def _own(by_institution: Mapping[str, Decimal], subject: Subject) -> dict[str, Decimal]:
    if len(subject.institutions) < len(by_institution):
        return {each: by_institution[each] for each in subject.institutions if each in by_institution}
    return {each: value for each, value in by_institution.items() if each in subject.institutions}


def _sum(cells: Cells, subject: Subject, months: tuple[str, ...]) -> Decimal:
    return sum((value for month in months for value in _own(cells.get(month, {}), subject).values()), ZERO)


def _cells_of(cube: pa.Table) -> dict[str, dict[str, dict[str, dict[str, Decimal]]]]:
    """count → class → month → institution → amount. That an institution has rows of a fact stands under "rows: …"."""
    found: dict[str, dict[str, dict[str, dict[str, Decimal]]]] = {}
    columns = (cube[name].to_pylist() for name in ("fact", "count", "class", "month", "institution_code", "value"))
    for fact, count, name, month, institution, value in zip(*columns, strict=True):
        cells = found.setdefault(count or f"rows: {fact}", {}).setdefault(name, {})
        cells.setdefault(month, {})[institution] = value
    return found


def _apart_of(apart: pa.Table) -> dict[tuple[str, str, str], dict[str, Decimal]]:
    found: dict[tuple[str, str, str], dict[str, Decimal]] = {}
    columns = (apart[name].to_pylist() for name in ("count", "subject", "period", "class", "value"))
    for count, subject, period, name, value in zip(*columns, strict=True):
        found.setdefault((count, subject, period), {})[name] = value
    return found
