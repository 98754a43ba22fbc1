"""The indicators of `indicators.py` over tables, for any grain: county, institution, department, group, physician.

Input: priced cases (the output of price_table) with drg, category, relative_weight, total_cost,
length_of_stay_days, payment, fund_payment, balance, died (true or false) and the columns of the grain.
"""

from __future__ import annotations

from collections.abc import Sequence

import ibis
import pyarrow as pa
from ibis.expr.types import Table, Value

from yigongti.engines.casemix.performance.indicators import (
    MAINTAINED,
    MILLION,
    NO_CASES,
    NOT_ASSESSABLE,
    NOT_MAINTAINED,
)
from yigongti.engines.casemix.pricing.cases import BY_GROUP, UNGROUPABLE_GROUP, Category
from yigongti.engines.casemix.pricing.rounding import (
    divide_half_up_column,
    fen_column,
    four_places_column,
    wide,
    yuan_column,
)
from yigongti.engines.casemix.pricing.weight_table import WeightTable
from yigongti.foundation.errors import InvalidInput

NEEDED = (
    "drg", "category", "relative_weight", "total_cost", "length_of_stay_days", "payment", "fund_payment", "balance",
    "died",
)  # fmt: skip


def performance_table(priced: Table, weights: WeightTable, by: Sequence[str] = ()) -> Table:
    """One row per unit (`by`: the columns that name a unit; none: the whole table), with the fields of Performance.

    The county's group means are those of the whole table, so give it all of the county's cases and filter the result.
    Raises InvalidInput for a column that is not there.
    """
    missing = [name for name in (*NEEDED, *by) if name not in priced.columns]
    if missing:
        raise InvalidInput(
            "performance.column_missing",
            zh=f"缺少列：{'、'.join(missing)}",
            en=f"missing columns: {', '.join(missing)}",
        )
    keys = list(by) or ["whole"]
    table = _prepared(priced, weights) if by else _prepared(priced.mutate(whole=ibis.literal("")), weights)
    result = _sums(table, keys)
    for column in ("cost", "days"):
        result = _with_index(result, table, keys, column)
    result = _finished(result, keys, weights)
    return result if by else result.drop("whole")


def _prepared(priced: Table, weights: WeightTable) -> Table:
    groups = [group for group in weights if group.low_risk]
    low_risk = ibis.memtable(
        pa.table({"drg": pa.array([group.drg for group in groups], pa.string()), "on_list": [True] * len(groups)})
        if groups
        else pa.table({"drg": pa.array([], pa.string()), "on_list": pa.array([], pa.bool_())})
    )
    table = priced.left_join(low_risk, "drg").drop("drg_right")
    grouped = (table.drg != "") & (table.drg != UNGROUPABLE_GROUP)
    cost = fen_column(table.total_cost)
    stay = table.length_of_stay_days.cast("int64")
    return table.mutate(
        grouped=grouped,
        low_risk=table.on_list.fill_null(False),
        weight_scaled=(table.relative_weight.cast("decimal(18,4)") * ibis.literal(10_000).cast("decimal(18,4)")).cast(
            "int64"
        ),
        cost=ibis.cases((grouped & (cost > 0), cost)),
        days=ibis.cases((grouped & (stay > 0), stay)),
        stay=stay,
    )


def _count(condition: Value) -> Value:
    return ibis.cases((condition, 1), else_=0).sum().cast("int64")


def _sums(table: Table, keys: Sequence[str]) -> Table:
    excluded = [category.value for category in sorted(NOT_ASSESSABLE)]
    by_group = [category.value for category in sorted(BY_GROUP)]
    money = {
        name: yuan_column(fen_column(table[name]).sum().fill_null(0))
        for name in ("total_cost", "payment", "fund_payment", "balance")
    }
    return table.group_by(list(keys)).aggregate(
        cases=table.count().cast("int64"),
        grouped_cases=_count(table.grouped),
        assessable_cases=_count(~table.category.isin(excluded)),
        normal_cases=_count(table.category == Category.NORMAL.value),
        by_group_cases=_count(table.category.isin(by_group)),
        weight_sum=table.weight_scaled.sum().fill_null(0).cast("int64"),
        weighted_cases=table.weight_scaled.count().cast("int64"),
        low_risk_cases=_count(table.low_risk),
        low_risk_deaths=_count(table.low_risk & table.died),
        stay_sum=table.stay.sum().fill_null(0).cast("int64"),
        stays=table.stay.count().cast("int64"),
        **money,
    )


def _with_index(result: Table, table: Table, keys: Sequence[str], column: str) -> Table:
    """Adds {column}_terms (millionths) and {column}_cases. Terms are whole numbers, so their sum has no order."""
    counted = table.filter(table[column].notnull())
    county = counted.group_by("drg").aggregate(county_sum=counted[column].sum(), county_cases=counted.count())
    own_keys = list(dict.fromkeys([*keys, "drg"]))
    own = counted.group_by(own_keys).aggregate(own_sum=counted[column].sum(), own_cases=counted.count())
    own = own.inner_join(county, "drg")
    own = own.drop("drg_right") if "drg_right" in own.columns else own
    own = own.mutate(
        term=divide_half_up_column(wide(own.own_sum) * wide(own.county_cases) * wide(MILLION), wide(own.county_sum))
    )
    summed = own.group_by(list(keys)).aggregate(
        **{f"{column}_terms": own.term.sum().cast("int64"), f"{column}_cases": own.own_cases.sum().cast("int64")}
    )
    # a unit may be unnamed (a case without a department): null must meet null
    match = [result[key].identical_to(summed[key]) for key in keys]
    joined = result.left_join(summed, match)
    return joined.drop(*[f"{key}_right" for key in keys if f"{key}_right" in joined.columns])


def _rate(numerator: Value, denominator: Value, scale: int) -> Value:
    return divide_half_up_column(wide(numerator) * wide(scale), wide(denominator).nullif(wide(0)))


def _finished(table: Table, keys: Sequence[str], weights: WeightTable) -> Table:
    maintained = weights.low_risk_list_is_maintained
    state: Value = ibis.literal(NOT_MAINTAINED)
    mortality: Value = ibis.null("decimal(14,6)")
    if maintained:
        state = ibis.cases((table.low_risk_cases > 0, MAINTAINED), else_=NO_CASES)
        six_places = _rate(table.low_risk_deaths, table.low_risk_cases, MILLION).cast("decimal(18,6)")
        unit = ibis.literal("0.000001").cast("decimal(18,6)")
        mortality = (six_places * unit).cast("decimal(14,6)")
    tenth = ibis.literal("0.1").cast("decimal(18,1)")
    return table.select(
        *keys,
        "cases",
        "grouped_cases",
        "assessable_cases",
        "normal_cases",
        "by_group_cases",
        total_weight=four_places_column(table.weight_sum),
        cmi=four_places_column(_rate(table.weight_sum, table.weighted_cases, 1)),
        in_group_rate=four_places_column(_rate(table.grouped_cases, table["cases"], 10_000)),
        cost_index=four_places_column(_rate(table.cost_terms, table.cost_cases * 100, 1)),
        time_index=four_places_column(_rate(table.days_terms, table.days_cases * 100, 1)),
        low_risk_state=state,
        low_risk_cases=table.low_risk_cases,
        low_risk_deaths=table.low_risk_deaths,
        low_risk_mortality=mortality,
        mean_stay_days=(_rate(table.stay_sum, table.stays, 10).cast("decimal(18,1)") * tenth).cast("decimal(14,1)"),
        total_cost=table.total_cost,
        payment=table.payment,
        fund_payment=table.fund_payment,
        balance=table.balance,
    )
