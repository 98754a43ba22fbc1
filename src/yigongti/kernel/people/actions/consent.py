"""Give and withdraw a consent: the resident lets an institution see the record, and takes it back. Nobody else can:
the database takes such a row from the resident alone."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.utils import timezone

from yigongti.foundation.errors import InvalidInput, NotFound, NotPermitted
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.scope import scope
from yigongti.kernel.organisations.models import Institution
from yigongti.kernel.people.caring import end_now
from yigongti.kernel.people.limits import limit
from yigongti.kernel.people.models import Care, Resident
from yigongti.kernel.trail.public import record


def give_consent(actor: Actor, institution_id: int, *, until: date, at: datetime) -> Care:
    """The institution may see the resident's record from today to `until`. Raises NotPermitted for anybody but a
    resident, InvalidInput for an unknown institution or a day out of bounds (records.consent_days)."""
    _the_resident(actor)
    today = timezone.localdate(at)
    longest = today + timedelta(days=limit("records.consent_days", today))
    if not today <= until <= longest:
        raise InvalidInput(
            "people.consent_day",
            zh=f"截止日期应在今天至 {longest} 之间",
            en=f"the last day lies between today and {longest}",
            where="until",
        )
    with scope(actor):
        if not Institution.objects.filter(pk=institution_id).exists():
            raise InvalidInput(
                "people.unknown_institution", zh="没有这家机构", en="there is no such institution", where="institution"
            )
        care = Care.objects.create(
            resident_id=actor.resident_id,
            institution_id=institution_id,
            kind=Care.Kind.CONSENT,
            valid_from=today,
            valid_to=until,
            made_at=at,
        )
        _record(actor, "people.consent_given", care, at)
    return care


def withdraw_consent(actor: Actor, care_id: int, *, at: datetime) -> Care:
    """The consent, of no effect from this instant. Raises NotPermitted, NotFound."""
    _the_resident(actor)
    with scope(actor):
        own = Care.objects.filter(pk=care_id, resident_id=actor.resident_id, kind=Care.Kind.CONSENT)
        care = own.select_for_update().first()
        if care is None:
            raise NotFound("people.no_consent", zh="没有这份同意", en="there is no such consent")
        if care.ended_at is None:
            end_now(care, at)
            _record(actor, "people.consent_withdrawn", care, at)
    return care


def _the_resident(actor: Actor) -> None:
    if not actor.resident_id:
        raise NotPermitted(
            "people.consent_is_the_residents",
            zh="同意只能由居民本人给出或撤回",
            en="a consent is given and withdrawn by the resident alone",
        )


def _record(actor: Actor, verb: str, care: Care, at: datetime) -> None:
    subject = str(Resident.objects.values_list("public_id", flat=True).get(pk=actor.resident_id))
    detail = {"care": care.pk, "until": care.valid_to.isoformat()}
    record(actor, verb, subject=subject, at=at, institution_id=care.institution_id, detail=detail)
