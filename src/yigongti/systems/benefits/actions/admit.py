"""Admit somebody insured without a deposit (先看病后付费): the stay is open until it is settled at discharge."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction

from yigongti.foundation.errors import Conflict, InvalidInput
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.limits import policy
from yigongti.kernel.trail.public import record
from yigongti.systems.benefits.actions.settle import require_own_counter
from yigongti.systems.benefits.asked import Asked, ReferralWord
from yigongti.systems.benefits.at_counter import at_counter
from yigongti.systems.benefits.models import Admission
from yigongti.systems.benefits.reading import read_standing

PERMISSION = "benefits.settle"


def admit(
    actor: Actor, institution_id: int, *, insured_number: str, case_id: str, started_on: date, at: datetime,
    diagnosis: str = "", department_code: str = "", referral: ReferralWord = "none",
) -> Admission:  # fmt: skip
    """The open stay. Raises NotPermitted, NotFound (not insured), InvalidInput (no case, not insured on the day), and
    Conflict when the case exists or the person has an open stay anywhere."""
    require_own_counter(actor, institution_id, PERMISSION)
    case = case_id.strip()
    if not case or len(case) > 40:
        raise InvalidInput("benefits.case_missing", zh="请填写病例号", en="give the case's number", where="case_id")
    asked = Asked(
        insured_number=insured_number.strip(), care="inpatient", started_on=started_on, ended_on=started_on,
        referral=referral,
    )  # fmt: skip
    with at_counter(actor) as desk:
        standing = read_standing(desk, institution_id, asked, policy(), lock=False)
        try:
            with transaction.atomic():
                made = Admission.objects.create(
                    institution_id=institution_id, resident_id=standing.insured.resident, case_id=case,
                    insured_number=asked.insured_number, name=standing.insured.name, diagnosis=diagnosis.strip()[:32],
                    department_code=department_code.strip()[:20], referral=referral, started_on=started_on,
                    admitted_at=at, admitted_by_name=actor.display_name[:64],
                )  # fmt: skip
        except IntegrityError as error:
            raise Conflict(
                "benefits.stay_open",
                zh="这个病例号已登记，或此人已有未结算的住院",
                en="the case is noted already, or the person has an open stay",
                where=case,
            ) from error
    record(actor, PERMISSION, subject=f"admission {made.pk}", at=at, institution_id=institution_id)
    return made
