"""Provisional: links a Patient to a resident by its identifiers until people.public.link_patient is here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.scope import scope
from yigongti.kernel.people.models import FOREVER, Care, Identifier, Resident

_SEX = {"male": "1", "female": "2", "other": "9"}


def link_patient(actor: Actor, institution_id: int, patient: Mapping[str, Any], *, at: datetime) -> int:
    """The resident's number."""
    named = [f"{i.get('system', '')}|{i.get('value', '')}"[:64] for i in patient.get("identifier", []) if "value" in i]
    with scope(actor, purpose="registering"):
        known = Identifier.objects.filter(
            institution_id=institution_id, kind=Identifier.Kind.SOURCE, value__in=named
        ).first()
        if known is not None:
            return int(known.resident_id)
        names = patient.get("name") or [{}]
        name = names[0].get("text") or "".join([names[0].get("family", ""), *names[0].get("given", [])]) or "?"
        birth = patient.get("birthDate", "")
        made = Resident.objects.create(
            institution_id=institution_id, name=name[:64], sex=_SEX.get(patient.get("gender", ""), "0"),
            birth_date=date.fromisoformat(birth) if len(birth) == 10 else None, registered_at=at,
            registered_by_id=actor.account_id,
        )  # fmt: skip
        Identifier.objects.bulk_create(
            [Identifier(resident=made, institution_id=institution_id, kind="source", value=value) for value in named]
        )
        Care.objects.create(
            resident=made, institution_id=institution_id, kind=Care.Kind.REGISTRATION,
            valid_from=timezone.localdate(at), valid_to=FOREVER, made_at=at, made_by_id=actor.account_id,
        )  # fmt: skip
    return int(made.pk)
