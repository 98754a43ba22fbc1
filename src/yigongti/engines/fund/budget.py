"""The year's packaged fund (打包基金): people insured × financing per head, less what is kept out of the package.

    packaged = Σ scheme (people × financing × packaged share − critical-illness premium − reserve − adjustment)
               − items outside the package

Reserve and adjustment are taken of the financing that is packaged, each rounded to the fen. Told in
docs/algorithms/fund.md §1; the rule is that of standards.zh.md §7.2.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from yigongti.engines.fund.explanation import Step, Steps, figure, percent, yuan
from yigongti.engines.fund.reading import require_amount, require_ratio, selected, values_of
from yigongti.foundation.errors import InvalidInput
from yigongti.foundation.money import ZERO, to_fen
from yigongti.foundation.policy import Policy

_NAMES = ("packaged_share", "critical_illness_premium", "reserve_ratio", "adjustment_ratio")
_SCHEMES = {
    "310": ("职工医保", "employees"),
    "380": ("新农合", "rural scheme"),
    "390": ("居民医保", "residents"),
}


@dataclass(frozen=True, slots=True)
class SchemeFinancing:
    """A scheme in the package. insurance_type: 310, 380, 390. people: insured. per_head: yuan of the year."""

    insurance_type: str
    people: int
    per_head: Decimal

    def __post_init__(self) -> None:
        require_amount(self.per_head, f"per_head {self.insurance_type}")
        if self.people < 0:
            raise InvalidInput(
                "fund.people_negative", zh="参保人数不得为负", en="the number of insured people is negative"
            )


@dataclass(frozen=True, slots=True)
class OutsideItem:
    """Something that the fund pays outside the package (非打包项目): what it is, and yuan of the year."""

    name: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class BudgetRules:
    """What the county has decided, by insurance type. premium: yuan a head for critical-illness insurance; the others
    are ratios of the financing. sources: name of the rule → id of its source."""

    packaged_share: Mapping[str, Decimal]
    critical_illness_premium: Mapping[str, Decimal]
    reserve_ratio: Mapping[str, Decimal]
    adjustment_ratio: Mapping[str, Decimal]
    sources: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("packaged_share", "reserve_ratio", "adjustment_ratio"):
            for value in getattr(self, name).values():
                require_ratio(name, value)

    @classmethod
    def from_policy(cls, policy: Policy, *, on: date) -> BudgetRules:
        """The rules in force on a day (the first of the year). Raises PolicyError."""
        values, sources = values_of(policy, _NAMES, on)
        return cls(**values, sources=sources)


@dataclass(frozen=True, slots=True)
class Budget:
    """packaged: yuan to be shared out to the communities. by_scheme: before the items outside the package."""

    packaged: Decimal
    by_scheme: Mapping[str, Decimal]
    steps: tuple[Step, ...]


def make_budget(schemes: Sequence[SchemeFinancing], outside: Sequence[OutsideItem], rules: BudgetRules) -> Budget:
    """The packaged fund of a year. Raises InvalidInput when a scheme comes twice or nothing is left to package."""
    types = [scheme.insurance_type for scheme in schemes]
    if len(set(types)) != len(types):
        raise InvalidInput("fund.scheme_twice", zh="同一险种列了两次", en="a scheme is listed twice")
    steps = Steps(rules.sources)
    by_scheme = {scheme.insurance_type: _of_scheme(scheme, rules, steps) for scheme in schemes}
    packaged = sum(by_scheme.values(), ZERO)
    for item in outside:
        require_amount(item.amount, item.name)
        steps.add(
            "outside",
            (f"非打包项目：{item.name}", f"outside the package: {item.name}"),
            (f"减 {yuan(item.amount)} 元", f"less {yuan(item.amount)}"),
            -item.amount,
        )
        packaged -= item.amount
    steps.add("packaged", ("打包基金", "packaged fund"), ("以上合计", "the sum of the above"), packaged)
    if packaged < 0:
        raise InvalidInput(
            "fund.nothing_to_package",
            zh=f"扣除后打包基金为负（{yuan(packaged)} 元），请核对筹资与扣除项",
            en=f"what is taken off leaves a negative fund ({yuan(packaged)} yuan): check financing and deductions",
        )
    return Budget(packaged, by_scheme, steps.done())


def _of_scheme(scheme: SchemeFinancing, rules: BudgetRules, steps: Steps) -> Decimal:
    kind = scheme.insurance_type
    zh, en = _SCHEMES.get(kind, (kind, kind))
    share = selected("packaged_share", rules.packaged_share, kind)
    financing = to_fen(scheme.people * scheme.per_head)
    steps.add(
        "financing",
        (f"{zh}筹资", f"financing: {en}"),
        (
            f"{figure(scheme.people)} 人 × {yuan(scheme.per_head)} 元",
            f"{figure(scheme.people)} people × {yuan(scheme.per_head)}",
        ),
        financing,
    )
    base = to_fen(financing * share)
    steps.add(
        "packaged_financing",
        (f"{zh}纳入打包的筹资", f"financing in the package: {en}"),
        (f"{yuan(financing)} × {percent(share)}", f"{yuan(financing)} × {percent(share)}"),
        base,
        rule="packaged_share",
    )
    left = base
    premium = selected("critical_illness_premium", rules.critical_illness_premium, kind)
    premiums = to_fen(scheme.people * premium)
    people = figure(scheme.people)
    steps.add(
        "critical_illness_premium",
        (f"{zh}大病保险保费", f"critical-illness premium: {en}"),
        (f"减 {people} 人 × {yuan(premium)} 元", f"less {people} people × {yuan(premium)}"),
        -premiums,
        rule="critical_illness_premium",
    )
    left -= premiums
    for rule, label in (
        ("reserve_ratio", ("风险金", "reserve")),
        ("adjustment_ratio", ("调剂金", "adjustment fund")),
    ):
        ratio = selected(rule, getattr(rules, rule), kind)
        part = to_fen(base * ratio)
        steps.add(
            rule.removesuffix("_ratio"),
            (f"{zh}{label[0]}", f"{label[1]}: {en}"),
            (f"减 {yuan(base)} × {percent(ratio)}", f"less {yuan(base)} × {percent(ratio)}"),
            -part,
            rule=rule,
        )
        left -= part
    return left
