"""Whether the units of a measure fit: what is added is of one unit, a share is of what it is a part of, and the unit
that a measure is told in is that of its formula."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from yigongti.engines.measures.catalogue import RETURNS, Definitions
from yigongti.engines.measures.definitions import (
    Amount,
    Count,
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
    Terms,
)

_PERCENT = "percent"
Wrong = tuple[str, str]
"""What does not fit, in Chinese and English."""


def refusals_of_units(measure: Measure, formula: Formula, definitions: Definitions) -> Iterator[Wrong]:
    """What does not fit, in both languages. Every count of the formula must be known."""
    if measure.unit not in definitions.units:
        yield (f"units.yaml 没有单位 {measure.unit}", f"units.yaml has no unit {measure.unit}")
        return
    yield from _of_formula(measure.unit, formula, definitions)


def _of_formula(unit: str, formula: Formula, definitions: Definitions) -> Iterator[Wrong]:
    match formula:
        case Ratio():
            yield from _ratio(unit, formula, definitions)
        case Amount():
            yield from _terms(formula.of, definitions)
            yield from _same(unit, definitions.counts[formula.of.plus[0]].unit)
        case Growth():
            inner = formula.of
            yield from _terms(inner.of if isinstance(inner, Amount) else inner.numerator, definitions)
            if isinstance(inner, Ratio):
                yield from _terms(inner.denominator, definitions)
            yield from _percent(unit, formula.times, "growth")
        case Quotient():
            yield from _quotient(unit, formula, definitions)
        case ProbabilityOverAges():
            yield from _people(formula.deaths, formula.people, definitions)
            yield from _percent(unit, formula.times, "probability_over_ages")
        case Standardised():
            yield from _pair(unit, formula.cases, formula.people, formula.times, definitions)
        case Spread():
            count = definitions.counts[formula.of]
            if count.over is not Over.MEDIAN:
                yield (f"{count.name} 不是中位数计数", f"the count {count.name} is no median")
            yield from _same(unit, count.unit)
        case Graded():
            item = definitions.items.get(formula.item)
            if item is not None:
                yield from _same(unit, item.unit)


def _quotient(unit: str, quotient: Quotient, definitions: Definitions) -> Iterator[Wrong]:
    """Both ratios must be of the same units, so that their quotient is a bare number."""
    told = []
    for ratio in (quotient.of, quotient.against):
        yield from _terms(ratio.numerator, definitions)
        yield from _terms(ratio.denominator, definitions)
        above, below = (definitions.counts[terms.plus[0]].unit for terms in (ratio.numerator, ratio.denominator))
        told.append(f"{above} ÷ {below} × {ratio.times}")
    if told[0] != told[1]:
        yield (f"{told[0]} 不能与 {told[1]} 相比", f"{told[0]} cannot be held against {told[1]}")
    yield from _percent(unit, quotient.times, "quotient")


def _ratio(unit: str, ratio: Ratio, definitions: Definitions) -> Iterator[Wrong]:
    wrong = [*_terms(ratio.numerator, definitions), *_terms(ratio.denominator, definitions)]
    yield from wrong
    above, below = ratio.numerator.plus[0], ratio.denominator.plus[0]
    units = definitions.counts[above].unit, definitions.counts[below].unit
    if ratio.is_share and units[0] != units[1]:
        yield (
            f"占比的分子是 {units[0]}，分母是 {units[1]}",
            f"a share of {units[0]} in {units[1]}: a part has the unit of its whole",
        )
    elif not wrong:
        yield from _pair(unit, above, below, ratio.times, definitions)


def _pair(unit: str, above: str, below: str, times: Decimal, definitions: Definitions) -> Iterator[Wrong]:
    """A ratio's unit is that of numerator over denominator, times what the unit says."""
    units = definitions.counts[above].unit, definitions.counts[below].unit
    told = definitions.units[unit]
    expected = told.of if told.of is not None else ((units[0], units[0]) if unit == _PERCENT else None)
    factor = Decimal(100) if unit == _PERCENT else told.times
    if expected != units or times != factor:
        yield (
            f"指标以 {unit} 表示，而算法是 {units[0]} ÷ {units[1]} × {times}",
            f"the measure is told in {unit}; its formula is {units[0]} ÷ {units[1]} × {times}",
        )


def _terms(terms: Terms, definitions: Definitions) -> Iterator[Wrong]:
    names = (*terms.plus, *terms.minus)
    units = list(dict.fromkeys(definitions.counts[name].unit for name in names))
    if len(units) > 1:
        yield (f"{'、'.join(units)} 不能相加减", f"{', '.join(units)} cannot be added or taken away")


def _people(deaths: str, people: str, definitions: Definitions) -> Iterator[Wrong]:
    for name in (deaths, people):
        if not definitions.counts[name].by:
            yield (f"计数 {name} 没有按年龄组分开（by）", f"the count {name} is not told apart by age (by)")
    yield from _same(definitions.counts[people].unit, definitions.counts[deaths].unit)


def _percent(unit: str, times: Decimal, kind: str) -> Iterator[Wrong]:
    if (unit == _PERCENT) != (times == 100):
        yield (f"{kind} 以 {unit} 表示，却乘以 {times}", f"{kind} is told in {unit} but multiplied by {times}")


def _same(told: str, counted: str) -> Iterator[Wrong]:
    if told != counted:
        yield (f"指标以 {told} 表示，计数的单位是 {counted}", f"told in {told}, counted in {counted}")


def refusals_of_count(count: Count, definitions: Definitions) -> Iterator[Wrong]:
    """Whether a count's unit is known and that of its column or item."""
    if count.unit not in definitions.units:
        yield (f"units.yaml 没有单位 {count.unit}", f"units.yaml has no unit {count.unit}")
        return
    if count.over in (Over.ROWS, Over.DISTINCT):
        return
    if count.fact == RETURNS:
        item = definitions.items.get(count.item)
        unit = item.unit if item is not None else count.unit
    else:
        fact = definitions.facts.get(count.fact)
        column = fact.columns.get(count.column) if fact is not None else None
        unit = column.unit if column is not None else count.unit
    if unit and unit != count.unit:
        yield (f"计数以 {count.unit} 计，其来源的单位是 {unit}", f"counted in {count.unit}, fed in {unit}")
