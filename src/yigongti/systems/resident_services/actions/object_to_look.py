"""Object to a look into the record: the privacy officer is told at once and has a matter to answer by a date."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from yigongti.foundation.errors import Conflict, InvalidInput, NotFound, NotPermitted, Text
from yigongti.kernel.access.actor import NOBODY, Actor
from yigongti.kernel.access.scope import scope
from yigongti.kernel.matters.public import MATTERS, open_matter
from yigongti.kernel.messages.public import notify, send
from yigongti.kernel.people.models import Resident
from yigongti.kernel.trail.public import record
from yigongti.systems.resident_services import queries
from yigongti.systems.resident_services.models import Objection

LONGEST = 500


def object_to_look(actor: Actor, look_id: int, *, words: str, at: datetime) -> Objection:
    """The objection. Raises NotPermitted for anybody but a resident, NotFound for a look that is not into the own
    record, InvalidInput without words, Conflict when this look was objected to before."""
    if not actor.resident_id:
        raise NotPermitted(
            "resident_services.residents_only", zh="只有居民本人可以提出异议", en="only the resident may object"
        )
    told = " ".join(words.split())
    if not told or len(told) > LONGEST:
        raise InvalidInput(
            "resident_services.words_needed",
            zh=f"请写明您的异议，最多 {LONGEST} 个字",
            en=f"say what is not right, in at most {LONGEST} characters",
        )
    look = queries.looks_of(actor).filter(pk=look_id, institution__isnull=False).first()
    if look is None:
        raise NotFound("resident_services.no_look", zh="没有这条查看记录", en="there is no such look into your record")
    resident = Resident.objects.get(pk=actor.resident_id)
    try:
        with transaction.atomic():
            made = Objection.objects.create(
                resident=resident,
                institution_id=look.institution_id,
                about=f"View/{look.pk}",
                who=look.viewer,
                looked_at=look.happened_at,
                words=told,
                made_at=at,
            )
    except IntegrityError:
        raise Conflict(
            "resident_services.objected_before",
            zh="您已对这次查看提出过异议，正在核查",
            en="you have objected to this look already; it is being looked into",
        ) from None
    institution = Text(look.institution.in_language("zh-hans"), look.institution.in_language("en"))
    when = f"{timezone.localtime(look.happened_at):%Y-%m-%d %H:%M}"
    values = {"institution": institution, "who": look.viewer or "-", "when": when}
    place = {"institution_id": look.institution_id, "at": at, "subject": f"Objection/{made.pk}"}
    notify("objection_to_officer", {**values, "resident": resident.name, "words": told}, resident=resident, **place)
    send("objection_received", resident, {"institution": institution, "when": when}, language=actor.language, **place)
    with scope(NOBODY, purpose=MATTERS):
        open_matter(
            NOBODY, "resident_services.objection", subject=f"Objection/{made.pk}",
            title=Text(f"居民异议 {made.pk}", f"A resident's objection {made.pk}"), institution=look.institution,
            owner=look.institution, at=at, data={"objection": made.pk},
        )  # fmt: skip
    record(
        actor, "resident_services.objected", subject=str(resident.public_id), at=at,
        institution_id=look.institution_id, detail={"look": look.pk},
    )  # fmt: skip
    return made
