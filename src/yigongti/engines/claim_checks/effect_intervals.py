"""How much a change against the peers moves by itself: two intervals of an effect, one over months and one over peers.

Over months: needs months enough, and takes it that months differ independently. Over peers: needs many peers, takes it
that what institutions do by themselves is alike at the institution and its peers, and nothing about months. Each is
blind where the other sees, so where both can be had the wider is shown (effect.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from math import sqrt

from yigongti.engines.claim_checks.students_t import t_quantile
from yigongti.foundation.errors import Text
from yigongti.foundation.period import Month
from yigongti.foundation.trace import Trace

PLACES = Decimal("0.0001")
_NO_SCATTER = 1e-10
"""A variance below it moves nothing in the places that are told; it is what floating point leaves of none."""
Sides = tuple[tuple[Month, ...], tuple[Month, ...]]
"""The months before and those after."""

CANNOT = {
    "few_months_before": Text("事件之前有费用数据的月份不足", "too few months with fee lines before the event"),
    "few_months_after": Text("事件之后有费用数据的月份不足", "too few months with fee lines after the event"),
    "few_peers": Text("可比的同级机构不足", "too few comparable peers"),
    "no_scatter": Text("各月没有波动，无从估计误差", "no month differs from another: the error cannot be told"),
}
"""Why something cannot be said yet, by code."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A month of an institution: findings (or yuan counted), and what they are related to: lines (or yuan claimed)."""

    numerator: Decimal
    denominator: Decimal


Series = Mapping[Month, Cell]
"""An institution's months. A month that is missing, or whose denominator is 0, is not looked at."""


@dataclass(frozen=True, slots=True)
class Settings:
    """per: what rates are told for (1,000 lines, 10,000 yuan). level: of the interval. least_months: on each side.
    most_months: how far each side reaches at most. least_peers: for any comparison."""

    per: int = 1000
    level: float = 0.95
    least_months: int = 3
    most_months: int = 12
    least_peers: int = 2

    @property
    def peers_for_placebo(self) -> int:
        """So many peers are needed before the outermost bound anything at this level: 39 at 95 %, 19 at 90 %."""
        return round(2 / (1 - self.level)) - 1


@dataclass(frozen=True, slots=True)
class Interval:
    """Of the effect. by: "months" (Student's t over the months) or "peers" (the peers' own changes)."""

    low: Decimal
    high: Decimal
    by: str
    degrees: float | None = None

    @property
    def width(self) -> Decimal:
        return self.high - self.low

    @property
    def shows_a_change(self) -> bool:
        """Whether 0 lies outside."""
        return self.low > 0 or self.high < 0


def over_months(
    series: Mapping[str, Series], own: str, peers: tuple[str, ...],
    sides: Sides, effect: Decimal, settings: Settings, trace: Trace,
) -> Interval | None:  # fmt: skip
    """Student's t over months: how much the institution's distance from its peers moves from month to month by itself.

    On each side every month's distance from the side's own rates, weighted as the rate weighs its months, gives a
    variance of the mean; the two are added, the degrees of freedom are Welch's and Satterthwaite's.
    """
    parts = []
    for side in sides:
        ours = _scatter(series[own], side, settings.per)
        theirs: dict[Month, list[float]] = {}
        for peer in peers:
            for month, pull in _scatter(series[peer], side, settings.per).items():
                theirs.setdefault(month, []).append(pull)
        left = [pull - _middle(theirs.get(month, [])) for month, pull in ours.items()]
        middle = sum(left) / len(left)
        parts.append((sum((x - middle) ** 2 for x in left) / (len(left) - 1) / len(left), len(left) - 1))
    variance = sum(part for part, _ in parts)
    if variance <= _NO_SCATTER:
        trace.add("months", zh=CANNOT["no_scatter"].zh, en=CANNOT["no_scatter"].en, passed=False)
        return None
    degrees = variance**2 / sum(part**2 / below for part, below in parts)
    reach = Decimal(str(t_quantile((1 + settings.level) / 2, degrees) * sqrt(variance)))
    found = Interval(four(effect - reach), four(effect + reach), "months", degrees)
    trace.add(
        "months",
        zh=f"按月份波动：标准误{sqrt(variance):.4f}，自由度{degrees:.1f}，区间{found.low}至{found.high}",
        en=f"over the months: standard error {sqrt(variance):.4f}, {degrees:.1f} degrees of freedom, from {found.low}"
        f" to {found.high}",
    )
    return found


def over_peers(changes: list[Decimal], effect: Decimal, settings: Settings, trace: Trace) -> Interval | None:
    """The peers' own changes as placebos: an institution that was not ordered to do anything changes so much by itself.

    With n peers, the k-th smallest and k-th largest of their changes hold the change that the institution would have
    had anyway with probability 1 − 2k/(n + 1), whatever the distribution; k is the largest that keeps the level.
    """
    needed, n = settings.peers_for_placebo, len(changes)
    if n < needed:
        trace.add(
            "placebo",
            zh=f"同级机构{n}家，少于安慰剂区间所需的{needed}家，不用",
            en=f"{n} peers, fewer than the {needed} that an interval over peers needs: not used",
            passed=False,
        )
        return None
    k = max(1, int((n + 1) * (1 - settings.level) / 2 + 1e-9))
    own_way = sorted(change - mean(changes) for change in changes)
    found = Interval(four(effect - own_way[n - k]), four(effect - own_way[k - 1]), "peers")
    trace.add(
        "placebo",
        zh=f"以{n}家同级机构各自的变化为安慰剂：去掉两端各{k - 1}家，区间{found.low}至{found.high}",
        en=f"the changes of {n} peers as placebos, {k - 1} left off at each end: from {found.low} to {found.high}",
    )
    return found


def _middle(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def _scatter(series: Series, months: Sequence[Month], per: int) -> dict[Month, float]:
    """Month → how much it pulls the side's rate away from its middle: what lies above or below the rate, related to the
    mean denominator (so that the mean of these is the rate's own error, to first order)."""
    told = [(month, series.get(month)) for month in months]
    cells = [
        (month, float(cell.numerator), float(cell.denominator))
        for month, cell in told
        if cell is not None and cell.denominator > 0
    ]
    denominator = sum(below for _month, _above, below in cells)
    rate, middle = sum(above for _month, above, _below in cells) / denominator, denominator / len(cells)
    return {month: per * (above - rate * below) / middle for month, above, below in cells}


def mean(values: Sequence[Decimal]) -> Decimal:
    """The mean; there is at least one value."""
    return sum(values, Decimal(0)) / len(values)


def four(value: Decimal) -> Decimal:
    """To four places, half-up: how rates are told."""
    return value.quantize(PLACES, ROUND_HALF_UP)
