"""Whether an order helped: the rate of findings of one institution and check before and after a day, against its peers.

    peers = peers_of("T1", levels, ordered, first_day, last_day)
    effect = measure("T1", series, peers, event=date(2026, 5, 12), settings=Settings(per=1000))

Difference in differences: the institution's change less the mean change of its peers (institutions of the same level
that had no order for this check in the window), so that what happened to all of them is taken off. The month of the day
itself is left out. One interval is shown, with what it rests on, or the words why none can be. Told with a worked
example in docs/algorithms/claim-checks-effect.md.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from yigongti.engines.claim_checks.effect_intervals import (
    CANNOT,
    Cell,
    Interval,
    Series,
    Settings,
    Sides,
    four,
    mean,
    over_months,
    over_peers,
)
from yigongti.foundation.period import Month
from yigongti.foundation.trace import Trace

__all__ = [
    "CANNOT",
    "Cell",
    "Effect",
    "Interval",
    "MonthOfPeers",
    "Series",
    "Settings",
    "begun",
    "by_month",
    "measure",
    "peers_of",
]


@dataclass(frozen=True, slots=True)
class Effect:
    """What can be said. Rates are for `per` lines or yuan; None where nothing can be said, and `cannot` tells why.

    interval: the one that is shown, of those in `intervals` the wider. months_before, months_after: those used.
    """

    before: Decimal | None
    after: Decimal | None
    change: Decimal | None
    peers_before: Decimal | None
    peers_after: Decimal | None
    peers_change: Decimal | None
    effect: Decimal | None
    interval: Interval | None
    intervals: tuple[Interval, ...]
    cannot: tuple[str, ...]
    peers: tuple[str, ...]
    months_before: tuple[Month, ...]
    months_after: tuple[Month, ...]
    trace: Trace = field(compare=False)


@dataclass(frozen=True, slots=True)
class MonthOfPeers:
    """A month for a picture: the institution's rate, the mean of the peers', and the middle half of them; None where
    there is none. findings: the institution's numerator."""

    month: Month
    own: Decimal | None
    findings: Decimal
    mean: Decimal | None
    low: Decimal | None
    high: Decimal | None


def begun(days: Iterable[date], quiet_months: int) -> list[date]:
    """The days on which a course of orders began: with no order in so many months before. Many bills of one institution
    are ordered about one after the other; that is one event, and its first day counts."""
    found: list[date] = []
    last: date | None = None
    for day in sorted(days):
        if last is None or Month.of(day) > Month.of(last).plus(quiet_months):
            found.append(day)
        last = day
    return found


def peers_of(
    own: str, levels: Mapping[str, str], ordered: Mapping[str, Iterable[date]], first: date, last: date
) -> list[str]:
    """Institutions of the same level as `own` without an order between the two days, both included. An institution
    whose level is not known ("") has no peers and is none."""
    level = levels.get(own, "")
    return sorted(
        name
        for name, theirs in levels.items()
        if level and theirs == level and name != own and not any(first <= day <= last for day in ordered.get(name, ()))
    )


def by_month(own: str, series: Mapping[str, Series], peers: Collection[str], per: int) -> list[MonthOfPeers]:
    """Every month that the institution or a peer has, in order."""
    months = sorted({month for name in (own, *peers) for month in series.get(name, {})})
    return [_month(month, series.get(own, {}).get(month), peers, series, per) for month in months]


def measure(own: str, series: Mapping[str, Series], peers: Collection[str], event: date, settings: Settings) -> Effect:
    """The effect at `own`. series: institution → its months; peers: as `peers_of` found them."""
    trace, cannot = Trace(), []
    around = Month.of(event)
    months = sorted(month for month, cell in series.get(own, {}).items() if cell.denominator > 0)
    before = tuple(m for m in months if around.plus(-settings.most_months) <= m < around)
    after = tuple(m for m in months if around < m <= around.plus(settings.most_months))
    _tell_months(trace, around, before, after)
    if len(before) < settings.least_months:
        cannot.append("few_months_before")
    if len(after) < settings.least_months:
        cannot.append("few_months_after")
    rates = [_rate(series.get(own, {}), side, settings.per) for side in (before, after)]
    _tell_own(trace, rates, settings)
    comparable = tuple(p for p in sorted(peers) if _comparable(series.get(p, {}), before, after, settings))
    trace.add(
        "peers",
        zh=f"同级且窗口内未被责令整改的机构{len(peers)}家，两侧月份足够的{len(comparable)}家",
        en=f"{len(peers)} peers of the same level without an order in the window, {len(comparable)} with months enough",
        evidence=comparable,
        passed=len(comparable) >= settings.least_peers,
    )
    if len(comparable) < settings.least_peers:
        cannot.append("few_peers")
    if cannot:
        return _not_yet(rates, cannot, comparable, before, after, trace)
    return _compared(series, own, comparable, (before, after), settings, trace)


def _compared(
    series: Mapping[str, Series], own: str, peers: tuple[str, ...], sides: Sides,
    settings: Settings, trace: Trace,
) -> Effect:  # fmt: skip
    before, after = (_certain(_rate(series[own], side, settings.per)) for side in sides)
    theirs = [
        (_certain(_rate(series[p], sides[0], settings.per)), _certain(_rate(series[p], sides[1], settings.per)))
        for p in peers
    ]
    peers_before, peers_after = (mean([pair[side] for pair in theirs]) for side in (0, 1))
    effect = (after - before) - (peers_after - peers_before)
    _tell_effect(trace, after - before, peers_before, peers_after, effect)
    found = [
        interval
        for interval in (
            over_months(series, own, peers, sides, effect, settings, trace),
            over_peers([late - early for early, late in theirs], effect, settings, trace),
        )
        if interval is not None
    ]
    shown = max(found, key=lambda interval: interval.width, default=None)
    _tell_shown(trace, shown, len(found), settings)
    return Effect(
        four(before), four(after), four(after - before), four(peers_before), four(peers_after),
        four(peers_after - peers_before), four(effect), shown, tuple(found), () if shown else ("no_scatter",), peers,
        sides[0], sides[1], trace,
    )  # fmt: skip


