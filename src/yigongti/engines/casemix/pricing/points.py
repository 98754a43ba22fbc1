"""The floating rate (点数法): cases earn points, and a fixed pool of money is handed out exactly by points.

    points = weight × 100 × coefficient        point value = pool ÷ all points

Outliers and by-item cases earn points for their cost, so that they share the pool with the others. Read beside
docs/algorithms/casemix-payment.md §3; `points_table.py` computes the same over tables.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from yigongti.engines.casemix.pricing.cases import Category, GroupedCase, PricedCase
from yigongti.engines.casemix.pricing.reference import fund_part, paid_by_item
from yigongti.engines.casemix.pricing.rounding import (
    TEN_THOUSAND,
    divide_half_up,
    from_ten_thousandths,
    to_ten_thousandths,
    to_whole_fen,
)
from yigongti.engines.casemix.pricing.rules import PaymentRules
from yigongti.engines.casemix.pricing.weight_table import WeightTable
from yigongti.foundation.errors import InvalidInput
from yigongti.foundation.money import distribute, to_fen
from yigongti.foundation.trace import Trace


@dataclass(frozen=True, slots=True)
class PricedPool:
    """A pool handed out. point_value: yuan a point, six decimals, for information: payments are exact shares."""

    cases: tuple[PricedCase, ...]
    points: tuple[Decimal, ...]
    point_value: Decimal


def require_mean_costs(weights: WeightTable) -> None:
    """Raises InvalidInput unless every group has a mean cost and the table an overall one: the floating rate holds
    costs against them."""
    missing = [group.drg for group in weights if not group.mean_cost]
    if missing or not weights.overall_mean_cost:
        raise InvalidInput(
            "weights.mean_cost_missing",
            zh="点数法需要权重表给出各病组均费与全体均费" + (f"，缺：{'、'.join(missing[:20])}" if missing else ""),
            en="the floating rate needs each group's mean cost and the overall one"
            + (f"; missing: {', '.join(missing[:20])}" if missing else ""),
            where=weights.name,
        )


def points_of(case: GroupedCase, weights: WeightTable, rules: PaymentRules) -> tuple[Category, int, Trace]:
    """The category and the points of a case in ten-thousandths; the rules' multiples are of the group's mean cost."""
    trace = Trace()
    weight = weights.get(case.drg)
    coefficient = rules.coefficient(case.institution_code, case.institution_level, case.drg)
    known = case.insurance_type in rules.base_rates and coefficient is not None
    item = paid_by_item(case, weight, rules, trace, has_rate=known)
    if item is not None:
        if item.payment is None:
            return item.category, 0, trace
        assert weights.overall_mean_cost is not None
        overall = to_whole_fen(weights.overall_mean_cost)
        points = divide_half_up(to_whole_fen(item.payment) * 100 * TEN_THOUSAND, overall)
        return _told(item.category, points, trace)
    assert weight is not None and weight.mean_cost is not None
    assert coefficient is not None and case.total_cost is not None
    scaled = to_ten_thousandths(weight.relative_weight)
    mean, cost = to_whole_fen(weight.mean_cost), to_whole_fen(case.total_cost)
    base = divide_half_up(scaled * 100 * to_ten_thousandths(coefficient), TEN_THOUSAND)
    if cost * TEN_THOUSAND < mean * to_ten_thousandths(rules.low_multiple):
        share = to_ten_thousandths(rules.low_ratio)
        return _told(Category.LOW_OUTLIER, divide_half_up(scaled * 100 * cost * share, mean * TEN_THOUSAND), trace)
    multiple = to_ten_thousandths(rules.band_of(weight.relative_weight).multiple)
    if cost * TEN_THOUSAND >= mean * multiple:
        above = cost * TEN_THOUSAND - mean * multiple
        share = to_ten_thousandths(rules.high_excess_ratio)
        extra = divide_half_up(scaled * 100 * above * share, mean * TEN_THOUSAND**2)
        return _told(Category.HIGH_OUTLIER, base + extra, trace)
    return _told(Category.NORMAL, base, trace)


def _told(category: Category, points: int, trace: Trace) -> tuple[Category, int, Trace]:
    said = from_ten_thousandths(points)
    trace.add("points", zh=f"点数 {said}（{category.value}）", en=f"{said} points ({category.value})")
    return category, points, trace


def price_pool(cases: Sequence[GroupedCase], pool: Decimal, weights: WeightTable, rules: PaymentRules) -> PricedPool:
    """Hands out exactly `pool` yuan (fund and patients together) over the cases, by points, largest remainder first.

    Equal remainders are served by institution and case. Raises InvalidInput when the weight table lacks mean costs,
    or when nothing earns a point while there is money.
    """
    require_mean_costs(weights)
    earned = {(case.institution_code, case.case_id): points_of(case, weights, rules) for case in cases}
    total = sum(points for _, points, _ in earned.values())
    if total == 0:
        raise nothing_earned()
    order = sorted(earned)
    shares = distribute(to_fen(pool), {key: Decimal(earned[key][1]) for key in order}, order)
    value = (pool * TEN_THOUSAND / total).quantize(Decimal("0.000001"))
    found = [(case, earned[case.institution_code, case.case_id]) for case in cases]
    priced = tuple(_priced(case, *own, shares, weights, rules) for case, own in found)
    return PricedPool(priced, tuple(from_ten_thousandths(own[1]) for _, own in found), value)


def nothing_earned() -> InvalidInput:
    """The error for a pool that nobody has a claim on."""
    return InvalidInput(
        "pricing.no_points",
        zh="没有任何病例取得点数，预算无法分配",
        en="no case earns a point: the pool cannot be handed out",
    )


def _priced(
    case: GroupedCase,
    category: Category,
    points: int,
    trace: Trace,
    shares: dict[tuple[str, str], Decimal],
    weights: WeightTable,
    rules: PaymentRules,
) -> PricedCase:
    weight = weights.get(case.drg)
    relative = weight.relative_weight if weight is not None else None
    if category in (Category.NO_COST, Category.NO_RATE) or case.total_cost is None:
        return PricedCase(case.case_id, category, relative, None, None, None, None, trace)
    payment = shares[case.institution_code, case.case_id]
    trace.add(
        "payment",
        zh=f"按 {from_ten_thousandths(points)} 点从预算分得 {payment} 元",
        en=f"{from_ten_thousandths(points)} points earn {payment} yuan of the pool",
    )
    fund = None if case.patient_part is None else fund_part(payment, case.patient_part, rules)
    return PricedCase(case.case_id, category, relative, None, payment, fund, payment - case.total_cost, trace)
