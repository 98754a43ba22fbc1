"""A performance pool handed down: county → institution → unit → person, to the fen (绩效总额逐级分配).

At each level an amount is shared in proportion to weights (workload × score × coefficient of the post …), no share
below its floor (保底) nor above its cap (封顶). Who is held at a floor or cap leaves the rest to be shared anew
(重归一). Shares and what is kept back always add up to the amount. Nothing is stored: a
`Shared` is a preview until somebody posts it. docs/algorithms/appraisal.md §6.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from yigongti.foundation.errors import InvalidInput, Text
from yigongti.foundation.money import ZERO, distribute, to_fen

ONE = Decimal(1)


class Bound(StrEnum):
    """What decided a share."""

    WEIGHT = "weight"
    FLOOR = "floor"
    CAP = "cap"


@dataclass(frozen=True, slots=True)
class Factor:
    """One number of a weight: what it is and how much ("考核得分 92.5")."""

    label: Text
    value: Decimal


@dataclass(frozen=True, slots=True)
class Receiver:
    """Whoever gets a share: an institution, a unit or a person. Its weight is the product of its factors.

    floor, cap: yuan in whole fen, None where there is none. kept: the part of its share (0 to 1) that it keeps back
    before it hands the rest to its members (a reserve until the year's end); only where it has members.
    """

    code: str
    label: Text
    factors: tuple[Factor, ...]
    floor: Decimal | None = None
    cap: Decimal | None = None
    kept: Decimal = Decimal(0)
    members: tuple[Receiver, ...] = ()

    @property
    def weight(self) -> Decimal:
        product = ONE
        for factor in self.factors:
            product *= factor.value
        return product


@dataclass(frozen=True, slots=True)
class Share:
    """A line of the preview. depth: 0 for the first level. of: the code above, empty for the first. by_weight: what
    it would be without floors and caps. amount = kept + what its members get (or all its own, without members).
    change: against what it had before, None where that is not known."""

    depth: int
    code: str
    label: Text
    of: str
    weight: Decimal
    by_weight: Decimal
    amount: Decimal
    bound: Bound
    kept: Decimal
    change: Decimal | None
    said: Text


@dataclass(frozen=True, slots=True)
class Shared:
    """The whole distribution, each level below its own: a preview."""

    pool: Decimal
    rows: tuple[Share, ...]

    def of(self, code: str) -> Share:
        """The line of a receiver. Raises KeyError."""
        return next(row for row in self.rows if row.code == code)

    @property
    def ends(self) -> dict[str, Decimal]:
        """What stays with whom: the last in each line their amounts, those above what they keep."""
        above = {row.of for row in self.rows}
        return {row.code: row.kept if row.code in above else row.amount for row in self.rows}


def share_pool(pool: Decimal, receivers: Sequence[Receiver], *, before: Mapping[str, Decimal] | None = None) -> Shared:
    """Hands `pool` yuan down all levels. before: what each had last time, for the preview's change.

    Raises InvalidInput for codes that stand twice, floors or caps that cannot be kept, and nobody to receive.
    """
    if not pool.is_finite() or pool != to_fen(pool) or pool < 0:
        raise _wrong(
            "pool_not_usable", f"总额 {pool} 须为整分且不为负", f"the pool {pool} must be whole fen, not negative"
        )
    codes = [each.code for each in _everybody(receivers)]
    twice = sorted({code for code in codes if codes.count(code) > 1}) if len(set(codes)) != len(codes) else []
    if twice:
        raise _wrong(
            "receiver_twice", f"分配对象重复：{'、'.join(twice)}", f"receivers stand twice: {', '.join(twice)}"
        )
    return Shared(to_fen(pool), tuple(_level(to_fen(pool), receivers, "", 0, before or {})))


def _everybody(receivers: Sequence[Receiver]) -> Iterator[Receiver]:
    for receiver in receivers:
        yield receiver
        yield from _everybody(receiver.members)


def _level(
    amount: Decimal, receivers: Sequence[Receiver], of: str, depth: int, before: Mapping[str, Decimal]
) -> Iterator[Share]:
    shares, bounds = within_bounds(amount, receivers, of)
    plain = _in_proportion(amount, receivers)
    for each in receivers:
        share = shares[each.code]
        kept = to_fen(share * each.kept) if each.members else ZERO
        change = share - before[each.code] if each.code in before else None
        said = _said(each, amount, plain[each.code], share, bounds[each.code])
        yield Share(
            depth,
            each.code,
            each.label,
            of,
            each.weight,
            plain[each.code],
            share,
            bounds[each.code],
            kept,
            change,
            said,
        )
        if each.members:
            yield from _level(share - kept, each.members, each.code, depth + 1, before)


def within_bounds(
    amount: Decimal, receivers: Sequence[Receiver], of: str = ""
) -> tuple[dict[str, Decimal], dict[str, Bound]]:
    """The shares of one level: in proportion to the weights, between floors and caps, adding up to the amount.

    There is one rate (yuan per weight) by which every share is rate × weight, or its floor, or its cap. In each round
    all who would fall below their floor (or all who would exceed their cap, whichever moves more money) are held there
    and the rest is shared anew; so the rate is found exactly, in as many rounds as there are receivers at most.
    """
    _require_possible(amount, receivers, of)
    held: dict[str, Decimal] = {}
    bounds = {each.code: Bound.WEIGHT for each in receivers}
    free = list(receivers)
    while free:
        left = amount - sum(held.values(), ZERO)
        whole = sum((Fraction(each.weight) for each in free), Fraction(0))
        rate = Fraction(left) / whole if whole else Fraction(0)
        low = [each for each in free if each.floor is not None and rate * Fraction(each.weight) < each.floor]
        high = [each for each in free if each.cap is not None and rate * Fraction(each.weight) > each.cap]
        lacking = sum((Fraction(each.floor or 0) - rate * Fraction(each.weight) for each in low), Fraction(0))
        beyond = sum((rate * Fraction(each.weight) - Fraction(each.cap or 0) for each in high), Fraction(0))
        if not low and not high:
            break
        for each in low if lacking >= beyond else ():
            held[each.code], bounds[each.code] = to_fen(each.floor or ZERO), Bound.FLOOR
        for each in high if beyond >= lacking else ():
            held[each.code], bounds[each.code] = to_fen(each.cap or ZERO), Bound.CAP
        free = [each for each in free if each.code not in held]
    left = amount - sum(held.values(), ZERO)
    if left and not any(each.weight for each in free):
        raise _nobody(of)
    shares = distribute(left, {each.code: each.weight for each in free})
    return {each.code: held.get(each.code, shares.get(each.code, ZERO)) for each in receivers}, bounds


def _require_possible(amount: Decimal, receivers: Sequence[Receiver], of: str) -> None:
    for each in receivers:
        _require_sane(each)
    floors = sum((each.floor or ZERO for each in receivers), ZERO)
    if floors > amount:
        raise _wrong(
            "floors_impossible",
            f"保底合计 {floors:,.2f} 元，多于可分的 {amount:,.2f} 元",
            f"the floors add up to {floors:,.2f} yuan, more than the {amount:,.2f} there are",
            of,
        )
    if any(each.cap is None and each.weight for each in receivers):
        return
    most = sum(((each.cap or ZERO) if each.weight else (each.floor or ZERO) for each in receivers), ZERO)
    if not any(each.weight for each in receivers) and amount > most:
        raise _nobody(of)
    if most < amount:
        raise _wrong(
            "caps_impossible",
            f"封顶合计只能分 {most:,.2f} 元，少于可分的 {amount:,.2f} 元",
            f"the caps let no more than {most:,.2f} yuan be shared, less than the {amount:,.2f} there are",
            of,
        )


def _require_sane(each: Receiver) -> None:
    weight = each.weight
    bounds = [bound for bound in (each.floor, each.cap) if bound is not None]
    if not weight.is_finite() or any(not f.value.is_finite() or f.value < 0 for f in each.factors):
        raise _wrong("weight_not_usable", "权重的各项不得为负", "no factor of a weight may be negative", each.code)
    if any(not bound.is_finite() or bound < 0 or bound != to_fen(bound) for bound in bounds):
        raise _wrong("bound_not_usable", "保底与封顶须为整分且不为负", "floors and caps are whole fen", each.code)
    if each.floor is not None and each.cap is not None and each.floor > each.cap:
        raise _wrong(
            "floor_above_cap",
            f"保底 {each.floor:,.2f} 元高于封顶 {each.cap:,.2f} 元",
            f"the floor {each.floor:,.2f} is above the cap {each.cap:,.2f}",
            each.code,
        )
    if not 0 <= each.kept <= 1:
        raise _wrong("kept_not_usable", "留存比例须在 0 与 1 之间", "what is kept back is between 0 and 1", each.code)


def _in_proportion(amount: Decimal, receivers: Sequence[Receiver]) -> dict[str, Decimal]:
    if not any(each.weight for each in receivers):
        return {each.code: ZERO for each in receivers}
    return distribute(amount, {each.code: each.weight for each in receivers})


def _said(each: Receiver, amount: Decimal, plain: Decimal, share: Decimal, bound: Bound) -> Text:
    zh = " × ".join(f"{factor.label.zh} {factor.value:f}" for factor in each.factors) or "1"
    en = " × ".join(f"{factor.label.en} {factor.value:f}" for factor in each.factors) or "1"
    zh, en = f"{zh} = 权重 {each.weight:f}，{amount:,.2f} 元中", f"{en} = weight {each.weight:f}, of {amount:,.2f} yuan"
    if bound is Bound.WEIGHT:
        return Text(zh=f"{zh}得 {share:,.2f} 元", en=f"{en}: {share:,.2f}")
    word_zh, word_en = ("保底", "floor") if bound is Bound.FLOOR else ("封顶", "cap")
    return Text(
        zh=f"{zh}按比例 {plain:,.2f} 元，{word_zh} {share:,.2f} 元",
        en=f"{en}: {plain:,.2f} in proportion, held at the {word_en} {share:,.2f}",
    )


def _nobody(of: str) -> InvalidInput:
    return _wrong("nobody_to_receive", "没有人可以分得：权重全为零", "nobody may receive: all weights are zero", of)


def _wrong(code: str, zh: str, en: str, where: str = "") -> InvalidInput:
    return InvalidInput(f"appraisal.{code}", zh=zh, en=en, where=where)
