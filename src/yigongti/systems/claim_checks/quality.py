"""How often the checks are right: on a demonstration county against what was planted in it; else by reviewed samples.

Planted faults stand in truth/claim_faults.csv of the demonstration's own folder; a row that follows from another fault
is neither right nor wrong. A share is told with its one-sided lower bound (Wilson's score interval, 1927): a check that
was right twice of two is not known to be right always.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from statistics import NormalDist

from django.conf import settings

from yigongti.systems.claim_checks.models import CheckedMonth, Finding, SampledFinding

ANY_CHECK = "*"
_BY_ITEM = frozenset(("stock_sales",))
"""Checks of an institution's month that are told apart by the item."""

_Key = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Share:
    """right of all; bound: what the true share is at least, at the level asked for. None where there is nothing."""

    right: int
    all: int
    bound: float | None

    @property
    def value(self) -> float | None:
        return self.right / self.all if self.all else None


@dataclass(frozen=True, slots=True)
class Quality:
    """Of one check. recall: None where it is not known what there was to find."""

    check_id: str
    precision: Share
    recall: Share | None


def share(right: int, every: int, level: float) -> Share:
    """The share with its one-sided lower bound at that level (0.95)."""
    if not every:
        return Share(right, every, None)
    z = NormalDist().inv_cdf(level)
    p = right / every
    middle = p + z * z / (2 * every)
    spread = z * sqrt(p * (1 - p) / every + z * z / (4 * every * every))
    return Share(right, every, max(0.0, (middle - spread) / (1 + z * z / every)))


def truth_file() -> Path | None:
    """What was planted, on a demonstration; None elsewhere."""
    place = Path(settings.DATA_FOLDER) / "demo-county" / "truth" / "claim_faults.csv"
    return place if settings.DEMO and place.is_file() else None


def against_truth(truth: Path, institution_ids: Iterable[int], level: float) -> list[Quality]:
    """Precision and recall of each check over all checked months, within what row security shows."""
    months = set(CheckedMonth.objects.values_list("month", flat=True))
    with truth.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["month"] in months]
    names = ("check_id", "institution__code", "case_id", "line_number", "other")
    found_rows = Finding.objects.filter(institution_id__in=list(institution_ids)).values_list(*names)
    found = {_key(check, code, case, line, other) for check, code, case, line, other in found_rows}
    planted = {_key_of_row(row) for row in rows if not row["follows"]}
    excused = {_key_of_row(row) for row in rows if row["follows"] and row["check"] != ANY_CHECK}
    bills = {(row["institution_code"], row["case_id"]) for row in rows if row["check"] == ANY_CHECK}
    wrong = {key for key in found - planted - excused if (key[1], key[2]) not in bills}
    right = Counter(key[0] for key in found & planted)
    there, false = Counter(key[0] for key in planted), Counter(key[0] for key in wrong)
    return [
        Quality(
            check, share(right[check], right[check] + false[check], level), share(right[check], there[check], level)
        )
        for check in sorted({*right, *there, *false})
    ]


def _key(check: str, institution: str, case_id: str, line: int | None, other: str) -> _Key:
    return check, institution, case_id, other if check in _BY_ITEM else "" if line is None else str(line)


def _key_of_row(row: dict[str, str]) -> _Key:
    which = row["item_code"] if row["check"] in _BY_ITEM else row["line_number"]
    return row["check"], row["institution_code"], row["case_id"], which


def by_samples(institution_ids: Iterable[int], level: float) -> list[Quality]:
    """Precision of each check among the findings that reviewers have looked at; what was missed is not known."""
    rows = SampledFinding.objects.filter(institution_id__in=list(institution_ids)).exclude(verdict="")
    judged = Counter(rows.values_list("check_id", "verdict"))
    checks = sorted({check for check, _verdict in judged})
    right = SampledFinding.Verdict.RIGHT.value
    return [
        Quality(check, share(judged[check, right], sum(n for (c, _v), n in judged.items() if c == check), level), None)
        for check in checks
    ]
