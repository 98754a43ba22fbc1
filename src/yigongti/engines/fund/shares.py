"""The packaged fund shared out to the communities, exactly (医共体额度), by people, their risk and past spending.

weighted (the default): a community's part is
    w_people × its part of the people + w_risk × its part of the people counted with risk factors
    + w_past × its part of past spending,            the three weights adding up to 1
product: people × mean risk factor × (1 + w_past × (past spending a head ÷ that of all − 1)), in proportion.

Risk factors are a table by scheme, age band and sex (policy/fund/risk_factors.csv). The quotas add up to the fund:
largest remainder, equal ones by community. docs/algorithms/fund.md §2.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import lcm

from yigongti.engines.fund.explanation import Step, Steps, figure, yuan
from yigongti.engines.fund.reading import require_amount, require_ratio, values_of
from yigongti.foundation.errors import InvalidInput, PolicyError
from yigongti.foundation.money import ZERO, distribute
from yigongti.foundation.policy import Policy, read_yaml

Cell = tuple[str, str, str]
"""(insurance type, age band, sex): "390", "60-69", "1". A band or sex that is not known is ""."""

WEIGHTED, PRODUCT = "weighted", "product"
RISK_TABLE = "fund/risk_factors"
_NAMES = ("share_method", "share_weight_people", "share_weight_risk", "share_weight_past")


@dataclass(frozen=True, slots=True)
class CommunityPeople:
    """A community: how many insured people in each cell, and what its people cost the fund in the year before."""

    code: str
    cells: Mapping[Cell, int]
    past_spending: Decimal = ZERO

    @property
    def people(self) -> int:
        return sum(self.cells.values())


@dataclass(frozen=True, slots=True)
class ShareRules:
    """weights: of people, risk, past spending, each 0 to 1, adding up to 1. factors: risk factor of a cell."""

    method: str
    weight_people: Decimal
    weight_risk: Decimal
    weight_past: Decimal
    factors: Mapping[Cell, Decimal]
    sources: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        weights = (self.weight_people, self.weight_risk, self.weight_past)
        for name, value in zip(("people", "risk", "past"), weights, strict=True):
            require_ratio(f"share_weight_{name}", value)
        if self.method not in (WEIGHTED, PRODUCT) or (self.method == WEIGHTED and sum(weights) != 1):
            raise PolicyError(
                "fund.share_rules_wrong",
                zh=f"分配方法 {self.method} 不认识，或人数、风险、历史三项权重之和不为 1",
                en=f"the method {self.method} is unknown, or the weights of people, risk and past do not add up to 1",
                where="policy/parameters/fund",
            )
        if any(factor <= 0 for factor in self.factors.values()):
            raise PolicyError(
                "fund.risk_factor_wrong", zh="风险系数须为正", en="a risk factor must be positive", where=RISK_TABLE
            )

    def factor(self, cell: Cell) -> Decimal:
        """The factor of a cell; a sex other than 1 and 2 is looked up as "". Raises PolicyError where it is missing."""
        kind, band, sex = cell
        key = (kind, band, sex if sex in ("1", "2") else "")
        if key not in self.factors:
            raise PolicyError(
                "fund.risk_factor_missing",
                zh=f"风险系数表没有 险种 {kind}、年龄段 {band or '不明'}、性别 {sex or '不明'} 的系数",
                en=f"no risk factor for scheme {kind}, age {band or 'unknown'}, sex {sex or 'unknown'}",
                where=f"policy/{RISK_TABLE}.csv",
            )
        return self.factors[key]

    @classmethod
    def from_policy(cls, policy: Policy, *, on: date) -> ShareRules:
        """The rules in force on a day (the first of the year). Raises PolicyError."""
        values, sources = values_of(policy, _NAMES, on)
        factors, source = _risk_table(policy, on)
        return cls(
            values["share_method"],
            values["share_weight_people"],
            values["share_weight_risk"],
            values["share_weight_past"],
            factors,
            {**sources, "risk_factors": source},
        )


@dataclass(frozen=True, slots=True)
class Shares:
    """quotas: community → yuan; they add up to the fund. risk: community → its mean risk factor."""

    quotas: Mapping[str, Decimal]
    risk: Mapping[str, Decimal]
    steps: Mapping[str, tuple[Step, ...]]


def share_out(fund: Decimal, communities: Sequence[CommunityPeople], rules: ShareRules) -> Shares:
    """Hands out exactly `fund` yuan. Raises InvalidInput when a community comes twice, has nobody, or past spending is
    asked for and there is none."""
    require_amount(fund, "fund")
    codes = [community.code for community in communities]
    if not communities or len(set(codes)) != len(codes) or any(each.people <= 0 for each in communities):
        raise InvalidInput(
            "fund.communities_wrong",
            zh="须至少有一个医共体，不得重复，且都有参保人",
            en="there must be a community, none twice, each with insured people",
        )
    for each in communities:
        require_amount(each.past_spending, each.code)
    parts = _Parts.of(communities, rules)
    weights = {each.code: parts.weight(each, rules) for each in communities}
    quotas = distribute(fund, whole_numbers(weights), sorted(codes))
    total = sum(weights.values(), Fraction(0))
    steps = {
        each.code: parts.told(each, rules, fund, weights[each.code] / total, quotas[each.code]) for each in communities
    }
    risk = {each.code: _six(parts.risk[each.code] / each.people) for each in communities}
    return Shares(quotas, risk, steps)


def whole_numbers(weights: Mapping[str, Fraction]) -> dict[str, Decimal]:
    """The same proportions as whole numbers, so that a distribution is not moved by a rounded division."""
    scale = lcm(*(weight.denominator for weight in weights.values())) if weights else 1
    return {key: Decimal(int(weight * scale)) for key, weight in weights.items()}


@dataclass(frozen=True, slots=True)
class _Parts:
    people: int
    all_risk: Fraction
    all_past: Fraction
    risk: Mapping[str, Fraction]

    @classmethod
    def of(cls, communities: Sequence[CommunityPeople], rules: ShareRules) -> _Parts:
        risk = {
            each.code: sum((count * Fraction(rules.factor(cell)) for cell, count in each.cells.items()), Fraction(0))
            for each in communities
        }
        past = sum((Fraction(each.past_spending) for each in communities), Fraction(0))
        if rules.weight_past > 0 and past == 0:
            raise InvalidInput(
                "fund.past_spending_missing",
                zh="政策要求按历史支出分配，但没有历史支出",
                en="the policy shares by past spending, and there is none",
            )
        return cls(sum(each.people for each in communities), sum(risk.values(), Fraction(0)), past, risk)

    def weight(self, each: CommunityPeople, rules: ShareRules) -> Fraction:
        own, risk, past = Fraction(each.people), self.risk[each.code], Fraction(each.past_spending)
        if rules.method == PRODUCT:
            held = past / own / (self.all_past / self.people) if self.all_past else Fraction(1)
            return risk * (1 + Fraction(rules.weight_past) * (held - 1))
        found = Fraction(rules.weight_people) * own / self.people
        found += Fraction(rules.weight_risk) * risk / self.all_risk
        if rules.weight_past:
            found += Fraction(rules.weight_past) * past / self.all_past
        return found

    def told(
        self, each: CommunityPeople, rules: ShareRules, fund: Decimal, part: Fraction, quota: Decimal
    ) -> tuple[Step, ...]:
        steps = Steps(rules.sources)
        people, everyone = figure(each.people), figure(self.people)
        _ratio(
            steps,
            "people",
            ("参保人数占比", "part of the insured people"),
            f"{people} ÷ {everyone}",
            Fraction(each.people, self.people),
            "" if rules.method == PRODUCT else figure(rules.weight_people),
        )
        risk = self.risk[each.code]
        _ratio(
            steps,
            "risk",
            ("按年龄性别风险折算的人数占比", "part of the people counted with risk factors"),
            f"{figure(risk)} ÷ {figure(self.all_risk)}",
            risk / self.all_risk,
            "" if rules.method == PRODUCT else figure(rules.weight_risk),
        )
        if rules.weight_past:
            _ratio(
                steps,
                "past",
                ("上年支出占比", "part of the year before's spending"),
                f"{yuan(each.past_spending)} ÷ {yuan(self.spent)}",
                Fraction(each.past_spending) / self.all_past,
                figure(rules.weight_past),
            )
        steps.add(
            "quota",
            ("医共体额度", "quota of the community"),
            (
                f"{yuan(fund)} × {figure(part)}，按最大余数法分到分",
                f"{yuan(fund)} × {figure(part)}, to the fen by largest remainder",
            ),
            quota,
            rule="share_method",
        )
        return steps.done()

    @property
    def spent(self) -> Decimal:
        return Decimal(self.all_past.numerator) / Decimal(self.all_past.denominator)


def _ratio(steps: Steps, name: str, label: tuple[str, str], formula: str, part: Fraction, weight: str) -> None:
    said = (f"{formula}，权重 {weight}", f"{formula}, weight {weight}") if weight else formula
    steps.add(name, label, said, _six(part), unit="ratio", rule=f"share_weight_{name}")


def _six(part: Fraction) -> Decimal:
    return (Decimal(part.numerator) / Decimal(part.denominator)).quantize(Decimal("0.000001"))


def _risk_table(policy: Policy, on: date) -> tuple[dict[Cell, Decimal], str]:
    place = policy.file(f"{RISK_TABLE}.yaml")
    manifest = read_yaml(place.read_text("utf-8"), place.name)
    if date.fromisoformat(manifest["from"]) > on:
        raise PolicyError(
            "policy.before_first_value",
            zh=f"风险系数表自 {manifest['from']} 起才有效",
            en=f"the table of risk factors is in force from {manifest['from']}",
            where=f"policy/{RISK_TABLE}.yaml",
        )
    with policy.file(f"{RISK_TABLE}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    factors = {(row["insurance_type"], row["age_band"], row["sex"]): Decimal(row["factor"]) for row in rows}
    if len(factors) != len(rows):
        raise PolicyError(
            "fund.risk_factor_twice", zh="风险系数表有重复行", en="a risk factor is listed twice", where=RISK_TABLE
        )
    return factors, str(manifest["source"])
