"""Formulas as the files write them: one key of a version names the kind, its entries the counts.

ratio: {numerator: a, denominator: {plus: [b], minus: [c]}, times: 100, share: true}
amount: {of: a}                     growth: {of: {ratio: {…}}, times: 100}
quotient: {of: {ratio: {…}}, against: {ratio: {…}}, times: 100}
median: {of: a}                     graded: {item: management.emr_level}
standardised: {cases: a, people: b, standard: code_set, times: 100000}
probability_over_ages: {deaths: a, people: b, ages: ["30", "35"], width: 5, times: 100}
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from itertools import pairwise
from typing import Any

from yigongti.engines.measures.definitions import (
    Amount,
    Formula,
    Graded,
    Growth,
    ProbabilityOverAges,
    Quotient,
    Ratio,
    Spread,
    Standardised,
    Terms,
)
from yigongti.engines.measures.reading import keyed, mapping, number, whole, word, words, wrong, yes

FORMULAS = ("ratio", "amount", "growth", "quotient", "standardised", "probability_over_ages", "median", "graded")


def read_formula(entry: Mapping[str, Any], place: str) -> Formula:
    """The formula among a version's keys. Raises PolicyError unless there is exactly one."""
    kinds = [kind for kind in FORMULAS if kind in entry]
    if len(kinds) != 1:
        raise wrong(
            "formula_kinds",
            f"一个版本只写一种算法：{'、'.join(FORMULAS)}",
            f"a version has one formula of {', '.join(FORMULAS)}",
            place,
        )
    kind, body = kinds[0], entry[kinds[0]]
    if kind == "ratio":
        return _ratio(body, place)
    if kind == "amount":
        return _amount(body, place)
    if kind == "growth":
        return _growth(body, place)
    if kind == "quotient":
        return _quotient(body, place)
    if kind == "standardised":
        each = keyed(body, ("cases", "people", "standard"), ("times",), place)
        cases, people, standard = (word(each[key], key, place) for key in ("cases", "people", "standard"))
        return Standardised(cases, people, standard, _times(each, Decimal(100_000), place))
    if kind == "probability_over_ages":
        return _over_ages(body, place)
    if kind == "median":
        return Spread(word(keyed(body, ("of",), (), place)["of"], "of", place))
    return Graded(word(keyed(body, ("item",), (), place)["item"], "item", place))


def _ratio(value: Any, place: str) -> Ratio:
    each = keyed(value, ("numerator", "denominator"), ("times", "share"), place)
    return Ratio(
        _terms(each["numerator"], "numerator", place),
        _terms(each["denominator"], "denominator", place),
        _times(each, Decimal(1), place),
        yes(each.get("share", "false"), "share", place),
    )


def _amount(value: Any, place: str) -> Amount:
    each = keyed(value, ("of",), ("times",), place)
    return Amount(_terms(each["of"], "of", place), _times(each, Decimal(1), place))


def _growth(value: Any, place: str) -> Growth:
    each = keyed(value, ("of",), ("times",), place)
    inner = mapping(each["of"], place)
    if set(inner) == {"ratio"}:
        return Growth(_ratio(inner["ratio"], place), _times(each, Decimal(100), place))
    if set(inner) == {"amount"}:
        return Growth(_amount(inner["amount"], place), _times(each, Decimal(100), place))
    raise wrong("growth_of", "growth 的 of 只能是 ratio 或 amount", "growth is of a ratio or an amount", place)


def _quotient(value: Any, place: str) -> Quotient:
    each = keyed(value, ("of", "against"), ("times",), place)
    both = [keyed(each[key], ("ratio",), (), place)["ratio"] for key in ("of", "against")]
    return Quotient(_ratio(both[0], place), _ratio(both[1], place), _times(each, Decimal(100), place))


def _over_ages(value: Any, place: str) -> ProbabilityOverAges:
    each = keyed(value, ("deaths", "people", "ages"), ("width", "times"), place)
    width = whole(each.get("width", "5"), "width", place)
    ages = words(each["ages"], "ages", place)
    years = [whole(age, "ages", place) for age in ages]
    if not years or any(after - before != width for before, after in pairwise(years)):
        raise wrong(
            "ages_not_joined",
            f"年龄组应从小到大相连，每组 {width} 岁",
            f"the age groups must join, each {width} years wide",
            place,
        )
    return ProbabilityOverAges(
        word(each["deaths"], "deaths", place),
        word(each["people"], "people", place),
        ages,
        width,
        _times(each, Decimal(100), place),
    )


def _terms(value: Any, key: str, place: str) -> Terms:
    if isinstance(value, str):
        return Terms((word(value, key, place),))
    if isinstance(value, list):
        return Terms(_some(words(value, key, place), key, place))
    each = keyed(value, ("plus",), ("minus",), place)
    return Terms(_some(words(each["plus"], key, place), key, place), words(each.get("minus", []), key, place))


def _some(found: tuple[str, ...], key: str, place: str) -> tuple[str, ...]:
    if not found:
        raise wrong("list_empty", f"{key} 不能为空", f"{key} must not be empty", place)
    return found


def _times(entry: Mapping[str, Any], usual: Decimal, place: str) -> Decimal:
    found = number(entry["times"], "times", place) if "times" in entry else usual
    if found <= 0:
        raise wrong("times_not_positive", "times 应大于 0", "times must be above 0", place)
    return found


def counts_of(formula: Formula) -> tuple[str, ...]:
    """Every count that the formula names, in the order in which it names them."""
    match formula:
        case Ratio():
            return (*_names(formula.numerator), *_names(formula.denominator))
        case Amount():
            return _names(formula.of)
        case Growth():
            return counts_of(formula.of)
        case Quotient():
            return (*counts_of(formula.of), *counts_of(formula.against))
        case Standardised():
            return (formula.cases, formula.people)
        case ProbabilityOverAges():
            return (formula.deaths, formula.people)
        case Spread():
            return (formula.of,)
        case Graded():
            return ()


def _names(terms: Terms) -> tuple[str, ...]:
    return (*terms.plus, *terms.minus)
