"""Payment by group (DRG, DIP): what the fund owes an institution for a month of cases, and for the year.

The groups, weights, points and standards come from case-mix payment; this adds them up into money.
    by group      fixed: the sum of the standards; pooled (floating rate, point value): the pool, less what single
                  negotiations are paid, handed out exactly by points
    fund          by group + negotiated − what the patients bear, not below nothing
    month         fund − quality deposit − what was prepaid
    year          surplus kept and overrun shared between cost and standard; deposit returned by assessment; less what
                  was paid
docs/algorithms/fund.md §7; standards.zh.md §7.3 and §7.4.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from yigongti.engines.fund.explanation import Step, Steps, figure, percent, yuan
from yigongti.engines.fund.reading import HUNDRED, require_amount, require_ratio, require_score, values_of
from yigongti.foundation.errors import InvalidInput, PolicyError
from yigongti.foundation.money import ZERO, distribute, to_fen
from yigongti.foundation.policy import Policy

_NAMES = (
    "deposit_ratio", "deposit_full_score", "deposit_pass_score", "case_surplus_share", "case_surplus_floor",
    "case_overrun_most", "case_overrun_share",
)  # fmt: skip
_DEPOSIT = ("质量保证金返还", "deposit returned")
Key = tuple[str, str]
"""(institution code, insurance type)"""


@dataclass(frozen=True, slots=True)
class CaseSum:
    """The cases of an institution and scheme in a period. points: weights, points or scores, without negotiated cases.

    standard: Σ of the standards at the fixed rate; None where the pool is handed out by points. negotiated: what single
    negotiations are paid. cost: what all these cases cost; patients: what the patients bear of it. Yuan.
    """

    institution: str
    insurance_type: str
    cases: int
    points: Decimal
    cost: Decimal
    patients: Decimal
    standard: Decimal | None = None
    negotiated: Decimal = ZERO

    def __post_init__(self) -> None:
        for name in ("cost", "patients", "negotiated"):
            require_amount(getattr(self, name), f"{self.institution} {name}")
        if self.standard is not None:
            require_amount(self.standard, f"{self.institution} standard")
        if self.cases < 0 or not self.points.is_finite() or self.points < 0:
            raise InvalidInput(
                "fund.case_sum_wrong",
                zh="例数与点数不得为负",
                en="neither cases nor points may be negative",
                where=self.institution,
            )

    @property
    def key(self) -> Key:
        return self.institution, self.insurance_type


@dataclass(frozen=True, slots=True)
class CasePaymentRules:
    """deposit_ratio: of what the fund owes, kept until the year's assessment. full_score, pass_score: from the one on
    the deposit is returned whole, below the other nothing. surplus_share: of standard − cost, what the institution
    keeps; below surplus_floor × standard nothing (0: no floor). overrun_most: the overrun is shared up to this multiple
    of the standard; overrun_share: what the fund bears of it."""

    deposit_ratio: Decimal
    full_score: Decimal
    pass_score: Decimal
    surplus_share: Decimal
    surplus_floor: Decimal
    overrun_most: Decimal
    overrun_share: Decimal
    sources: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("deposit_ratio", "surplus_share", "surplus_floor", "overrun_share"):
            require_ratio(name, getattr(self, name))
        if self.overrun_most < 1 or not 0 <= self.pass_score <= self.full_score <= HUNDRED or not self.full_score:
            raise PolicyError(
                "fund.case_rules_wrong",
                zh="超支上限须不低于 1，保证金得分线须在 0 到 100 之间且由低到高",
                en="the end of shared overruns is at least 1, the deposit's scores lie between 0 and 100 and increase",
                where="policy/parameters/fund",
            )

    @classmethod
    def from_policy(cls, policy: Policy, *, on: date) -> CasePaymentRules:
        """The rules in force on a day (the last of the period). Raises PolicyError."""
        values, sources = values_of(policy, _NAMES, on)
        return cls(
            values["deposit_ratio"],
            values["deposit_full_score"],
            values["deposit_pass_score"],
            values["case_surplus_share"],
            values["case_surplus_floor"],
            values["case_overrun_most"],
            values["case_overrun_share"],
            sources,
        )


@dataclass(frozen=True, slots=True)
class GroupPayment:
    """by_group: for the groups; payment = by_group + negotiated; fund = payment − patients. point_value: yuan a point,
    for information; None at a fixed rate."""

    by_group: Decimal
    negotiated: Decimal
    payment: Decimal
    patients: Decimal
    fund: Decimal
    point_value: Decimal | None
    steps: tuple[Step, ...]


def pay_fixed(cases: Sequence[CaseSum]) -> dict[Key, GroupPayment]:
    """Payment at the fixed rate: the standards that case-mix payment found. Raises InvalidInput when one is missing."""
    _once(cases)
    found = {}
    for each in cases:
        if each.standard is None:
            raise InvalidInput(
                "fund.standard_missing",
                zh="按固定费率支付须有支付标准合计",
                en="the fixed rate needs the sum of the standards",
                where=" ".join(each.key),
            )
        steps = Steps()
        said = (f"{figure(each.cases)} 例支付标准合计", f"standards of {figure(each.cases)} cases")
        steps.add("by_group", ("按病种支付", "payment by group"), said, each.standard)
        found[each.key] = _less_patients(each, each.standard, None, steps)
    return found


def pay_pooled(cases: Sequence[CaseSum], pools: Mapping[str, Decimal]) -> dict[Key, GroupPayment]:
    """Payment by points: each scheme's pool (fund and patients together) less its negotiated cases, handed out exactly.

    pools: insurance type → yuan. Raises InvalidInput when negotiations cost more than the pool, nobody has a point, or
    a scheme has no pool.
    """
    _once(cases)
    found: dict[Key, GroupPayment] = {}
    for kind in sorted({each.insurance_type for each in cases}):
        own = sorted((each for each in cases if each.insurance_type == kind), key=lambda each: each.institution)
        if kind not in pools:
            raise InvalidInput("fund.pool_missing", zh=f"没有险种 {kind} 的预算", en=f"scheme {kind} has no pool")
        require_amount(pools[kind], f"pool {kind}")
        negotiated = sum((each.negotiated for each in own), ZERO)
        left = pools[kind] - negotiated
        points = sum((each.points for each in own), Decimal(0))
        if left < 0 or (left and not points):
            raise InvalidInput(
                "fund.pool_not_payable",
                zh=f"险种 {kind} 的预算 {yuan(pools[kind])} 元不够支付特例单议，或没有任何点数可分",
                en=f"the pool {yuan(pools[kind])} of scheme {kind} does not cover negotiations, or nobody has a point",
            )
        shares = distribute(left, {each.institution: each.points for each in own}, [each.institution for each in own])
        value = (left / points).quantize(Decimal("0.000001")) if points else Decimal(0)
        for each in own:
            steps = Steps()
            formula = f"({yuan(pools[kind])} − {yuan(negotiated)}) × {figure(each.points)} ÷ {figure(points)}"
            label = ("按点数分得", "share of the pool by points")
            steps.add("by_group", label, formula, shares[each.institution])
            found[each.key] = _less_patients(each, shares[each.institution], value, steps)
    return {each.key: found[each.key] for each in cases}


def _once(cases: Sequence[CaseSum]) -> None:
    if len({each.key for each in cases}) != len(cases):
        raise InvalidInput(
            "fund.case_sum_twice", zh="同一机构同一险种列了两次", en="an institution and scheme are listed twice"
        )


def _less_patients(each: CaseSum, by_group: Decimal, value: Decimal | None, steps: Steps) -> GroupPayment:
    payment = by_group + each.negotiated
    if each.negotiated:
        said = ("另按特例单议支付", "and for single negotiations")
        steps.add("negotiated", ("特例单议", "single negotiations"), said, each.negotiated)
    fund = max(ZERO, payment - each.patients)
    formula = f"{yuan(payment)} − {yuan(each.patients)}"
    below = payment < each.patients
    said = (formula + ("，不低于 0" if below else ""), formula + (", not below 0" if below else ""))
    steps.add("fund", ("基金应付（减患者负担）", "the fund's part (less patients')"), said, fund)
    return GroupPayment(by_group, each.negotiated, payment, each.patients, fund, value, steps.done())


@dataclass(frozen=True, slots=True)
class MonthPayment:
    """fund = deposit + prepaid + due. due: to be paid now; negative: to be set off against later months."""

    fund: Decimal
    deposit: Decimal
    prepaid: Decimal
    due: Decimal
    steps: tuple[Step, ...]


def deposit_of(fund: Decimal, rules: CasePaymentRules) -> Decimal:
    """What of the fund's part is kept until the year's assessment; nothing of what is to be taken back."""
    return to_fen(max(ZERO, fund) * rules.deposit_ratio)


def pay_month(payment: GroupPayment, prepaid: Decimal, rules: CasePaymentRules) -> MonthPayment:
    """What is paid for the month, after the deposit and what was prepaid for it."""
    require_amount(prepaid, "prepaid")
    steps = Steps(rules.sources, list(payment.steps))
    deposit = deposit_of(payment.fund, rules)
    formula = f"{yuan(payment.fund)} × {percent(rules.deposit_ratio)}"
    steps.add("deposit", ("质量保证金", "quality deposit"), (f"减 {formula}", f"less {formula}"), -deposit,
              rule="deposit_ratio")  # fmt: skip
    due = payment.fund - deposit - prepaid
    formula = f"{yuan(payment.fund)} − {yuan(deposit)} − {yuan(prepaid)}"
    steps.add("due", ("本月应拨（减预拨）", "due now (less prepaid)"), formula, due)
    return MonthPayment(payment.fund, deposit, prepaid, due, steps.done())


@dataclass(frozen=True, slots=True)
class CaseYear:
    """A year of an institution and scheme. payment: by group and negotiated, over the year; cost, patients: of the
    same cases. paid: what the fund has paid for them, without the deposit; deposit: what it holds. score: 0 to 100."""

    institution: str
    insurance_type: str
    payment: Decimal
    cost: Decimal
    patients: Decimal
    paid: Decimal
    deposit: Decimal
    score: Decimal

    def __post_init__(self) -> None:
        for name in ("payment", "cost", "patients", "paid", "deposit"):
            require_amount(getattr(self, name), f"{self.institution} {name}")
        require_score(self.score, self.institution)


@dataclass(frozen=True, slots=True)
class CaseClearing:
    """income: what the institution is paid for the cases by fund and patients. fund = income − patients.

    shared: part of an overrun that the fund bears; kept: part of a surplus that the institution keeps. deposit =
    returned + forfeited. settlement = fund − forfeited − paid: positive to be paid (the returned deposit within),
    negative to be taken back.
    """

    income: Decimal
    kept: Decimal
    shared: Decimal
    fund: Decimal
    returned: Decimal
    forfeited: Decimal
    settlement: Decimal
    steps: tuple[Step, ...]


def clear_cases(year: CaseYear, rules: CasePaymentRules) -> CaseClearing:
    """The year of an institution's cases cleared."""
    steps = Steps(rules.sources)
    income, kept, shared = _income(year, rules, steps)
    fund = max(ZERO, income - year.patients)
    formula = f"{yuan(income)} − {yuan(year.patients)}"
    steps.add("fund", ("基金全年应付（减患者负担）", "the fund's year (less patients')"), formula, fund)
    returned = returned_deposit(year.deposit, year.score, rules, steps)
    forfeited = year.deposit - returned
    settlement = fund - forfeited - year.paid
    formula = f"{yuan(fund)} − {yuan(forfeited)} − {yuan(year.paid)}"
    label = ("清算应补（负数为应退）", "still to be paid (negative: to be taken back)")
    steps.add("settlement", label, formula, settlement)
    return CaseClearing(income, kept, shared, fund, returned, forfeited, settlement, steps.done())


