"""The price of one case at a fixed rate, in plain Decimal, told step by step.

Read beside docs/algorithms/casemix-payment.md §2. `table.py` computes the same over tables; a property test holds the
two together to the fen.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from yigongti.engines.casemix.pricing.cases import (
    CATEGORY_LABELS,
    UNGROUPABLE_GROUP,
    Category,
    GroupedCase,
    PricedCase,
)
from yigongti.engines.casemix.pricing.rules import PaymentRules
from yigongti.engines.casemix.pricing.weight_table import GroupWeight, WeightTable
from yigongti.foundation.money import ZERO, to_fen
from yigongti.foundation.trace import Trace


def price_case(case: GroupedCase, weights: WeightTable, rules: PaymentRules) -> PricedCase:
    """What the case is paid at the fixed rate, with the whole path in words.

    Nothing raises for a bad case: a cost, rate or weight that is missing is a category, so that one case never stops a
    month. Amounts are yuan, rounded once each to the fen.
    """
    trace = Trace()
    weight = weights.get(case.drg)
    coefficient = rules.coefficient(case.institution_code, case.institution_level, case.drg)
    rate = rules.base_rates.get(case.insurance_type)
    standard = standard_payment(case, weights, rules)
    if standard is not None and weight is not None:
        trace.add(
            "standard",
            zh=f"支付标准 = 权重 {weight.relative_weight} × 费率 {rate} × 系数 {coefficient} = {standard} 元",
            en=f"standard = weight {weight.relative_weight} × rate {rate} × coefficient {coefficient} = {standard}",
            evidence=(case.drg, case.insurance_type, case.institution_level),
            source=rules.source("base_rate"),
        )
    item = paid_by_item(case, weight, rules, trace, has_rate=rate is not None and coefficient is not None)
    if item is not None:
        return _finish(case, item.category, weight, standard, item.payment, rules, trace)
    assert weight is not None and standard is not None and case.total_cost is not None
    category, payment = _against_the_standard(case.total_cost, standard, weight.relative_weight, rules, trace)
    return _finish(case, category, weight, standard, payment, rules, trace)


def standard_payment(case: GroupedCase, weights: WeightTable, rules: PaymentRules) -> Decimal | None:
    """What the case's group is worth at its institution, in yuan, whatever it cost and however it is paid in the end.

    None where the group has no weight, or the insurance type or level no rate.
    """
    weight = weights.get(case.drg)
    rate = rules.base_rates.get(case.insurance_type)
    coefficient = rules.coefficient(case.institution_code, case.institution_level, case.drg)
    if weight is None or rate is None or coefficient is None:
        return None
    return to_fen(weight.relative_weight * rate * coefficient)


@dataclass(frozen=True, slots=True)
class ItemPayment:
    """A case that is not paid by its group, and what it is paid instead (None: it cannot be priced)."""

    category: Category
    payment: Decimal | None


def paid_by_item(
    case: GroupedCase, weight: GroupWeight | None, rules: PaymentRules, trace: Trace, *, has_rate: bool
) -> ItemPayment | None:
    """Why the case is not paid by its group, asked in a fixed order; None when it is."""
    cost, stay = case.total_cost, case.length_of_stay_days
    if cost is None or cost < 0:
        return _by_item(Category.NO_COST, None, None, "", trace)
    if not has_rate:
        return _by_item(Category.NO_RATE, None, None, rules.source("base_rate"), trace)
    if case.negotiated:
        return _by_item(Category.NEGOTIATED, cost, rules.negotiated_ratio, rules.source("negotiated_ratio"), trace)
    if case.drg in ("", UNGROUPABLE_GROUP):
        return _by_item(Category.UNGROUPABLE, cost, rules.ungroupable_ratio, rules.source("ungroupable_ratio"), trace)
    if stay is not None and stay_is_excluded(stay, rules):
        return _by_item(
            Category.EXCLUDED_BY_STAY, cost, rules.excluded_stay_ratio, rules.source("excluded_stay_at_least"), trace
        )
    if weight is None:
        return _by_item(Category.NO_WEIGHT, cost, rules.ungroupable_ratio, rules.source("ungroupable_ratio"), trace)
    if rules.unstable_by_item and not weight.stable:
        return _by_item(
            Category.UNSTABLE_GROUP, cost, rules.unstable_ratio, rules.source("unstable_group_ratio"), trace
        )
    return None


def stay_is_excluded(stay: int, rules: PaymentRules) -> bool:
    """Whether a stay of so many days is outside case-mix payment (0 switches an edge off)."""
    too_short = stay <= rules.excluded_stay_at_most if rules.excluded_stay_at_most else False
    too_long = stay >= rules.excluded_stay_at_least if rules.excluded_stay_at_least else False
    return too_short or too_long


def _by_item(category: Category, cost: Decimal | None, ratio: Decimal | None, source: str, trace: Trace) -> ItemPayment:
    label = CATEGORY_LABELS[category]
    if cost is None or ratio is None:
        trace.add(category.value, zh=label.zh, en=label.en, passed=False, source=source)
        return ItemPayment(category, None)
    payment = to_fen(cost * ratio)
    trace.add(
        category.value,
        zh=f"{label.zh}：费用 {cost} × {ratio} = {payment} 元",
        en=f"{label.en}: cost {cost} × {ratio} = {payment} yuan",
        source=source,
    )
    return ItemPayment(category, payment)


def _against_the_standard(
    cost: Decimal, standard: Decimal, weight: Decimal, rules: PaymentRules, trace: Trace
) -> tuple[Category, Decimal]:
    """Low outlier, high outlier or normal, and the payment."""
    if cost < rules.low_multiple * standard:
        payment = to_fen(cost * rules.low_ratio)
        trace.add(
            "outlier",
            zh=f"费用 {cost} 低于标准的 {rules.low_multiple} 倍：低倍率，按项目 × {rules.low_ratio} = {payment} 元",
            en=f"cost {cost} is below {rules.low_multiple} × standard: low outlier, by item × {rules.low_ratio} = "
            f"{payment} yuan",
            source=rules.source("low_outlier_multiple"),
        )
        return Category.LOW_OUTLIER, payment
    multiple = rules.band_of(weight).multiple
    if cost >= multiple * standard:
        threshold = to_fen(multiple * standard)
        payment = standard + to_fen(max(cost - threshold, ZERO) * rules.high_excess_ratio)
        trace.add(
            "outlier",
            zh=f"费用 {cost} 达到标准的 {multiple} 倍（{threshold} 元）：高倍率，超出部分 × {rules.high_excess_ratio} "
            f"加付，共 {payment} 元",
            en=f"cost {cost} reaches {multiple} × standard ({threshold}): high outlier, the excess × "
            f"{rules.high_excess_ratio} is added, {payment} in all",
            source=rules.source("high_outlier_multiples"),
        )
        return Category.HIGH_OUTLIER, payment
    trace.add(
        "outlier",
        zh=f"费用 {cost} 在标准的 {rules.low_multiple} 倍与 {multiple} 倍之间：正常倍率，按标准 {standard} 元",
        en=f"cost {cost} is between {rules.low_multiple} and {multiple} × standard: normal, the standard {standard}",
        source=rules.source("high_outlier_multiples"),
    )
    return Category.NORMAL, standard


def fund_part(payment: Decimal, patient_part: Decimal, rules: PaymentRules) -> Decimal:
    """What the fund pays: the payment minus the patient's part, not below 0 unless the rules allow it."""
    fund = payment - patient_part
    return fund if rules.fund_part_may_be_negative else max(fund, ZERO)


def _finish(
    case: GroupedCase,
    category: Category,
    weight: GroupWeight | None,
    standard: Decimal | None,
    payment: Decimal | None,
    rules: PaymentRules,
    trace: Trace,
) -> PricedCase:
    relative_weight = weight.relative_weight if weight is not None else None
    fund = balance = None
    if payment is not None and case.total_cost is not None:
        balance = payment - case.total_cost
        if case.patient_part is not None:
            fund = fund_part(payment, case.patient_part, rules)
            trace.add(
                "fund",
                zh=f"基金支付 = 支付 {payment} − 患者负担 {case.patient_part} = {fund} 元",
                en=f"fund = payment {payment} − patient's part {case.patient_part} = {fund} yuan",
                source=rules.source("fund_part_may_be_negative"),
            )
        trace.add(
            "balance",
            zh=f"盈亏 = 支付 {payment} − 费用 {case.total_cost} = {balance} 元",
            en=f"balance = payment {payment} − cost {case.total_cost} = {balance} yuan",
        )
    return PricedCase(case.case_id, category, relative_weight, standard, payment, fund, balance, trace)
