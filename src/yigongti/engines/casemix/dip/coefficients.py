"""The yearly additions to an institution's DIP coefficient: harder cases, the young, the old, traditional treatment.

    addition = min(cap, for being above the mean + whole steps above the mean × addition a step)

A county whose policy has no casemix.dip_addition_* parameters has no additions. Modelled on xiamen-dip-2024 (not held
against the document): “every 5 % above the mean” is read as relative to the mean.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_FLOOR, Decimal

from yigongti.foundation.errors import InvalidInput
from yigongti.foundation.policy import Policy
from yigongti.foundation.trace import Trace

ADDITIONS = ("cmi", "young", "elderly", "traditional")


@dataclass(frozen=True, slots=True)
class Addition:
    """step: relative to the mean (0.05: five per cent above). above_mean: added once for any excess. cap: the most."""

    step: Decimal
    per_step: Decimal
    above_mean: Decimal
    cap: Decimal

    def of(self, value: Decimal, mean: Decimal) -> Decimal:
        """What an institution with this value earns. Raises InvalidInput for a mean that is not above 0."""
        if mean <= 0:
            raise InvalidInput("dip.mean_not_positive", zh="均值必须大于 0", en="the mean must be above 0")
        excess = value / mean - 1
        if excess <= 0:
            return Decimal(0)
        steps = (excess / self.step).to_integral_value(rounding=ROUND_FLOOR)
        return min(self.cap, self.above_mean + steps * self.per_step)


@dataclass(frozen=True, slots=True)
class Coefficient:
    """An institution's coefficient of the year, with its path."""

    value: Decimal
    trace: Trace


def additions_of(policy: Policy, institution_level: str, *, on: date) -> dict[str, Addition]:
    """The additions of a level by name. Raises PolicyError where the policy has none."""

    def number(name: str, **selectors: str) -> Decimal:
        return Decimal(str(policy.value(f"casemix.dip_addition_{name}", on=on, **selectors)))

    return {
        name: Addition(
            step=number("step", addition=name),
            per_step=number("per_step", addition=name),
            above_mean=number("above_mean", addition=name),
            cap=number("cap", institution_level=institution_level, addition=name),
        )
        for name in ADDITIONS
    }


def year_coefficient(
    base: Decimal, additions: Mapping[str, Addition], values: Mapping[str, Decimal], means: Mapping[str, Decimal]
) -> Coefficient:
    """The base coefficient of the level plus every addition. values, means: by name of addition (CMI, and the shares of
    cases up to 6 years, from 70 years, of traditional treatment in cost). Raises InvalidInput when one is missing."""
    trace = Trace()
    total = base
    for name, addition in additions.items():
        if name not in values or name not in means:
            raise InvalidInput(
                "dip.addition_value_missing",
                zh=f"缺少 {name} 的取值或均值",
                en=f"the value or the mean of {name} is missing",
                where=name,
            )
        earned = addition.of(values[name], means[name])
        total += earned
        trace.add(
            name,
            zh=f"{name}：{values[name]} 对均值 {means[name]}，加 {earned}（上限 {addition.cap}）",
            en=f"{name}: {values[name]} against a mean of {means[name]}, adds {earned} (at most {addition.cap})",
            passed=earned > 0,
        )
    return Coefficient(total, trace)
