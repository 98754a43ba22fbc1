"""The door of prices: what an item may cost at a level on a day, and the whole catalogue of all days."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.db.models import Count, Max, Sum

from yigongti.systems.prices.models import Level, Price
from yigongti.systems.prices.steps import prices_on

__all__ = ["Level", "Price", "all_prices", "ceilings_on", "state_of_catalogue"]


def ceilings_on(day: date) -> dict[tuple[str, str], Decimal]:
    """(item code, level) → the highest price in yuan in force on the day."""
    return {place: price.price for place, price in prices_on(day).items()}


def all_prices(using: str = "default") -> Iterable[Price]:
    """Every price of the catalogue with its item, of all days."""
    return Price.objects.using(using).select_related("item").order_by("item__code", "level", "valid_from")


def state_of_catalogue(using: str = "default") -> tuple[object, ...]:
    """Names the catalogue's content without reading it: prices are only added, and ended once."""
    found = Price.objects.using(using).aggregate(
        prices=Count("id"), latest=Max("id"), first_days=Max("valid_from"), ended=Count("valid_to"),
        last_days=Max("valid_to"), together=Sum("price"),
    )  # fmt: skip
    return tuple(found.values()) if found["prices"] else ()
