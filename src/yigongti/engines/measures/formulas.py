"""The values of all measures, subjects and periods, from the cube: what reference.py says of rows, said of cells.

Counts come from amounts.py. Arithmetic is Decimal with fifty digits, rounded once when a value is told; a value costs
some microseconds, so that a month of a county is a matter of seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import Any

import pyarrow as pa

from yigongti.engines.measures.amounts import ZERO, Amounts, Rolled
from yigongti.engines.measures.book import Book, Reporting, interval_of, told_feed
from yigongti.engines.measures.definitions import (
    Amount,
    Formula,
    Graded,
    Growth,
    Measure,
    ProbabilityOverAges,
    Quotient,
    Ratio,
    Spread,
    Standardised,
    State,
    Terms,
    Value,
    Version,
)
from yigongti.engines.measures.intervals import Limits, byar, dobson, over_ages, wilson
from yigongti.engines.measures.subjects import Period, Subject, has_meaning, months_of, year_before
from yigongti.engines.measures.telling import EXACT, told, told_if

_NOTHING = (None, None)


def values_of(
    book: Book,
    cube: pa.Table,
    apart: pa.Table,
    subjects: Collection[Subject],
    periods: Collection[Period],
    reporting: Reporting | None = None,
    *,
    measures: Collection[str] | None = None,
) -> list[Value]:
    """The values of the book's measures (only these, if given) for all subjects and periods for which they are meant.

    cube, apart: as table.py makes them, of the months of the periods, and for growth of those a year before; apart of
    the subjects. A measure without a version on the period's last day has no value.
    """
    looked_at = {*periods, *(year_before(each) for each in periods)}
    with localcontext(EXACT):
        amounts = Amounts(book, cube, apart, reporting or Reporting(), looked_at)
        chosen = [each for name, each in sorted(book.measures.items()) if measures is None or name in measures]
        return list(_values(book, amounts, chosen, subjects, periods))


def _values(
    book: Book, amounts: Amounts, measures: Sequence[Measure], subjects: Iterable[Subject], periods: Collection[Period]
) -> Iterator[Value]:
    lists: dict[Version, tuple[str, ...]] = {}
    for subject in subjects:
        for period in periods:
            for measure in measures:
                version = measure.version_on(period.last_day) if has_meaning(measure, subject, period) else None
                if version is None:
                    continue
                if version not in lists:
                    lists[version] = book.missing_for(version.formula)
                yield _value(measure, version, lists[version], _At(book, amounts, subject, version), period)


@dataclass(slots=True)
class _Found:
    """What a formula gave: as in reference.py. limits: already times what the value is."""

    state: State = State.VALUE
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    value: Decimal | None = None
    cases: Decimal | None = None
    limits: Limits | None = None
    missing: tuple[str, ...] = ()


class _At:
    """Whose value is being made, and which counts were asked for on the way."""

    __slots__ = ("amounts", "book", "graded", "read", "subject", "version")

    def __init__(self, book: Book, amounts: Amounts, subject: Subject, version: Version) -> None:
        self.book, self.amounts, self.subject, self.version = book, amounts, subject, version
        self.read: set[tuple[str, str]] = set()  # feed and month
        self.graded: tuple[int, int] = (0, 0)  # owed and come

    def count(self, name: str, period: Period) -> Rolled:
        found = self.amounts.of(self.book.count(name), self.subject, period)
        self.read.update([(found.feed, month) for month in found.months])
        return found

    def terms(self, terms: Terms, period: Period) -> _Found:
        parts = [(1, self.count(name, period)) for name in terms.plus]
        parts += [(-1, self.count(name, period)) for name in terms.minus]
        own = [each for each in parts if not each[1].is_of_others]
        if not own:
            return self.nothing([found.feed for _, found in parts])
        missing = tuple(dict.fromkeys(told_feed(found.feed) for _, found in own if not found.is_sent))
        if missing:
            return _Found(State.NO_DATA, missing=missing)
        return _Found(value=sum((sign * (found.amount or ZERO) for sign, found in own), ZERO))

    def nothing(self, feeds: Iterable[str]) -> _Found:
        unsaid = tuple(dict.fromkeys(told_feed(each) for each in feeds if not self.amounts.is_said(each)))
        return _Found(State.NO_DATA, missing=unsaid) if unsaid else _Found(State.NOT_APPLICABLE)

    def zero(self, numerator: Decimal | None = None, missing: tuple[str, ...] = ()) -> _Found:
        return _Found(State(self.version.zero), numerator=numerator, denominator=ZERO, missing=missing)

    def completeness(self) -> Decimal:
        owed, came = self.graded
        for feed, month in self.read:
            of_month = self.amounts.reports(feed, self.subject, month)
            owed, came = owed + of_month[0], came + of_month[1]
        return Decimal(1) if came == owed else told(Decimal(came) / owed)


def _value(measure: Measure, version: Version, lists: tuple[str, ...], at: _At, period: Period) -> Value:
    if lists:
        found = _Found(State.LIST_NOT_MAINTAINED, missing=lists)
    else:
        found = _WAYS[type(version.formula)](at, version.formula, period)
    if found.state is State.VALUE and found.cases is not None and found.cases < version.minimum:
        found.state = State.TOO_FEW
    low, high = found.limits or _NOTHING
    return Value(
        measure=measure.id,
        subject=at.subject.code,
        period=str(period),
        state=found.state,
        numerator=told_if(found.numerator),
        denominator=told_if(found.denominator),
        value=told_if(found.value),
        low=told_if(low),
        high=told_if(high),
        completeness=at.completeness(),
        version_from=version.from_on,
        missing=found.missing,
    )


def _ratio(at: _At, formula: Ratio, period: Period) -> _Found:
    above, below = at.terms(formula.numerator, period), at.terms(formula.denominator, period)
    if above.value is None or below.value is None:
        first = above if above.value is None else below
        return _Found(first.state, missing=first.missing)
    if not below.value:
        return at.zero(above.value)
    return _Found(
        numerator=above.value,
        denominator=below.value,
        value=above.value / below.value * formula.times,
        cases=below.value,
        limits=_limits(interval_of(formula, at.book), above.value, below.value, formula.times),
    )


def _limits(kind: str, above: Decimal, below: Decimal, times: Decimal) -> Limits | None:
    if kind == "none" or above < 0 or above != above.to_integral_value():
        return None
    if kind == "wilson" and above <= below and below == below.to_integral_value():
        low, high = wilson(above, below)
    elif kind == "byar" and below > 0:
        low, high = (limit / below for limit in byar(above))
    else:
        return None
    return low * times, high * times


def _amount(at: _At, formula: Amount, period: Period) -> _Found:
    found = at.terms(formula.of, period)
    if found.value is not None:
        found.numerator, found.value = found.value, found.value * formula.times
    return found


def _growth(at: _At, formula: Growth, period: Period) -> _Found:
    way, before = _WAYS[type(formula.of)], year_before(period)
    now, then = way(at, formula.of, period), way(at, formula.of, before)
    if now.value is None:
        return _Found(now.state, missing=now.missing)
    if then.value is None:
        return _Found(then.state, missing=tuple(f"{before}: {each}" for each in then.missing))
    change = now.value - then.value
    if then.value <= 0:
        return at.zero(change)
    cases = min(now.cases, then.cases) if now.cases is not None and then.cases is not None else None
    return _Found(numerator=change, denominator=then.value, value=change / then.value * formula.times, cases=cases)


def _quotient(at: _At, formula: Quotient, period: Period) -> _Found:
    above, below = _ratio(at, formula.of, period), _ratio(at, formula.against, period)
    if above.value is None or below.value is None:
        first = above if above.value is None else below
        return _Found(first.state, missing=first.missing)
    if not below.value:
        return at.zero(above.value)
    assert above.cases is not None and below.cases is not None
    return _Found(
        numerator=above.value,
        denominator=below.value,
        value=above.value / below.value * formula.times,
        cases=min(above.cases, below.cases),
    )


def _two_by_classes(at: _At, above: str, below: str, period: Period) -> tuple[Rolled, Rolled] | _Found:
    cases, people = at.count(above, period), at.count(below, period)
    others = [each.feed for each in (cases, people) if each.is_of_others]
    if others:
        return at.nothing(others)
    missing = tuple(dict.fromkeys(told_feed(each.feed) for each in (cases, people) if not each.is_sent))
    return _Found(State.NO_DATA, missing=missing) if missing else (cases, people)


def _standardised(at: _At, formula: Standardised, period: Period) -> _Found:
    two = _two_by_classes(at, formula.cases, formula.people, period)
    if isinstance(two, _Found):
        return two
    cases, people = two
    weights = {name: weight for name, weight in at.book.standards[formula.standard].items() if weight}
    empty = tuple(f"class: {name}" for name in weights if not people.by.get(name))
    if empty:
        return at.zero(missing=empty)
    whole = sum(weights.values(), ZERO)
    classes = [(weight / whole, cases.by.get(name, ZERO), people.by[name]) for name, weight in weights.items()]
    rate = sum((weight * n / of for weight, n, of in classes), ZERO)
    total = sum((n for _, n, _ in classes), ZERO)
    return _Found(
        numerator=total,
        denominator=sum((of for _, _, of in classes), ZERO),
        value=rate * formula.times,
        cases=total,
        limits=_times(dobson(rate, classes), formula.times),
    )


def _over_ages(at: _At, formula: ProbabilityOverAges, period: Period) -> _Found:
    two = _two_by_classes(at, formula.deaths, formula.people, period)
    if isinstance(two, _Found):
        return two
    deaths, people = two
    empty = tuple(f"class: {age}" for age in formula.ages if not people.by.get(age))
    if empty:
        return at.zero(missing=empty)
    survival, groups, months = Decimal(1), [], len(months_of(period))
    for age in formula.ages:
        died = deaths.by.get(age, ZERO)
        m = died * 12 / (people.by[age] * months)  # of a year, also where the period is shorter
        q = min(formula.width * m / (1 + formula.width * m / 2), Decimal(1))
        survival *= 1 - q
        groups.append((q, died))
    total = sum((died for _, died in groups), ZERO)
    return _Found(
        numerator=total,
        denominator=sum((people.by[age] for age in formula.ages), ZERO),
        value=(1 - survival) * formula.times,
        cases=total,
        limits=_times(over_ages(groups), formula.times),
    )


def _times(limits: Limits | None, times: Decimal) -> Limits | None:
    return None if limits is None else (limits[0] * times, limits[1] * times)


def _spread(at: _At, formula: Spread, period: Period) -> _Found:
    found = at.count(formula.of, period)
    if found.is_of_others:
        return at.nothing([found.feed])
    if not found.is_sent:
        return _Found(State.NO_DATA, missing=(told_feed(found.feed),))
    return _Found(State(at.version.zero)) if found.amount is None else _Found(value=found.amount)


def _graded(at: _At, formula: Graded, period: Period) -> _Found:
    feed = f"returns: {formula.item}"
    levels = at.amounts.reported(formula.item, at.subject, period)
    at.graded = at.amounts.standing(feed, at.subject, levels)
    if not at.graded[0] and not levels:
        return at.nothing([feed])
    if not levels:
        return _Found(State.NO_DATA, missing=(feed,))
    return _Found(value=next(iter(levels.values()))) if len(levels) == 1 else _Found(State.NOT_APPLICABLE)


_WAYS: dict[type[Formula], Callable[[_At, Any, Period], _Found]] = {
    Ratio: _ratio,
    Amount: _amount,
    Growth: _growth,
    Quotient: _quotient,
    Standardised: _standardised,
    ProbabilityOverAges: _over_ages,
    Spread: _spread,
    Graded: _graded,
}
