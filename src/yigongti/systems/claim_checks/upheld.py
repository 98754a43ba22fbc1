"""Bills that were upheld, as values for the process that hands them over to supervision."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from yigongti.foundation.errors import Text
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.matters.models import Matter
from yigongti.kernel.organisations.models import Institution
from yigongti.kernel.organisations.queries import at_institutions
from yigongti.systems.claim_checks.matters import BILL_KIND, CLUE_KIND, REVIEW
from yigongti.systems.claim_checks.models import Finding


@dataclass(frozen=True, slots=True)
class UpheldFinding:
    """One finding of it. counted: yuan after merging with the others of the bill."""

    said: Text
    counted: Decimal
    check_id: str
    version: str
    strength: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UpheldBill:
    """subject: stable, "2026-10/500101/C000123". amount: yuan that were upheld, at most what was counted."""

    matter_id: int
    number: str
    subject: str
    title: Text
    institution: Institution
    office: Institution
    month: str
    case_id: str
    amount: Decimal
    due_on: object
    findings: tuple[UpheldFinding, ...]


def upheld_bills(actor: Actor, institution_ids: Iterable[int] | None = None) -> list[UpheldBill]:
    """All that wait, the earliest due first."""
    rows = Matter.objects.filter(kind__in=[BILL_KIND, CLUE_KIND], state="upheld", closed_at__isnull=True)
    if institution_ids is not None:
        rows = rows.filter(at_institutions(institution_ids))
    rows = rows.select_related("institution", "owner").order_by("due_on", "id")
    return [_value(matter) for matter in rows if actor.may(REVIEW, matter.owner_id)]


def _value(matter: Matter) -> UpheldBill:
    case_id = str(matter.data.get("case_id", ""))
    found = Finding.objects.filter(month=matter.month, institution_id=matter.institution_id, case_id=case_id)
    return UpheldBill(
        matter_id=matter.pk, number=matter.number, subject=matter.subject,
        title=Text(matter.title_zh, matter.title_en), institution=matter.institution, office=matter.owner,
        month=matter.month, case_id=case_id, amount=matter.amount or Decimal(0), due_on=matter.due_on,
        findings=tuple(_finding(row, matter) for row in found.order_by("-counted", "id")),
    )  # fmt: skip


def _finding(row: Finding, matter: Matter) -> UpheldFinding:
    own = "/".join(
        filter(None, [str(matter.data.get("institution_code", "")), row.case_id, str(row.line_number or "")])
    )
    evidence = (own, *filter(None, row.evidence.split("|")))
    return UpheldFinding(row.said, row.counted, row.check_id, str(row.version), row.strength, evidence)
