"""What the reviewed rows of a stratified sample say about the whole: the amount to recover, and what it is at least.

Two estimators are computed, one is shown. Which one does not depend on how much was found to be recoverable, as that
would make bounds too narrow: the combined ratio estimator where it may be trusted (see `_ratio_may_be_shown`), else the
mean per unit. docs/algorithms/claim-checks-sampling.md tells both with a worked table.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from math import sqrt

from yigongti.engines.claim_checks.students_t import t_quantile
from yigongti.foundation.trace import Trace

FEN = Decimal("0.01")
NO_ERROR = 0.005
"""Yuan: a standard error below half a fen is what floating point leaves of none."""
MEAN, RATIO = "mean", "ratio"
RATIO_LEAST_ROWS = 30
RATIO_LEAST_EACH_WAY = 5
RATIO_MOST_VARIATION = 0.1
"""The ratio's bias is at most this share of its standard error where the estimated yuan vary by less (Cochran 6.8)."""


@dataclass(frozen=True, slots=True)
class Size:
    """Of a stratum when it was drawn: findings, and the yuan that they count."""

    findings: int
    yuan: Decimal


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A reviewed row: yuan that it counts, and yuan of it to recover (0: the finding is wrong)."""

    yuan: Decimal
    recover: Decimal


@dataclass(frozen=True, slots=True)
class Stratum:
    """Of one stratum: findings and yuan in all, rows reviewed and those with anything to recover, what these come to,
    and the mean per unit times the findings (None before a row is reviewed)."""

    name: str
    findings: int
    yuan: Decimal
    reviewed: int
    right: int
    recovered: Decimal
    estimate: Decimal | None


@dataclass(frozen=True, slots=True)
class Way:
    """One way of estimating: yuan in all, its standard error, degrees of freedom (None: everything was reviewed, no
    doubt is left), the one-sided lower bound (None: cannot be told)."""

    estimate: Decimal
    standard_error: float | None
    degrees: float | None
    bound: Decimal | None


@dataclass(frozen=True, slots=True)
class Estimate:
    """estimate: yuan to recover in all; bound: at least so much, at the level; both None until every stratum has a
    reviewed row. shown: "mean" or "ratio", whichever these are of. certain: what the reviewed rows alone come to;
    the bound is never below it, and falls back on it where the sample cannot say how rows differ."""

    strata: tuple[Stratum, ...]
    estimate: Decimal | None
    bound: Decimal | None
    certain: Decimal
    shown: str
    mean: Way | None
    ratio: Way | None
    trace: Trace = field(compare=False)


def estimated(
    population: Mapping[str, Size],
    reviewed: Mapping[str, Sequence[Reviewed]],
    level: float,
    *,
    ratio_allowed: bool = True,
) -> Estimate:
    """The estimate for the whole. population: all strata; reviewed: stratum → its reviewed rows, fewer or none while
    the review goes on. level: of the one-sided bound, such as 0.95. ratio_allowed False: the mean per unit is shown."""
    trace = Trace()
    parts = [_Part(name, size, tuple(reviewed.get(name, ()))) for name, size in sorted(population.items())]
    strata = tuple(part.told() for part in parts)
    certain = sum((stratum.recovered for stratum in strata), Decimal(0))
    _tell_strata(trace, strata, certain)
    if not parts or any(not part.rows for part in parts):
        trace.add(
            "not_yet",
            zh="尚有分层一行也未复核，暂不推算总体",
            en="a stratum has no reviewed row yet: the whole is not estimated",
            evidence=tuple(part.name for part in parts if not part.rows),
            passed=False,
        )
        return Estimate(strata, None, None, certain, MEAN, None, None, trace)
    mean, ratio = _mean(parts, certain, level), _ratio(parts, certain, level)
    show_ratio = ratio_allowed and ratio is not None and _ratio_may_be_shown(parts, trace)
    shown = ratio if show_ratio and ratio is not None else mean
    _tell_way(trace, "mean", "分层单位均值估计", "stratified mean per unit", mean)
    if ratio is not None:
        _tell_way(trace, "ratio", "联合比率估计", "combined ratio estimator", ratio)
    bound = certain if shown.bound is None else max(certain, shown.bound)
    name = ("联合比率估计", "the combined ratio estimator") if show_ratio else ("单位均值估计", "the mean per unit")
    trace.add(
        "shown",
        zh=f"采用{name[0]}：约{shown.estimate}元，{level:.1%}置信下至少{bound}元",
        en=f"shown is {name[1]}: about {shown.estimate} yuan, at least {bound} yuan with {level:.1%} confidence",
    )
    return Estimate(strata, shown.estimate, bound, certain, RATIO if show_ratio else MEAN, mean, ratio, trace)


@dataclass(frozen=True, slots=True)
class _Part:
    """A stratum with its reviewed rows."""

    name: str
    size: Size
    rows: tuple[Reviewed, ...]

    @property
    def whole(self) -> bool:
        return len(self.rows) >= self.size.findings

    @property
    def recovered(self) -> Decimal:
        return sum((row.recover for row in self.rows), Decimal(0))

    @property
    def expanded(self) -> Decimal:
        """Mean to recover times findings."""
        return self.recovered * self.size.findings / len(self.rows)

    @property
    def expanded_yuan(self) -> Decimal:
        """Mean of the yuan counted times findings: what the sample would say of yuan that are known."""
        return sum((row.yuan for row in self.rows), Decimal(0)) * self.size.findings / len(self.rows)

    def told(self) -> Stratum:
        value = _fen(self.expanded) if self.rows else None
        right = sum(1 for row in self.rows if row.recover > 0)
        return Stratum(self.name, self.size.findings, self.size.yuan, len(self.rows), right, self.recovered, value)


def _mean(parts: Sequence[_Part], certain: Decimal, level: float) -> Way:
    total = sum((part.expanded for part in parts), Decimal(0))
    values = {part.name: [float(row.recover) for row in part.rows] for part in parts}
    return _way(total, parts, values, 1.0, certain, level)


def _ratio(parts: Sequence[_Part], certain: Decimal, level: float) -> Way | None:
    """Known yuan times (estimated yuan to recover ÷ estimated yuan); None where no reviewed row counts anything."""
    known = sum((part.size.yuan for part in parts), Decimal(0))
    estimate, counted = (
        sum((part.expanded for part in parts), Decimal(0)),
        sum((part.expanded_yuan for part in parts), Decimal(0)),
    )
    if counted <= 0:
        return None
    ratio = float(estimate / counted)
    values = {part.name: [float(row.recover) - ratio * float(row.yuan) for row in part.rows] for part in parts}
    return _way(estimate * known / counted, parts, values, float(known / counted), certain, level)


def _way(
    total: Decimal, parts: Sequence[_Part], values: Mapping[str, list[float]], scale: float, certain: Decimal,
    level: float,
) -> Way:  # fmt: skip
    if all(part.whole for part in parts):
        return Way(_fen(total), 0.0, None, max(certain, _fen(total)))
    spread = _spread(parts, values)
    if spread is None or sqrt(spread.variance) < NO_ERROR:  # rows that are all alike do not say that the others are
        return Way(_fen(total), None, None, None)
    error, t = sqrt(spread.variance) * scale, t_quantile(level, spread.degrees)
    # a few large rows that are wrong make the bound too high: Johnson's correction, used only where it lowers
    skewed = min(0.0, scale * spread.third / (6 * spread.variance) * (1 + 2 * t * t))
    low = total - Decimal(str(t * error - skewed))
    return Way(_fen(total), error, spread.degrees, max(certain, _fen(low)))


@dataclass(frozen=True, slots=True)
class _Spread:
    """Of the expanded sum: variance, Satterthwaite's degrees of freedom, third central moment."""

    variance: float
    degrees: float
    third: float


