"""Weights from millions of past cases as Ibis expressions: the same rules as `weighing.py`, in whole fen.

Input columns: year (whole number), drg (text), total_cost (decimal(14,2), yuan, above 0), length_of_stay_days.
"""

from __future__ import annotations

from decimal import Decimal

import ibis
from ibis.expr.types import Table, Value

from yigongti.engines.casemix.pricing.rounding import (
    TEN_THOUSAND,
    divide_half_up_column,
    fen_column,
    four_places_column,
    to_ten_thousandths,
    wide,
    yuan_column,
)
from yigongti.engines.casemix.pricing.weighing import WeighingRules
from yigongti.engines.casemix.pricing.weight_table import GroupWeight, WeightTable
from yigongti.foundation.errors import InvalidInput


def weigh_table(cases: Table, rules: WeighingRules, *, newest: int, prior: WeightTable | None = None) -> Table:
    """One row per group: drg, relative_weight, mean_cost, cases, cost_variation, stable, standard_stay_days, basis,
    overall_mean_cost."""
    kept = _kept(_prepared(cases, rules, newest), rules)
    groups = _means(kept, "drg")
    spread = _spread(kept)
    adrgs = _means(kept, "adrg").rename(adrg_mean_fen="mean_fen", adrg_cases="cases")
    overall = _means(kept.mutate(everything=ibis.literal("all")), "everything")
    # a group whose every case was trimmed away is kept in sight: it may still get its weight from a fallback
    names = _prepared(cases, rules, newest).select("drg", "adrg").distinct()
    table = names.left_join(groups, "drg").drop("drg_right").left_join(spread, "drg").drop("drg_right")
    table = table.left_join(adrgs, "adrg").drop("adrg_right")
    table = table.cross_join(overall.select(overall_fen=overall.mean_fen))
    if prior is not None:
        earlier = prior.to_table().select("drg", prior_scaled="weight_scaled")
        table = table.left_join(earlier, "drg").drop("drg_right")
    else:
        table = table.mutate(prior_scaled=ibis.null("int64"))
    return _weights(table, rules)


def weights_of(table: Table, connection: ibis.BaseBackend, name: str = "") -> WeightTable:
    """The result of `weigh_table`, fetched as a WeightTable. Raises InvalidInput when it has no row."""
    rows = connection.to_pyarrow(table.order_by("drg")).to_pylist()
    if not rows:
        raise InvalidInput(
            "weights.no_cases", zh="没有可用于测算权重的病例", en="there is no case to find weights from", where=name
        )
    groups = {
        row["drg"]: GroupWeight(
            row["drg"],
            row["relative_weight"],
            row["mean_cost"],
            row["cases"],
            None if row["cost_variation"] is None else Decimal(str(row["cost_variation"])).quantize(Decimal("0.0001")),
            row["stable"],
            None if row["standard_stay_days"] is None else Decimal(row["standard_stay_days"]).scaleb(-1),
            None,
            row["basis"],
        )
        for row in rows
    }
    return WeightTable(groups, rows[0]["overall_mean_cost"], name)


def _prepared(cases: Table, rules: WeighingRules, newest: int) -> Table:
    years = {newest - back: to_ten_thousandths(weight) for back, weight in enumerate(rules.year_weights)}
    table = cases.filter(cases.year.isin(sorted(years)))
    return table.select(
        year=table.year.cast("int64"),
        drg=table.drg,
        adrg=table.drg.left(table.drg.length() - 1),
        cost_fen=fen_column(table.total_cost),
        stay=table.length_of_stay_days.cast("int64"),
        year_weight=ibis.cases(
            *((table.year == year, ibis.literal(weight, type="int64")) for year, weight in years.items())
        ),
    )


def _kept(table: Table, rules: WeighingRules) -> Table:
    """The cases that trimming keeps, looking at one group in one year."""
    if rules.trim_method == "none":
        return table
    window = ibis.window(group_by=["drg", "year"])
    low, high = to_ten_thousandths(rules.trim_low), to_ten_thousandths(rules.trim_high)
    if rules.trim_method == "mean_multiple":
        table = table.mutate(group_cases=table.count().over(window), group_total=table.cost_fen.sum().over(window))
        own = wide(table.cost_fen) * wide(table.group_cases) * wide(TEN_THOUSAND)
        total = wide(table.group_total)
        return table.filter(own >= total * wide(low), own <= total * wide(high))
    if rules.trim_method == "iqr":
        table = _with_quantiles(table, {"first": 2500, "third": 7500})
        spread = wide(table.third) - wide(table.first)
        own = wide(table.cost_fen) * wide(TEN_THOUSAND)
        return table.filter(
            own >= wide(table.first) * wide(TEN_THOUSAND) - spread * wide(low),
            own <= wide(table.third) * wide(TEN_THOUSAND) + spread * wide(high),
        )
    table = _with_quantiles(table, {"bottom": low, "top": high})
    return table.filter(table.cost_fen >= table.bottom, table.cost_fen <= table.top)


