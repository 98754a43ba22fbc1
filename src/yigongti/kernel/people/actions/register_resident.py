"""Register a resident: the first registration of a person, kept by an institution and at once in its care."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from yigongti.foundation.errors import Conflict
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.scope import scope
from yigongti.kernel.people.caring import cared_for
from yigongti.kernel.people.details import Details, checked, columns
from yigongti.kernel.people.models import Identifier, Resident
from yigongti.kernel.trail.public import record

PERMISSION = "people.register"


def register_resident(actor: Actor, institution_id: int, given: Details, *, at: datetime, source: str = "") -> Resident:
    """The new registration. source: what it follows from, kept with the care.

    Raises NotPermitted; InvalidInput with the field in `where`; Conflict when the number is registered already.
    """
    actor.require(PERMISSION, institution_id)
    told = checked(given, timezone.localdate(at))
    with scope(actor, purpose="registering"):
        kept = columns(told)
        if kept["number_index"] and Resident.objects.filter(number_index=kept["number_index"]).exists():
            raise _registered_already()
        try:
            with transaction.atomic():
                made = Resident.objects.create(
                    institution_id=institution_id, registered_at=at, registered_by_id=actor.account_id, **kept
                )
        except IntegrityError:  # somebody registered the same number in the same moment
            raise _registered_already() from None
        if told.insured_number:
            Identifier.objects.get_or_create(
                institution_id=institution_id,
                kind=Identifier.Kind.INSURED,
                value=told.insured_number,
                defaults={"resident_id": made.pk},
            )
        cared_for(actor, made.pk, institution_id, timezone.localdate(at), at, source=source)
        record(actor, PERMISSION, subject=str(made.public_id), at=at, institution_id=institution_id)
    return made


def _registered_already() -> Conflict:
    return Conflict(
        "people.number_registered",
        zh="该证件号码已经登记，不必重复登记：请用“让本机构照管”接入这位居民",
        en="this number is registered already; do not register it twice: let your institution care for the resident",
        where="number",
    )
