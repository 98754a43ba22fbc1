"""Points are given to an institution or a practitioner for one case and rule, once; a line of its own takes back."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from yigongti.foundation.errors import Conflict, InvalidInput, NotFound
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.limits import policy
from yigongti.kernel.organisations.models import StaffMember
from yigongti.kernel.trail.public import record
from yigongti.systems.supervision.models import Case, Points
from yigongti.systems.supervision.practice_points import the_rule

PERMISSION = "supervision.account"


def give_points(actor: Actor, case: Case, *, rule: str, staff_code: str = "", at: datetime, reason: str = "") -> Points:
    """Give the points of a rule ("institution/fraud"). staff_code: whose, for rules of practitioners.

    Raises NotPermitted, InvalidInput (no such rule, a rule of practitioners without a person of the institution), and
    Conflict when they were given for this case already.
    """
    actor.require(PERMISSION, case.office_id)
    day = timezone.localdate(at)
    found = the_rule(policy(), rule, day)
    code, name = _whose(case, found.who, staff_code)
    try:
        with transaction.atomic():
            made = Points.objects.create(
                case=case, institution_id=case.institution_id, office_id=case.office_id, who=found.who, staff_code=code,
                staff_name=name, rule=found.id, label_zh=found.label.zh, label_en=found.label.en, score=found.score,
                article=found.article, day=day, reason=reason[:400], given_at=at, given_by_id=actor.account_id,
                given_by_name=actor.display_name,
            )  # fmt: skip
    except IntegrityError as error:
        raise Conflict(
            "supervision.points_given",
            zh="本案已按这一条目记过分",
            en="points were given for this case and rule already",
            where=case.number,
        ) from error
    _told(actor, made, at)
    return made


def _whose(case: Case, who: str, staff_code: str) -> tuple[str, str]:
    if who == Points.Who.INSTITUTION:
        return "", ""
    found = StaffMember.objects.filter(institution_id=case.institution_id, code=staff_code.strip()).first()
    if found is None:
        raise InvalidInput(
            "supervision.staff_unknown",
            zh=f"“{case.institution.name}”没有编号为“{staff_code}”的人员",
            en=f"{case.institution.name_en or case.institution.name} has nobody with the staff code “{staff_code}”",
            where="staff_code",
        )
    return found.code, found.name


def reverse_points(actor: Actor, number: int, *, reason: str, at: datetime) -> Points:
    """Take points back, by a line with the negative score. Raises NotPermitted, NotFound, InvalidInput without a
    reason, and Conflict when they were taken back already or are themselves such a line."""
    given = Points.objects.select_related("case").filter(pk=number).first()
    if given is None:
        raise NotFound("supervision.points_not_found", zh="没有这条记分", en="there are no such points")
    actor.require(PERMISSION, given.office_id)
    if not reason.strip():
        raise InvalidInput("supervision.reason_missing", zh="请写明撤销的理由", en="say why they are taken back")
    if given.reverses_id is not None:
        raise Conflict("supervision.points_reversed", zh="这是一条撤销记录", en="this line takes points back itself")
    try:
        with transaction.atomic():
            made = Points.objects.create(
                case=given.case, institution_id=given.institution_id, office_id=given.office_id, who=given.who,
                staff_code=given.staff_code, staff_name=given.staff_name, rule=given.rule, label_zh=given.label_zh,
                label_en=given.label_en, score=-given.score, article=given.article, day=given.day, reverses=given,
                reason=reason.strip()[:400], given_at=at, given_by_id=actor.account_id,
                given_by_name=actor.display_name,
            )  # fmt: skip
    except IntegrityError as error:
        raise Conflict(
            "supervision.points_reversed", zh="这条记分已经撤销", en="these points were taken back already"
        ) from error
    _told(actor, made, at)
    return made


def _told(actor: Actor, made: Points, at: datetime) -> None:
    record(
        actor, PERMISSION, subject=f"points {made.rule}", at=at, institution_id=made.institution_id,
        detail={"points": made.pk, "case": made.case_id, "score": str(made.score)},
    )  # fmt: skip
