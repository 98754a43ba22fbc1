"""What measures may stand on, and all definitions together: facts and their columns, items of returns, units, sets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from yigongti.engines.measures.definitions import Count, Filter, Measure, PeriodKind
from yigongti.foundation.errors import NotFound, Text
from yigongti.foundation.schemas import Kind

RETURNS = "returns"
"""The fact of what institutions report as numbers; its counts name an item, not a column."""


@dataclass(frozen=True, slots=True)
class FactColumn:
    """A column that counts and filters may name. added: made by the view over the fact, not submitted."""

    name: str
    kind: Kind
    unit: str = ""
    codes: tuple[str, ...] = ()
    added: bool = False

    @property
    def is_number(self) -> bool:
        return self.kind in (Kind.INTEGER, Kind.MONEY, Kind.QUANTITY)

    @property
    def is_list(self) -> bool:
        return self.kind in (Kind.CODES, Kind.DATES)


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact that measures are counted from, with the columns of its view."""

    name: str
    label: Text
    columns: Mapping[str, FactColumn]


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a return. is_stock: it stands at the month's end and does not add up over months."""

    code: str
    label: Text
    unit: str
    is_stock: bool
    breakdown: str = ""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit. of: for a ratio, the units of its numerator and denominator; times: what the ratio is multiplied by."""

    name: str
    label: Text
    of: tuple[str, str] | None = None
    times: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class MeasureSet:
    """A printed set of measures. numbers: those that stand in it, in its order. A row with parts has one number, its
    parts are written "2.2-1", "2.2-2"."""

    id: str
    label: Text
    source: str
    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TargetLine:
    """What is to be reached. subject: an institution's code, or empty for every subject of the kind. at: higher (at
    least the line) or lower (at most)."""

    period: str
    value: Decimal
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """A yearly or quarterly target (目标责任): a measure, for whom, how much, who answers for it."""

    id: str
    label: Text
    measure: str
    subject_kind: str
    period_kind: PeriodKind
    at: str
    lines: tuple[TargetLine, ...]
    owner_role: str
    from_on: date
    source: str
    to_on: date | None = None


@dataclass(frozen=True)
class Definitions:
    """Everything that policy/measures, policy/returns and policy/targets say. places: name → file, for the linter.

    codesets: the lists that stand in policy/codesets. awaited: lists that a county imports (national annexes); a count
    over one that is not there has no value, it says that the list is not maintained.
    """

    facts: Mapping[str, Fact]
    items: Mapping[str, Item]
    units: Mapping[str, Unit]
    codesets: frozenset[str]
    awaited: frozenset[str]
    filters: Mapping[str, Filter]
    counts: Mapping[str, Count]
    measures: Mapping[str, Measure]
    sets: Mapping[str, MeasureSet]
    targets: Mapping[str, Target] = field(default_factory=dict)
    named_filters: frozenset[str] = frozenset()
    """Filters that another filter names."""
    places: Mapping[str, str] = field(default_factory=dict)
    digest: str = ""

    def __iter__(self) -> Iterator[Measure]:
        return iter(self.measures.values())

    def measure(self, measure_id: str) -> Measure:
        """Raises NotFound for an unknown id."""
        if measure_id not in self.measures:
            raise NotFound(
                "measures.measure_unknown",
                zh=f"没有指标 {measure_id}",
                en=f"there is no measure {measure_id}",
                where="policy/measures",
            )
        return self.measures[measure_id]

    def of_set(self, set_id: str) -> tuple[Measure, ...]:
        """The measures of a set in its printed order. Raises NotFound for an unknown set."""
        if set_id not in self.sets:
            raise NotFound(
                "measures.set_unknown",
                zh=f"没有指标体系 {set_id}；现有：{'、'.join(self.sets)}",
                en=f"there is no set {set_id}; there are {', '.join(self.sets)}",
                where="policy/measures/sets.yaml",
            )
        order = {number: place for place, number in enumerate(self.sets[set_id].numbers)}
        found = [measure for measure in self if set_id in measure.numbers]
        return tuple(
            sorted(
                found,
                key=lambda each: (order.get(row_of(each.numbers[set_id]), len(order)), each.numbers[set_id], each.id),
            )
        )

    def place(self, kind: str, name: str) -> str:
        """Where a filter, count, measure, set or target was written."""
        return self.places.get(f"{kind} {name}", "policy/measures")


def row_of(number: str) -> str:
    """The row that a printed number belongs to: "2.2-1" is a part of row 2.2."""
    return number.partition("-")[0]