def _with_quantiles(table: Table, shares: dict[str, int]) -> Table:
    """Quantiles that occur as costs, by rank; shares in ten-thousandths."""
    window = ibis.window(group_by=["drg", "year"])
    ranked = table.mutate(
        rank=ibis.row_number().over(ibis.window(group_by=["drg", "year"], order_by="cost_fen")) + 1,
        group_cases=table.count().over(window),
    )
    picked = {
        name: ibis.cases(
            (ranked["rank"] * TEN_THOUSAND >= ranked.group_cases * min(share, TEN_THOUSAND), ranked.cost_fen)
        )
        for name, share in shares.items()
    }
    ranked = ranked.mutate(**picked)
    return ranked.mutate(**{name: ranked[name].min().over(window) for name in shares})


def _means(kept: Table, key: str) -> Table:
    """key, mean_fen (years weighted) and cases."""
    yearly = kept.group_by([key, "year"]).aggregate(
        total=kept.cost_fen.sum(), number=kept.count(), year_weight=kept.year_weight.max()
    )
    yearly = yearly.mutate(year_mean=divide_half_up_column(yearly.total, yearly.number))
    summed = yearly.group_by(key).aggregate(
        weighted=(wide(yearly.year_mean) * wide(yearly.year_weight)).sum(),
        year_weights=yearly.year_weight.sum(),
        cases=yearly.number.sum(),
    )
    return summed.select(
        key, mean_fen=divide_half_up_column(summed.weighted, summed.year_weights), cases=summed["cases"].cast("int64")
    )


def _spread(kept: Table) -> Table:
    """drg, cost_variation (four decimals, null for fewer than two cases) and the mean stay in tenths of a day."""
    sums = kept.group_by("drg").aggregate(
        number=kept.count(),
        total=kept.cost_fen.sum(),
        squares=(wide(kept.cost_fen) * wide(kept.cost_fen)).sum(),
        stays=kept.stay.sum(),
    )
    # exact in whole numbers until the root: equal costs give exactly 0
    spread = wide(sums.number) * wide(sums.squares) - wide(sums.total) * wide(sums.total)
    count = sums.number.cast("float64")
    variation = (spread.cast("float64") * count / (count - 1)).sqrt() / sums.total.cast("float64")
    return sums.select(
        "drg",
        cost_variation=ibis.cases(((sums.number > 1) & (sums.total > 0), variation.round(4))),
        standard_stay_days=divide_half_up_column(wide(sums.stays) * wide(10), sums.number),
    )


def _weights(table: Table, rules: WeighingRules) -> Table:
    number: Value = table["cases"].fill_null(0)
    enough = number >= rules.minimum_cases
    branches = [(enough, ibis.literal("own"))]
    for trial in rules.fallback:
        usable = table.adrg_cases >= rules.minimum_cases if trial == "adrg" else table.prior_scaled.notnull()
        branches.append((usable, ibis.literal(trial)))
    table = table.mutate(basis=ibis.cases(*branches, else_="own"), cases=number)
    cost = ibis.cases((table.basis == "adrg", table.adrg_mean_fen), else_=table.mean_fen)
    scaled = ibis.greatest(
        divide_half_up_column(wide(cost) * wide(TEN_THOUSAND), table.overall_fen), ibis.literal(1, type="int64")
    )
    weight = ibis.cases(
        (table.basis == "prior", table.prior_scaled), (cost.notnull(), scaled), else_=ibis.null("int64")
    )
    limit = float(rules.variation_limit)
    table = table.mutate(
        weight_scaled=weight,
        stable=(table["cases"] >= rules.minimum_cases)
        & (table.cost_variation.isnull() | (table.cost_variation <= limit)),
    )
    table = table.filter(table.weight_scaled.notnull())
    return table.select(
        "drg",
        relative_weight=four_places_column(table.weight_scaled),
        mean_cost=yuan_column(table.mean_fen),
        cases=table["cases"],
        cost_variation=table.cost_variation,
        stable=table.stable,
        standard_stay_days=table.standard_stay_days,
        basis=table.basis,
        overall_mean_cost=yuan_column(table.overall_fen),
    )