def _income(year: CaseYear, rules: CasePaymentRules, steps: Steps) -> tuple[Decimal, Decimal, Decimal]:
    gap = year.payment - year.cost
    formula = f"{yuan(year.payment)} − {yuan(year.cost)}"
    steps.add("gap", ("支付标准 − 实际费用", "payment by group − cost"), formula, gap)
    if gap >= 0:
        if year.cost < year.payment * rules.surplus_floor:
            floor = percent(rules.surplus_floor)
            said = (f"费用不到支付标准的 {floor}，结余不留用", f"cost below {floor} of the payment: nothing is kept")
            steps.add("kept", ("结余留用", "surplus kept"), said, ZERO, rule="case_surplus_floor")
            return year.cost, ZERO, ZERO
        kept = to_fen(gap * rules.surplus_share)
        formula = f"{yuan(gap)} × {percent(rules.surplus_share)}"
        steps.add("kept", ("结余留用", "surplus kept"), formula, kept, rule="case_surplus_share")
        return year.cost + kept, kept, ZERO
    limit = to_fen(year.payment * rules.overrun_most)
    within = min(year.cost, limit) - year.payment
    shared = to_fen(within * rules.overrun_share)
    formula = f"{yuan(within)} × {percent(rules.overrun_share)}"
    most = percent(rules.overrun_most)
    said = (f"支付标准 100%–{most} 部分 {formula}", f"100% to {most} of the payment: {formula}")
    steps.add("shared", ("超支由基金分担", "overrun borne by the fund"), said, shared, rule="case_overrun_share")
    return year.payment + shared, ZERO, shared


def returned_deposit(
    deposit: Decimal, score: Decimal | None, rules: CasePaymentRules, steps: Steps, *, label: tuple[str, str] = _DEPOSIT
) -> Decimal:
    """What of a deposit, or of what was kept back for the assessment, the score gives back. Adds a step.

    Raises InvalidInput where there is something to give back and no score between 0 and 100.
    """
    require_amount(deposit, "deposit")
    if not deposit:
        return ZERO
    score = require_score(score, "score")
    said_score, full = figure(score), figure(rules.full_score)
    if score < rules.pass_score:
        line = figure(rules.pass_score)
        returned = ZERO
        said = (f"得分 {said_score} 低于 {line}，不返还", f"score {said_score} is below {line}: nothing is returned")
    elif score >= rules.full_score:
        returned = deposit
        said = (f"{yuan(deposit)}：得分 {said_score} 达到 {full}，全额返还",
                f"{yuan(deposit)}: score {said_score} reaches {full}, returned whole")  # fmt: skip
    else:
        returned = to_fen(deposit * score / rules.full_score)
        said = (f"{yuan(deposit)} × {said_score} ÷ {full}",) * 2
    steps.add("returned", label, said, returned, rule="deposit_full_score")
    return returned
