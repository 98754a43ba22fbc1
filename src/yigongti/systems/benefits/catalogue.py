"""The benefit catalogue: what class an item is of, what the person bears of it first, and the price that counts.

policy/benefit/catalogue.csv with its head catalogue.yaml; catalogue_map.csv leads the codes of other places to ours.
Read once for each policy release.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

from yigongti.engines.benefit.public import BillLine, sum_lines
from yigongti.foundation.errors import InvalidInput, PolicyError
from yigongti.foundation.money import ZERO, to_fen
from yigongti.foundation.policy import Policy
from yigongti.systems.benefits.asked import Asked

CATALOGUE, MAP = "benefit/catalogue.csv", "benefit/catalogue_map.csv"
LEVELS = ("village", "township", "county", "city", "province")
_CLASSES = ("1", "2", "3")
_FEN = Decimal("0.01")
_TOO_LARGE = Decimal(10) ** 9


@dataclass(frozen=True, slots=True)
class Item:
    """An item from one day to another. limits: level → highest price per unit that counts; absent: none."""

    code: str
    name: str
    item_class: str
    first_share: Decimal
    limits: dict[str, Decimal]
    valid_from: date
    valid_to: date


@dataclass(frozen=True, slots=True)
class Classed:
    """What a bill charges of one item, as the catalogue classes it. limit: yuan per unit that count; None: no limit."""

    item_code: str
    name: str
    quantity: Decimal
    amount: Decimal
    item_class: str
    first_share: Decimal
    limit: Decimal | None

    def as_row(self) -> dict[str, str]:
        """What is kept with the settlement."""
        return {
            "item_code": self.item_code, "name": self.name, "quantity": str(self.quantity), "amount": str(self.amount),
            "item_class": self.item_class, "first_share": str(self.first_share),
            "limit": "" if self.limit is None else str(self.limit),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sorted:
    """A bill as the engine is given it: total, outside the catalogue, above price limits, first share of class B."""

    total: Decimal
    outside: Decimal
    over: Decimal
    first: Decimal
    rows: tuple[Classed, ...] = ()


class Catalogue:
    """All items by code; maps of other places' codes."""

    def __init__(self, items: dict[str, list[Item]], mapped: dict[str, str]) -> None:
        self._items, self._mapped = items, mapped

    def on(self, code: str, day: date, *, outside: bool) -> Item | None:
        """The item on a day; for a bill from outside the county also by the other place's code."""
        found = self._items.get(code)
        if found is None and outside:
            found = self._items.get(self._mapped.get(code, ""))
        for item in found or ():
            if item.valid_from <= day <= item.valid_to:
                return item
        return None

    def search(self, text: str, day: date, most: int = 20) -> list[Item]:
        """Items whose code begins with the text or whose name holds it, for whoever enters a bill by hand."""
        wanted = text.strip().upper()
        found = []
        for code, items in self._items.items():
            if code.startswith(wanted) or wanted in items[0].name.upper():
                found += [item for item in items if item.valid_from <= day <= item.valid_to][:1]
            if len(found) >= most:
                break
        return found


@lru_cache(maxsize=4)
def _read(policy: _ByRelease) -> Catalogue:
    items: dict[str, list[Item]] = {}
    for number, row in enumerate(_rows(policy.policy, CATALOGUE), start=2):
        item = _item(row, f"{CATALOGUE}:{number}")
        for other in items.setdefault(item.code, []):
            if item.valid_from <= other.valid_to and other.valid_from <= item.valid_to:
                raise PolicyError(
                    "benefits.catalogue_twice", zh="同一项目的日期重叠", en="an item's days overlap", where=item.code
                )
        items[item.code].append(item)
    mapped = {row["outside_code"]: row["item_code"] for row in _rows(policy.policy, MAP)}
    for code in mapped.values():
        if code not in items:
            raise PolicyError("benefits.map_unknown", zh="对照到目录中没有的项目", en="a map leads nowhere", where=code)
    return Catalogue(items, mapped)


