"""Judges one pair of registrations in plain Python and tells every step: used at the desk, and as the oracle of Splink.

Prior + the weight of each comparison's level = the pair's weight in bits; weight w is the probability
2^w / (1 + 2^w). Two thresholds make it `same`, `doubtful` or `different`; the rules of `rules.py` may lower that.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from yigongti.engines.identity.comparisons import COMPARISONS, levels_of
from yigongti.engines.identity.registration import Normalised, Registration
from yigongti.engines.identity.rules import Rule, decide, rule_of
from yigongti.engines.identity.weights import Matching, TrainedWeights
from yigongti.foundation.trace import Trace


@dataclass(frozen=True, slots=True)
class Judged:
    """A pair's levels and worth without words. weight: bits, prior included; rule: id of it, or ""."""

    levels: Mapping[str, str]
    weight: float
    probability: float
    decision: str
    rule: str


@dataclass(frozen=True, slots=True)
class Likeness:
    """The judgement of one pair, explained. weights: bits of each comparison in the order of COMPARISONS."""

    left: str
    right: str
    levels: Mapping[str, str]
    weights: Mapping[str, float]
    weight: float
    probability: float
    decision: str
    rule: Rule | None
    trace: Trace


def judge_pair(left: Normalised, right: Normalised, matching: Matching) -> Judged:
    """The judgement without its explanation, quick enough for hundreds of candidates."""
    weights = matching.weights
    levels = levels_of(left, right, weights.near_days)
    total = weights.prior_weight
    for name, level in levels.items():
        total += level_weight(name, level, left, right, weights)
    rule = rule_of(levels, left.number_valid and right.number_valid)
    chance = probability_of(total)
    decision = decide(chance, matching.same_from, matching.doubtful_from, rule)
    return Judged(levels, total, chance, decision, rule.id if rule else "")


def compare(left: Registration, right: Registration, matching: Matching) -> Likeness:
    """The judgement of one pair with every step in words."""
    one, two = left.normalised, right.normalised
    judged = judge_pair(one, two, matching)
    weights = {name: level_weight(name, level, one, two, matching.weights) for name, level in judged.levels.items()}
    rule = rule_of(judged.levels, one.number_valid and two.number_valid)
    return Likeness(
        left=left.key,
        right=right.key,
        levels=judged.levels,
        weights=weights,
        weight=judged.weight,
        probability=judged.probability,
        decision=judged.decision,
        rule=rule,
        trace=_told(judged, weights, rule, matching),
    )


def level_weight(name: str, level: str, left: Normalised, right: Normalised, weights: TrainedWeights) -> float:
    """The weight in bits of a level. An equal telephone weighs by how many give it: a telephone of a whole village
    says little. The larger of the two shares counts, since it is the later one that was counted."""
    if name == "phone" and level == "same":
        share = max(left.phone_share, right.phone_share)
        if share > 0:
            return math.log2(weights.same_phone_m) - math.log2(share)
    return weights.by_level[name, level]


def probability_of(weight: float) -> float:
    """2^w / (1 + 2^w), without overflow."""
    if weight < 0:
        odds = math.exp2(max(weight, -1000.0))
        return odds / (1 + odds)
    return 1 / (1 + math.exp2(-min(weight, 1000.0)))


def _told(judged: Judged, weights: Mapping[str, float], rule: Rule | None, matching: Matching) -> Trace:
    trace, trained = Trace(), matching.weights
    trace.add(
        "prior",
        zh=f"在 {trained.registrations} 份登记中任取两份，是同一人的机会：{trained.prior_weight:+.1f}",
        en=f"any two of {trained.registrations} registrations being one person's: {trained.prior_weight:+.1f}",
        source=trained.source,
    )
    for comparison in COMPARISONS:
        level, weight = judged.levels[comparison.id], weights[comparison.id]
        said = comparison.says(level)
        trace.add(
            comparison.id,
            zh=f"{comparison.label.zh}：{said.zh}（{weight:+.1f}）",
            en=f"{comparison.label.en}: {said.en} ({weight:+.1f})",
            evidence=(level,),
            passed=weight > 0,
            source=trained.source,
        )
    trace.add(
        "total",
        zh=f"合计 {judged.weight:+.1f}，是同一人的概率 {_percent(judged.probability)}",
        en=f"in all {judged.weight:+.1f}: the same person with probability {_percent(judged.probability)}",
        passed=judged.probability >= matching.doubtful_from,
    )
    if rule is not None:
        trace.add("rule", zh=rule.said.zh, en=rule.said.en, evidence=(rule.id,), passed=False)
    trace.add("decision", zh=DECISION_SAID[judged.decision][0], en=DECISION_SAID[judged.decision][1])
    return trace


DECISION_SAID: Mapping[str, tuple[str, str]] = {
    "same": ("判断：同一人", "decision: the same person"),
    "doubtful": ("判断：疑似重复，须由人核对", "decision: doubtful, a person must look"),
    "different": ("判断：不是同一人", "decision: different persons"),
}


def _percent(share: float) -> str:
    """Never rounded up to certainty."""
    return "> 99.99 %" if share > 0.9999 else "< 0.01 %" if share < 0.0001 else f"{share * 100:.2f} %"
