"""The counters of a person's year as they are kept, and what a settlement adds to them.

All of the engine's counters (engines/benefit Used) are sums, so what a settlement counted is the difference between
after and before, and taking it back subtracts the same: the year is always the sum over the settlements in force.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from decimal import Decimal
from typing import Any

from yigongti.engines.benefit.public import Care, Used
from yigongti.foundation.money import ZERO

Kept = dict[str, Any]
"""Counters as JSON: money as text, whole numbers as such, money by kind of care or disease as a mapping."""

_NAMES = tuple(field.name for field in fields(Used))
_BY_CODE = frozenset(name for name in _NAMES if isinstance(getattr(Used(), name), Mapping))
_WHOLE = frozenset(name for name in _NAMES if isinstance(getattr(Used(), name), int))


def kept(used: Used) -> Kept:
    """The counters as they are stored; what is zero is left out."""
    told: Kept = {}
    for name in _NAMES:
        value = getattr(used, name)
        if name in _BY_CODE:
            by_code = {str(care): str(amount) for care, amount in value.items() if amount}
            if by_code:
                told[name] = by_code
        elif value:
            told[name] = value if name in _WHOLE else str(value)
    return told


def used_of(told: Kept) -> Used:
    """The engine's counters of what is stored."""
    values: dict[str, Any] = {}
    for name, value in told.items():
        if name in _BY_CODE:
            key = Care if name == "pool" else str
            values[name] = {key(code): Decimal(amount) for code, amount in value.items()}
        elif name in _WHOLE:
            values[name] = value
        else:
            values[name] = Decimal(value)
    return Used(**values)


def less(one: Kept, other: Kept) -> Kept:
    """one - other, counter by counter."""
    return _combined(one, other, -1)


def plus(one: Kept, other: Kept) -> Kept:
    """one + other, counter by counter."""
    return _combined(one, other, 1)


def _combined(one: Kept, other: Kept, sign: int) -> Kept:
    told: Kept = {}
    for name in sorted({*one, *other}):
        if name in _BY_CODE:
            first, second = one.get(name, {}), other.get(name, {})
            sums = {
                care: _money(first.get(care)) + sign * _money(second.get(care)) for care in sorted({*first, *second})
            }
            by_code = {care: str(amount) for care, amount in sums.items() if amount}
            if by_code:
                told[name] = by_code
        elif name in _WHOLE:
            number = int(one.get(name, 0)) + sign * int(other.get(name, 0))
            if number:
                told[name] = number
        else:
            amount = _money(one.get(name)) + sign * _money(other.get(name))
            if amount:
                told[name] = str(amount)
    return told


def _money(text: str | None) -> Decimal:
    return Decimal(text) if text else ZERO
