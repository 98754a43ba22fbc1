"""The door: the price catalogue as a source of ceilings for the claim checks."""

from __future__ import annotations

from collections.abc import Hashable, Iterable

from yigongti.systems.claim_checks.public import Ceiling, CeilingSource


def catalogue() -> CeilingSource:
    """All prices of the catalogue, whenever they hold."""
    return CeilingSource(_state, _read)


def _state(using: str) -> Hashable:
    from yigongti.systems.prices.public import state_of_catalogue

    return state_of_catalogue(using)


def _read(using: str) -> Iterable[Ceiling]:
    from yigongti.systems.prices.public import all_prices

    for price in all_prices(using):
        yield Ceiling(price.item.code, price.item.name, price.level, price.price, price.valid_from, price.valid_to)
