"""The door of prices: what an item may cost at a level on a day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from yigongti.systems.prices.models import Level, Price
from yigongti.systems.prices.steps import prices_on

__all__ = ["Level", "Price", "ceilings_on"]


def ceilings_on(day: date) -> dict[tuple[str, str], Decimal]:
    """(item code, level) → the highest price in yuan in force on the day."""
    return {place: price.price for place, price in prices_on(day).items()}
