"""One measure of one subject and period from plain rows, with the counts behind it: the oracle of table.py.

Read it beside docs/algorithms/measures.md: the rows are gone through once for each count; amounts are exact fractions
and are rounded once, when they are told. It looks at every row for every count and is therefore for one value at a
time: a page that explains a figure, and tests.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from yigongti.engines.measures.book import Book, Reporting, interval_of, told_feed
from yigongti.engines.measures.counting import Counted, Facts, count_rows
from yigongti.engines.measures.definitions import (
    Amount,
    Count,
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
from yigongti.engines.measures.intervals import byar, dobson, over_ages, wilson
from yigongti.engines.measures.subjects import Period, Subject, months_of, year_before
from yigongti.engines.measures.telling import told, told_if
from yigongti.foundation.errors import NotFound
from yigongti.foundation.trace import Trace


class Answer(NamedTuple):
    """A value and how it came about."""

    value: Value
    trace: Trace


@dataclass(slots=True)
class _Outcome:
    """What a formula gave. cases: what the version's minimum is held against."""

    state: State = State.VALUE
    numerator: Fraction | None = None
    denominator: Fraction | None = None
    value: Fraction | None = None
    cases: Fraction | None = None
    limits: tuple[Decimal, Decimal] | None = None
    missing: tuple[str, ...] = ()


@dataclass(slots=True)
class _Reckoning:
    """Where a value is being made: whose, of which version, from what; and the counts asked for on the way."""

    subject: Subject
    version: Version
    facts: Facts
    book: Book
    reporting: Reporting
    trace: Trace = field(default_factory=Trace)
    counted: list[Counted] = field(default_factory=list)

    def count(self, name: str, period: Period) -> Counted:
        count = self.book.count(name)
        found = count_rows(count, self.subject, period, self.facts, self.book, self.reporting)
        self.counted.append(found)
        self._tell(count, period, found)
        return found

    def _tell(self, count: Count, period: Period, found: Counted) -> None:
        amount = "—" if found.amount is None else f"{told(found.amount).normalize():f}"
        of = f"{len(found.came)}/{len(found.owed)}"
        self.trace.add(
            "count",
            zh=f"{count.label.zh}（{period}）：{amount} {count.unit}",
            en=f"{count.label.en} ({period}): {amount} {count.unit}",
            evidence=(f"{count.name} = {amount}", f"rows: {found.rows}", f"submitted: {of}", *map(str, count.filters)),
            passed=found.amount is not None,
            source=found.feed,
        )

    def terms(self, terms: Terms, period: Period) -> _Outcome:
        """Counts added and taken away. A count in which the subject has no part (it does not owe it) adds nothing."""
        plus = [(1, self.count(name, period)) for name in terms.plus]
        parts = plus + [(-1, self.count(name, period)) for name in terms.minus]
        own = [(sign, found) for sign, found in parts if not found.is_of_others]
        if not own:
            return _nothing([found for _, found in parts], self.reporting)
        missing = tuple(dict.fromkeys(told_feed(found.feed) for _, found in own if not found.sent))
        if missing:
            return _Outcome(State.NO_DATA, missing=missing)
        total = sum((sign * (found.amount or Fraction(0)) for sign, found in own), Fraction(0))
        return _Outcome(value=total)


def reckon(
    measure: Measure,
    subject: Subject,
    period: Period,
    facts: Facts,
    book: Book,
    reporting: Reporting | None = None,
) -> Answer:
    """The measure's value, by the version in force on the period's last day.

    facts: rows by fact, of the months of the period (and of the year before for growth). Raises NotFound before the
    first version, and for counts that no file has.
    """
    version = measure.version_on(period.last_day)
    if version is None:
        raise NotFound(
            "measures.no_version",
            zh=f"指标 {measure.id} 在 {period} 还没有口径",
            en=f"measure {measure.id} has no version in {period}",
        )
    at = _Reckoning(subject, version, facts, book, reporting or Reporting())
    lists = book.missing_for(version.formula)
    if lists:
        found = _Outcome(State.LIST_NOT_MAINTAINED, missing=lists)
    else:
        found = _WAYS[type(version.formula)](at, version.formula, period)
    if found.state is State.VALUE and found.cases is not None and found.cases < version.minimum:
        found.state = State.TOO_FEW
    low, high = found.limits or (None, None)
    value = Value(
        measure=measure.id,
        subject=subject.code,
        period=str(period),
        state=found.state,
        numerator=told_if(found.numerator),
        denominator=told_if(found.denominator),
        value=told_if(found.value),
        low=told_if(low),
        high=told_if(high),
        completeness=_completeness(at.counted),
        version_from=version.from_on,
        missing=found.missing,
    )
    _tell_value(at.trace, value, version)
    return Answer(value, at.trace)


def _nothing(parts: Iterable[Counted], reporting: Reporting) -> _Outcome:
    """Nothing owed: the measure is not for this subject, where somebody has said who owes it; else nothing came."""
    unsaid = tuple(dict.fromkeys(told_feed(p.feed) for p in parts if reporting.expected_of(p.feed) is None))
    return _Outcome(State.NO_DATA, missing=unsaid) if unsaid else _Outcome(State.NOT_APPLICABLE)


