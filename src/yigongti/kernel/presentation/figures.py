"""How numbers are written: full in tables, in 万 and 亿 (English: k, M) in overviews, percents, changes.

Rounding here is for the eye only; the full value stays beside it (`title`).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

Number = Decimal | int | float


def _decimal(value: Number) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(str(value))


def rounded(value: Number, places: int) -> str:
    """With thousands separators and exactly that many decimals, half-up: 12345.675, 2 → 12,345.68"""
    quantum = Decimal(1).scaleb(-places)
    return f"{_decimal(value).quantize(quantum, rounding=ROUND_HALF_UP):,}"


def money(value: Number | None) -> str:
    """Yuan to the fen: 1,234,567.80; empty text for nothing."""
    return "" if value is None else rounded(value, 2)


def short_amount(value: Number | None, language: str = "zh-hans", places: int = 2) -> str:
    """For overviews: 12.35万, 1.20亿; English 123.5k, 12.0M. Below ten thousand (English: one thousand) in full."""
    if value is None:
        return ""
    amount = _decimal(value)
    scales = (
        ((Decimal("1e9"), "bn"), (Decimal("1e6"), "M"), (Decimal("1e3"), "k"))
        if language.startswith("en")
        else ((Decimal("1e8"), "亿"), (Decimal("1e4"), "万"))
    )
    for scale, unit in scales:
        if abs(amount) >= scale:
            return f"{rounded(amount / scale, places)}{unit}"
    return rounded(amount, 0 if amount == amount.to_integral_value() else places)


def percent(value: Number | None, places: int = 1) -> str:
    """A ratio as percent: 0.8765 → 87.7%"""
    return "" if value is None else f"{rounded(_decimal(value) * 100, places)}%"


@dataclass(frozen=True, slots=True)
class Change:
    """The change against an earlier figure. direction: up, down, same; tone: better, worse, neutral."""

    ratio: Decimal | None
    difference: Decimal
    direction: str
    tone: str


def change(now: Number | None, before: Number | None, better: str = "") -> Change | None:
    """From an earlier figure to now; better is "higher", "lower" or "" where neither is. None if one is missing."""
    if now is None or before is None:
        return None
    difference = _decimal(now) - _decimal(before)
    direction = "same" if difference == 0 else "up" if difference > 0 else "down"
    good = {"higher": "up", "lower": "down"}.get(better, "")
    tone = "neutral" if not good or direction == "same" else "better" if direction == good else "worse"
    ratio = difference / abs(_decimal(before)) if before else None
    return Change(ratio, difference, direction, tone)
