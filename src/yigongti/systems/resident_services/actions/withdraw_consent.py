"""Take a consent back; it holds no longer from this instant."""

from __future__ import annotations

from datetime import datetime

from yigongti.foundation.errors import Text
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.messages.public import send
from yigongti.kernel.people.actions.consent import withdraw_consent as end_consent
from yigongti.kernel.people.models import Care, Resident


def withdraw_consent(actor: Actor, care_id: int, *, at: datetime) -> Care:
    """The consent that was. Raises NotPermitted for anybody but a resident, NotFound for one that is not the own."""
    care = end_consent(actor, care_id, at=at)
    institution = Text(care.institution.in_language("zh-hans"), care.institution.in_language("en"))
    send(
        "consent_withdrawn",
        Resident.objects.get(pk=actor.resident_id),
        {"institution": institution},
        at=at,
        language=actor.language,
        subject=f"Care/{care.pk}",
    )
    return care
