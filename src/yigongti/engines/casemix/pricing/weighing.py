"""Weights from past cases, in plain whole numbers: trimming, stable groups, years weighted, fallback for small groups.

    weight of a group = mean cost of the group ÷ mean cost of all cases

Read beside docs/algorithms/casemix-payment.md §1; `weighing_table.py` computes the same over tables. Source of the
method: nhsa-drg-technical-2019 (not checked against the document).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from yigongti.engines.casemix.pricing.rounding import (
    TEN_THOUSAND,
    divide_half_up,
    from_fen,
    from_ten_thousandths,
    to_ten_thousandths,
    to_whole_fen,
)
from yigongti.engines.casemix.pricing.weight_table import GroupWeight, WeightTable
from yigongti.foundation.errors import InvalidInput, PolicyError
from yigongti.foundation.money import to_fen
from yigongti.foundation.policy import Policy

TRIM_METHODS = ("none", "mean_multiple", "iqr", "percentile")
FALLBACKS = ("adrg", "prior")


@dataclass(frozen=True)
class WeighingRules:
    """How weights are found.

    trim_method: "mean_multiple" keeps costs from trim_low to trim_high times the group's mean; "iqr" keeps from
    Q1 − trim_low × (Q3 − Q1) to Q3 + trim_high × (Q3 − Q1); "percentile" keeps from the trim_low to the trim_high
    quantile; "none" keeps all. Quantiles are costs that occur (the smallest cost with at least that share of cases at
    or below it). Trimming looks at one group in one year.
    minimum_cases, variation_limit: a group with fewer kept cases, or whose costs' sample standard deviation exceeds
    the limit times their mean, is unstable. fallback: for groups below minimum_cases, in order of trial.
    year_weights: the newest year first; earlier years than there are weights are not read.
    """

    trim_method: str
    trim_low: Decimal
    trim_high: Decimal
    minimum_cases: int
    variation_limit: Decimal
    fallback: tuple[str, ...]
    year_weights: tuple[Decimal, ...]

    def __post_init__(self) -> None:
        unknown = [name for name in self.fallback if name not in FALLBACKS]
        if self.trim_method not in TRIM_METHODS or unknown:
            raise PolicyError(
                "casemix.weighing_choice_unknown",
                zh=f"不认识的裁剪方法或权重来源：{self.trim_method} {unknown}",
                en=f"unknown trimming method or fallback: {self.trim_method} {unknown}",
                where="policy/parameters/casemix",
            )
        if not self.year_weights or any(weight <= 0 for weight in self.year_weights):
            raise PolicyError(
                "casemix.year_weights_not_positive",
                zh="各年数据的权重必须大于 0",
                en="the weights of the years must be above 0",
                where="casemix.weighing_year_weights",
            )

    @classmethod
    def from_policy(cls, policy: Policy, *, on: date) -> WeighingRules:
        """The rules in force on the day of computation. Raises PolicyError where a parameter is missing."""

        def content(name: str) -> object:
            return policy.value(f"casemix.weighing_{name}", on=on)

        fallback, years = content("fallback"), content("year_weights")
        return cls(
            trim_method=str(content("trim_method")),
            trim_low=Decimal(str(content("trim_low"))),
            trim_high=Decimal(str(content("trim_high"))),
            minimum_cases=int(str(content("minimum_cases"))),
            variation_limit=Decimal(str(content("variation_limit"))),
            fallback=tuple(str(name) for name in fallback) if isinstance(fallback, tuple) else (),
            year_weights=tuple(Decimal(str(weight)) for weight in years) if isinstance(years, tuple) else (),
        )

    def weight_of_year(self, year: int, newest: int) -> int:
        """The year's weight in ten-thousandths; 0 for a year that is too old or later than the newest."""
        back = newest - year
        return to_ten_thousandths(self.year_weights[back]) if 0 <= back < len(self.year_weights) else 0


@dataclass(frozen=True, slots=True)
class PastCase:
    """A grouped case of an earlier year. total_cost in yuan, above 0; cases without a group or cost are left out
    before weighing."""

    year: int
    drg: str
    total_cost: Decimal
    length_of_stay_days: int


def weigh(
    cases: Iterable[PastCase], rules: WeighingRules, *, newest: int, prior: WeightTable | None = None, name: str = ""
) -> WeightTable:
    """The weight table from past cases. newest: the year that gets the first of year_weights.

    Raises InvalidInput when no case is left to weigh.
    """
    by_group_year: dict[tuple[str, int], list[PastCase]] = defaultdict(list)
    for case in cases:
        if rules.weight_of_year(case.year, newest):
            by_group_year[case.drg, case.year].append(case)
    kept = {key: _trimmed(members, rules) for key, members in by_group_year.items()}
    everything = [case for members in kept.values() for case in members]
    if not everything:
        raise InvalidInput(
            "weights.no_cases", zh="没有可用于测算权重的病例", en="there is no case to find weights from", where=name
        )
    overall = weighted_mean(everything, rules, newest)
    by_group = _regroup(kept, lambda drg: drg)
    by_adrg = _regroup(kept, adrg_of)
    groups = [
        _group_weight(drg, members, by_adrg[adrg_of(drg)], overall, rules, newest, prior)
        for drg, members in sorted(by_group.items())
    ]
    return WeightTable({group.drg: group for group in groups if group is not None}, from_fen(overall), name)


def adrg_of(drg: str) -> str:
    """The ADRG of a DRG: all but its last place."""
    return drg[:-1]


