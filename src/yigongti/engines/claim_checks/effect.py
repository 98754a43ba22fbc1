"""Whether being spoken to helped: the rate of findings before and after, against peers that were not spoken to.

    rate        findings per 1,000 lines, or yuan at stake per 10,000 yuan claimed, of a check in an institution's month
    gap         rate of the institution − rate of its peers together, in the same month: what hits all (a season, a new
                price list, another version of the check) falls out
    effect      mean gap after − mean gap before (difference in differences); below 0 is better

*Interval*: the months are the units. Gaps before and gaps after are two samples of months, and the interval of the
difference of their means is Welch's, of Student's t with Satterthwaite's degrees of freedom; at least three months on
each side, or there is none. *Placebo*: each peer is treated as if it had been spoken to, against the other peers; the
share of placebos (and the institution itself) with an effect at least as low as the institution's is told beside it. It
assumes nothing of distributions, but with nine peers it cannot say less than 1 in 10.

Why so, and what it cannot tell: docs/algorithms/claim-checks-effect.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import sqrt

from yigongti.engines.claim_checks.student import satterthwaite, t_quantile
from yigongti.foundation.period import Month
from yigongti.foundation.trace import Trace

LEAST_MONTHS = 3
LEAST_PEERS = 3
CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class MonthOfCheck:
    """What a check found in an institution's month. found: findings, or yuan at stake; of: lines, or yuan claimed."""

    check: str
    institution_code: str
    month: Month
    found: Decimal
    of: Decimal


@dataclass(frozen=True, slots=True)
class MonthlyGap:
    """A month: the institution's rate, its peers' together, and the difference."""

    month: Month
    own: float
    peers: float

    @property
    def gap(self) -> float:
        return self.own - self.peers


@dataclass(frozen=True)
class Effect:
    """The effect on one institution under one check, in units of the rate.

    before, after: its months with their gaps. effect: None where a side has no month. low, high: the two-sided
    interval, None where there are too few months. placebo: share of institutions with an effect at least as low, None
    with too few peers. left_out: peers that lack a month. doubts: why a part is missing, as stable words
    (no_month_before, no_month_after, too_few_months, too_few_peers, no_spread); the trace says it in sentences.
    """

    check: str
    institution_code: str
    per: int
    before: tuple[MonthlyGap, ...]
    after: tuple[MonthlyGap, ...]
    effect: float | None
    low: float | None
    high: float | None
    degrees: float | None
    placebo: float | None
    peers: tuple[str, ...]
    left_out: tuple[str, ...]
    doubts: tuple[str, ...]
    trace: Trace

    @property
    def certain(self) -> bool:
        """Whether the interval lies wholly on one side of nothing."""
        return self.low is not None and self.high is not None and (self.high < 0 or self.low > 0)


Rates = Mapping[str, Mapping[Month, tuple[Decimal, Decimal]]]


def measure_effect(
    rows: Iterable[MonthOfCheck],
    *,
    check: str,
    institution_code: str,
    peers: Collection[str],
    first_month_after: Month,
    without: Collection[Month] = (),
    per: int = 1_000,
    confidence: float = CONFIDENCE,
) -> Effect:
    """The effect on one institution under one check.

    peers: institutions that were not spoken to about it. first_month_after: the first month that counts as after;
    without: months of transition that count on neither side. per: what the rate is per. Months in which the
    institution has nothing in the denominator are left out; a peer that lacks one of the remaining months is left out
    altogether, so that the peers are the same in all months.
    """
    rates = _rates(rows, check)
    own = {month for month, (_, of) in rates.get(institution_code, {}).items() if of > 0 and month not in without}
    months = sorted(own, key=str)
    steady = [peer for peer in sorted(set(peers) - {institution_code}) if _has_all(rates.get(peer, {}), months)]
    left_out = tuple(sorted(set(peers) - set(steady) - {institution_code}))
    trace = Trace()
    if not steady:
        months = []
    before, after = _gaps(rates, institution_code, steady, months, first_month_after, per)
    doubts = _doubts(before, after, steady)
    effect = _mean(after) - _mean(before) if before and after else None
    interval = None if effect is None or "too_few_months" in doubts else _interval(before, after, confidence)
    if interval is not None and interval[1] == 0:
        doubts.append("no_spread")
        interval = None
    placebo = None
    if effect is not None and "too_few_peers" not in doubts:
        placebo = _placebo(rates, effect, steady, months, first_month_after, per)
    half = None if interval is None else interval[1]
    found = Effect(
        check, institution_code, per, before, after, effect,
        None if effect is None or half is None else effect - half,
        None if effect is None or half is None else effect + half,
        None if interval is None else interval[0],
        placebo, tuple(steady), left_out, tuple(doubts), trace,
    )  # fmt: skip
    _tell(found, confidence)
    return found


def _rates(rows: Iterable[MonthOfCheck], check: str) -> Rates:
    rates: dict[str, dict[Month, tuple[Decimal, Decimal]]] = defaultdict(dict)
    for row in rows:
        if row.check == check:
            found, of = rates[row.institution_code].get(row.month, (Decimal(0), Decimal(0)))
            rates[row.institution_code][row.month] = (found + row.found, of + row.of)
    return rates


