"""Stratified samples of findings or bills for review: who is drawn follows from a seed, and anyone can draw it again.

    strata = institution × check × amount band, or whatever the office chooses
    sample = draw_sample(units, seed="2026-10 抽样", size=200, allocation="neyman", least=2)

*Allocation.* "proportional": a stratum is given its share of the units. "neyman": its share of units × standard
deviation of the amounts at stake, so that large and uneven strata are looked at more closely. In both, a stratum is
given at least `least` units (all, where it has fewer) and at most all; what this moves is shared among the others in
the same proportion, and the rest of rounding goes by largest remainder, equal ones in the order of the strata's names.

*Drawing.* Each unit is given the number SHA-256(seed, its key); the units of a stratum with the smallest numbers are
drawn. So the draw depends on nothing but the seed and the keys: not on the order of the rows, on a machine or on a
library; a larger sample of the same seed holds the smaller one, and a sample can be reviewed in the order drawn and
stopped anywhere.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from statistics import stdev

from yigongti.foundation.errors import InvalidInput
from yigongti.foundation.trace import Trace

ALLOCATIONS = ("proportional", "neyman")

Name = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unit:
    """What may be drawn. key: names it for good. amount: yuan at stake."""

    key: str
    stratum: Name
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Stratum:
    """A stratum with its units (size, total amount at stake) and those drawn, in the order in which they were."""

    name: Name
    size: int
    amount: Decimal
    drawn: tuple[Unit, ...]


@dataclass(frozen=True)
class Sample:
    """A sample, and how it came about."""

    seed: str
    allocation: str
    strata: tuple[Stratum, ...]
    trace: Trace

    @property
    def size(self) -> int:
        return sum(len(stratum.drawn) for stratum in self.strata)

    @property
    def units(self) -> tuple[Unit, ...]:
        """The units drawn, stratum by stratum."""
        return tuple(unit for stratum in self.strata for unit in stratum.drawn)


def draw_sample(
    units: Iterable[Unit], *, seed: str, size: int, allocation: str = "proportional", least: int = 2
) -> Sample:
    """Draws `size` units (all, where there are fewer).

    Raises InvalidInput for a key that stands twice, an unknown allocation, least below 1, or a size that does not give
    every stratum its least.
    """
    of_stratum = _by_stratum(units)
    trace = Trace()
    chosen = _allocate(of_stratum, size, allocation, least, trace)
    strata = []
    for name in sorted(of_stratum):
        own = of_stratum[name]
        drawn = tuple(sorted(own, key=lambda unit: (_number(seed, unit.key), unit.key))[: chosen[name]])
        amount = sum((unit.amount for unit in own), Decimal(0))
        strata.append(Stratum(name, len(own), amount, drawn))
        trace.add(
            "draw",
            zh=f"层“{'·'.join(name)}”共 {len(own)} 件、{amount} 元，抽取 {len(drawn)} 件",
            en=f"stratum “{' · '.join(name)}”: {len(drawn)} of {len(own)} unit(s), {amount} yuan at stake",
            evidence=tuple(unit.key for unit in drawn),
        )
    return Sample(seed, allocation, tuple(strata), trace)


def amount_band(amount: Decimal, limits: Sequence[Decimal]) -> str:
    """The band of an amount: limits 100, 1000 give “<100”, “100-1000”, “≥1000”. limits: rising, in yuan."""
    for place, limit in enumerate(limits):
        if amount < limit:
            return f"{limits[place - 1]}-{limit}" if place else f"<{limit}"
    return f"≥{limits[-1]}" if limits else ""


def _by_stratum(units: Iterable[Unit]) -> dict[Name, list[Unit]]:
    of_stratum: dict[Name, list[Unit]] = defaultdict(list)
    seen: set[str] = set()
    for unit in units:
        if unit.key in seen:
            raise InvalidInput(
                "claim_checks.sample_key_twice",
                zh=f"{unit.key} 出现两次，无法抽样",
                en=f"{unit.key} stands twice; nothing can be drawn",
                where=unit.key,
            )
        seen.add(unit.key)
        of_stratum[unit.stratum].append(unit)
    return of_stratum


def _number(seed: str, key: str) -> bytes:
    return hashlib.sha256(f"{seed}\0{key}".encode()).digest()


def _allocate(
    of_stratum: Mapping[Name, Sequence[Unit]], size: int, allocation: str, least: int, trace: Trace
) -> dict[Name, int]:
    """Units to draw from each stratum."""
    if allocation not in ALLOCATIONS or least < 1:
        raise InvalidInput(
            "claim_checks.sample_allocation",
            zh=f"分配方法应为 {'、'.join(ALLOCATIONS)}，每层至少 1 件",
            en=f"the allocation is {' or '.join(ALLOCATIONS)}, with at least one unit a stratum",
        )
    sizes = {name: len(units) for name, units in of_stratum.items()}
    floors = {name: min(least, count) for name, count in sizes.items()}
    wanted = min(size, sum(sizes.values()))
    if wanted < sum(floors.values()):
        raise InvalidInput(
            "claim_checks.sample_too_small",
            zh=f"{len(sizes)} 层每层至少 {least} 件，共需 {sum(floors.values())} 件，样本只有 {size} 件；"
            f"请加大样本或合并层",
            en=f"{len(sizes)} strata with at least {least} each need {sum(floors.values())} units, the sample"
            f" has {size};"
            f" enlarge it or merge strata",
        )
    weights = {name: Fraction(count) for name, count in sizes.items()}
    if allocation == "neyman":
        spread = {name: count * Fraction(_deviation(of_stratum[name])) for name, count in sizes.items()}
        # where no stratum varies, none is looked at more closely than another
        weights = spread if any(spread.values()) else weights
    shares = _within(weights, floors, sizes, wanted)
    chosen = {name: int(share) for name, share in shares.items()}
    order = sorted(shares, key=lambda name: (chosen[name] - shares[name], name))
    for name in order[: wanted - sum(chosen.values())]:
        chosen[name] += 1
    trace.add(
        "allocate",
        zh=f"共 {sum(sizes.values())} 件分 {len(sizes)} 层，抽 {wanted} 件，"
        f"{'按层的件数' if allocation == 'proportional' else '按层的件数×金额标准差'}分配，每层至少 {least} 件",
        en=f"{wanted} of {sum(sizes.values())} units in {len(sizes)} strata, allocated {allocation}, at least"
        f" {least} each",
    )
    return chosen


def _deviation(units: Sequence[Unit]) -> Decimal:
    return Decimal(stdev(unit.amount for unit in units)) if len(units) > 1 else Decimal(0)


def _within(
    weights: Mapping[Name, Fraction], floors: Mapping[Name, int], caps: Mapping[Name, int], wanted: int
) -> dict[Name, Fraction]:
    """Shares of `wanted` by weight, none below its floor or above its cap; they add up to `wanted`."""
    fixed: dict[Name, Fraction] = {}
    while True:
        free = [name for name in weights if name not in fixed]
        left = wanted - sum(fixed.values())
        total = sum(weights[name] for name in free)
        even = {name: Fraction(1) for name in free} if total == 0 else {name: weights[name] for name in free}
        whole = sum(even.values())
        shares = {name: left * even[name] / whole for name in free}
        low = {name: Fraction(floors[name]) for name in free if shares[name] < floors[name]}
        high = {name: Fraction(caps[name]) for name in free if shares[name] > caps[name]}
        if not low and not high:
            return fixed | shares
        missing = sum(floors[name] - shares[name] for name in low)
        over = sum(shares[name] - caps[name] for name in high)
        # whichever moves more is settled first; the other may then settle itself
        fixed |= low if missing >= over else high
