"""Calculated values: a tiny language of sums, read from YAML as a tree. There is no text that is run.

    {score: [layout, staff]}                     the sum of the scores of what was chosen, in items and groups
    {best_score: [layout]}                       the most to be reached; answers without a score left out
    {count: {items: [layout], code: "no"}}       how many answers are that code
    {answered: [layout]}                         how many questions are answered
    {value: area}                                the number that was given
    {number: 100}
    {weighted: {area: 0.5, beds: 2}}             number × weight, added up
    {sum: [...]}  {minus: [a, b]}  {times: [...]}  {divided: [a, b]}  {least: [...]}  {most: [...]}

Sums are exact (fractions) and rounded half-up once, to the item's decimals. A number that is not there makes the whole
not there, except in sum, weighted, least and most, which leave it out; divided by nothing is not there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from yigongti.kernel.forms.definition import Expression

OVER_ITEMS = ("score", "best_score", "answered")
OVER_PARTS = ("sum", "minus", "times", "divided", "least", "most")
TWO_PARTS = ("minus", "divided")

Number = Fraction | None


def read_expression(data: Any) -> Expression:
    """An expression from its YAML. Raises ValueError with what is wrong."""
    if not isinstance(data, dict) or len(data) != 1:
        raise ValueError("an expression is one operator with what it works on")
    ((operator, given),) = data.items()
    if operator in OVER_ITEMS and _texts(given):
        return Expression(operator, items=tuple(given))
    if operator == "count" and isinstance(given, dict) and set(given) == {"items", "code"} and _texts(given["items"]):
        return Expression(operator, items=tuple(given["items"]), code=str(given["code"]))
    if operator == "value" and isinstance(given, str):
        return Expression(operator, items=(given,))
    if operator == "number":
        return Expression(operator, number=_decimal(given))
    if operator == "weighted" and isinstance(given, dict) and given:
        weights = tuple((item, _decimal(weight)) for item, weight in given.items())
        return Expression(operator, items=tuple(given), weights=weights)
    if operator in OVER_PARTS and isinstance(given, list) and given:
        if operator in TWO_PARTS and len(given) != 2:
            raise ValueError(f"{operator} needs two parts")
        return Expression(operator, parts=tuple(read_expression(part) for part in given))
    raise ValueError(f"“{operator}” is no operator, or what stands behind it does not fit")


def _texts(given: Any) -> bool:
    return isinstance(given, list) and bool(given) and all(isinstance(name, str) for name in given)


def _decimal(text: Any) -> Decimal:
    try:
        number = Decimal(text)
    except (InvalidOperation, TypeError):
        raise ValueError(f"“{text}” is no number") from None
    if not number.is_finite():
        raise ValueError(f"“{text}” is no number")
    return number


def named_in(expression: Expression) -> Iterator[tuple[str, str]]:
    """(operator, item) for every item that the expression names."""
    yield from ((expression.operator, item) for item in expression.items)
    for part in expression.parts:
        yield from named_in(part)


def calculate(
    expression: Expression,
    over: Callable[[str, Sequence[str], str], Fraction],
    value: Callable[[str], Sequence[Fraction]],
) -> Number:
    """The exact value, None when it is not there. over(operator, items, code): score, best_score, count, answered;
    value(item): the numbers given to it, in the order of the form."""
    operator = expression.operator
    if operator in OVER_ITEMS or operator == "count":
        return over(operator, expression.items, expression.code)
    if operator == "number":
        return Fraction(expression.number or 0)
    if operator == "value":
        given = value(expression.items[0])
        return sum(given, Fraction(0)) if given else None
    if operator == "weighted":
        weighed = [Fraction(weight) * number for item, weight in expression.weights for number in value(item)]
        return sum(weighed, Fraction(0)) if weighed else None
    return _combined(operator, [calculate(part, over, value) for part in expression.parts])


def _combined(operator: str, parts: Sequence[Number]) -> Number:
    there = [part for part in parts if part is not None]
    if operator in ("sum", "least", "most"):
        if not there:
            return None
        return sum(there, Fraction(0)) if operator == "sum" else min(there) if operator == "least" else max(there)
    if len(there) < len(parts):
        return None
    if operator == "times":
        product = Fraction(1)
        for part in there:
            product *= part
        return product
    first, second = there
    if operator == "minus":
        return first - second
    return first / second if second else None


def rounded(number: Fraction, decimals: int) -> Decimal:
    """Half-up (away from zero at the half) to so many decimals."""
    scaled = abs(number) * 10**decimals
    whole = (scaled.numerator * 2 + scaled.denominator) // (scaled.denominator * 2)
    return Decimal(whole if number >= 0 else -whole).scaleb(-decimals)
