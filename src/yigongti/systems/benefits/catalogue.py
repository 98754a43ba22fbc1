"""The benefit catalogue: what class an item is of, what the person bears of it first, and the price that counts.

policy/benefit/catalogue.csv with its head catalogue.yaml; catalogue_map.csv leads the codes of other places to ours.
Read once for each policy release.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from yigongti.foundation.errors import InvalidInput, PolicyError
from yigongti.foundation.money import ZERO
from yigongti.foundation.policy import Policy
from yigongti.systems.benefits.asked import Asked, Line

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
    """The lines of one item of a bill together, as the catalogue classes them. Yuan, whole fen."""

    item_code: str
    name: str
    quantity: Decimal
    amount: Decimal
    item_class: str
    outside: Decimal
    over: Decimal
    first: Decimal

    def as_row(self) -> dict[str, str]:
        """What is kept with the settlement."""
        return {
            "item_code": self.item_code, "name": self.name, "quantity": str(self.quantity), "amount": str(self.amount),
            "item_class": self.item_class, "outside": str(self.outside), "over": str(self.over),
            "first": str(self.first),
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
    """The bill's four sums, each line classed on its day (the last of the bill).

    Raises InvalidInput: an item that the catalogue does not know, on its row; a line whose quantity and amount have
    different signs; an item of which more was taken back than charged; nothing to settle.
    """
    if asked.sums is not None:
        return _of_sums(asked)
    nets = _net(asked.lines)
    outside = asked.treated_at is not None
    rows = []
    for code, (quantity, amount, row) in nets.items():
        item = found.on(code, asked.ended_on, outside=outside)
        if item is None:
            raise InvalidInput(
                "benefits.item_unknown",
                zh=f"待遇目录在 {asked.ended_on} 没有项目 {code}",
                en=f"the benefit catalogue has no item {code} on {asked.ended_on}",
                where=f"lines[{row}].item_code",
            )
        rows.append(_classed(item, code, quantity, amount, level))
    total = sum((row.amount for row in rows), ZERO)
    _require_something(total)
    return Sorted(
        total, sum((row.outside for row in rows), ZERO), sum((row.over for row in rows), ZERO),
        sum((row.first for row in rows), ZERO), tuple(rows),
    )  # fmt: skip


def _net(lines: Sequence[Line]) -> dict[str, tuple[Decimal, Decimal, int]]:
    """Item → quantity and yuan after what was taken back, and its first row."""
    nets: dict[str, tuple[Decimal, Decimal, int]] = {}
    for number, line in enumerate(lines):
        quantity, amount = line.quantity, line.amount
        if (
            not (quantity.is_finite() and amount.is_finite())
            or abs(amount) >= _TOO_LARGE
            or abs(quantity) >= _TOO_LARGE
        ):
            raise _line("amount", number, "数量和金额须为数字", "quantity and amount must be numbers")
        if amount != amount.quantize(_FEN):
            raise _line("fen", number, "金额最多两位小数", "an amount has at most two decimals")
        if (quantity < 0) != (amount < 0) and amount and quantity:
            raise _line("mixed_signs", number, "数量与金额一正一负", "quantity and amount have different signs")
        if not quantity and amount:
            raise _line("quantity", number, "有金额而数量为零", "an amount without a quantity")
        before = nets.get(line.item_code, (Decimal(0), ZERO, number))
        nets[line.item_code] = (before[0] + quantity, before[1] + amount, before[2])
    for quantity, amount, number in nets.values():
        if quantity < 0 or amount < 0 or (not quantity and amount):
            raise _line("taken_back_too_much", number, "冲减多于计费", "more was taken back than charged")
    return nets


def _classed(item: Item, code: str, quantity: Decimal, amount: Decimal, level: str) -> Classed:
    if item.item_class == "3":
        return Classed(code, item.name, quantity, amount, "3", amount, ZERO, ZERO)
    limit = item.limits.get(level)
    over = ZERO if limit is None else max(ZERO, amount - (limit * quantity).quantize(_FEN, ROUND_HALF_UP))
    first = ((amount - over) * item.first_share).quantize(_FEN, ROUND_HALF_UP) if item.item_class == "2" else ZERO
    return Classed(code, item.name, quantity, amount, item.item_class, ZERO, over, first)


def _of_sums(asked: Asked) -> Sorted:
    told = asked.sums
    assert told is not None
    parts = (told.whole, told.outside, told.over, told.first)
    if any(not part.is_finite() or part < 0 or part >= _TOO_LARGE or part != part.quantize(_FEN) for part in parts):
        raise InvalidInput(
            "benefits.amount_wrong", zh="金额须为不小于零的数", en="amounts are not below zero", where="sums"
        )
    _require_something(told.whole)
    if sum(parts[1:]) > told.whole:
        raise InvalidInput(
            "benefits.sums_wrong", zh="各部分之和超过总额", en="the parts exceed the whole", where="sums"
        )
    return Sorted(*parts)


def _require_something(total: Decimal) -> None:
    if total <= 0:
        raise InvalidInput("benefits.nothing_to_settle", zh="账单金额为零，无需结算", en="the bill comes to nothing")


def _line(what: str, number: int, zh: str, en: str) -> InvalidInput:
    return InvalidInput(f"benefits.{what}_wrong", zh=zh, en=en, where=f"lines[{number}]")