def _has_all(own: Mapping[Month, tuple[Decimal, Decimal]], months: Sequence[Month]) -> bool:
    return all(month in own and own[month][1] > 0 for month in months)


def _gaps(
    rates: Rates, institution: str, peers: Sequence[str], months: Sequence[Month], first_after: Month, per: int
) -> tuple[tuple[MonthlyGap, ...], tuple[MonthlyGap, ...]]:
    before: list[MonthlyGap] = []
    after: list[MonthlyGap] = []
    for month in months:
        found, of = rates[institution][month]
        theirs = [rates[peer][month] for peer in peers]
        others = sum(one[0] for one in theirs) / sum(one[1] for one in theirs)
        gap = MonthlyGap(month, float(found / of * per), float(others * per))
        (before if str(month) < str(first_after) else after).append(gap)
    return tuple(before), tuple(after)


def _doubts(before: Sequence[MonthlyGap], after: Sequence[MonthlyGap], peers: Sequence[str]) -> list[str]:
    doubts = [name for name, side in (("no_month_before", before), ("no_month_after", after)) if not side]
    if min(len(before), len(after)) < LEAST_MONTHS:
        doubts.append("too_few_months")
    if len(peers) < LEAST_PEERS:
        doubts.append("too_few_peers")
    return doubts


def _mean(gaps: Sequence[MonthlyGap]) -> float:
    return sum(one.gap for one in gaps) / len(gaps)


def _interval(before: Sequence[MonthlyGap], after: Sequence[MonthlyGap], confidence: float) -> tuple[float, float]:
    """Degrees of freedom and half the width, by Welch."""
    parts = []
    for side in (before, after):
        mean = _mean(side)
        variance = sum((one.gap - mean) ** 2 for one in side) / (len(side) - 1)
        parts.append((variance / len(side), float(len(side) - 1)))
    error = sqrt(sum(variance for variance, _ in parts))
    if error == 0:
        return 0.0, 0.0
    degrees = satterthwaite(parts)
    return degrees, t_quantile((1 + confidence) / 2, degrees) * error


def _placebo(
    rates: Rates, effect: float, peers: Sequence[str], months: Sequence[Month], first_after: Month, per: int
) -> float:
    as_low = 1
    for peer in peers:
        before, after = _gaps(rates, peer, [one for one in peers if one != peer], months, first_after, per)
        as_low += _mean(after) - _mean(before) <= effect
    return as_low / (len(peers) + 1)


_DOUBTS = {
    "no_month_before": ("之前没有月份，无法比较", "no month before: nothing to compare with"),
    "no_month_after": ("之后没有月份，无法比较", "no month after: nothing to compare with"),
    "too_few_months": (
        f"前后各需至少 {LEAST_MONTHS} 个月才能给出区间",
        f"an interval needs at least {LEAST_MONTHS} months on each side",
    ),
    "too_few_peers": (
        f"对照机构少于 {LEAST_PEERS} 家，可能只是某一家的变化，也不作安慰剂比较",
        f"fewer than {LEAST_PEERS} peers: their change may be one institution's, and there is no placebo comparison",
    ),
    "no_spread": ("各月差距完全相同，区间没有意义", "the gaps do not vary: an interval would mean nothing"),
}


def _tell(found: Effect, confidence: float) -> None:
    trace = found.trace
    trace.add(
        "peers",
        zh=f"对照 {len(found.peers)} 家；因缺月未用 {len(found.left_out)} 家",
        en=f"{len(found.peers)} peer(s); {len(found.left_out)} left out for lack of a month",
        evidence=(*found.peers, *found.left_out),
    )
    for side, zh, en in ((found.before, "之前", "before"), (found.after, "之后", "after")):
        for one in side:
            trace.add(
                "month",
                zh=f"{zh} {one.month}：本机构 {one.own:.3f}，对照 {one.peers:.3f}，差 {one.gap:+.3f}（每 {found.per}）",
                en=f"{en} {one.month}: {one.own:.3f} against {one.peers:.3f}, gap {one.gap:+.3f} per {found.per}",
                evidence=(str(one.month),),
            )
    for doubt in found.doubts:
        trace.add(doubt, zh=_DOUBTS[doubt][0], en=_DOUBTS[doubt][1], passed=False)
    if found.effect is None:
        return
    between = "" if found.low is None else f"，{confidence:.0%} 区间 {found.low:+.3f} 至 {found.high:+.3f}"
    between_en = "" if found.low is None else f", {confidence:.0%} interval {found.low:+.3f} to {found.high:+.3f}"
    placebo = "" if found.placebo is None else f"；降幅不小于它的机构占 {found.placebo:.2f}"
    placebo_en = "" if found.placebo is None else f"; share of institutions with as low an effect {found.placebo:.2f}"
    trace.add(
        "effect",
        zh=f"效果 {found.effect:+.3f}（每 {found.per}）{between}{placebo}",
        en=f"effect {found.effect:+.3f} per {found.per}{between_en}{placebo_en}",
        passed=found.certain,
    )
