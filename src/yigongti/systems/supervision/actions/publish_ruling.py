"""A ruling is published: number, institution, facts in words, amount; nothing about persons. It can be withdrawn."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal

from yigongti.foundation.errors import Conflict, InvalidInput, NotFound
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.organisations.models import StaffMember
from yigongti.kernel.trail.public import record
from yigongti.systems.supervision.models import Case, Publication

PERMISSION = "supervision.publish"
_RESIDENT_NUMBER = re.compile(r"\d{17}[\dXx]")
_TELEPHONE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")


def publish_ruling(actor: Actor, case: Case, *, facts: str, at: datetime) -> Publication:
    """Publish. Raises NotPermitted, InvalidInput (no facts, or somebody's number, telephone or name in them), and
    Conflict before a ruling or when it was published already."""
    actor.require(PERMISSION, case.office_id)
    if case.ruled_at is None:
        raise Conflict("supervision.not_ruled", zh="尚未裁定，不能公示", en="there is no ruling to publish yet")
    if Publication.objects.filter(case=case).exists():
        raise Conflict("supervision.published", zh="本案已经公示", en="the ruling was published already")
    require_no_persons(case, facts)
    made = Publication.objects.create(
        case=case, institution_id=case.institution_id, office_id=case.office_id, number=case.number,
        facts=facts.strip(), amount=case.amount_ruled or Decimal(0), published_at=at,
        published_by_name=actor.display_name,
    )  # fmt: skip
    _told(actor, made, at)
    return made


def require_no_persons(case: Case, facts: str) -> None:
    """Raises InvalidInput for an empty text, and for one that names somebody: a number, telephone, one of the staff."""
    if not facts.strip():
        raise InvalidInput("supervision.words_missing", zh="请写明公示的事实", en="say what the public is told")
    named = _RESIDENT_NUMBER.search(facts) or _TELEPHONE.search(facts)
    names = StaffMember.objects.filter(institution_id=case.institution_id).values_list("name", flat=True)
    found = named.group(0) if named else next((name for name in names if len(name) > 1 and name in facts), "")
    if found:
        raise InvalidInput(
            "supervision.person_in_publication",
            zh="公示内容不得写出个人信息，请删去其中的姓名、证件号或电话",
            en="what is published names no persons: take names, numbers and telephones out",
            where=found[:2] + "…",
        )


def withdraw_publication(actor: Actor, number: int, *, reason: str, at: datetime) -> Publication:
    """Take it off the public page. Raises NotPermitted, NotFound, InvalidInput without a reason, Conflict when it was
    withdrawn already."""
    made = Publication.objects.select_for_update(of=("self",)).filter(pk=number).first()
    if made is None:
        raise NotFound("supervision.publication_not_found", zh="没有这条公示", en="there is no such publication")
    actor.require(PERMISSION, made.office_id)
    if not reason.strip():
        raise InvalidInput("supervision.reason_missing", zh="请写明撤回的理由", en="say why it is withdrawn")
    if made.withdrawn_at is not None:
        raise Conflict("supervision.publication_withdrawn", zh="这条公示已经撤回", en="it was withdrawn already")
    made.withdrawn_at, made.withdrawn_reason, made.withdrawn_by_name = at, reason.strip()[:400], actor.display_name
    made.save()
    _told(actor, made, at)
    return made


def _told(actor: Actor, made: Publication, at: datetime) -> None:
    record(
        actor, PERMISSION, subject=f"publication {made.number}", at=at, institution_id=made.institution_id,
        detail={"publication": made.pk, "withdrawn": made.withdrawn_at is not None},
    )  # fmt: skip
