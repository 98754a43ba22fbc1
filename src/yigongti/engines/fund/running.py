"""The year while it runs: what is prepaid, what is kept back, what rulings take off, and how long the quota lasts.

    month's share = quota × the month's part of the year        kept back = share × retained ratio (10 %)
    deductions of a quarter are taken from the prepayments of the next, never more than there is; the rest waits;
    where the policy says so they join the next quarter's pool and are handed out again.
docs/algorithms/fund.md §3.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from yigongti.engines.fund.explanation import Step, Steps, percent, yuan
from yigongti.engines.fund.reading import require_amount, require_ratio, values_of
from yigongti.foundation.errors import InvalidInput, PolicyError
from yigongti.foundation.money import ZERO, distribute, to_fen
from yigongti.foundation.period import Month, Quarter, Year
from yigongti.foundation.policy import Policy
from yigongti.foundation.schemas.settlements import INSIDE_COUNTY

_NAMES = ("retained_ratio", "month_shape", "deductions_return_to_pool")


class Category(StrEnum):
    """What the packaged fund is spent on. Each yuan of the pool stands in exactly one."""

    INSIDE = "inside"
    OTHER_COMMUNITY = "other_community"
    OUT_OF_COUNTY = "out_of_county"
    OUTPATIENT = "outpatient"
    TWO_DISEASES = "two_diseases"
    SPECIAL_DISEASE = "special_disease"
    CONTRACT_FEES = "contract_fees"


CATEGORY_LABELS = {
    Category.INSIDE: ("本医共体住院", "stays in the community"),
    Category.OTHER_COMMUNITY: ("县内其他医共体住院", "stays in the other community"),
    Category.OUT_OF_COUNTY: ("县外就医", "care outside the county"),
    Category.OUTPATIENT: ("门诊统筹", "outpatient pool"),
    Category.TWO_DISEASES: ("两病门诊", "two diseases"),
    Category.SPECIAL_DISEASE: ("慢特病门诊", "special diseases"),
    Category.CONTRACT_FEES: ("家庭医生签约", "contract fees"),
}
_BY_CARE = {
    "outpatient": Category.OUTPATIENT,
    "two_diseases": Category.TWO_DISEASES,
    "special_disease": Category.SPECIAL_DISEASE,
}


def category_of(care: str, place: str) -> Category:
    """The category of a settlement (values of the fact table `settlements`). Outside the county counts first, whatever
    the care; then the kinds of outpatient care; what is left are stays."""
    if place not in INSIDE_COUNTY:
        return Category.OUT_OF_COUNTY
    if care in _BY_CARE:
        return _BY_CARE[care]
    return Category.INSIDE if place == "community" else Category.OTHER_COMMUNITY


@dataclass(frozen=True, slots=True)
class RunningRules:
    """retained_ratio: kept back for the assessment. month_shape: twelve parts of the year, only their proportion
    counts. return_to_pool: whether deductions are handed out again in the next quarter."""

    retained_ratio: Decimal
    month_shape: tuple[Decimal, ...]
    return_to_pool: bool
    sources: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        require_ratio("retained_ratio", self.retained_ratio)
        if len(self.month_shape) != 12 or min(self.month_shape) < 0 or sum(self.month_shape) <= 0:
            raise PolicyError(
                "fund.month_shape_wrong",
                zh="各月占比须有十二个，不得为负",
                en="the shape of the year needs twelve parts, none negative",
                where="policy/parameters/fund/month_shape.yaml",
            )

    @classmethod
    def from_policy(cls, policy: Policy, *, on: date) -> RunningRules:
        """The rules in force on a day (the first of the year). Raises PolicyError."""
        values, sources = values_of(policy, _NAMES, on)
        return cls(values["retained_ratio"], values["month_shape"], values["deductions_return_to_pool"], sources)


@dataclass(frozen=True, slots=True)
class Deduction:
    """Money that a ruling takes from an institution. key: of the ruling; decided_on: its day; amount: yuan."""

    key: str
    decided_on: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Prepayment:
    """A month's prepayment. gross = share − retained + rolled_in; paid = gross − deducted. taken: key of each deduction
    → yuan taken now; waiting: what of them is left for a later month."""

    month: Month
    share: Decimal
    retained: Decimal
    rolled_in: Decimal
    gross: Decimal
    deducted: Decimal
    paid: Decimal
    taken: Mapping[str, Decimal]
    waiting: Mapping[str, Decimal]
    steps: tuple[Step, ...]


def month_shares(quota: Decimal, year: int, rules: RunningRules) -> dict[Month, Decimal]:
    """The quota over the year's months; they add up to it."""
    require_amount(quota, "quota")
    months = Year(year).months
    return distribute(quota, dict(zip(months, rules.month_shape, strict=True)), list(months))


