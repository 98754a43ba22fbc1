"""What is to be recovered in all, from the reviewed rows of a sample: estimates, their error and a lower bound.

Two estimates stand side by side (W. G. Cochran, Sampling Techniques, 3rd ed., 5.3, 5.4, 6.11). N and n are the units of
a stratum and those reviewed, x the amount at stake, y the amount to recover:

- *mean per unit*: Σ N · mean(y);
- *ratio*: R · X, where R = Σ N · mean(y) / Σ N · mean(x) over all strata together (the combined ratio) and X the amount
  at stake of all units. It is far sharper where what is recovered goes with what was at stake, as it mostly does.

The variance of a stratum is N² · (1 − n/N) · s²/n, s² the variance of y, or of y − R·x, with n − 1; (1 − n/N) is the
finite population correction: what was reviewed completely has no error. The ratio's variance is multiplied by
(X / Σ N · mean(x))². The one-sided lower bound is estimate − t · √variance, t of Student with Satterthwaite's degrees
of freedom. What the reviewed rows hold already is certain: no bound is below it.

Limits, told in the trace where they bite:
- one row reviewed of a stratum says nothing of its spread. It is given the spread of all reviewed rows together, which
  contains the difference between strata and is rather too large, with one degree of freedom;
- no row reviewed of a stratum: it counts as nothing to recover, and the estimates speak of the other strata only;
- reviewed rows that do not differ at all (all upheld, say) would give a bound without error. Then the bound is the
  estimate × 0.05^(1/n): the share that n rows, upheld or not as a whole, still leave open at 95 %;
- the t bound is of large samples: amounts with a long tail to the right make it cautious rather than bold;
- reviewing only some of the rows drawn is a sample as well if the rows left out were not chosen: review in the order
  drawn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import inf, sqrt

from yigongti.engines.claim_checks.sampling import Sample, Stratum
from yigongti.engines.claim_checks.student import satterthwaite, t_quantile
from yigongti.foundation.errors import InvalidInput
from yigongti.foundation.money import ZERO, to_fen
from yigongti.foundation.trace import Trace

CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Estimate:
    """In yuan. method: "mean_per_unit" or "ratio". degrees: of freedom, infinite where nothing varies. lower: the
    one-sided bound; None where one reviewed row in all says nothing of an error."""

    method: str
    amount: Decimal
    standard_error: Decimal | None
    degrees: float
    lower: Decimal | None


@dataclass(frozen=True)
class Recovery:
    """certain: what the reviewed rows hold. reviewed, units: how many rows were, of how many in all."""

    certain: Decimal
    reviewed: int
    units: int
    mean_per_unit: Estimate
    ratio: Estimate
    trace: Trace


@dataclass(frozen=True, slots=True)
class _Seen:
    """The reviewed rows of a stratum: x and y in yuan, in the order drawn."""

    stratum: Stratum
    at_stake: tuple[Decimal, ...]
    recovered: tuple[Decimal, ...]

    @property
    def weight(self) -> Decimal:
        """How many units each reviewed row stands for."""
        return Decimal(self.stratum.size) / len(self.recovered)


def estimate_recovery(sample: Sample, reviewed: Mapping[str, Decimal], *, confidence: float = CONFIDENCE) -> Recovery:
    """Both estimates. reviewed: key of a drawn unit → yuan to recover (0 where nothing is).

    Raises InvalidInput for a key that was not drawn, an amount below 0, or when nothing was reviewed.
    """
    drawn = {unit.key for unit in sample.units}
    wrong = sorted(key for key, amount in reviewed.items() if key not in drawn or amount < 0)
    if wrong or not reviewed:
        raise InvalidInput(
            "claim_checks.review_not_of_sample",
            zh=f"复核结果应为样本中的疑点，金额不小于 0：{'、'.join(wrong) or '没有复核结果'}",
            en=f"reviews are of drawn units with amounts of at least 0: {', '.join(wrong) or 'there is none'}",
        )
    trace = Trace()
    seen = [_seen(stratum, reviewed, trace) for stratum in sample.strata]
    strata = [one for one in seen if one.recovered]
    certain = sum(reviewed.values(), ZERO)
    total = sum((one.weight * sum(one.recovered) for one in strata), ZERO)
    whole = sum((one.stratum.amount for one in strata), ZERO)
    stood_for = sum((one.weight * sum(one.at_stake) for one in strata), ZERO)
    ratio = total / stood_for if stood_for else ZERO
    by_mean = _estimate("mean_per_unit", total, strata, [one.recovered for one in strata], 1.0, confidence, certain)
    rests = [tuple(y - ratio * x for x, y in zip(one.at_stake, one.recovered, strict=True)) for one in strata]
    factor = float(whole / stood_for) if stood_for else 1.0
    by_ratio = _estimate("ratio", ratio * whole, strata, rests, factor * factor, confidence, certain)
    trace.add(
        "ratio",
        zh=f"复核行按权数合计涉及 {stood_for:.2f} 元，应追回 {total:.2f} 元，比率 {ratio:.4f}，全部涉及 {whole} 元",
        en=f"the reviewed rows stand for {stood_for:.2f} yuan at stake and {total:.2f} to recover: ratio {ratio:.4f}"
        f" of {whole} yuan in all",
    )
    for estimate in (by_mean, by_ratio):
        _tell(trace, estimate, confidence)
    return Recovery(to_fen(certain), len(reviewed), sum(one.stratum.size for one in seen), by_mean, by_ratio, trace)


def _seen(stratum: Stratum, reviewed: Mapping[str, Decimal], trace: Trace) -> _Seen:
    units = [unit for unit in stratum.drawn if unit.key in reviewed]
    name = "·".join(stratum.name)
    recovered = sum((reviewed[unit.key] for unit in units), ZERO)
    left = {0: "；没有复核，按无可追回计", 1: "；只复核一行，其离散程度借用全部复核行"}.get(len(units), "")
    left_en = {0: "; none reviewed: counts as nothing", 1: "; one row: its spread is that of all rows"}.get(
        len(units), ""
    )
    complete = len(units) == stratum.size
    trace.add(
        "stratum",
        zh=f"层“{name}”{stratum.size} 件，抽 {len(stratum.drawn)}，复核 {len(units)}，应追回 {recovered} 元"
        f"{'；已全部复核，没有抽样误差' if complete else left}",
        en=f"stratum “{name}”: {len(units)} of {len(stratum.drawn)} drawn of {stratum.size} reviewed, {recovered} yuan"
        f" to recover{'; complete, without error' if complete else left_en}",
        evidence=tuple(unit.key for unit in units),
        passed=bool(units),
    )
    return _Seen(stratum, tuple(unit.amount for unit in units), tuple(reviewed[unit.key] for unit in units))


def _estimate(
    method: str,
    amount: Decimal,
    strata: Sequence[_Seen],
    values: Sequence[Sequence[Decimal]],
    factor: float,
    confidence: float,
    certain: Decimal,
) -> Estimate:
    every = [float(value) for own in values for value in own]
    open_strata = [one for one in strata if len(one.recovered) < one.stratum.size]
    if len(every) < 2 and open_strata:
        return Estimate(method, to_fen(amount), None, inf, None)
    parts = []
    for one, own in zip(strata, values, strict=True):
        rows, units = len(own), one.stratum.size
        if rows < units:
            # a single row borrows the spread of all
            spread = _variance([float(value) for value in own]) if rows > 1 else _variance(every)
            parts.append((factor * units * units * (1 - rows / units) * spread / rows, float(max(1, rows - 1))))
    error = sqrt(sum(variance for variance, _ in parts))
    degrees = satterthwaite(parts)
    if error > 1e-9 * max(1.0, float(amount)):
        lower = amount - Decimal(t_quantile(confidence, degrees) * error)
    else:
        error = 0.0
        open_share = (1 - confidence) ** (1 / len(every)) if open_strata else 1.0
        lower = amount * Decimal(open_share)
    return Estimate(method, to_fen(amount), to_fen(Decimal(error)), degrees, to_fen(max(certain, lower)))


def _variance(values: Sequence[float]) -> float:
    mean = sum(values) / len(values)
    return sum((value - mean) ** 2 for value in values) / (len(values) - 1)


def _tell(trace: Trace, estimate: Estimate, confidence: float) -> None:
    name = {"mean_per_unit": ("每件均值法", "mean per unit"), "ratio": ("比率法", "ratio")}[estimate.method]
    trace.add(
        estimate.method,
        zh=f"{name[0]}：估计 {estimate.amount} 元，标准误 {estimate.standard_error} 元，自由度 {estimate.degrees:.1f}，"
        f"{confidence:.0%} 单侧下限 {estimate.lower} 元",
        en=f"{name[1]}: {estimate.amount} yuan, standard error {estimate.standard_error}, {estimate.degrees:.1f}"
        f" degrees"
        f" of freedom, one-sided {confidence:.0%} lower bound {estimate.lower}",
        passed=estimate.lower is not None,
    )
