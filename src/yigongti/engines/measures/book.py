"""What is computed together: filters, counts and measures by name, with the lists and standard populations they need.

Files become a book in loading.py; tests write small ones by hand. What the institutions owe and what they have sent in
(`Reporting`) stands beside it, because a sum over institutions is only worth what was submitted for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from yigongti.engines.measures.conditions import Codes, codesets_of
from yigongti.engines.measures.definitions import (
    Amount,
    Count,
    Filter,
    Formula,
    Graded,
    Growth,
    Measure,
    Over,
    ProbabilityOverAges,
    Quotient,
    Ratio,
    Spread,
    Standardised,
)
from yigongti.foundation.errors import NotFound, PolicyError

Standard = Mapping[str, Decimal]
"""A standard population: class → its weight; the weights need not add up to 1."""


@dataclass(frozen=True, slots=True)
class Book:
    """All definitions of a release. filters: by (fact, name). codesets: only those that are maintained; a count whose
    list is missing is told as `list_not_maintained`. standards: standard populations by name."""

    measures: Mapping[str, Measure]
    counts: Mapping[str, Count]
    filters: Mapping[tuple[str, str], Filter] = field(default_factory=dict)
    codesets: Mapping[str, Codes] = field(default_factory=dict)
    standards: Mapping[str, Standard] = field(default_factory=dict)

    def count(self, name: str) -> Count:
        """Raises NotFound for a name that no file of counts has."""
        try:
            return self.counts[name]
        except KeyError:
            raise NotFound("measures.count_unknown", zh=f"没有这个计数：{name}", en=f"no such count: {name}") from None

    def filters_of(self, count: Count) -> list[Filter]:
        """Raises PolicyError where the count names a filter that its fact does not have."""
        missing = [name for name in count.filters if (count.fact, name) not in self.filters]
        if missing:
            raise PolicyError(
                "measures.filter_unknown",
                zh=f"计数 {count.name} 用了没有定义的筛选：{'、'.join(missing)}",
                en=f"count {count.name} uses filters that are not defined: {', '.join(missing)}",
            )
        return [self.filters[count.fact, name] for name in count.filters]

    def missing_lists(self, count: Count) -> tuple[str, ...]:
        """The code sets that the count asks for and nobody maintains, in words of codes."""
        asked = {
            name for each in self.filters_of(count) for name in (*codesets_of(each.where), *each.needs_codesets) if name
        }
        return tuple(f"codeset: {name}" for name in sorted(asked - set(self.codesets)))

    def missing_for(self, formula: Formula) -> tuple[str, ...]:
        """The code sets and standard populations that a formula needs and nobody maintains."""
        found = {each for name in counts_of(formula) for each in self.missing_lists(self.count(name))}
        if isinstance(formula, Standardised) and formula.standard not in self.standards:
            found.add(f"standard: {formula.standard}")
        return tuple(sorted(found))


def counts_of(formula: Formula) -> tuple[str, ...]:
    """The names of the counts that a formula reads, each once, in the order of reading. A graded item is no count."""
    if isinstance(formula, Ratio):
        names = (
            *formula.numerator.plus,
            *formula.numerator.minus,
            *formula.denominator.plus,
            *formula.denominator.minus,
        )
    elif isinstance(formula, Amount):
        names = (*formula.of.plus, *formula.of.minus)
    elif isinstance(formula, Growth):
        names = counts_of(formula.of)
    elif isinstance(formula, Quotient):
        names = (*counts_of(formula.of), *counts_of(formula.against))
    elif isinstance(formula, Standardised):
        names = (formula.cases, formula.people)
    elif isinstance(formula, ProbabilityOverAges):
        names = (formula.deaths, formula.people)
    elif isinstance(formula, Spread):
        names = (formula.of,)
    else:
        names = ()
    return tuple(dict.fromkeys(names))


def counts_in_use(measures: Iterable[Measure]) -> tuple[str, ...]:
    """The counts that any version of the measures reads, by name."""
    return tuple(
        sorted({name for each in measures for version in each.versions for name in counts_of(version.formula)})
    )


def graded_items(measures: Iterable[Measure]) -> tuple[str, ...]:
    """The items of returns that are told as they were reported."""
    return tuple(sorted({v.formula.item for each in measures for v in each.versions if isinstance(v.formula, Graded)}))


@dataclass(frozen=True, slots=True)
class Reporting:
    """Who was to send what in, and who did.

    expected: feed → institutions that report it every month. A feed is a fact ("discharges") or an item of a return
    ("returns: workforce.physicians"; where that is missing, "returns"). A feed that is missing here is expected of
    those that sent it. submitted: fact → (institution, month "2026-10") of the submissions in force; for a fact that
    is missing here, and for items of returns, what has rows counts as submitted.
    """

    expected: Mapping[str, frozenset[str]] = field(default_factory=dict)
    submitted: Mapping[str, frozenset[tuple[str, str]]] = field(default_factory=dict)

    def expected_of(self, feed: str) -> frozenset[str] | None:
        """The institutions that owe the feed; None where nobody has said."""
        if feed in self.expected:
            return self.expected[feed]
        return self.expected.get(feed.partition(":")[0])


def feed_of(count: Count) -> str:
    """What must have been submitted for the count: its fact, or the item of its return."""
    return f"{count.fact}: {count.item}" if count.item else count.fact


def told_feed(feed: str) -> str:
    """A feed as `Value.missing` names it: an item by its return, a fact as "fact: …"."""
    return feed if ":" in feed else f"fact: {feed}"


MEASURED = frozenset(
    [
        "yuan",
        "day",
        "hour",
        "minute",
        "ddd",
        "pack",
        "weight",
        "point",
        "percent",
        "ratio",
        "grade",
        "level",
        "yes_no",
        "person_month",
    ]
)
"""Units of what is measured and not counted: no interval can be made of their sums."""


def is_counted(count: Count) -> bool:
    """Whether the count says how many there were, so that chance has a say in it."""
    if count.over in (Over.ROWS, Over.DISTINCT):
        return True
    return count.over in (Over.SUM, Over.LAST) and count.unit not in MEASURED


def interval_of(formula: Formula, book: Book) -> str:
    """Which interval a value of the formula has: wilson, byar, dobson, over_ages, or none.

    A share of counted things has Wilson's. A rate has Byar's when its numerator is of events that happened (rows, or
    a flow of counted things); a stock (physicians in post) is no draw, and a difference of counts neither.
    """
    if isinstance(formula, Standardised):
        return "dobson"
    if isinstance(formula, ProbabilityOverAges):
        return "over_ages"
    if not isinstance(formula, Ratio) or formula.numerator.minus or formula.denominator.minus:
        return "none"
    above = [book.count(name) for name in formula.numerator.plus]
    below = [book.count(name) for name in formula.denominator.plus]
    if formula.is_share:
        return "wilson" if all(map(is_counted, [*above, *below])) else "none"
    happened = all(is_counted(each) and each.over is not Over.LAST for each in above)
    return "byar" if happened else "none"
