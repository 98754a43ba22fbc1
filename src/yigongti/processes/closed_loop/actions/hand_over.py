"""An upheld bill is handed over: supervision opens its case and the matter about the bill is closed, or neither."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from yigongti.foundation.errors import Conflict, NotFound
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.trail.public import record
from yigongti.systems.claim_checks import public as claim_checks
from yigongti.systems.supervision.public import CaseFinding, open_case

if TYPE_CHECKING:
    from yigongti.systems.claim_checks.public import UpheldBill

PERMISSION = "claim_checks.review"
SOURCE = "claim_finding"


@dataclass(frozen=True, slots=True)
class HandedOver:
    """matter: number of the matter about the bill; case: id of the case of supervision."""

    matter: str
    case: int


def hand_over(actor: Actor, matter_ids: Collection[int], *, at: datetime) -> list[HandedOver]:
    """Hand over these bills; one that somebody else has handed over meanwhile is left out.

    Raises NotPermitted, and NotFound when none of them waits any more.
    """
    actor.require(PERMISSION)
    wanted = set(matter_ids)
    done = [_one(actor, bill, at) for bill in claim_checks.upheld_bills(actor) if bill.matter_id in wanted]
    handed = [one for one in done if one is not None]
    if not handed:
        raise NotFound(
            "closed_loop.nothing_waits",
            zh="所选事项已被移交，或您无权移交",
            en="these bills have been handed over already, or are not yours to hand over",
        )
    return handed


def _one(actor: Actor, bill: UpheldBill, at: datetime) -> HandedOver | None:
    try:
        with transaction.atomic():
            case = open_case(
                actor, institution=bill.institution, source=SOURCE, source_key=f"claim_checks/{bill.subject}",
                subject=bill.subject, title=bill.title, findings=_findings(bill), amount=bill.amount, at=at,
                month=bill.month, office=bill.office, permission=PERMISSION,
            )  # fmt: skip
            claim_checks.hand_over(actor, bill.matter_id, case.pk, at)
    except Conflict:
        return None
    record(
        actor, PERMISSION, subject=f"closed_loop {bill.number} → {case.pk}", at=at, institution_id=bill.institution.pk,
        detail={"matter": bill.matter_id, "case": case.pk},
    )  # fmt: skip
    return HandedOver(bill.number, case.pk)


def _findings(bill: UpheldBill) -> list[CaseFinding]:
    """What the case is about. A bill whose month was closed anew without it is told by its title alone."""
    found = [
        CaseFinding(
            said=one.said, amount=one.counted, check_id=one.check_id, check_version=one.version, strength=one.strength,
            evidence=one.evidence,
        )
        for one in bill.findings
    ]  # fmt: skip
    return found or [CaseFinding(said=bill.title, amount=bill.amount)]