def _zero(version: Version, numerator: Fraction | None = None, missing: tuple[str, ...] = ()) -> _Outcome:
    return _Outcome(State(version.zero), numerator=numerator, denominator=Fraction(0), missing=missing)


def _ratio(at: _Reckoning, formula: Ratio, period: Period) -> _Outcome:
    above, below = at.terms(formula.numerator, period), at.terms(formula.denominator, period)
    for part in (above, below):
        if part.state is not State.VALUE:
            return _Outcome(part.state, missing=part.missing)
    assert above.value is not None and below.value is not None
    if below.value == 0:
        return _zero(at.version, above.value)
    found = _Outcome(numerator=above.value, denominator=below.value, cases=below.value)
    found.value = above.value / below.value * Fraction(formula.times)
    found.limits = _limits_of_ratio(interval_of(formula, at.book), above.value, below.value, formula.times)
    return found


def _limits_of_ratio(kind: str, above: Fraction, below: Fraction, times: Decimal) -> tuple[Decimal, Decimal] | None:
    whole = above.denominator == 1 and above >= 0
    if kind == "wilson" and whole and below.denominator == 1 and above <= below:
        low, high = wilson(Decimal(int(above)), Decimal(int(below)))
    elif kind == "byar" and whole and below > 0:
        people = Decimal(below.numerator) / Decimal(below.denominator)
        low, high = (limit / people for limit in byar(Decimal(int(above))))
    else:
        return None
    return low * times, high * times


def _amount(at: _Reckoning, formula: Amount, period: Period) -> _Outcome:
    found = at.terms(formula.of, period)
    if found.value is not None:
        found.numerator, found.value = found.value, found.value * Fraction(formula.times)
    return found


def _growth(at: _Reckoning, formula: Growth, period: Period) -> _Outcome:
    way = _WAYS[type(formula.of)]
    now, then = way(at, formula.of, period), way(at, formula.of, year_before(period))
    if now.value is None:
        return _Outcome(now.state, missing=now.missing)
    if then.value is None:
        return _Outcome(then.state, missing=tuple(f"{year_before(period)}: {each}" for each in then.missing))
    if then.value <= 0:
        return _zero(at.version, now.value - then.value)
    cases = min(now.cases, then.cases) if now.cases is not None and then.cases is not None else None
    value = (now.value - then.value) / then.value * Fraction(formula.times)
    return _Outcome(numerator=now.value - then.value, denominator=then.value, value=value, cases=cases)


def _quotient(at: _Reckoning, formula: Quotient, period: Period) -> _Outcome:
    above, below = _ratio(at, formula.of, period), _ratio(at, formula.against, period)
    if above.value is None or below.value is None:
        first = above if above.value is None else below
        return _Outcome(first.state, missing=first.missing)
    if not below.value:
        return _zero(at.version, above.value)
    assert above.cases is not None and below.cases is not None
    return _Outcome(
        numerator=above.value,
        denominator=below.value,
        value=above.value / below.value * Fraction(formula.times),
        cases=min(above.cases, below.cases),
    )


def _by_classes(at: _Reckoning, above: str, below: str, period: Period) -> tuple[Counted, Counted] | _Outcome:
    cases, people = at.count(above, period), at.count(below, period)
    if cases.is_of_others or people.is_of_others:
        return _nothing([each for each in (cases, people) if each.is_of_others], at.reporting)
    missing = tuple(dict.fromkeys(told_feed(each.feed) for each in (cases, people) if not each.sent))
    return _Outcome(State.NO_DATA, missing=missing) if missing else (cases, people)


def _standardised(at: _Reckoning, formula: Standardised, period: Period) -> _Outcome:
    found = _by_classes(at, formula.cases, formula.people, period)
    if isinstance(found, _Outcome):
        return found
    cases, people = found
    weights = {name: Fraction(weight) for name, weight in at.book.standards[formula.standard].items() if weight}
    empty = tuple(f"class: {name}" for name in weights if not people.by.get(name))
    if empty:
        return _zero(at.version, missing=empty)
    whole = sum(weights.values(), Fraction(0))
    rate, classes = Fraction(0), []
    for name, weight in weights.items():
        n = cases.by.get(name, Fraction(0))
        rate += weight / whole * n / people.by[name]
        classes.append((_decimal(weight / whole), _decimal(n), _decimal(people.by[name])))
    limits = dobson(_decimal(rate), classes)
    total = sum((cases.by.get(name, Fraction(0)) for name in weights), Fraction(0))
    return _Outcome(
        numerator=total,
        denominator=sum((people.by[name] for name in weights), Fraction(0)),
        value=rate * Fraction(formula.times),
        cases=total,
        limits=limits and (limits[0] * formula.times, limits[1] * formula.times),
    )


