"""The trained weights as plain data, and all that decides about a pair together: weights and thresholds.

A level's weight is log2(m / u): m how often two registrations of one person reach the level, u how often two persons
do. The weights in force lie in `policy/identity/weights.yaml`, the thresholds in `policy/parameters/identity`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from types import MappingProxyType
from typing import Any

from yigongti.engines.identity.comparisons import COMPARISONS, MISSING
from yigongti.foundation.errors import PolicyError
from yigongti.foundation.policy import Policy

FOLDER = "identity"


@dataclass(frozen=True, slots=True)
class LevelWeight:
    """m and u of one level: probabilities above 0 and at most 1."""

    m: float
    u: float

    @property
    def weight(self) -> float:
        """The level's weight in bits."""
        return math.log2(self.m) - math.log2(self.u)


@dataclass(frozen=True)
class TrainedWeights:
    """What training found, or a person set.

    registrations: how many registrations are searched among. registered_twice: second registrations of the same
    person as a share of all registrations; the two give the prior. near_days: birth dates so many days apart count
    as near. levels: comparison -> level -> m and u. trained_on: in words.
    """

    registrations: int
    registered_twice: float
    near_days: int
    levels: Mapping[str, Mapping[str, LevelWeight]]
    trained_on: str
    source: str
    from_on: date

    def among(self, registrations: int) -> TrainedWeights:
        """The same weights for a search among so many registrations: the more there are, the less a likeness says."""
        return replace(self, registrations=max(2, registrations))

    @property
    def prior(self) -> float:
        """The probability that two registrations taken blindly are one person's."""
        return min(0.5, 2 * self.registered_twice / (self.registrations - 1))

    @cached_property
    def prior_weight(self) -> float:
        """The same in bits (negative)."""
        return math.log2(self.prior) - math.log2(1 - self.prior)

    @cached_property
    def by_level(self) -> Mapping[tuple[str, str], float]:
        """The weight in bits of every (comparison, level); missing weighs 0."""
        found = {
            (name, level): number.weight for name, levels in self.levels.items() for level, number in levels.items()
        }
        return MappingProxyType(found | {(name, MISSING): 0.0 for name in self.levels})

    @cached_property
    def same_phone_m(self) -> float:
        """m of an equal telephone: its u is the share of registrations that give it, where that is known."""
        return self.levels["phone"]["same"].m


@dataclass(frozen=True)
class Matching:
    """Weights and thresholds in force on a day. same_from, doubtful_from: probabilities. stand_in_above: a resident or
    insured number that more registrations than this share names nobody and is read as missing."""

    weights: TrainedWeights
    same_from: float
    doubtful_from: float
    stand_in_above: int

    def __post_init__(self) -> None:
        if not 0 < self.doubtful_from <= self.same_from < 1:
            raise _wrong(
                "同一人的界限须不低于存疑的界限", "`same` must not lie below `doubtful`", "parameters/identity"
            )

    def among(self, registrations: int) -> Matching:
        """The same for a search among so many registrations."""
        return replace(self, weights=self.weights.among(registrations))


def load_matching(policy: Policy, on: date) -> Matching:
    """What is in force on a day. Raises PolicyError when a file is wrong or nothing is in force."""
    versions = [read_weights(document.data, document.path) for document in policy.documents(FOLDER)]
    in_force = [weights for weights in versions if weights.from_on <= on]
    if not in_force:
        raise _wrong(f"{on} 没有生效的匹配权重", f"no matching weights are in force on {on}", f"policy/{FOLDER}")
    weights = max(in_force, key=lambda found: found.from_on)
    if weights.source not in policy.sources:
        raise _wrong(f"来源 {weights.source} 不存在", f"the source {weights.source} does not exist", f"policy/{FOLDER}")

    def share(name: str) -> float:
        return float(Decimal(str(policy.value(f"identity.{name}", on=on))))

    stand_in_above = int(str(policy.value("identity.stand_in_above", on=on)))
    return Matching(weights, share("same_from"), share("doubtful_from"), stand_in_above)


def read_weights(data: Any, where: str) -> TrainedWeights:
    """The weights from a parsed file (every scalar as text). Raises PolicyError naming what is wrong."""
    if not isinstance(data, Mapping) or not isinstance(data.get("comparisons"), Mapping):
        raise _wrong("权重文件没有 comparisons", "the weights file has no `comparisons`", where)
    try:
        read = TrainedWeights(
            registrations=int(data["registrations"]),
            registered_twice=float(data["registered_twice"]),
            near_days=int(data["near_days"]),
            levels=_levels(data["comparisons"], where),
            trained_on=str(data["trained_on"]),
            source=str(data["source"]),
            from_on=date.fromisoformat(str(data["from"])),
        )
    except (KeyError, ValueError) as error:
        raise _wrong(f"权重文件读不出：{error}", f"the weights file cannot be read: {error}", where) from error
    if read.registrations < 2 or not 0 < read.registered_twice < 0.5 or read.near_days < 0:
        raise _wrong("登记数、重复比例或天数不合理", "registrations, registered_twice or near_days is absurd", where)
    return read


def _levels(data: Mapping[str, Any], where: str) -> Mapping[str, Mapping[str, LevelWeight]]:
    if list(data) != [comparison.id for comparison in COMPARISONS]:
        raise _wrong("比较项目与程序不一致", "the comparisons are not those of the engine", where)
    levels: dict[str, Mapping[str, LevelWeight]] = {}
    for comparison in COMPARISONS:
        rows = data[comparison.id]
        if not isinstance(rows, Mapping) or set(rows) != set(comparison.levels):
            zh, en = f"{comparison.id} 的等级与程序不一致", f"the levels of {comparison.id} are not those of the engine"
            raise _wrong(zh, en, where)
        read = {level: LevelWeight(float(rows[level]["m"]), float(rows[level]["u"])) for level in comparison.levels}
        if not all(0 < number <= 1 for found in read.values() for number in (found.m, found.u)):
            zh, en = f"{comparison.id} 的 m、u 须大于 0 且不超过 1", f"m and u of {comparison.id} must lie in (0, 1]"
            raise _wrong(zh, en, where)
        levels[comparison.id] = MappingProxyType(read)
    return MappingProxyType(levels)


def _wrong(zh: str, en: str, where: str) -> PolicyError:
    return PolicyError("identity.weights", zh=zh, en=en, where=where)
