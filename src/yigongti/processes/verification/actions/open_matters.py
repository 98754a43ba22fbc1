"""What differs becomes a matter of the office that leads the county: one for each month, check and institution.

It follows the checks: another amount gives it another title; when the check holds again it is closed by the product,
and opened anew when it differs once more.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from yigongti.foundation.errors import Text
from yigongti.foundation.period import Month
from yigongti.kernel.matters.public import Matter, Opening, open_many, renew_many, take_for_many
from yigongti.kernel.organisations.models import Institution
from yigongti.processes.verification.difference import Check, Line
from yigongti.processes.verification.matters import BOOKS_DIFFER
from yigongti.processes.verification.models import VerificationRun

if TYPE_CHECKING:
    from yigongti.processes.verification.running import Compared

_USING = "bulk"
_AGAIN = "再次核对，差额有变化 · verified again: the difference has changed"
_HOLDS = "再次核对，已相符 · verified again: it holds"
_TOLD = 10
"""As many places are named in the matter itself; the page of the check has more."""


@dataclass(frozen=True, slots=True)
class MattersOfRun:
    """How many matters were opened, brought up to date, and closed by the product."""

    opened: int
    renewed: int
    closed: int


def open_matters(
    month: Month, run: VerificationRun, found: Collection[Compared], register: Mapping[str, Institution],
    office: Institution, at: datetime,
) -> MattersOfRun:  # fmt: skip
    """Bring the month's matters in line with the run."""
    wanted = {
        opening.subject: opening
        for each in found
        for line in each.differing
        for opening in [_opening(month, run, each.check, line, register.get(line.institution_code, office), office)]
    }
    open_now = Matter.objects.using(_USING).filter(kind=BOOKS_DIFFER, month=str(month), closed_at__isnull=True)
    standing = set(open_now.values_list("subject", flat=True))
    closed = take_for_many(BOOKS_DIFFER, "holds", standing - set(wanted), at=at, words=_HOLDS)
    renewed = renew_many(BOOKS_DIFFER, [wanted[s] for s in sorted(standing & set(wanted))], at=at, words=_AGAIN)
    opened = open_many(BOOKS_DIFFER, [o for subject, o in wanted.items() if subject not in standing], at=at)
    return MattersOfRun(len(opened), renewed, closed)


def subject_of(month: Month, check: Check, line: Line) -> str:
    """The subject of the matter: month, check and institution ("-" for the county as a whole)."""
    return f"{month}/{check.id}/{line.institution_code or '-'}"


def _opening(
    month: Month, run: VerificationRun, check: Check, line: Line, institution: Institution, office: Institution
) -> Opening:
    count = len(line.places)
    plural = "s" if count != 1 else ""
    return Opening(
        subject=subject_of(month, check, line),
        title=Text(
            f"{institution.name} {month}：{check.label.zh}，不符 {count} 处，差 {line.difference:,.2f} 元",
            f"{institution.name_en or institution.name} {month}: “{check.label.en}” does not hold at {count} place"
            f"{plural}, {line.difference:,.2f} yuan",
        ),
        institution_id=institution.pk,
        owner_id=office.pk,
        month=str(month),
        amount=line.difference,
        data={
            "check": check.id,
            "left": f"{line.left:.2f}",
            "right": f"{line.right:.2f}",
            "places": [place.told() for place in line.places[:_TOLD]],
            "place_count": count,
        },
    )