def _over_ages(at: _Reckoning, formula: ProbabilityOverAges, period: Period) -> _Outcome:
    found = _by_classes(at, formula.deaths, formula.people, period)
    if isinstance(found, _Outcome):
        return found
    deaths, people = found
    empty = tuple(f"class: {age}" for age in formula.ages if not people.by.get(age))
    if empty:
        return _zero(at.version, missing=empty)
    survival, groups, months = Fraction(1), [], len(months_of(period))
    for age in formula.ages:
        died = deaths.by.get(age, Fraction(0))
        # deaths of a month are those of a twelfth of a year: m is always a year's
        m = died / people.by[age] * Fraction(12, months)
        q = min(formula.width * m / (1 + formula.width * m / 2), Fraction(1))
        survival *= 1 - q
        groups.append((_decimal(q), _decimal(died)))
        at.trace.add(
            "age",
            zh=f"{age} 岁：死亡 {died}，人口 {people.by[age]}，q = {float(q):.6f}",
            en=f"age {age}: deaths {died}, people {people.by[age]}, q = {float(q):.6f}",
        )
    limits = over_ages(groups)
    total = sum((deaths.by.get(age, Fraction(0)) for age in formula.ages), Fraction(0))
    return _Outcome(
        numerator=total,
        denominator=sum((people.by[age] for age in formula.ages), Fraction(0)),
        value=(1 - survival) * Fraction(formula.times),
        cases=total,
        limits=limits and (limits[0] * formula.times, limits[1] * formula.times),
    )


def _spread(at: _Reckoning, formula: Spread, period: Period) -> _Outcome:
    found = at.count(formula.of, period)
    if found.is_of_others:
        return _nothing([found], at.reporting)
    if not found.sent:
        return _Outcome(State.NO_DATA, missing=(told_feed(found.feed),))
    return _Outcome(State(at.version.zero)) if found.amount is None else _Outcome(value=found.amount)


def _graded(at: _Reckoning, formula: Graded, period: Period) -> _Outcome:
    """The last report of the period stands. Levels are not added up: of several institutions there is none."""
    feed, whole = f"returns: {formula.item}", str(period)
    latest: dict[str, tuple[str, Fraction]] = {}
    for row in at.facts.get("returns", ()):
        institution, month = str(row["institution_code"]), str(row["month"])
        of_subject = institution in at.subject.institutions and month in months_of(period)
        if of_subject and row["item"] == formula.item and not row["breakdown"]:
            latest[institution] = max(latest.get(institution, ("", Fraction(0))), (month, Fraction(row["value"])))
    sent = frozenset((institution, whole) for institution in latest)
    expected = at.reporting.expected_of(feed)
    owed = sent if expected is None else frozenset((each, whole) for each in expected & at.subject.institutions)
    found = Counted(feed, None, rows=len(latest), owed=owed, came=owed & sent, sent=sent)
    at.counted.append(found)
    if found.is_of_others:
        return _nothing([found], at.reporting)
    if not latest:
        return _Outcome(State.NO_DATA, missing=(feed,))
    if len(latest) > 1:
        return _Outcome(State.NOT_APPLICABLE)
    ((institution, (month, level)),) = latest.items()
    at.trace.add(
        "reported",
        zh=f"{institution} 于 {month} 填报：{told(level).normalize():f}",
        en=f"{institution} reported in {month}: {told(level).normalize():f}",
        source=feed,
    )
    return _Outcome(value=level)


def _completeness(counted: Iterable[Counted]) -> Decimal:
    """Of all that was owed for the counts (a feed's institution and month once), the part that came."""
    owed = {(found.feed, each) for found in counted for each in found.owed}
    came = {(found.feed, each) for found in counted for each in found.came}
    return told(Fraction(len(came), len(owed))) if owed else Decimal(1)


def _decimal(number: Fraction) -> Decimal:
    return Decimal(number.numerator) / Decimal(number.denominator)


def _tell_value(trace: Trace, value: Value, version: Version) -> None:
    def written(number: Decimal | None) -> str:
        return "—" if number is None else f"{number.normalize():f}"

    parts = [f"numerator = {written(value.numerator)}", f"denominator = {written(value.denominator)}"]
    interval = f"95 %: {written(value.low)} – {written(value.high)}"
    trace.add(
        "value",
        zh=f"结果 {written(value.value)}（{_STATES_ZH[value.state]}）",
        en=f"result {written(value.value)} ({value.state.value.replace('_', ' ')})",
        evidence=(*parts, *([interval] if value.low is not None else []), *value.missing),
        passed=value.state is State.VALUE,
        source=version.source,
    )


_STATES_ZH = {
    State.VALUE: "有值",
    State.NOT_APPLICABLE: "不适用",
    State.NO_DATA: "无数据",
    State.LIST_NOT_MAINTAINED: "目录未维护",
    State.TOO_FEW: "例数过少",
}
_WAYS: dict[type[Formula], Callable[[_Reckoning, Any, Period], _Outcome]] = {
    Ratio: _ratio,
    Amount: _amount,
    Growth: _growth,
    Quotient: _quotient,
    Standardised: _standardised,
    ProbabilityOverAges: _over_ages,
    Spread: _spread,
    Graded: _graded,
}
