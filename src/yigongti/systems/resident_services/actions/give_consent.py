"""Let an institution see the record for a time; the resident is told by message, so that nobody does it unseen."""

from __future__ import annotations

from datetime import date, datetime

from yigongti.foundation.errors import InvalidInput, Text
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.messages.public import send
from yigongti.kernel.people.actions.consent import give_consent as let_see
from yigongti.kernel.people.models import Care, Resident
from yigongti.systems.resident_services import queries


def give_consent(actor: Actor, institution_id: int, *, until: date, today: date, at: datetime) -> Care:
    """The consent. Raises NotPermitted for anybody but a resident, InvalidInput for an institution that treats nobody
    and for a day out of bounds."""
    institution = next((one for one in queries.institutions_to_choose(today) if one.pk == institution_id), None)
    if institution is None:
        raise InvalidInput(
            "resident_services.institution", zh="请选择一家医疗机构", en="choose an institution that treats patients"
        )
    care = let_see(actor, institution.pk, until=until, at=at)
    send(
        "consent_given",
        Resident.objects.get(pk=actor.resident_id),
        {"institution": Text(institution.in_language("zh-hans"), institution.in_language("en")), "until": str(until)},
        at=at,
        language=actor.language,
        subject=f"Care/{care.pk}",
    )
    return care
