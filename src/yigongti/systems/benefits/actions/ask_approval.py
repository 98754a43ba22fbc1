"""Ask the bureau to approve the benefits of a disease for a person, from one day to another."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction

from yigongti.foundation.errors import Conflict, InvalidInput, Text
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.limits import policy
from yigongti.kernel.matters.public import open_matter
from yigongti.kernel.organisations.models import Institution
from yigongti.kernel.trail.public import record
from yigongti.systems.benefits.actions.settle import require_own_counter
from yigongti.systems.benefits.asked import Asked
from yigongti.systems.benefits.at_counter import at_counter
from yigongti.systems.benefits.benefit_lists import diseases_of
from yigongti.systems.benefits.models import Approval
from yigongti.systems.benefits.reading import read_standing

PERMISSION = "benefits.settle"


@transaction.atomic
def ask_approval(
    actor: Actor, institution_id: int, *, insured_number: str, kind: str, disease_code: str, valid_from: date,
    valid_to: date, evidence: str, at: datetime,
) -> Approval:  # fmt: skip
    """The request, with its matter on the bureau's desk. Raises NotPermitted, NotFound (not insured), InvalidInput, and
    Conflict when the same was asked already."""
    require_own_counter(actor, institution_id, PERMISSION)
    told, why = disease_code.strip(), evidence.strip()
    if told not in diseases_of(kind) or not why or valid_to < valid_from:
        raise InvalidInput(
            "benefits.approval_incomplete",
            zh="请填写待遇类别、病种、起止日期和诊断依据",
            en="give the kind of benefit, the disease, its days and what the diagnosis rests on",
        )
    asked = Asked(insured_number=insured_number.strip(), care="outpatient", started_on=valid_from, ended_on=valid_from)
    with at_counter(actor) as desk:
        standing = read_standing(desk, institution_id, asked, policy(), lock=False)
        try:
            with transaction.atomic():
                made = Approval.objects.create(
                    institution_id=institution_id, resident_id=standing.insured.resident, kind=kind,
                    insured_number=asked.insured_number, name=standing.insured.name, disease_code=told,
                    valid_from=valid_from, valid_to=valid_to, evidence=why, asked_at=at,
                    asked_by_name=actor.display_name[:64],
                )  # fmt: skip
        except IntegrityError as error:
            raise Conflict(
                "benefits.approval_asked", zh="同一病种已有一份待审批的申请", en="the same was asked for already"
            ) from error
    matter = open_matter(
        actor, "benefits.approval", subject=f"approval/{made.pk}",
        title=Text(f"病种待遇审批：{made.disease_code}", f"Benefits of a disease: {made.disease_code}"),
        institution=Institution.objects.get(pk=institution_id),
        owner=Institution.objects.get(pk=standing.place.fund_id), at=at, words=why, data={"approval": made.pk},
    )  # fmt: skip
    made.matter_id = matter.pk
    made.save(update_fields=["matter_id"])
    record(actor, PERMISSION, subject=f"approval {made.pk}", at=at, institution_id=institution_id)
    return made
