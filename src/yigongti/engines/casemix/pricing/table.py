"""Prices of many cases as Ibis expressions: the same rules as `reference.py`, in whole fen.

Input columns: case_id, institution_code, institution_level, insurance_type, drg (text); total_cost, patient_part
(decimal(14,2), yuan, may be null); length_of_stay_days (whole number, may be null); negotiated (true or false).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

import ibis
import pyarrow as pa
from ibis.expr.types import Column, Table, Value

from yigongti.engines.casemix.pricing.cases import UNGROUPABLE_GROUP, Category
from yigongti.engines.casemix.pricing.rounding import (
    TEN_THOUSAND,
    divide_half_up_column,
    fen_column,
    four_places_column,
    to_ten_thousandths,
    to_whole_fen,
    wide,
    yuan_column,
)
from yigongti.engines.casemix.pricing.rules import DatedRules, PaymentRules
from yigongti.engines.casemix.pricing.weight_table import WeightTable

INPUT_COLUMNS = (
    "case_id",
    "institution_code",
    "institution_level",
    "insurance_type",
    "drg",
    "total_cost",
    "patient_part",
    "length_of_stay_days",
    "negotiated",
)
PRICE_COLUMNS = ("category", "relative_weight", "standard", "payment", "fund_payment", "balance")


def price_table(cases: Table, weights: WeightTable, rules: PaymentRules) -> Table:
    """The cases with the columns of PRICE_COLUMNS added, priced at the fixed rate. Other columns are kept."""
    kept = list(cases.columns)
    table = with_weights_and_rates(cases, weights, rules)
    table = table.mutate(item_category=item_category_column(table, rules))
    table = table.mutate(standard_fen=_standard_column(table))
    table = table.mutate(category=_category_column(table, rules))
    table = table.mutate(payment_fen=_payment_column(table, rules))
    return with_balances(table, rules, kept)


def price_dated_table(cases: Table, weights: WeightTable, spans: Sequence[DatedRules]) -> Table:
    """The same where rules change within the period: every case by the rules of its `discharged_on` (a date column).

    A case discharged outside all spans is in no result; spans come from `dated_rules` and cover their period whole.
    """
    parts = [
        price_table(cases.filter(cases.discharged_on.between(span.first_on, span.last_on)), weights, span.rules)
        for span in spans
    ]
    return parts[0] if len(parts) == 1 else ibis.union(*parts)


def with_weights_and_rates(cases: Table, weights: WeightTable, rules: PaymentRules) -> Table:
    """The cases with weight_scaled, mean_fen, stable, rate_fen, coefficient_scaled and cost_fen; null where none."""
    groups = weights.to_table().select("drg", "weight_scaled", "mean_fen", "stable")
    table = cases.left_join(groups, "drg").drop("drg_right")
    table = table.mutate(
        cost_fen=fen_column(table.total_cost),
        rate_fen=_lookup(table.insurance_type, {k: to_whole_fen(v) for k, v in rules.base_rates.items()}),
        coefficient_scaled=_coefficient_column(table, rules),
    )
    return table


def _lookup(key: Column, values: Mapping[str, int]) -> Value:
    if not values:
        return ibis.null("int64")
    return ibis.cases(*((key == name, ibis.literal(number, type="int64")) for name, number in values.items()))


def _coefficient_column(table: Table, rules: PaymentRules) -> Value:
    levels = {key: to_ten_thousandths(value) for key, value in rules.level_coefficients.items()}
    own = {key: to_ten_thousandths(value) for key, value in rules.institution_coefficients.items()}
    usual = ibis.coalesce(_lookup(table.institution_code, own), _lookup(table.institution_level, levels))
    if not rules.equal_pay_groups:
        return usual
    one = ibis.literal(TEN_THOUSAND, type="int64")
    return ibis.cases((table.drg.isin(sorted(rules.equal_pay_groups)), one), else_=usual)


def item_category_column(table: Table, rules: PaymentRules) -> Value:
    """Why a case is not paid by its group; null when it is. The order is that of `reference.paid_by_item`."""
    branches = [
        (table.total_cost.isnull() | (table.cost_fen < 0), Category.NO_COST),
        (table.rate_fen.isnull() | table.coefficient_scaled.isnull(), Category.NO_RATE),
        (table.negotiated, Category.NEGOTIATED),
        ((table.drg == "") | (table.drg == UNGROUPABLE_GROUP), Category.UNGROUPABLE),
        (_stay_is_excluded(table.length_of_stay_days, rules), Category.EXCLUDED_BY_STAY),
        (table.weight_scaled.isnull(), Category.NO_WEIGHT),
    ]
    if rules.unstable_by_item:
        branches.append((~table.stable, Category.UNSTABLE_GROUP))
    return ibis.cases(*((test, ibis.literal(category.value)) for test, category in branches))


def _stay_is_excluded(stay: Column, rules: PaymentRules) -> Value:
    excluded: Value = ibis.literal(False)
    if rules.excluded_stay_at_most:
        excluded = excluded | (stay <= rules.excluded_stay_at_most)
    if rules.excluded_stay_at_least:
        excluded = excluded | (stay >= rules.excluded_stay_at_least)
    return excluded


def _standard_column(table: Table) -> Value:
    """The standard in fen wherever weight, rate and coefficient are known, however the case is paid in the end."""
    product = wide(table.weight_scaled) * wide(table.rate_fen) * wide(table.coefficient_scaled)
    return divide_half_up_column(product, wide(TEN_THOUSAND**2))


def band_multiple_column(weight_scaled: Column, rules: PaymentRules) -> Value:
    """The high-outlier multiple (ten-thousandths) of each row's weight band."""
    *lower, last = rules.high_bands
    branches = [
        (weight_scaled <= to_ten_thousandths(band.weight_up_to), to_ten_thousandths(band.multiple))
        for band in lower
        if band.weight_up_to is not None
    ]
    top = ibis.literal(to_ten_thousandths(last.multiple), type="int64")
    if not branches:
        return top
    return ibis.cases(*((test, ibis.literal(number, type="int64")) for test, number in branches), else_=top)


