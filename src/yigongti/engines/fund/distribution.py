"""What a community keeps, handed down to its institutions, exactly (结余分配); an overrun is shared down the same way.

tiers: first among county, township and village (6:3:1 is an example), then within a tier by people served, workload
and score, each with a weight. contribution: by what each institution saved (or overspent). A tier without institutions
leaves its part to the others. Largest remainder, equal ones by institution. docs/algorithms/fund.md §6.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction

from yigongti.engines.fund.explanation import Step, Steps, figure, yuan
from yigongti.engines.fund.reading import require_amount, values_of
from yigongti.engines.fund.shares import whole_numbers
from yigongti.foundation.errors import InvalidInput, PolicyError
from yigongti.foundation.money import ZERO, distribute
from yigongti.foundation.policy import Policy

TIERS, CONTRIBUTION = "tiers", "contribution"
COUNTY, TOWNSHIP, VILLAGE = "county", "township", "village"
TIER_ORDER = (COUNTY, TOWNSHIP, VILLAGE)
_TIER_LABELS = {COUNTY: ("县级", "county"), TOWNSHIP: ("乡镇", "townships"), VILLAGE: ("村级", "villages")}
_NAMES = (
    "distribution_method", "tier_parts", "institution_weight_people", "institution_weight_workload",
    "institution_weight_score",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Member:
    """An institution of the community. people: insured people it answers for; workload: cases or points of the year;
    score: of its assessment, 0 to 100; contribution: yuan it saved (for an overrun: overspent), not negative."""

    code: str
    tier: str
    people: int = 0
    workload: Decimal = Decimal(0)
    score: Decimal = Decimal(0)
    contribution: Decimal = ZERO

    def __post_init__(self) -> None:
        numbers = (Decimal(self.people), self.workload, self.score, self.contribution)
        if self.tier not in TIER_ORDER or any(not number.is_finite() or number < 0 for number in numbers):
            raise InvalidInput(
                "fund.member_wrong",
                zh="机构的层级须为县、乡、村之一，各项数值不得为负",
                en="an institution's tier must be county, township or village, and no figure negative",
                where=self.code,
            )


@dataclass(frozen=True, slots=True)
class DistributionRules:
    """method: tiers or contribution. tier_parts: 6, 3, 1. weights within a tier add up to 1."""

    method: str
    tier_parts: Mapping[str, Decimal]
    weight_people: Decimal
    weight_workload: Decimal
    weight_score: Decimal
    sources: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        weights = (self.weight_people, self.weight_workload, self.weight_score)
        parts = [self.tier_parts.get(tier, Decimal(-1)) for tier in TIER_ORDER]
        good = self.method in (TIERS, CONTRIBUTION) and sum(weights) == 1 and min(weights) >= 0
        if not good or min(parts) < 0 or sum(parts) <= 0:
            raise PolicyError(
                "fund.distribution_rules_wrong",
                zh="分配方法不认识，或层级比例、机构权重不合理（权重之和须为 1）",
                en="the method is unknown, or parts of tiers or weights make no sense (weights add up to 1)",
                where="policy/parameters/fund",
            )

    @classmethod
    def from_policy(cls, policy: Policy, *, on: date) -> DistributionRules:
        """The rules in force on a day (the last of the year that is cleared). Raises PolicyError."""
        values, sources = values_of(policy, _NAMES, on)
        return cls(
            values["distribution_method"],
            values["tier_parts"],
            values["institution_weight_people"],
            values["institution_weight_workload"],
            values["institution_weight_score"],
            sources,
        )


@dataclass(frozen=True, slots=True)
class Distribution:
    """by_tier and by_member each add up to the pool. steps: those of the pool; told: those of each institution."""

    by_tier: Mapping[str, Decimal]
    by_member: Mapping[str, Decimal]
    steps: tuple[Step, ...]
    told: Mapping[str, tuple[Step, ...]]


def hand_down(pool: Decimal, members: Sequence[Member], rules: DistributionRules) -> Distribution:
    """Hands out exactly `pool` yuan. Raises InvalidInput when nobody may receive it."""
    require_amount(pool, "pool")
    ordered = sorted(members, key=lambda member: member.code)
    if not ordered or len({member.code for member in ordered}) != len(ordered):
        raise InvalidInput(
            "fund.members_wrong",
            zh="须至少有一个成员机构，且不得重复",
            en="there must be an institution, and none twice",
        )
    if rules.method == CONTRIBUTION:
        return _by_contribution(pool, ordered, rules)
    steps, told, by_member = Steps(rules.sources), {}, {}
    by_tier = _among_tiers(pool, ordered, rules, steps)
    for tier, amount in by_tier.items():
        own = [member for member in ordered if member.tier == tier]
        shares, lines = _within(tier, amount, own, rules)
        by_member.update(shares)
        told.update(lines)
    return Distribution(by_tier, by_member, steps.done(), told)


def _among_tiers(
    pool: Decimal, members: Sequence[Member], rules: DistributionRules, steps: Steps
) -> dict[str, Decimal]:
    there = [tier for tier in TIER_ORDER if any(member.tier == tier for member in members)]
    parts = {tier: rules.tier_parts[tier] for tier in there}
    if sum(parts.values()) == 0:
        raise _nobody()
    by_tier = distribute(pool, parts, there)
    together = figure(sum(parts.values(), Decimal(0)))
    for tier in TIER_ORDER:
        zh, en = _TIER_LABELS[tier]
        if tier in by_tier:
            formula = f"{yuan(pool)} × {figure(parts[tier])} ÷ {together}"
            steps.add(f"tier_{tier}", (zh, en), formula, by_tier[tier], rule="tier_parts")
        else:
            said = ("无机构，其份额归其他层级", "no institution: its part goes to the other tiers")
            steps.add(f"tier_{tier}", (zh, en), said, ZERO, rule="tier_parts")
    return by_tier


def _within(
    tier: str, amount: Decimal, members: Sequence[Member], rules: DistributionRules
) -> tuple[dict[str, Decimal], dict[str, tuple[Step, ...]]]:
    factors = (
        ("people", rules.weight_people, {member.code: Fraction(member.people) for member in members}),
        ("workload", rules.weight_workload, {member.code: Fraction(member.workload) for member in members}),
        ("score", rules.weight_score, {member.code: Fraction(member.score) for member in members}),
    )
    weights = {member.code: Fraction(0) for member in members}
    for _, weight, values in factors:
        together = sum(values.values(), Fraction(0))
        if together:
            for code, value in values.items():
                weights[code] += Fraction(weight) * value / together
    total = sum(weights.values(), Fraction(0))
    if total == 0:
        if amount:
            raise _nobody()
        return dict.fromkeys(weights, ZERO), dict.fromkeys(weights, ())
    shares = distribute(amount, whole_numbers(weights), list(weights))
    lines = {}
    for member in members:
        steps = Steps(rules.sources)
        for name, weight, values in factors:
            _factor(steps, name, weight, values, member.code)
        zh, en = _TIER_LABELS[tier]
        part = figure(weights[member.code] / total)
        said = (f"{zh} {yuan(amount)} × {part}", f"{en} {yuan(amount)} × {part}")
        steps.add("share", ("机构所得", "share of the institution"), said, shares[member.code])
        lines[member.code] = steps.done()
    return shares, lines


_FACTOR_LABELS = {
    "people": ("服务参保人数占比", "part of the insured people"),
    "workload": ("工作量占比", "part of the workload"),
    "score": ("考核得分占比", "part of the scores"),
}


def _factor(steps: Steps, name: str, weight: Decimal, values: Mapping[str, Fraction], code: str) -> None:
    together = sum(values.values(), Fraction(0))
    if not weight:
        return
    zh, en = _FACTOR_LABELS[name]
    rule = f"institution_weight_{name}"
    if not together:
        said = ("本层级都没有数值，此项不计", "nobody in the tier has a figure: left out")
        steps.add(name, (zh, en), said, Decimal(0), unit="ratio", rule=rule)
        return
    part = values[code] / together
    ratio = (Decimal(part.numerator) / Decimal(part.denominator)).quantize(Decimal("0.000001"))
    formula = f"{figure(values[code])} ÷ {figure(together)}"
    steps.add(
        name,
        (zh, en),
        (f"{formula}，权重 {figure(weight)}", f"{formula}, weight {figure(weight)}"),
        ratio,
        unit="ratio",
        rule=rule,
    )


def _by_contribution(pool: Decimal, members: Sequence[Member], rules: DistributionRules) -> Distribution:
    weights = {member.code: member.contribution for member in members}
    together = sum(weights.values(), Decimal(0))
    if together == 0 and pool:
        raise _nobody()
    shares = distribute(pool, weights, list(weights))
    by_tier = {tier: sum((shares[m.code] for m in members if m.tier == tier), ZERO) for tier in TIER_ORDER}
    told = {}
    for code, share in shares.items():
        steps = Steps(rules.sources)
        formula = f"{yuan(pool)} × {yuan(weights[code])} ÷ {yuan(together)}"
        label = ("按贡献分得", "share by contribution")
        steps.add("share", label, formula, share, rule="distribution_method")
        told[code] = steps.done()
    whole = Steps(rules.sources)
    said = ("按各机构贡献占比", "by each institution's contribution")
    whole.add("pool", ("分配总额", "the pool"), said, pool, rule="distribution_method")
    return Distribution(by_tier, shares, whole.done(), told)


def _nobody() -> InvalidInput:
    return InvalidInput(
        "fund.nobody_to_receive",
        zh="没有任何机构可以分得：人数、工作量、得分或贡献全为零",
        en="no institution may receive anything: people, workload, score or contribution are all zero",
    )