def _spread(parts: Sequence[_Part], values: Mapping[str, list[float]]) -> _Spread | None:
    """How the expanded sum would differ from draw to draw; None where it cannot be told.

    A stratum that was reviewed whole adds nothing. Strata with one reviewed row of several are laid together: they
    differ from what their yuan would make of their sum, and that stands for the variance within (too large rather than
    too small); a single one of them cannot be laid together with another, and then nothing can be told.
    """
    variance, below, third = 0.0, 0.0, 0.0
    alone: list[tuple[float, float]] = []
    for part in parts:
        own, count, n = values[part.name], part.size.findings, len(part.rows)
        if part.whole:
            continue
        if n == 1:
            alone.append((own[0] * count, float(part.size.yuan)))
            continue
        middle = sum(own) / n
        square = sum((value - middle) ** 2 for value in own) / (n - 1)
        term = count * (count - n) / n * square
        variance += term
        below += term**2 / (n - 1)
        if n > 2:
            cubed = n / ((n - 1) * (n - 2)) * sum((value - middle) ** 3 for value in own)
            third += count * (count - n) * (count - 2 * n) / n**2 * cubed
    if len(alone) == 1:
        return None
    if alone:
        total, weight = sum(value for value, _ in alone), sum(yuan for _, yuan in alone)
        shares = [yuan / weight if weight else 1 / len(alone) for _, yuan in alone]
        squares = sum((value - share * total) ** 2 for (value, _), share in zip(alone, shares, strict=True))
        term = len(alone) / (len(alone) - 1) * squares
        variance += term
        below += term**2 / (len(alone) - 1)
    return _Spread(variance, variance**2 / below if below else 1.0, third)


