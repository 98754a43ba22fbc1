"""Weights from the lake's own past cases, for a county whose scheme has no weights of its own.

The months before the closed one are read; a county's first months, which have no past, are weighed by themselves,
and every page then says "computed". The rules (trimming, smallest number of cases, fallback) are policy parameters.
"""

from __future__ import annotations

from dataclasses import replace

from yigongti.engines.casemix.pricing.public import WeighingRules, WeightTable, weigh_table, weights_of
from yigongti.engines.casemix.public import Scheme, group_table
from yigongti.facts.public import Lake, Snapshot, connect
from yigongti.foundation.period import Month
from yigongti.foundation.policy import Policy


def weights_from_past(
    month: Month, lake: Lake, snapshot: Snapshot, policy: Policy, scheme: Scheme, low_risk: frozenset[str] | None
) -> WeightTable:
    """The weight table for the month. Raises InvalidInput when the lake has no case with a cost at all."""
    rules = WeighingRules.from_policy(policy, on=month.last_day)
    years = len(rules.year_weights)
    stored = sorted({Month.parse(file.month) for file in lake.files("discharges", snapshot.versions["discharges"])})
    past = tuple(m for m in stored if m < month and m >= Month(month.year - years + 1, 1)) or (month,)
    connection = connect(lake, replace(snapshot, months=past))
    try:
        discharges = connection.table("discharges")
        grouped = group_table(discharges, scheme, connection, keep=("month", "total_cost", "length_of_stay_days"))
        cases = grouped.filter(grouped.drg != "0000", grouped.total_cost > 0, grouped.length_of_stay_days.notnull())
        cases = cases.mutate(year=cases.month.left(4).cast("int64"))
        table = weigh_table(cases, rules, newest=past[-1].year)
        weights = weights_of(table, connection, name=f"{past[0]}…{past[-1]}")
    finally:
        connection.disconnect()
    if low_risk is None:
        return weights
    return replace(weights, groups={drg: replace(g, low_risk=drg in low_risk) for drg, g in weights.groups.items()})
