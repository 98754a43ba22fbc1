"""Begin a rehearsal: title, reason, effective day, the months to replay; its matter is opened with it."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone

from yigongti.foundation.errors import InvalidInput, Text
from yigongti.foundation.period import Month
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.matters.public import open_matter
from yigongti.kernel.organisations.models import Institution
from yigongti.kernel.trail.public import record
from yigongti.processes.rehearsal.checks import require_day_ahead
from yigongti.processes.rehearsal.models import Rehearsal
from yigongti.processes.rehearsal.replaying import months_between

PERMISSION = "rehearsal.run"
CHANGE = "rehearsal.change"


def office_of(actor: Actor, permission: str = PERMISSION) -> Institution:
    """The uppermost institution at which the actor holds the permission. Raises NotPermitted without one."""
    actor.require(permission)
    posts = [post for post in actor.posts if permission in post.role.permissions]
    return Institution.objects.get(pk=min(post.institution_id for post in posts))


def begin_rehearsal(
    actor: Actor,
    office: Institution,
    *,
    title: str,
    reason: str,
    effective_on: date,
    first_month: Month,
    last_month: Month,
    at: datetime,
) -> Rehearsal:
    """Begin it. Raises NotPermitted, and InvalidInput without a title or a reason, for a day that is not ahead, or for
    a period that is empty or too long."""
    actor.require(PERMISSION, office.pk)
    said, why = " ".join(title.split())[:200], reason.strip()[:2000]
    if not said:
        raise InvalidInput("rehearsal.title_missing", zh="请填写标题", en="give it a title", where="title")
    if not why:
        raise InvalidInput("rehearsal.reason_missing", zh="请写明调整理由", en="say why it is changed", where="reason")
    require_day_ahead(effective_on, timezone.localdate(at))
    months_between(first_month, last_month)
    made = Rehearsal.objects.create(
        office=office, title=said, reason=why, effective_on=effective_on, first_month=str(first_month),
        last_month=str(last_month), made_by_id=actor.account_id, made_by_name=actor.display_name, made_at=at,
        changed_at=at, changed_by_id=actor.account_id,
    )  # fmt: skip
    matter = open_matter(
        actor, CHANGE, subject=f"rehearsal/{made.pk}", title=Text(f"政策推演：{said}", f"Rehearsal: {said}"),
        institution=office, owner=office, at=at, data={"rehearsal": made.pk},
    )  # fmt: skip
    Rehearsal.objects.filter(pk=made.pk).update(matter_id=matter.pk)
    made.matter_id = matter.pk
    record(actor, PERMISSION, subject=f"rehearsal {made.pk} begun", at=at, institution_id=office.pk)
    return made