def _ratio_may_be_shown(parts: Sequence[_Part], trace: Trace) -> bool:
    """Enough rows, enough with something to recover and enough not in full, and yuan that the sample gets right:
    otherwise the ratio is biased, or rows that are all right would leave no doubt at all."""
    rows = [row for part in parts for row in part.rows]
    changed = sum(1 for row in rows if row.recover != row.yuan)
    kept = sum(1 for row in rows if row.recover > 0)
    spread = _spread(parts, {part.name: [float(row.yuan) for row in part.rows] for part in parts})
    counted = float(sum((part.expanded_yuan for part in parts), Decimal(0)))
    variation = sqrt(spread.variance) / counted if spread is not None else None
    enough = len(rows) >= RATIO_LEAST_ROWS and min(changed, kept) >= RATIO_LEAST_EACH_WAY
    fits = variation is not None and variation <= RATIO_MOST_VARIATION
    said = "—" if variation is None else f"{variation:.3f}"
    trace.add(
        "choice",
        zh=f"已复核{len(rows)}行（其中可追回{kept}行、有核减{changed}行），涉及金额推算的变异系数{said}："
        + ("可用比率估计" if enough and fits else "不用比率估计"),
        en=f"{len(rows)} rows reviewed ({kept} with something to recover, {changed} not in full), the yuan estimated"
        f" with a coefficient of variation of {said}: "
        + ("the ratio may be used" if enough and fits else "the ratio is not used"),
        passed=enough and fits,
    )
    return enough and fits


def _tell_strata(trace: Trace, strata: Sequence[Stratum], certain: Decimal) -> None:
    for stratum in strata:
        trace.add(
            "stratum",
            zh=f"{stratum.name}：疑点{stratum.findings}条、{stratum.yuan}元，已复核{stratum.reviewed}行，"
            f"可追回{stratum.recovered}元",
            en=f"{stratum.name}: {stratum.findings} findings, {stratum.yuan} yuan; {stratum.reviewed} reviewed,"
            f" {stratum.recovered} yuan to recover",
            passed=stratum.reviewed > 0,
        )
    trace.add(
        "certain",
        zh=f"已复核各行合计可追回{certain}元",
        en=f"the reviewed rows alone come to {certain} yuan",
    )


def _tell_way(trace: Trace, name: str, zh: str, en: str, way: Way) -> None:
    if way.standard_error is None:
        doubt = "样本不足以估计误差", "the sample cannot tell its error"
    elif way.degrees is None:
        doubt = "已全部复核，没有抽样误差", "everything was reviewed, nothing is left to chance"
    else:
        doubt = (
            f"标准误{way.standard_error:.2f}元，自由度{way.degrees:.1f}，下限{way.bound}元",
            f"standard error {way.standard_error:.2f} yuan, {way.degrees:.1f} degrees of freedom, bound {way.bound}",
        )
    trace.add(
        name, zh=f"{zh}：{way.estimate}元；{doubt[0]}", en=f"{en}: {way.estimate} yuan; {doubt[1]}",
        passed=way.bound is not None,
    )  # fmt: skip


def _fen(value: Decimal) -> Decimal:
    return value.quantize(FEN, ROUND_HALF_UP)
