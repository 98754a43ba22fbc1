"""The year's clearing of a community: what of a surplus it keeps, who bears an overrun.

Surplus (结余): kept = surplus counted × share kept × assessment rate; below the pass score nothing.
Overrun (超支): a reasonable part (people grown older, an epidemic, a change of policy) is borne by the fund at the
share of its cause; the rest falls into bands of the quota (5 %, 10 %), each with the fund's share; what the fund does
not bear the community does. Rules: standards.zh.md §7.2; told with the worked sums in docs/algorithms/fund.md §5.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from yigongti.engines.fund.explanation import Step, Steps, figure, percent, yuan
from yigongti.engines.fund.reading import HUNDRED, require_amount, require_ratio, require_score, selected, values_of
from yigongti.foundation.errors import PolicyError
from yigongti.foundation.money import ZERO, to_fen
from yigongti.foundation.policy import Policy

_NAMES = (
    "assessment_pass_score", "surplus_share", "surplus_most", "overrun_edges", "overrun_fund_shares",
    "overrun_reasonable_shares",
)  # fmt: skip


class Cause(StrEnum):
    """Why a part of an overrun is reasonable."""

    AGEING = "ageing"
    EPIDEMIC = "epidemic"
    POLICY_CHANGE = "policy_change"


CAUSE_LABELS = {
    Cause.AGEING: ("人口老龄化", "people grown older"),
    Cause.EPIDEMIC: ("突发疫情", "an epidemic"),
    Cause.POLICY_CHANGE: ("政策变化", "a change of policy"),
}


@dataclass(frozen=True, slots=True)
class ReasonablePart:
    """A part of the overrun that was recognised as reasonable. amount: yuan. proof: the document, for the statement."""

    cause: Cause
    amount: Decimal
    proof: str = ""


@dataclass(frozen=True, slots=True)
class ClearingRules:
    """pass_score: below it nothing is kept. surplus_share: of a surplus, what may be kept at full score, by insurance
    type. surplus_most: a surplus beyond this ratio of the quota is not counted (1: no limit). edges: upper ends of the
    overrun bands as ratios of the quota, increasing; fund_shares: one more, the last for what lies beyond.
    reasonable_shares: by cause, what the fund bears of a reasonable part."""

    pass_score: Decimal
    surplus_share: Mapping[str, Decimal]
    surplus_most: Decimal
    edges: tuple[Decimal, ...]
    fund_shares: tuple[Decimal, ...]
    reasonable_shares: Mapping[str, Decimal]
    sources: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        require_ratio("assessment_pass_score", self.pass_score, most=HUNDRED)
        require_ratio("surplus_most", self.surplus_most)
        for name, values in (
            ("surplus_share", self.surplus_share.values()),
            ("overrun_fund_shares", self.fund_shares),
            ("overrun_reasonable_shares", self.reasonable_shares.values()),
        ):
            for value in values:
                require_ratio(name, value)
        rising = all(a < b for a, b in zip(self.edges, self.edges[1:], strict=False))
        if not rising or any(edge <= 0 for edge in self.edges) or len(self.fund_shares) != len(self.edges) + 1:
            raise PolicyError(
                "fund.bands_wrong",
                zh="超支分档须递增且为正，分担比例须比档数多一个",
                en="the overrun bands must increase and be positive, and there must be one more share than edges",
                where="policy/parameters/fund/overrun_edges.yaml",
            )

    @classmethod
    def from_policy(cls, policy: Policy, *, on: date) -> ClearingRules:
        """The rules in force on a day (the last of the year that is cleared). Raises PolicyError."""
        values, sources = values_of(policy, _NAMES, on)
        return cls(
            values["assessment_pass_score"],
            values["surplus_share"],
            values["surplus_most"],
            values["overrun_edges"],
            values["overrun_fund_shares"],
            values["overrun_reasonable_shares"],
            sources,
        )


@dataclass(frozen=True, slots=True)
class YearOfCommunity:
    """What is cleared. quota, spending: yuan of the year; score: 0 to 100, needed for a surplus. insurance_type: of the
    package (the one whose share of a surplus holds). reasonable: recognised parts of an overrun."""

    quota: Decimal
    spending: Decimal
    score: Decimal | None
    insurance_type: str = "390"
    reasonable: tuple[ReasonablePart, ...] = ()


@dataclass(frozen=True, slots=True)
class Band:
    """A band of the overrun: yuan from `lower` to `upper` (None: no end). fund, community: what each bears of it."""

    lower: Decimal
    upper: Decimal | None
    amount: Decimal
    share: Decimal
    fund: Decimal
    community: Decimal


@dataclass(frozen=True, slots=True)
class Clearing:
    """surplus = kept + returned; overrun = fund_share + community_share; one of the two is zero.

    balance: quota less spending. rate: the assessment rate that was applied.
    """

    balance: Decimal
    surplus: Decimal
    rate: Decimal
    kept: Decimal
    returned: Decimal
    overrun: Decimal
    reasonable: Decimal
    fund_share: Decimal
    community_share: Decimal
    bands: tuple[Band, ...]
    steps: tuple[Step, ...]


def clear(year: YearOfCommunity, rules: ClearingRules) -> Clearing:
    """The year cleared. Raises InvalidInput for a negative quota, a score outside 0 to 100 or a missing one."""
    require_amount(year.quota, "quota")
    require_amount(year.spending, "spending", signed=True)
    steps = Steps(rules.sources)
    balance = to_fen(year.quota - year.spending)
    steps.add(
        "balance",
        ("结余（负数为超支）", "balance (negative: overrun)"),
        (
            f"额度 {yuan(year.quota)} − 支出 {yuan(year.spending)}",
            f"quota {yuan(year.quota)} − {yuan(year.spending)} spent",
        ),
        balance,
    )
    if balance >= 0:
        return _surplus(balance, year, rules, steps)
    return _overrun(-balance, year, rules, steps)


def assessment_rate(score: Decimal | None, rules: ClearingRules, steps: Steps) -> Decimal:
    """Score ÷ 100, or 0 below the pass score. Raises InvalidInput for a missing score or one outside 0 to 100."""
    score = require_score(score, "score")
    passed = score >= rules.pass_score
    rate = score / HUNDRED if passed else Decimal(0)
    said = figure(score)
    line = figure(rules.pass_score)
    steps.add(
        "assessment_rate",
        ("考核系数", "assessment rate"),
        (f"得分 {said} ÷ 100", f"score {said} ÷ 100")
        if passed
        else (f"得分 {said} 低于 {line} 分，不留用", f"score {said} is below {line}: nothing is kept"),
        rate,
        unit="ratio",
        rule="assessment_pass_score",
    )
    return rate


def _surplus(surplus: Decimal, year: YearOfCommunity, rules: ClearingRules, steps: Steps) -> Clearing:
    rate = assessment_rate(year.score, rules, steps) if surplus else Decimal(0)
    limit = to_fen(year.quota * rules.surplus_most)
    counted = min(surplus, limit)
    if counted < surplus:
        steps.add(
            "surplus_counted",
            ("计入留用的结余", "surplus that counts"),
            (f"不超过额度的 {percent(rules.surplus_most)}", f"at most {percent(rules.surplus_most)} of the quota"),
            counted,
            rule="surplus_most",
        )
    share = selected("surplus_share", rules.surplus_share, year.insurance_type)
    kept = to_fen(counted * share * rate)
    formula = f"{yuan(counted)} × {percent(share)} × {percent(rate)}"
    steps.add("kept", ("医共体留用", "kept by the community"), formula, kept, rule="surplus_share")
    steps.add(
        "returned",
        ("结转基金", "back to the fund"),
        (f"{yuan(surplus)} − {yuan(kept)}", f"{yuan(surplus)} − {yuan(kept)}"),
        surplus - kept,
    )
    return Clearing(surplus, surplus, rate, kept, surplus - kept, ZERO, ZERO, ZERO, ZERO, (), steps.done())


def _overrun(overrun: Decimal, year: YearOfCommunity, rules: ClearingRules, steps: Steps) -> Clearing:
    reasonable, fund = _reasonable(overrun, year.reasonable, rules, steps)
    bands = _bands(overrun - reasonable, year.quota, rules, steps)
    fund += sum((band.fund for band in bands), ZERO)
    steps.add(
        "fund_share",
        ("基金分担合计", "borne by the fund"),
        ("合理部分与各档分担之和", "of the reasonable parts and the bands"),
        fund,
    )
    own = overrun - fund
    steps.add(
        "community_share",
        ("医共体自担", "borne by the community"),
        (f"{yuan(overrun)} − {yuan(fund)}", f"{yuan(overrun)} − {yuan(fund)}"),
        own,
    )
    return Clearing(-overrun, ZERO, Decimal(0), ZERO, ZERO, overrun, reasonable, fund, own, bands, steps.done())


def _reasonable(
    overrun: Decimal, parts: Sequence[ReasonablePart], rules: ClearingRules, steps: Steps
) -> tuple[Decimal, Decimal]:
    """(what of the overrun is reasonable, what of that the fund bears). Together never more than the overrun."""
    left, fund = overrun, ZERO
    for part in parts:
        require_amount(part.amount, part.cause.value)
        amount = min(part.amount, left)
        left -= amount
        share = selected("overrun_reasonable_shares", rules.reasonable_shares, part.cause.value)
        borne = to_fen(amount * share)
        fund += borne
        zh, en = CAUSE_LABELS[part.cause]
        cut = amount < part.amount
        formula = f"{yuan(amount)} × {percent(share)}"
        steps.add(
            "reasonable",
            (f"合理超支：{zh}", f"reasonable: {en}"),
            (
                formula + " 由基金承担" + ("（不超过超支额）" if cut else ""),
                formula + " borne by the fund" + (" (no more than the overrun)" if cut else ""),
            ),
            borne,
            rule="overrun_reasonable_shares",
        )
    return overrun - left, fund


def _bands(rest: Decimal, quota: Decimal, rules: ClearingRules, steps: Steps) -> tuple[Band, ...]:
    lower, found = ZERO, []
    uppers: list[Decimal | None] = [to_fen(quota * edge) for edge in rules.edges]
    for upper, share, index in zip([*uppers, None], rules.fund_shares, range(len(uppers) + 1), strict=True):
        amount = max(ZERO, (rest if upper is None else min(rest, upper)) - lower)
        fund = to_fen(amount * share)
        found.append(Band(lower, upper, amount, share, fund, amount - fund))
        if amount:
            below = percent(rules.edges[index - 1]) if index else "0%"
            over = percent(rules.edges[index]) if upper is not None else ""
            formula = f"{yuan(amount)} × {percent(share)}"
            where = (f"{below}–{over}", f"{below} to {over}") if over else (f"{below} 以上", f"above {below}")
            steps.add(
                "band",
                (f"超支 {where[0]} 的部分", f"overrun {where[1]} of the quota"),
                (f"{formula} 由基金分担", f"{formula} borne by the fund"),
                fund,
                rule="overrun_fund_shares",
            )
        lower = upper if upper is not None else lower
    return tuple(found)
