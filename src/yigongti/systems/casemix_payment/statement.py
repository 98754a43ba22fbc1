"""The statement of a month as one Ibis expression: priced cases in, sums by institution, department and group out.

Every column is a sum, so that any wider figure is a sum of these rows. The two indices need the county's mean of each
group: cost_ratio = Σ cost ÷ county mean, over the cases of groups with a group and a cost.
"""

from __future__ import annotations

from ibis.expr.types import Column, Table, Value

UNGROUPABLE = "0000"
BY_GROUP = ("normal", "high_outlier", "low_outlier")
NOT_ASSESSABLE = ("no_cost", "no_rate", "negotiated", "excluded_by_stay")
"""Cases that policy took out of case-mix payment; as in engines/casemix/performance."""
KEYS = ("institution_code", "department_code", "drg", "adrg", "mdc")


def statement_table(priced: Table) -> Table:
    """One row for each institution, department and group; the columns of models.StatementRow."""
    rows = priced.mutate(
        grouped=priced.drg != UNGROUPABLE,
        has_cost=(priced.drg != UNGROUPABLE) & priced.total_cost.notnull() & (priced.total_cost > 0),
        has_stay=(priced.drg != UNGROUPABLE) & (priced.length_of_stay_days > 0).fill_null(False),
    )
    summed = rows.group_by(list(KEYS)).aggregate(
        cases=rows.count(),
        grouped_cases=_count(rows.grouped),
        weighted_cases=_count(rows.grouped & rows.relative_weight.notnull()),
        weight=_sum(rows.relative_weight, rows.grouped, "decimal(18, 4)"),
        assessable_cases=_count(~rows.category.isin(NOT_ASSESSABLE)),
        normal_cases=_count(rows.category == "normal"),
        high_cases=_count(rows.category == "high_outlier"),
        low_cases=_count(rows.category == "low_outlier"),
        item_cases=_count(rows.payment.notnull() & ~rows.category.isin(BY_GROUP)),
        priced_cases=_count(rows.payment.notnull()),
        cost=_sum(rows.total_cost, rows.total_cost.notnull(), "decimal(18, 2)"),
        priced_cost=_sum(rows.total_cost, rows.payment.notnull(), "decimal(18, 2)"),
        pay=_sum(rows.payment, rows.payment.notnull(), "decimal(18, 2)"),
        fund_pay=_sum(rows.fund_payment, rows.fund_payment.notnull(), "decimal(18, 2)"),
        balance=_sum(rows.balance, rows.payment.notnull(), "decimal(18, 2)"),
        stay_days=_sum(rows.length_of_stay_days, rows.length_of_stay_days.notnull(), "int64"),
        stay_cases=_count(rows.length_of_stay_days.notnull()),
        index_cost=_sum(rows.total_cost, rows.has_cost, "decimal(18, 2)"),
        cost_index_cases=_count(rows.has_cost),
        index_stay=_sum(rows.length_of_stay_days, rows.has_stay, "int64"),
        time_index_cases=_count(rows.has_stay),
        deaths=_count(rows.died),
        low_risk_cases=_count(rows.low_risk.fill_null(False)),
        low_risk_deaths=_count(rows.low_risk.fill_null(False) & rows.died),
    )
    county = county_means(rows)
    joined = summed.left_join(county, "drg").drop("drg_right")
    # sums are exact decimals; only the last division is in floating point, so the result does not depend on the order
    cost_ratio = joined.index_cost.cast("float64") * joined.county_cost_cases / joined.county_cost.cast("float64")
    time_ratio = joined.index_stay.cast("float64") * joined.county_stay_cases / joined.county_stay.cast("float64")
    return joined.mutate(
        cost_ratio=cost_ratio.fill_null(0.0).round(6).cast("decimal(18, 6)"),
        time_ratio=time_ratio.fill_null(0.0).round(6).cast("decimal(18, 6)"),
    ).drop("index_cost", "index_stay", "county_cost", "county_cost_cases", "county_stay", "county_stay_cases")


def county_means(rows: Table) -> Table:
    """For each group the whole county's cost and stay, with the number of cases behind each; null for none."""
    return (
        rows.filter(rows.grouped)
        .group_by("drg")
        .aggregate(
            county_cost=rows.total_cost.sum(where=rows.has_cost).cast("decimal(18, 2)"),
            county_cost_cases=_count(rows.has_cost).nullif(0),
            county_stay=rows.length_of_stay_days.sum(where=rows.has_stay).cast("int64"),
            county_stay_cases=_count(rows.has_stay).nullif(0),
        )
    )


def _count(condition: Column) -> Value:
    return condition.fill_null(False).cast("int64").sum().cast("int64")


def _sum(column: Column, condition: Column, type_name: str) -> Value:
    return column.sum(where=condition).fill_null(0).cast(type_name)