class _ByRelease:
    """A policy that is the same as another of the same release, so that a cache may keep what was read from it."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ByRelease) and other.policy.release.digest == self.policy.release.digest

    def __hash__(self) -> int:
        return hash(self.policy.release.digest)


def catalogue(policy: Policy) -> Catalogue:
    """The catalogue of this policy. Raises PolicyError for a row that is wrong."""
    return _read(_ByRelease(policy))


def _rows(policy: Policy, path: str) -> list[dict[str, str]]:
    with policy.file(path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _item(row: dict[str, str], where: str) -> Item:
    try:
        share = Decimal(row["first_share"] or "0")
        item = Item(
            row["item_code"], row["name"], row["class"], share,
            {level: Decimal(row[f"limit_{level}"]) for level in LEVELS if row.get(f"limit_{level}")},
            date.fromisoformat(row["from"]), date.fromisoformat(row["to"] or "9999-12-31"),
        )  # fmt: skip
        if item.item_class not in _CLASSES or not 0 <= share <= 1 or any(limit < 0 for limit in item.limits.values()):
            raise ValueError("class, share or limit")
        return item
    except (KeyError, ValueError, ArithmeticError) as error:
        raise PolicyError(
            "benefits.catalogue_row", zh=f"待遇目录有误：{error}", en=f"wrong row: {error}", where=where
        ) from error


def sort_bill(asked: Asked, level: str, found: Catalogue) -> Sorted:
    """The bill's four sums, every line classed on the last day of the bill; the engine adds them up and rounds once.

    Raises InvalidInput: an item that the catalogue does not know, on its row; what the engine refuses of a line (signs
    that differ, a quantity of 0, parts of a fen, more given back than charged); nothing to settle.
    """
    if asked.sums is not None:
        return _of_sums(asked)
    outside = asked.treated_at is not None
    classed: list[BillLine] = []
    rows: dict[str, Classed] = {}
    for number, line in enumerate(asked.lines):
        if not line.amount.is_finite() or line.amount != to_fen(line.amount):
            raise InvalidInput(
                "benefits.amount_wrong",
                zh="金额须为最多两位小数的数",
                en="an amount is a number with at most two decimals",
                where=f"lines[{number}].amount",
            )
        item = found.on(line.item_code, asked.ended_on, outside=outside)
        if item is None:
            raise InvalidInput(
                "benefits.item_unknown",
                zh=f"待遇目录在 {asked.ended_on} 没有项目 {line.item_code}",
                en=f"the benefit catalogue has no item {line.item_code} on {asked.ended_on}",
                where=f"lines[{number}].item_code",
            )
        share = item.first_share if item.item_class == "2" else Decimal(0)
        limit = item.limits.get(level)
        classed.append(BillLine(item.code, line.quantity, line.amount, item.item_class, share, limit))
        row = rows.get(line.item_code)
        quantity, amount = (row.quantity, row.amount) if row else (Decimal(0), ZERO)
        rows[line.item_code] = Classed(
            line.item_code, item.name, quantity + line.quantity, amount + line.amount, item.item_class, share, limit
        )
    sums = sum_lines(classed)
    _require_something(sums.total)
    parts = (sums.total, sums.outside_catalogue, sums.above_limits, sums.first_share)
    return Sorted(*parts, tuple(rows.values()))


def _of_sums(asked: Asked) -> Sorted:
    told = asked.sums
    assert told is not None
    parts = tuple(fen_of(part) for part in (told.whole, told.outside, told.over, told.first))
    _require_something(parts[0])
    return Sorted(*parts)


def fen_of(amount: Decimal) -> Decimal:
    """The amount in whole fen. Raises InvalidInput: not a number, below zero, parts of a fen."""
    if not amount.is_finite() or not 0 <= amount < _TOO_LARGE or amount != amount.quantize(_FEN):
        raise InvalidInput(
            "benefits.amount_wrong",
            zh="金额须为不小于零、最多两位小数的数",
            en="an amount is not below zero and has at most two decimals",
            where="sums",
        )
    return amount.quantize(_FEN)


def _require_something(total: Decimal) -> None:
    if not total:
        raise InvalidInput("benefits.nothing_to_settle", zh="账单金额为零，无需结算", en="the bill comes to nothing")
