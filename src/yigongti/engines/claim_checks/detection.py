"""How well the checks find what was planted: precision and recall per check and per strength, with honest bounds.

The truth names planted faults and, apart from them, what follows from one (`follows`): finding that is right, missing
it is no miss. A row of the truth names a check (or "*": any), an institution, a case, a line. Without a line it speaks
of the bill, without a case of the institution.

A planted fault is *found* when its check found its row: the very line; for a bill or an institution the finding of the
bill or institution as a whole (and of the item, where the row names one and the finding does). A finding is *right*
when it finds a planted fault, or when something that follows covers it: the line, the whole bill, or the institution.

With few faults a share says little: 9 of 9 found may be a check that finds two thirds. So each share comes with the
one-sided 95 % lower bound of Wilson's score interval, below which the true share lies in one of twenty such measures.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

ANY_CHECK = "*"
ONE_SIDED_95 = 1.6448536269514722
"""The 95 % quantile of the normal distribution."""

Truth = Mapping[str, Any]
Key = tuple[str, str, str]
Found = tuple[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Share:
    """good of all; lower: the one-sided 95 % bound by Wilson. Of nothing both are unknown (None)."""

    good: int
    all: int

    @property
    def value(self) -> float | None:
        return self.good / self.all if self.all else None

    @property
    def lower(self) -> float | None:
        return wilson_lower(self.good, self.all) if self.all else None


@dataclass(frozen=True, slots=True)
class Measured:
    """One row of the measure. name: a check's id or a strength. precision: right findings of all; recall: planted
    faults found of all planted."""

    name: str
    strength: str
    precision: Share
    recall: Share


@dataclass(frozen=True)
class Detection:
    """checks: one row a check that found something or was planted; strengths: the same over the checks of a strength.

    missed: rows of the truth that were not found. false_alarms: findings that nothing in the truth covers.
    """

    checks: tuple[Measured, ...]
    strengths: tuple[Measured, ...]
    missed: tuple[Truth, ...]
    false_alarms: tuple[Mapping[str, Any], ...]

    def of(self, name: str) -> Measured:
        """The row of a check or a strength. Raises KeyError where there is none."""
        for row in (*self.checks, *self.strengths):
            if row.name == name:
                return row
        raise KeyError(name)


def measure_detection(
    findings: Iterable[Mapping[str, Any]], truth: Iterable[Truth], strengths: Mapping[str, str]
) -> Detection:
    """Precision and recall of findings against a truth table.

    findings: rows with the columns of a finding (check, institution_code, case_id, line_number, other). truth: rows
    with check, institution_code, case_id, line_number (empty for a bill or an institution), item_code and follows
    (truthy for a consequence). strengths: the strength of each check by its id. Several findings of one check on one
    row count once.

    Raises ValueError for a planted fault of a check that has no strength.
    """
    planted, follows = _split(truth)
    unknown = sorted({str(row["check"]) for row in planted} - set(strengths))
    if unknown:
        raise ValueError(f"planted faults of checks without a strength: {', '.join(unknown)}")
    found = _found(findings)
    known, missed, recall = set(), [], defaultdict(list)
    for row in planted:
        hits = _hits(row, found)
        known |= set(hits)
        recall[str(row["check"])].append(bool(hits))
        if not hits:
            missed.append(row)
    covered = {(str(row["check"]), _key(row)) for row in follows}
    precision, false_alarms = defaultdict(list), []
    for (check, key), finding in found.items():
        right = (check, key) in known or _covered(check, key, covered)
        precision[check].append(right)
        if not right:
            false_alarms.append(finding)
    names = sorted({*precision, *recall})
    checks = tuple(_measured(name, [name], strengths.get(name, ""), precision, recall) for name in names)
    ranks = list(dict.fromkeys(strengths[name] for name in sorted(names) if name in strengths))
    over = tuple(
        _measured(rank, [name for name in names if strengths.get(name) == rank], rank, precision, recall)
        for rank in sorted(ranks, key=_rank)
    )
    return Detection(checks, over, tuple(missed), tuple(false_alarms))


def wilson_lower(good: int, of: int, quantile: float = ONE_SIDED_95) -> float:
    """The lower bound of Wilson's score interval for a share of `good` in `of`. Raises ValueError for nothing."""
    if not 0 <= good <= of or of == 0:
        raise ValueError(f"no share: {good} of {of}")
    square = quantile * quantile
    share = good / of
    middle = share + square / (2 * of)
    spread = quantile * sqrt(share * (1 - share) / of + square / (4 * of * of))
    return max(0.0, (middle - spread) / (1 + square / of))


def _rank(strength: str) -> tuple[int, str]:
    order = ("violation", "doubtful", "clue")
    return (order.index(strength) if strength in order else len(order), strength)


def _split(truth: Iterable[Truth]) -> tuple[list[Truth], list[Truth]]:
    planted: list[Truth] = []
    follows: list[Truth] = []
    for row in truth:
        (follows if row.get("follows") else planted).append(row)
    return planted, follows


def _found(findings: Iterable[Mapping[str, Any]]) -> dict[Found, Mapping[str, Any]]:
    """(check, row) → the first finding of it. Findings of a whole institution also carry the item that they name."""
    found: dict[Found, Mapping[str, Any]] = {}
    for row in findings:
        key = _key(row)
        whole = (*key, str(row.get("other") or "")) if not key[1] else key
        found.setdefault((str(row["check"]), whole), row)
    return found


def _hits(row: Truth, found: Mapping[Found, Any]) -> list[Found]:
    """The findings of a planted fault: of a whole institution those of its item, or all where the truth names none."""
    check, key, item = str(row["check"]), _key(row), str(row.get("item_code") or "")
    if key[1] or item:
        exact = (check, key if key[1] else (*key, item))
        return [exact] if exact in found else []
    return [(name, place) for name, place in found if name == check and place[:3] == key]


def _key(row: Mapping[str, Any]) -> Key:
    line = row.get("line_number")
    return str(row["institution_code"]), str(row.get("case_id") or ""), "" if line is None else str(line)


def _covered(check: str, key: Sequence[str], covered: set[tuple[str, Key]]) -> bool:
    institution, case, line = key[:3]
    places = [(institution, case, line), (institution, case, ""), (institution, "", "")]
    return any((name, place) in covered for name in (check, ANY_CHECK) for place in places)


def _measured(
    name: str,
    checks: list[str],
    strength: str,
    precision: Mapping[str, list[bool]],
    recall: Mapping[str, list[bool]],
) -> Measured:
    said = [right for check in checks for right in precision.get(check, ())]
    hit = [found for check in checks for found in recall.get(check, ())]
    return Measured(name, strength, Share(sum(said), len(said)), Share(sum(hit), len(hit)))
