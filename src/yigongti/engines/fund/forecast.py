"""What care of the whole year will cost: settled so far, happened but not yet reported, and still to happen.

Happened: the chain ladder over the months of care (chain_ladder.py). Still to happen: with the whole year before in the
triangle, last year's month × (this year's months so far ÷ the same months of last year), "seasonal"; else the mean of
the year's months so far, "linear". The interval is log-normal about what is not settled yet (normal where that is not
positive), from Mack's error and the spread of the months. docs/algorithms/fund.md §4.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, localcontext
from statistics import NormalDist

from yigongti.engines.fund.chain_ladder import PRECISE, Ladder, climb
from yigongti.engines.fund.explanation import Step, Steps, figure, percent, yuan
from yigongti.engines.fund.reading import require_ratio, values_of
from yigongti.engines.fund.triangle import LateAmount, build_triangle
from yigongti.foundation.errors import InvalidInput, Text
from yigongti.foundation.money import ZERO, to_fen
from yigongti.foundation.period import Month, Year
from yigongti.foundation.policy import Policy

SEASONAL, LINEAR = "seasonal", "linear"
_NAMES = ("forecast_level", "forecast_least_months", "forecast_development_months")
_NOUGHT = Decimal(0)


@dataclass(frozen=True, slots=True)
class ForecastRules:
    """level: of the interval (0.95). least_months: of care, for a ladder. development_months: until all is reported."""

    level: Decimal
    least_months: int
    development_months: int
    sources: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        require_ratio("forecast_level", self.level)

    @classmethod
    def from_policy(cls, policy: Policy, *, on: date) -> ForecastRules:
        """The rules in force on a day (the last of the month that is looked back from). Raises PolicyError."""
        values, sources = values_of(policy, _NAMES, on)
        return cls(
            values["forecast_level"], values["forecast_least_months"], values["forecast_development_months"], sources
        )


@dataclass(frozen=True, slots=True)
class MonthForecast:
    """A month of the year. settled: so far. expected: the whole month's care, None where it cannot be estimated.
    completeness: settled ÷ expected; None for months to come and where it cannot be estimated."""

    month: Month
    settled: Decimal
    expected: Decimal | None
    completeness: Decimal | None


@dataclass(frozen=True, slots=True)
class YearForecast:
    """settled ≤ expected as a rule; late: happened, not yet reported; coming: months to come. low, high: the interval
    of `expected`. None where it cannot be estimated, and `cannot` says why. method: how the months to come were had."""

    year: int
    until: Month
    settled: Decimal
    late: Decimal | None
    coming: Decimal | None
    expected: Decimal | None
    low: Decimal | None
    high: Decimal | None
    method: str
    months: tuple[MonthForecast, ...]
    cannot: tuple[Text, ...]
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class _Coming:
    method: str
    months: Mapping[Month, Decimal]
    variance: Decimal | None


def forecast_year(amounts: Iterable[LateAmount], until: Month, rules: ForecastRules) -> YearForecast:
    """The year of `until`, as it looks at the end of that month. Amounts of earlier years make the ladder longer.

    Raises InvalidInput for a settlement before its care; what cannot be estimated is answered in `cannot`.
    """
    entries = [each for each in amounts if each.settled <= until]
    year = until.year
    settled = dict.fromkeys(Year(year).months, ZERO)
    for each in entries:
        if each.occurred.year == year:
            if each.occurred > until:
                raise InvalidInput(
                    "fund.settled_before_care",
                    zh=f"{each.settled} 结算的费用却发生在 {each.occurred}",
                    en=f"settled in {each.settled} for care of {each.occurred}",
                )
            settled[each.occurred] += each.amount
    ladder = climb(build_triangle(entries, until, rules.development_months), rules.least_months)
    total = to_fen(sum(settled.values(), _NOUGHT))
    steps = Steps(rules.sources)
    steps.add("settled", ("已结算", "settled so far"), (f"{year} 年就诊、截至 {until} 结算", f"care of {year}"), total)
    known = {each.month: each for each in ladder.months if each.month.year == year}
    if ladder.cannot or not known:
        return _cannot(year, until, settled, total, ladder.cannot, steps)
    with localcontext(PRECISE):
        late = sum((each.outstanding for each in known.values()), ZERO)
        coming = _coming({each.month: each.ultimate for each in ladder.months}, year, until)
        _tell(ladder, late, coming, steps)
        return _answer(year, until, settled, total, late, ladder, coming, rules, steps)


def _cannot(
    year: int, until: Month, settled: Mapping[Month, Decimal], total: Decimal, reasons: Sequence[Text], steps: Steps
) -> YearForecast:
    why = tuple(reasons) or (Text(zh="本年还没有结算，无法估计", en="nothing of the year is settled: no estimate"),)
    for reason in why:
        steps.add("cannot", ("无法估计", "cannot be estimated"), (reason.zh, reason.en), rule="forecast_least_months")
    months = tuple(MonthForecast(month, to_fen(amount), None, None) for month, amount in settled.items())
    return YearForecast(year, until, total, None, None, None, None, None, "", months, why, steps.done())


def _coming(ultimates: Mapping[Month, Decimal], year: int, until: Month) -> _Coming:
    own = [month for month in ultimates if month.year == year]
    ahead = [month for month in Year(year).months if month > until]
    before = {month: ultimates.get(month.plus(-12)) for month in Year(year).months}
    if all(amount is not None and amount > 0 for amount in before.values()):
        past = {month: amount for month, amount in before.items() if amount is not None}
        growth = sum((ultimates[month] for month in own), _NOUGHT) / sum((past[month] for month in own), _NOUGHT)
        found = {month: past[month] * growth for month in ahead}
        off = [ultimates[month] / (past[month] * growth) - 1 for month in own] if growth else []
        spread = _spread(off, _NOUGHT)
        method, scale = SEASONAL, list(found.values())
    else:
        mean = sum((ultimates[month] for month in own), _NOUGHT) / len(own)
        found = dict.fromkeys(ahead, mean)
        spread = _spread([ultimates[month] for month in own], mean)
        method, scale = LINEAR, [Decimal(1)] * len(ahead)
    if not ahead:
        return _Coming(method, {}, _NOUGHT)
    if spread is None:
        return _Coming(method, found, None)
    squares = sum((each**2 for each in scale), _NOUGHT)
    return _Coming(method, found, spread * squares + sum(scale, _NOUGHT) ** 2 * spread / len(own))


def _spread(values: Sequence[Decimal], about: Decimal) -> Decimal | None:
    if len(values) < 2:
        return None
    return sum(((value - about) ** 2 for value in values), _NOUGHT) / (len(values) - 1)


def _tell(ladder: Ladder, late: Decimal, coming: _Coming, steps: Steps) -> None:
    factors = "、".join(f"{column.factor:.4f}" for column in ladder.columns[:6])
    more = ("…", "…") if len(ladder.columns) > 6 else ("", "")
    steps.add(
        "late",
        ("已发生未上报", "happened, not yet reported"),
        (f"链梯法，逐月发展因子 {factors}{more[0]}", f"chain ladder, factors {factors.replace('、', ', ')}{more[1]}"),
        late,
        rule="forecast_development_months",
    )
    zh = "上年同月 × 今年以来增幅" if coming.method == SEASONAL else "今年各月平均"
    en = "last year's months × growth so far" if coming.method == SEASONAL else "mean of the year's months"
    steps.add(
        "coming",
        ("余下月份", "months to come"),
        (f"{len(coming.months)} 个月，按{zh}", f"{len(coming.months)} months, {en}"),
        sum((to_fen(amount) for amount in coming.months.values()), ZERO),
    )


def _answer(
    year: int,
    until: Month,
    settled: Mapping[Month, Decimal],
    total: Decimal,
    late: Decimal,
    ladder: Ladder,
    coming: _Coming,
    rules: ForecastRules,
    steps: Steps,
) -> YearForecast:
    ahead = sum((to_fen(amount) for amount in coming.months.values()), ZERO)
    expected = total + late + ahead
    steps.add(
        "expected", ("全年预计", "the whole year"), (f"{yuan(total)} + {yuan(late)} + {yuan(ahead)}",) * 2, expected
    )
    reasons = list(ladder.no_error)
    if coming.variance is None:
        reasons.append(
            Text(
                zh="今年只有一个月，余下月份的波动无法估计",
                en="the year has a single month: the spread of those to come cannot be estimated",
            )
        )
    error = ladder.error_of([month for month in settled if month <= until])
    low = high = None
    if error is not None and coming.variance is not None:
        whole = (error**2 + coming.variance).sqrt()
        low, high = _interval(late + ahead, whole, rules.level)
        low, high = total + low, total + high
        steps.add(
            "interval",
            ("预测区间", "interval"),
            (f"标准误 {yuan(whole)}，{percent(rules.level)} 区间 {yuan(low)} 至 {yuan(high)}",
             f"standard error {yuan(whole)}, {percent(rules.level)}: {yuan(low)} to {yuan(high)}"),
            to_fen(whole), rule="forecast_level",
        )  # fmt: skip
    for reason in reasons:
        steps.add("cannot", ("区间无法估计", "no interval"), (reason.zh, reason.en))
    estimates = {each.month: each for each in ladder.months}
    months = tuple(
        MonthForecast(
            month,
            to_fen(amount),
            estimates[month].ultimate if month in estimates else to_fen(coming.months.get(month, amount)),
            estimates[month].completeness if month in estimates else None,
        )
        for month, amount in settled.items()
    )
    return YearForecast(
        year, until, total, late, ahead, expected, low, high, coming.method, months, tuple(reasons), steps.done()
    )


def _interval(open_amount: Decimal, error: Decimal, level: Decimal) -> tuple[Decimal, Decimal]:
    """Log-normal with this mean and standard error; normal where what is open is not positive."""
    quantile = Decimal(str(NormalDist().inv_cdf(0.5 + float(level) / 2)))
    if open_amount <= 0 or error == 0:
        return to_fen(open_amount - quantile * error), to_fen(open_amount + quantile * error)
    squared = (1 + (error / open_amount) ** 2).ln()
    centre = open_amount.ln() - squared / 2
    reach = quantile * squared.sqrt()
    return to_fen((centre - reach).exp()), to_fen((centre + reach).exp())


def completeness_text(month: MonthForecast) -> str:
    """98.2%, or — where it cannot be estimated."""
    return "—" if month.completeness is None else f"{figure((month.completeness * 100).quantize(Decimal('0.1')))}%"