def _regroup(
    kept: Mapping[tuple[str, int], list[PastCase]], name_of: Callable[[str], str]
) -> dict[str, list[PastCase]]:
    found: dict[str, list[PastCase]] = defaultdict(list)
    for (drg, _year), members in kept.items():
        found[name_of(drg)].extend(members)
    return found


def _quantile(costs: Sequence[int], share: Decimal) -> int:
    """The smallest cost with at least that share of the (sorted) costs at or below it."""
    rank = -(-to_ten_thousandths(share) * len(costs) // TEN_THOUSAND)
    return costs[min(max(rank, 1), len(costs)) - 1]


def _trimmed(members: Sequence[PastCase], rules: WeighingRules) -> list[PastCase]:
    """The cases of one group and year that are kept. All comparisons are between whole numbers."""
    if rules.trim_method == "none":
        return list(members)
    low, high = to_ten_thousandths(rules.trim_low), to_ten_thousandths(rules.trim_high)
    costs = sorted(to_whole_fen(case.total_cost) for case in members)
    if rules.trim_method == "mean_multiple":
        count, total = len(costs), sum(costs)

        def keeps(cost: int) -> bool:
            return low * total <= cost * count * TEN_THOUSAND <= high * total
    elif rules.trim_method == "iqr":
        first, third = _quantile(costs, Decimal("0.25")), _quantile(costs, Decimal("0.75"))

        def keeps(cost: int) -> bool:
            spread = third - first
            return first * TEN_THOUSAND - low * spread <= cost * TEN_THOUSAND <= third * TEN_THOUSAND + high * spread
    else:
        bottom, top = _quantile(costs, rules.trim_low), _quantile(costs, rules.trim_high)

        def keeps(cost: int) -> bool:
            return bottom <= cost <= top

    return [case for case in members if keeps(to_whole_fen(case.total_cost))]


def weighted_mean(members: Sequence[PastCase], rules: WeighingRules, newest: int) -> int:
    """The mean cost in whole fen: each year's mean to the fen, then their mean by the years' weights to the fen."""
    by_year: dict[int, list[int]] = defaultdict(list)
    for case in members:
        by_year[case.year].append(to_whole_fen(case.total_cost))
    weighted = total = 0
    for year, costs in by_year.items():
        year_weight = rules.weight_of_year(year, newest)
        weighted += year_weight * divide_half_up(sum(costs), len(costs))
        total += year_weight
    return divide_half_up(weighted, total)


def cost_variation(members: Sequence[PastCase]) -> Decimal | None:
    """Sample standard deviation over mean, four decimals; None for fewer than two cases."""
    costs = [to_whole_fen(case.total_cost) for case in members]
    count, total = len(costs), sum(costs)
    if count < 2 or total == 0:
        return None
    squares = count * sum(cost * cost for cost in costs) - total * total
    variation = (Decimal(squares) * count / (count - 1)).sqrt() / total
    return variation.quantize(Decimal("0.0001"), rounding=ROUND_HALF_UP)


def _group_weight(
    drg: str,
    members: Sequence[PastCase],
    relatives: Sequence[PastCase],
    overall: int,
    rules: WeighingRules,
    newest: int,
    prior: WeightTable | None,
) -> GroupWeight | None:
    """The group's weight; None when trimming left no case and no fallback gives one."""
    mean = weighted_mean(members, rules, newest) if members else None
    variation = cost_variation(members)
    enough = len(members) >= rules.minimum_cases
    stable = enough and (variation is None or variation <= rules.variation_limit)
    stays = sum(case.length_of_stay_days for case in members)
    stay = Decimal(divide_half_up(stays * 10, len(members))).scaleb(-1) if members else None
    basis, cost = "own", mean
    if not enough:
        for trial in rules.fallback:
            if trial == "adrg" and len(relatives) >= rules.minimum_cases:
                basis, cost = "adrg", weighted_mean(relatives, rules, newest)
                break
            if trial == "prior" and prior is not None and drg in prior.groups:
                basis = "prior"
                break
    if basis == "prior":
        assert prior is not None
        weight = prior[drg].relative_weight
    elif cost is not None:
        # a weight of 0 would pay nothing for a group that exists: the smallest weight is 0.0001
        weight = from_ten_thousandths(max(divide_half_up(cost * TEN_THOUSAND, overall), 1))
    else:
        return None
    return GroupWeight(
        drg, weight, None if mean is None else from_fen(mean), len(members), variation, stable, stay, None, basis
    )


def base_rate(fund: Decimal, forecast: Mapping[str, int], weights: WeightTable) -> Decimal:
    """The rate per weight of 1 in yuan: the fund's money for inpatients divided by Σ (weight × forecast cases).

    fund: yuan, as total cost (what the fund and the patients pay together), which is what standards are held against.
    forecast: cases expected, by group. Raises InvalidInput for a group without a weight or when nothing is forecast.
    """
    missing = sorted(drg for drg in forecast if drg not in weights.groups)
    if missing:
        raise InvalidInput(
            "weights.forecast_without_weight",
            zh=f"这些病组没有权重：{'、'.join(missing)}",
            en=f"these groups have no weight: {', '.join(missing)}",
        )
    total = sum((weights[drg].relative_weight * count for drg, count in forecast.items()), Decimal(0))
    if total <= 0:
        raise InvalidInput("weights.nothing_forecast", zh="预测病例数为零", en="no cases are forecast")
    return to_fen(fund / total)