def _not_yet(
    rates: Sequence[Decimal | None], cannot: list[str], peers: tuple[str, ...], before: tuple[Month, ...],
    after: tuple[Month, ...], trace: Trace,
) -> Effect:  # fmt: skip
    for code in cannot:
        trace.add("cannot", zh=CANNOT[code].zh, en=CANNOT[code].en, evidence=(code,), passed=False)
    first, last = rates
    change = None if first is None or last is None else four(last - first)
    return Effect(
        None if first is None else four(first), None if last is None else four(last), change, None, None, None, None,
        None, (), tuple(cannot), peers, before, after, trace,
    )  # fmt: skip


def _rate(series: Series, months: Sequence[Month], per: int) -> Decimal | None:
    """All numerators of these months over all denominators, for `per`; None without a denominator."""
    cells = [series[month] for month in months if month in series]
    below = sum((cell.denominator for cell in cells), Decimal(0))
    return sum((cell.numerator for cell in cells), Decimal(0)) * per / below if below > 0 else None


def _comparable(series: Series, before: Sequence[Month], after: Sequence[Month], settings: Settings) -> bool:
    """Whether a peer has months enough among those that the institution has (all of them where these are too few)."""
    return all(
        sum(1 for month in side if (cell := series.get(month)) is not None and cell.denominator > 0)
        >= min(settings.least_months, len(side))
        for side in (before, after)
    )


def _month(
    month: Month, cell: Cell | None, peers: Collection[str], series: Mapping[str, Series], per: int
) -> MonthOfPeers:
    theirs = sorted(
        rate for p in peers if (rate := _rate(series.get(p, {}), [month], per)) is not None
    )  # fmt: skip
    own = cell.numerator * per / cell.denominator if cell is not None and cell.denominator > 0 else None
    return MonthOfPeers(
        month, None if own is None else four(own), cell.numerator if cell is not None else Decimal(0),
        four(mean(theirs)) if theirs else None, _quarter(theirs, 1), _quarter(theirs, 3),
    )  # fmt: skip


def _quarter(rising: Sequence[Decimal], quarters: int) -> Decimal | None:
    """The first or third quartile, between two values in proportion."""
    if not rising:
        return None
    place = Decimal(len(rising) - 1) * quarters / 4
    low = int(place)
    high = min(low + 1, len(rising) - 1)
    return four(rising[low] + (rising[high] - rising[low]) * (place - low))


def _certain(rate: Decimal | None) -> Decimal:
    assert rate is not None  # measure() has asked for months with a denominator on both sides
    return rate


def _tell_months(trace: Trace, around: Month, before: Sequence[Month], after: Sequence[Month]) -> None:
    trace.add(
        "window",
        zh=f"事件所在的{around}不计；此前{len(before)}个月，此后{len(after)}个月",
        en=f"the month of the event, {around}, is left out; {len(before)} months before, {len(after)} after",
        evidence=tuple(str(month) for month in (*before, *after)),
    )


def _tell_own(trace: Trace, rates: Sequence[Decimal | None], settings: Settings) -> None:
    said = ["—" if rate is None else str(four(rate)) for rate in rates]
    trace.add(
        "own",
        zh=f"本机构每{settings.per}由{said[0]}到{said[1]}（分子合计÷分母合计）",
        en=f"the institution, for {settings.per}: from {said[0]} to {said[1]} (numerators ÷ denominators, both summed)",
        passed=None not in rates,
    )


def _tell_effect(trace: Trace, change: Decimal, first: Decimal, last: Decimal, effect: Decimal) -> None:
    trace.add(
        "difference",
        zh=f"同级平均由{four(first)}到{four(last)}；差中差={four(change)}−({four(last - first)})={four(effect)}",
        en=f"the peers' mean from {four(first)} to {four(last)}; difference in differences = {four(change)} −"
        f" ({four(last - first)}) = {four(effect)}",
    )


def _tell_shown(trace: Trace, shown: Interval | None, count: int, settings: Settings) -> None:
    if shown is None:
        trace.add(
            "cannot", zh=CANNOT["no_scatter"].zh, en=CANNOT["no_scatter"].en, evidence=("no_scatter",), passed=False
        )
        return
    by = {"months": ("月份波动", "the months"), "peers": ("同级安慰剂", "the peers")}[shown.by]
    wider = ("两种区间取较宽者，", "of two the wider, ") if count > 1 else ("", "")
    verdict = (
        ("区间不含0", "0 lies outside")
        if shown.shows_a_change
        else ("区间含0，尚不能说与同级不同", "0 lies inside: no difference from the peers can be claimed")
    )
    trace.add(
        "shown",
        zh=f"{wider[0]}采用{by[0]}区间（{settings.level:.0%}）：{shown.low}至{shown.high}；{verdict[0]}",
        en=f"{wider[1]}the interval over {by[1]} ({settings.level:.0%}): {shown.low} to {shown.high}; {verdict[1]}",
        passed=shown.shows_a_change,
    )
