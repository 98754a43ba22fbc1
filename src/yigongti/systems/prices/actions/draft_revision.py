"""Begin a revision: its title and day; its matter is opened with it. Lines come from a workbook or one by one."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone

from yigongti.foundation.errors import InvalidInput, Text
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.matters.public import open_matter
from yigongti.kernel.organisations.models import Institution
from yigongti.kernel.trail.public import record
from yigongti.systems.prices.models import Revision

PERMISSION = "prices.prepare"


def draft_revision(
    actor: Actor, office: Institution, *, title: str, document_number: str, effective_on: date, at: datetime
) -> Revision:
    """Begin a revision of the office. Raises NotPermitted, and InvalidInput without a title or for a day past."""
    actor.require(PERMISSION, office.pk)
    said = " ".join(title.split())[:200]
    if not said:
        raise InvalidInput("prices.title_missing", zh="请填写标题", en="give the revision a title", where="title")
    if effective_on < timezone.localdate(at):
        raise InvalidInput(
            "prices.day_past", zh="生效日不能早于今天", en="the day cannot be in the past", where="effective_on"
        )
    made = Revision.objects.create(
        office=office, title=said, document_number=" ".join(document_number.split())[:80], effective_on=effective_on,
        made_by_name=actor.display_name, made_at=at, changed_at=at,
    )  # fmt: skip
    matter = open_matter(
        actor, "prices.revision", subject=f"revision/{made.pk}", title=Text(f"调价：{said}", f"Revision: {said}"),
        institution=office, owner=office, at=at, data={"revision": made.pk},
    )  # fmt: skip
    made.matter_id = matter.pk
    made.save(update_fields=["matter_id"])
    record(actor, PERMISSION, subject=f"revision {made.pk}", at=at, institution_id=office.pk)
    return made