def _category_column(table: Table, rules: PaymentRules) -> Value:
    cost, standard = wide(table.cost_fen) * wide(TEN_THOUSAND), wide(table.standard_fen)
    low = cost < standard * wide(to_ten_thousandths(rules.low_multiple))
    high = cost >= standard * wide(band_multiple_column(table.weight_scaled, rules))
    return ibis.cases(
        (table.item_category.notnull(), table.item_category),
        (low, Category.LOW_OUTLIER.value),
        (high, Category.HIGH_OUTLIER.value),
        else_=Category.NORMAL.value,
    )


def times_ratio_column(fen: Value, ratio: Decimal) -> Value:
    """Whole fen times a ratio, half up."""
    return divide_half_up_column(wide(fen) * wide(to_ten_thousandths(ratio)), wide(TEN_THOUSAND))


def item_ratios(rules: PaymentRules) -> dict[Category, Decimal]:
    """The share of the cost that each by-item category is paid."""
    return {
        Category.NEGOTIATED: rules.negotiated_ratio,
        Category.UNGROUPABLE: rules.ungroupable_ratio,
        Category.NO_WEIGHT: rules.ungroupable_ratio,
        Category.EXCLUDED_BY_STAY: rules.excluded_stay_ratio,
        Category.UNSTABLE_GROUP: rules.unstable_ratio,
    }


def _payment_column(table: Table, rules: PaymentRules) -> Value:
    by_item = [
        (table.category == category.value, times_ratio_column(table.cost_fen, ratio))
        for category, ratio in item_ratios(rules).items()
    ]
    multiple = band_multiple_column(table.weight_scaled, rules)
    threshold = divide_half_up_column(wide(table.standard_fen) * wide(multiple), wide(TEN_THOUSAND))
    excess = ibis.greatest(table.cost_fen - threshold, ibis.literal(0, type="int64"))
    return ibis.cases(
        *by_item,
        (table.category == Category.LOW_OUTLIER.value, times_ratio_column(table.cost_fen, rules.low_ratio)),
        (
            table.category == Category.HIGH_OUTLIER.value,
            table.standard_fen + times_ratio_column(excess, rules.high_excess_ratio),
        ),
        (table.category == Category.NORMAL.value, table.standard_fen),
    )


def with_balances(table: Table, rules: PaymentRules, kept: Sequence[str]) -> Table:
    """payment_fen and standard_fen turned into yuan, with the fund's part and the balance."""
    fund = table.payment_fen - fen_column(table.patient_part)
    if not rules.fund_part_may_be_negative:
        # greatest() skips nulls, so an unknown patient's part must be kept unknown by hand
        fund = ibis.cases((fund.isnull(), ibis.null("int64")), (fund < 0, ibis.literal(0, type="int64")), else_=fund)
    return table.select(
        *[name for name in kept if name not in PRICE_COLUMNS],
        category=table.category,
        relative_weight=four_places_column(table.weight_scaled),
        standard=yuan_column(table.standard_fen),
        payment=yuan_column(table.payment_fen),
        fund_payment=yuan_column(fund),
        balance=yuan_column(table.payment_fen - table.cost_fen),
    )


def cases_to_table(cases: Sequence[object]) -> Table:
    """GroupedCase values as the input table of `price_table` (for tests, examples and small files)."""
    types = {
        "total_cost": pa.decimal128(14, 2),
        "patient_part": pa.decimal128(14, 2),
        "length_of_stay_days": pa.int64(),
        "negotiated": pa.bool_(),
    }
    columns = {
        name: pa.array([getattr(case, name) for case in cases], types.get(name, pa.string())) for name in INPUT_COLUMNS
    }
    return ibis.memtable(pa.table(columns))
