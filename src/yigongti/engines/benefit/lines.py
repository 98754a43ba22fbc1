"""Fee lines added up to what a bill is settled from: total, outside the catalogue, above limits, first share.

Sums are exact and rounded once for the bill, never line by line, so that a thousand lines cannot drift by a fen.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Context, Decimal, localcontext

from yigongti.engines.benefit.bill import BillLine
from yigongti.engines.benefit.checking import fen_of, refuse
from yigongti.foundation.errors import InvalidInput
from yigongti.foundation.money import ZERO, to_fen

CLASS_A, CLASS_B, OUTSIDE = "1", "2", "3"
_EXACT = Context(prec=100)  # far more places than 10^9 lines need: nothing is rounded before the last step
_MOST_DECIMALS = 8


@dataclass(frozen=True, slots=True)
class LineSums:
    """The four sums of a bill in yuan; total − outside_catalogue − above_limits − first_share is in policy."""

    total: Decimal
    outside_catalogue: Decimal
    above_limits: Decimal
    first_share: Decimal


def sum_lines(lines: Iterable[BillLine]) -> LineSums:
    """The sums of a bill's lines. A line given back has quantity and amount both negative.

    Raises InvalidInput with the line's number: quantity 0, signs that differ, an unknown class, a first share outside
    0 … 1 or on class A, a limit below 0, an amount with parts of a fen; and where more of an item was given back than
    was charged at the same class, first share and limit.
    """
    total = outside = above = first = Decimal(0)
    net: dict[tuple[object, ...], list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    with localcontext(_EXACT):
        for number, line in enumerate(lines, start=1):
            amount, above_line, first_line = _split(line, f"{number} {line.item_code}")
            total += amount
            above += above_line
            first += first_line
            if line.catalogue_class == OUTSIDE:
                outside += amount
            sums = net[line.item_code, line.catalogue_class, line.first_share, line.limit]
            sums[0] += line.quantity
            sums[1] += amount
        for (item_code, *_), (quantity, amount) in net.items():
            if quantity < 0 or amount < 0:
                raise refuse(
                    "line_net_negative",
                    f"项目 {item_code} 退的比收的多（数量 {quantity}，金额 {amount}）",
                    f"more of {item_code} was given back than charged (quantity {quantity}, amount {amount})",
                    str(item_code),
                )
        inside = total - outside
        if above < 0 or first < 0 or above + first > inside:
            raise refuse(
                "line_net_negative",
                "退费与收费的目录类别或限价不一致，先更正退费行",
                "lines given back differ in class or limit from those charged: mend them first",
            )
    return _rounded(total, outside, above, first)


def _rounded(total: Decimal, outside: Decimal, above: Decimal, first: Decimal) -> LineSums:
    whole_above = to_fen(above)
    # above and first share may both round up: the last fen is then taken from the first share, never from policy
    whole_first = min(to_fen(first), total - outside - whole_above)
    sums = LineSums(to_fen(total), to_fen(outside), whole_above, max(ZERO, whole_first))
    fen_of(sums.total, "total")
    return sums


def _split(line: BillLine, where: str) -> tuple[Decimal, Decimal, Decimal]:
    """(amount, what is above the limit, first share) of one line, with the line's sign, not rounded."""
    amount = fen_of(line.amount, "amount")
    _require_line(line, where)
    above = Decimal(0)
    if line.catalogue_class != OUTSIDE and line.limit is not None:
        sign = 1 if line.quantity > 0 else -1
        above = sign * max(Decimal(0), abs(amount) - line.limit * abs(line.quantity))
    first = (amount - above) * line.first_share if line.catalogue_class == CLASS_B else Decimal(0)
    return amount, above, first


def _require_line(line: BillLine, where: str) -> None:
    for what, number in (("quantity", line.quantity), ("first_share", line.first_share), ("limit", line.limit)):
        if number is not None and not _is_usable(number):
            raise _wrong(
                "line_number", f"{what} 不是可用的数：{number}", f"{what} is no usable number: {number}", where
            )
    if line.quantity == 0:
        raise _wrong("line_quantity_zero", "数量为 0", "the quantity is 0", where)
    if line.amount and (line.amount > 0) != (line.quantity > 0):
        raise _wrong("line_mixed_signs", "数量与金额一正一负", "quantity and amount have different signs", where)
    if line.catalogue_class not in (CLASS_A, CLASS_B, OUTSIDE):
        text = line.catalogue_class
        raise _wrong("line_class_unknown", f"不认识的目录类别“{text}”", f"unknown catalogue class “{text}”", where)
    if not 0 <= line.first_share <= 1 or (line.catalogue_class == CLASS_A and line.first_share):
        share = line.first_share
        raise _wrong("line_first_share", f"先行自付比例 {share} 不可用", f"the first share {share} cannot be", where)
    if line.limit is not None and line.limit < 0:
        raise _wrong("line_limit_negative", f"限价为负：{line.limit}", f"the limit is negative: {line.limit}", where)


def _is_usable(number: Decimal) -> bool:
    if not isinstance(number, Decimal) or not number.is_finite() or abs(number) >= 10**12:
        return False
    return number == number.quantize(Decimal(1).scaleb(-_MOST_DECIMALS), rounding=ROUND_FLOOR)


def _wrong(code: str, zh: str, en: str, where: str) -> InvalidInput:
    return refuse(code, zh, en, f"行 / line {where}")
