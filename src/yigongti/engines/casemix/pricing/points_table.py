"""The floating rate over tables: the same points as `points.py`, and the same exact handing out of the pool."""

from __future__ import annotations

from decimal import Decimal

import ibis
from ibis.expr.types import Table, Value

from yigongti.engines.casemix.pricing.cases import Category
from yigongti.engines.casemix.pricing.points import require_mean_costs
from yigongti.engines.casemix.pricing.rounding import (
    TEN_THOUSAND,
    divide_half_up_column,
    floor_quotient_column,
    four_places_column,
    to_ten_thousandths,
    to_whole_fen,
    wide,
)
from yigongti.engines.casemix.pricing.rules import PaymentRules
from yigongti.engines.casemix.pricing.table import (
    band_multiple_column,
    item_category_column,
    item_ratios,
    times_ratio_column,
    with_balances,
    with_weights_and_rates,
)
from yigongti.engines.casemix.pricing.weight_table import WeightTable

UNPRICED = (Category.NO_COST.value, Category.NO_RATE.value)


def points_table(cases: Table, weights: WeightTable, rules: PaymentRules) -> Table:
    """The cases with `category` and `points` (decimal(14,4)) added. Raises InvalidInput without mean costs."""
    kept = list(cases.columns)
    table = _with_points(cases, weights, rules)
    return table.select(*kept, category=table.category, points=four_places_column(table.points_scaled))


def price_pool_table(cases: Table, pool: Decimal, weights: WeightTable, rules: PaymentRules) -> Table:
    """Hands out exactly `pool` yuan over the cases by points; adds `points` and the columns of price_table.

    The payments add up to the pool to the fen. When nothing earns a point all payments are null: `points.price_pool`
    raises then, and so must the caller.
    """
    kept = list(cases.columns)
    table = hand_out(_with_points(cases, weights, rules), pool)
    table = table.mutate(
        payment_fen=ibis.cases((~table.category.isin(UNPRICED), table.share_fen)),
        standard_fen=ibis.null("int64"),
        points=four_places_column(table.points_scaled),
    )
    return with_balances(table, rules, [*kept, "points"])


def hand_out(table: Table, pool: Decimal) -> Table:
    """Adds share_fen: the pool (yuan) in proportion to points_scaled, largest remainder first, then by institution_code
    and case_id; null everywhere when there are no points. The tabular twin of foundation.money.distribute."""
    everything = ibis.window()
    fens = to_whole_fen(pool)
    table = table.mutate(all_points=table.points_scaled.sum().over(everything))
    claim = wide(fens) * wide(table.points_scaled)
    whole = wide(table.all_points).nullif(wide(0))
    table = table.mutate(floor_fen=floor_quotient_column(claim, whole), remainder=claim % whole)
    place = ibis.row_number().over(ibis.window(order_by=[ibis.desc("remainder"), "institution_code", "case_id"]))
    table = table.mutate(place=place, handed_out=table.floor_fen.sum().over(everything))
    left = ibis.literal(fens, type="int64") - table.handed_out
    return table.mutate(share_fen=table.floor_fen + ibis.cases((table.place < left, 1), else_=0))


def _with_points(cases: Table, weights: WeightTable, rules: PaymentRules) -> Table:
    require_mean_costs(weights)
    table = with_weights_and_rates(cases, weights, rules)
    table = table.mutate(item_category=item_category_column(table, rules))
    table = table.mutate(category=_category_column(table, rules))
    assert weights.overall_mean_cost is not None
    return table.mutate(points_scaled=_points_column(table, rules, to_whole_fen(weights.overall_mean_cost)))


def _category_column(table: Table, rules: PaymentRules) -> Value:
    cost, mean = wide(table.cost_fen) * wide(TEN_THOUSAND), wide(table.mean_fen)
    return ibis.cases(
        (table.item_category.notnull(), table.item_category),
        (cost < mean * wide(to_ten_thousandths(rules.low_multiple)), Category.LOW_OUTLIER.value),
        (cost >= mean * wide(band_multiple_column(table.weight_scaled, rules)), Category.HIGH_OUTLIER.value),
        else_=Category.NORMAL.value,
    )


def _points_column(table: Table, rules: PaymentRules, overall_fen: int) -> Value:
    """Points in ten-thousandths; 0 for a case that cannot be priced."""
    hundredfold = wide(table.weight_scaled) * wide(100)
    mean, cost = wide(table.mean_fen), wide(table.cost_fen)
    base = divide_half_up_column(hundredfold * wide(table.coefficient_scaled), wide(TEN_THOUSAND))
    low = divide_half_up_column(
        hundredfold * cost * wide(to_ten_thousandths(rules.low_ratio)), mean * wide(TEN_THOUSAND)
    )
    above = cost * wide(TEN_THOUSAND) - mean * wide(band_multiple_column(table.weight_scaled, rules))
    is_high = table.category == Category.HIGH_OUTLIER.value
    # only high outliers are above their threshold; the others would divide a negative number
    above = ibis.cases((is_high, above), else_=wide(0))
    extra = divide_half_up_column(
        hundredfold * above * wide(to_ten_thousandths(rules.high_excess_ratio)), mean * wide(TEN_THOUSAND**2)
    )
    by_item = [
        (
            table.category == category.value,
            divide_half_up_column(
                wide(times_ratio_column(table.cost_fen, ratio)) * wide(100 * TEN_THOUSAND), wide(overall_fen)
            ),
        )
        for category, ratio in item_ratios(rules).items()
    ]
    return ibis.cases(
        *by_item,
        (table.category == Category.LOW_OUTLIER.value, low),
        (is_high, base + extra),
        (table.category == Category.NORMAL.value, base),
        else_=ibis.literal(0, type="int64"),
    )
