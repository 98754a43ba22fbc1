"""A line is entered in the ethics file (医德医风档案) of somebody of the institution's staff."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from yigongti.foundation.errors import InvalidInput
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.organisations.models import StaffMember
from yigongti.kernel.trail.public import record
from yigongti.systems.supervision.models import Case, EthicsEntry

PERMISSION = "supervision.account"


def enter_ethics(actor: Actor, case: Case, *, staff_code: str, words: str, at: datetime) -> EthicsEntry:
    """Enter the line. Raises NotPermitted, and InvalidInput without words or for nobody of the institution's staff."""
    actor.require(PERMISSION, case.office_id)
    found = StaffMember.objects.filter(institution_id=case.institution_id, code=staff_code.strip()).first()
    if found is None:
        raise InvalidInput(
            "supervision.staff_unknown",
            zh=f"“{case.institution.name}”没有编号为“{staff_code}”的人员",
            en=f"{case.institution.name_en or case.institution.name} has nobody with the staff code “{staff_code}”",
            where="staff_code",
        )
    if not words.strip():
        raise InvalidInput("supervision.words_missing", zh="请写明记入的内容", en="say what is entered")
    made = EthicsEntry.objects.create(
        case=case, institution_id=case.institution_id, office_id=case.office_id, staff_code=found.code,
        staff_name=found.name, words=words.strip(), day=timezone.localdate(at), entered_at=at,
        entered_by_id=actor.account_id, entered_by_name=actor.display_name,
    )  # fmt: skip
    record(
        actor, PERMISSION, subject=f"ethics {found.code}", at=at, institution_id=case.institution_id,
        detail={"entry": made.pk, "case": case.pk},
    )  # fmt: skip
    return made