def due_in(deductions: Iterable[Deduction], quarter: Quarter) -> tuple[Deduction, ...]:
    """The deductions decided in the quarter before: they are taken in this one. By day, then key."""
    before = Quarter.of(quarter.first_day - timedelta(days=1))
    return tuple(sorted((d for d in deductions if d.decided_on in before), key=lambda d: (d.decided_on, d.key)))


def prepay(
    quota: Decimal,
    month: Month,
    rules: RunningRules,
    *,
    due: Sequence[Deduction] = (),
    rolled_in: Decimal = ZERO,
) -> Prepayment:
    """What a community is prepaid for a month. due: deductions still to be taken (with what waits of earlier months);
    rolled_in: its part of what the quarter before was deducted, to be handed out again in this month.

    Raises InvalidInput for an amount that is not usable or a deduction given twice.
    """
    require_amount(rolled_in, "rolled_in")
    if len({each.key for each in due}) != len(due):
        raise InvalidInput("fund.deduction_twice", zh="同一扣款列了两次", en="a deduction is given twice")
    share = month_shares(quota, month.year, rules)[month]
    retained = to_fen(share * rules.retained_ratio)
    gross = share - retained + rolled_in
    steps = Steps(rules.sources)
    steps.add("share", ("当月额度", "the month's share"), (f"年度额度 {yuan(quota)} 的当月部分", f"of {yuan(quota)}"),
              share, rule="month_shape")  # fmt: skip
    kept = f"{yuan(share)} × {percent(rules.retained_ratio)}"
    steps.add("retained", ("考核预留", "kept back"), (f"减 {kept}", f"less {kept}"), -retained, rule="retained_ratio")
    if rolled_in:
        said = ("上季度扣款滚入", "deductions of the quarter before, handed out again")
        steps.add("rolled_in", said, said, rolled_in, rule="deductions_return_to_pool")
    left, taken, waiting = gross, {}, {}
    for each in due:
        require_amount(each.amount, each.key)
        now = min(each.amount, left)
        left -= now
        if now:
            taken[each.key] = now
            said = (f"裁定 {each.key}：减 {yuan(now)}", f"ruling {each.key}: less {yuan(now)}")
            steps.add("deducted", ("违规扣款", "deduction"), said, -now)
        if now < each.amount:
            waiting[each.key] = each.amount - now
    steps.add("paid", ("当月预拨", "prepaid"), ("以上合计", "the sum of the above"), left)
    return Prepayment(month, share, retained, rolled_in, gross, gross - left, left, taken, waiting, steps.done())


def rolled_into(deducted: Decimal, weights: Mapping[str, Decimal], rules: RunningRules) -> dict[str, Decimal]:
    """What the quarter before was deducted, handed out again over the communities (weights: their quotas), exactly; all
    zero where the policy keeps it in the fund."""
    require_amount(deducted, "deducted")
    return distribute(deducted if rules.return_to_pool else ZERO, weights, sorted(weights))


@dataclass(frozen=True, slots=True)
class RunOut:
    """on: the first day on which spending goes beyond the quota; None when the year ends before. over: what the year
    goes beyond the quota, 0 when it does not. by_month: expected spending from the year's first day on, cumulated."""

    on: date | None
    over: Decimal
    by_month: tuple[tuple[Month, Decimal], ...]
    steps: tuple[Step, ...]


def even_months(spent: Mapping[Month, Decimal], year: int) -> dict[Month, Decimal]:
    """The year at the present speed: months that are known, and for the others their mean. Raises InvalidInput when
    nothing of the year is known."""
    own = {month: amount for month, amount in spent.items() if month.year == year}
    if not own:
        raise InvalidInput("fund.nothing_spent", zh="本年还没有支出", en="nothing of the year is known")
    mean = sum(own.values(), Decimal(0)) / len(own)
    return {month: to_fen(own.get(month, mean)) for month in Year(year).months}


def run_out(quota: Decimal, expected: Mapping[Month, Decimal]) -> RunOut:
    """When the quota is used up, if the year's months cost what is expected (forecast.py or even_months). Within a
    month days count alike."""
    require_amount(quota, "quota")
    total, cumulated, on = ZERO, [], None
    for month in sorted(expected):
        before, total = total, total + expected[month]
        cumulated.append((month, total))
        if on is None and total > quota and expected[month] > 0:
            days = month.last_day.day
            used = max(ZERO, quota - before) * days / expected[month]
            on = date(month.year, month.number, min(days, int(used) + 1))
    steps = Steps()
    over = max(ZERO, total - quota)
    said = f"{yuan(total)} − {yuan(quota)}"
    steps.add("over", ("全年预计超出额度", "beyond the quota at the year's end"), said, over)
    when = (f"额度用到 {on}", f"the quota is used up on {on}") if on else ("全年够用", "the quota lasts the year")
    steps.add("run_out", ("用完之日", "run-out date"), when)
    return RunOut(on, over, tuple(cumulated), steps.done())
