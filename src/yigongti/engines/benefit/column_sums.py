"""Whole-number arithmetic over columns: clipped sums, bands, exact division, and what was settled before.

Amounts are whole fen, ratios whole ten-thousandths, as in `terms_table.py`.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import ibis
from ibis.expr.builders import LegacyWindowBuilder
from ibis.expr.types import BooleanValue, IntegerValue, Table, Value

from yigongti.engines.benefit.terms_table import NEVER

_DAY_ZERO = date(1900, 1, 1)


def before(*group_by: str) -> LegacyWindowBuilder:
    """The rows settled before this one, in the order of `seq`."""
    return ibis.window(group_by=list(group_by), order_by="seq", preceding=(None, 1))


def earlier(amount: Value, *group_by: str) -> IntegerValue:
    """The sum over the rows settled before."""
    return amount.sum().over(before(*group_by)).fill_null(0).cast("int64")


def clipped(so_far: Value, amount: Value, cap: Value) -> Value:
    """What of the amount still fits under the cap, when the sum of the amounts before is `so_far`."""
    return ibis.least(so_far + amount, cap) - ibis.least(so_far, cap)


def band_parts(amount: Value, edges: list[Value]) -> list[Value]:
    """The part of the amount in each band."""
    lower = [ibis.literal(0, type="int64"), *edges]
    upper: list[Value] = [*edges, ibis.literal(NEVER, type="int64")]
    return [ibis.greatest(ibis.least(amount, up) - low, 0) for low, up in zip(lower, upper, strict=True)]


def products(parts: list[Value], ratios: list[Value]) -> Value:
    """Σ part × ratio, in fen × ten-thousandths."""
    return total([part * ratio for part, ratio in zip(parts, ratios, strict=True)])


def nth(table: Table, name: str, index: Value, length: int) -> Value:
    """The column `name_<index>` of each row; the last for every higher index."""
    branches = [(index == number, table[f"{name}_{number}"]) for number in range(length - 1)]
    last = table[f"{name}_{length - 1}"]
    return ibis.cases(*branches, else_=last) if branches else last


def choice(number: Value, values: list[int]) -> IntegerValue:
    """The value that stands at the row's number; -1 where there is none."""
    branches = [(number == index, ibis.literal(value, type="int64")) for index, value in enumerate(values)]
    return ibis.cases(*branches, else_=ibis.literal(-1, type="int64")) if branches else ibis.literal(-1, type="int64")


def divided(numerator: Value, denominator: int) -> IntegerValue:
    """Whole-number division, half up, exact: what is left after the remainder divides without a rest, and the quotient
    (below 2^50) comes out of floating point whole."""
    doubled = numerator * 2 + denominator
    return ((doubled - doubled % (2 * denominator)) / (2 * denominator)).round().cast("int64")


def total(values: list[Value]) -> Value:
    """The values added up; 0 for none."""
    found: Value = ibis.literal(0, type="int64")
    for value in values:
        found = found + value
    return found


def any_of(tests: list[BooleanValue]) -> BooleanValue:
    """True where one of the tests is."""
    found = tests[0]
    for test in tests[1:]:
        found = found | test
    return found


def day_number(day: Value) -> IntegerValue:
    """Days since 1900."""
    return day.delta(ibis.literal(_DAY_ZERO), unit="day").cast("int64")


def fen(amount: Value) -> IntegerValue:
    """Yuan (decimal(14,2)) as whole fen."""
    return (amount.cast("decimal(18,2)") * ibis.literal(100).cast("decimal(18,2)")).cast("int64")


def yuan(amount: Value) -> Value:
    """Whole fen as yuan (decimal(14,2))."""
    hundredth = ibis.literal(Decimal("0.01"), type="decimal(18,2)")
    return (amount.cast("decimal(18,2)") * hundredth).cast("decimal(14,2)")
