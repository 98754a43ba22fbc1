"""The DIP score of one case, told step by step, and the pool handed out by scores.

    case score = group's score × deviation × institution coefficient × auxiliary factor

rounded once, to four decimals. Read beside docs/algorithms/casemix-payment.md §5.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from yigongti.engines.casemix.dip.catalogue import Catalogue, DipCase, DipGroup, bands_of
from yigongti.engines.casemix.dip.rules import DipRules
from yigongti.engines.casemix.pricing.rounding import (
    TEN_THOUSAND,
    divide_half_up,
    from_ten_thousandths,
    to_ten_thousandths,
    to_whole_fen,
)
from yigongti.foundation.errors import InvalidInput
from yigongti.foundation.money import distribute, to_fen
from yigongti.foundation.trace import Trace


@dataclass(frozen=True, slots=True)
class ScoredCase:
    """kind: "core", "combined", "unmatched", "no_cost" or "no_coefficient". deviation: "normal", "low", "high" or "".
    score: four decimals, 0 where none. factor: the auxiliary factor, four decimals. payment: yuan, None before the
    pool is handed out or where the case has no score to be given."""

    case_id: str
    kind: str
    group: str
    deviation: str
    factor: Decimal
    score: Decimal
    trace: Trace
    payment: Decimal | None = None


def score_case(case: DipCase, catalogue: Catalogue, rules: DipRules) -> ScoredCase:
    """The case's score with its path. A case that cannot be scored gets 0 and the reason as its kind."""
    trace = Trace()
    coefficient = rules.coefficients.get(case.institution_level)
    if case.total_cost is None or case.total_cost < 0:
        trace.add("cost", zh="费用缺失或为负", en="the cost is missing or negative", passed=False)
        return ScoredCase(case.case_id, "no_cost", "", "", Decimal("1.0000"), Decimal("0.0000"), trace)
    if coefficient is None:
        trace.add("coefficient", zh="机构级别没有系数", en="the institution's level has no coefficient", passed=False)
        return ScoredCase(case.case_id, "no_coefficient", "", "", Decimal("1.0000"), Decimal("0.0000"), trace)
    cost, group = to_whole_fen(case.total_cost), catalogue.group_of(case, rules) if case.diagnoses else None
    if group is None:
        share = to_ten_thousandths(rules.unmatched_ratio)
        scaled = divide_half_up(cost * share * rules.score_base, catalogue.overall_fen)
        trace.add("group", zh="没有对应病种，按费用折算分值", en="no group: scored by its cost", passed=False)
        return _told(case, "unmatched", "", "", TEN_THOUSAND, scaled, trace)
    trace.add(
        "group",
        zh=f"病种 {group.name}，分值 {group.score}，次均 {group.mean_cost} 元",
        en=f"group {group.name}, score {group.score}, mean cost {group.mean_cost} yuan",
        evidence=(group.name,),
    )
    deviation, above, below = _deviation(cost, group.mean_fen, rules)
    trace.add(
        "deviation",
        zh=f"费用偏差：{deviation}，系数 {above}/{below}",
        en=f"deviation {deviation}: factor {above}/{below}",
    )
    factor = auxiliary_factor(case, group, rules, trace)
    numerator = group.score_scaled * above * to_ten_thousandths(coefficient) * factor
    scaled = divide_half_up(numerator, below * TEN_THOUSAND**2)
    return _told(case, group.kind, group.name, deviation, factor, scaled, trace)


def _deviation(cost: int, mean: int, rules: DipRules) -> tuple[str, int, int]:
    """The kind of deviation and the factor as a fraction."""
    low, high = to_ten_thousandths(rules.low_deviation), to_ten_thousandths(rules.high_deviation)
    if cost * TEN_THOUSAND < mean * low:
        return "low", cost, mean
    if cost * TEN_THOUSAND > mean * high:
        return "high", cost * TEN_THOUSAND - mean * (high - TEN_THOUSAND), mean * TEN_THOUSAND
    return "normal", 1, 1


def auxiliary_factor(case: DipCase, group: DipGroup, rules: DipRules, trace: Trace) -> int:
    """The auxiliary factor in ten-thousandths: the largest (or the product) of the dimensions' factors, not below the
    floor; 1 where the catalogue has none for the case's bands."""
    bands = bands_of(case, rules)
    found = {
        dimension: group.factors[dimension, bands[dimension]]
        for dimension in rules.auxiliary_dimensions
        if (dimension, bands[dimension]) in group.factors
    }
    if not found:
        factor = TEN_THOUSAND
    elif rules.auxiliary_choice == "largest":
        factor = max(found.values())
    else:
        factor = TEN_THOUSAND
        for value in found.values():
            factor = divide_half_up(factor * value, TEN_THOUSAND)
    factor = max(factor, to_ten_thousandths(rules.auxiliary_floor)) if found else factor
    trace.add(
        "auxiliary",
        zh=f"辅助系数 {from_ten_thousandths(factor)}",
        en=f"auxiliary factor {from_ten_thousandths(factor)}",
        evidence=tuple(f"{name} {bands[name]}: {from_ten_thousandths(value)}" for name, value in found.items()),
    )
    return factor


def _told(case: DipCase, kind: str, group: str, deviation: str, factor: int, scaled: int, trace: Trace) -> ScoredCase:
    score = from_ten_thousandths(scaled)
    trace.add("score", zh=f"病例分值 {score}", en=f"case score {score}")
    return ScoredCase(case.case_id, kind, group, deviation, from_ten_thousandths(factor), score, trace)


@dataclass(frozen=True, slots=True)
class PaidScores:
    """point_value: yuan a score point, six decimals, for information; payments add up to the pool exactly."""

    cases: tuple[ScoredCase, ...]
    point_value: Decimal


def pay_scores(cases: Sequence[DipCase], pool: Decimal, catalogue: Catalogue, rules: DipRules) -> PaidScores:
    """Hands out exactly `pool` yuan by scores. Raises InvalidInput when no case has a score."""
    scored = {(case.institution_code, case.case_id): score_case(case, catalogue, rules) for case in cases}
    total = sum((one.score for one in scored.values()), Decimal(0))
    if total == 0:
        raise InvalidInput(
            "dip.no_scores", zh="没有任何病例取得分值，预算无法分配", en="no case has a score to be paid for"
        )
    order = sorted(scored)
    shares = distribute(to_fen(pool), {key: scored[key].score for key in order}, order)
    paid = []
    for case in cases:
        key = (case.institution_code, case.case_id)
        one = scored[key]
        payment = None if one.kind in ("no_cost", "no_coefficient") else shares[key]
        paid.append(
            ScoredCase(one.case_id, one.kind, one.group, one.deviation, one.factor, one.score, one.trace, payment)
        )
    return PaidScores(tuple(paid), (pool / total).quantize(Decimal("0.000001")))
