"""Whose message is it: a patient as another system tells of one, linked to a resident or registered.

Found by a valid identity number, else by what the institution calls the patient; else registered, and whoever looks
like the same person becomes a doubtful pair. Nothing is merged here: a system that says two of its numbers are one
person (HL7 A40) has that asked of a clerk, unless it may match itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils import timezone

from yigongti.engines.identity.public import SAME, Judged
from yigongti.foundation.errors import InvalidInput, NotFound, NotPermitted
from yigongti.foundation.identifiers import read_resident_number
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.scope import scope
from yigongti.kernel.people.actions.let_in import must_prove
from yigongti.kernel.people.actions.merge import merge
from yigongti.kernel.people.caring import cared_for
from yigongti.kernel.people.details import Details, columns, faults, number_index, tidied
from yigongti.kernel.people.limits import limit
from yigongti.kernel.people.matching import alike
from yigongti.kernel.people.models import Care, DoubtfulPair, Identifier, Resident
from yigongti.kernel.people.relations import live_care
from yigongti.kernel.people.standing import active_of, standing_by_id
from yigongti.kernel.trail.public import record

Named = Sequence[tuple[str, str]]
"""(system, value) of each identifier. system: a kind of `Identifier` ("record", "health_card", …), or the system's own
name for its numbers (a URI), which is then kept with the value."""

ASKED = "asked_by_institution"
"""The rule named beside a pair that an institution's system called one person."""
_MOST_PAIRS = 5


@dataclass(frozen=True, slots=True)
class Linked:
    """created: registered just now. doubtful: somebody should look whether this is another registered resident."""

    resident_id: int
    public_id: UUID
    created: bool
    doubtful: bool


def link_patient(
    *,
    identifiers: Named,
    number: str,
    name: str,
    birth_date: date | None,
    sex: str,
    phone: str,
    address: str,
    institution_id: int,
    actor: Actor,
    at: datetime,
) -> Linked:
    """The resident of a message, in the institution's care for records.registration_days if the actor lets in there.

    An identity number that is wrong in form is not used; a valid one stands above the birth date and sex beside it.
    Raises NotPermitted for somebody unknown when the actor does not register there, InvalidInput without a name.
    """
    told = _usable(Details(name, sex, birth_date, number, phone=phone, address=address))
    own = [kind_and_value(system, value) for system, value in identifiers if value]
    with scope(actor, purpose="registering"):
        by_number = _by_number(told.number)
        by_name = _by_identifiers(own, institution_id)
        found, others = _choose(by_number, by_name, told)
        created = found is None
        if found is None:
            found = _registered(told, institution_id, actor, at)
        _keep_identifiers(own, found, institution_id)
        _let_in(found, institution_id, actor, at)
    doubtful = _ask_about(found, others, told if created else None, actor, at)
    return Linked(found.pk, found.public_id, created, doubtful)


def care_by_encounter(
    resident_id: int,
    institution_id: int,
    encounter_source: str,
    from_day: date,
    to_day: date | None,
    actor: Actor,
    at: datetime,
) -> Care:
    """The care that follows from an encounter: until records.days_after_discharge after its last day; while nobody has
    ended it, for records.open_encounter_days from its first. The same source brings the days up to date.

    Raises NotFound, and NotPermitted where the institution has no care yet and the actor may not let it in: writing an
    encounter lets nobody in.
    """
    today = timezone.localdate(at)
    if to_day is None:
        last = from_day + timedelta(days=limit("records.open_encounter_days", today))
    else:
        last = max(from_day, to_day) + timedelta(days=limit("records.days_after_discharge", today))
    with scope(actor, purpose="registering"):
        resident = standing_by_id(resident_id)
        if not _lets_in(actor, institution_id) and not _in_care(resident, institution_id, today):
            raise NotPermitted(
                "people.no_care_yet",
                zh="本机构尚未照管这位居民，请先办理接入",
                en="the institution does not care for this resident yet; let it in first",
            )
        care, _made = Care.objects.update_or_create(
            resident_id=resident.pk,
            institution_id=institution_id,
            kind=Care.Kind.ENCOUNTER,
            source=encounter_source[:100],
            defaults={"valid_from": from_day, "valid_to": last},
            create_defaults={
                "valid_from": from_day,
                "valid_to": last,
                "made_at": at,
                "made_by_id": actor.account_id,
            },
        )
    return care


def merge_registrations(actor: Actor, *, survivors: Named, retired: Named, institution_id: int, at: datetime) -> str:
    """What an institution's “these two numbers are one patient” came to: "merged", "asked" (a doubtful pair for a
    clerk), "linked" (the number was unknown, and is the survivor's now) or "same" already.

    Raises NotPermitted unless the actor registers there, NotFound when the surviving number is unknown.
    """
    actor.require("people.register", institution_id)
    keeps_names = [kind_and_value(system, value) for system, value in survivors if value]
    goes_names = [kind_and_value(system, value) for system, value in retired if value]
    with scope(actor, purpose="registering"):
        keeps, goes = _by_identifiers(keeps_names, institution_id), _by_identifiers(goes_names, institution_id)
        if keeps is None:
            raise NotFound("people.no_resident", zh="没有查到这位居民", en="there is no such resident")
        if goes is None:
            _keep_identifiers(goes_names, keeps, institution_id)
            return "linked"
    if goes.pk == keeps.pk:
        return "same"
    if all(actor.may("people.match", row.institution_id) for row in (keeps, goes)):
        merge(actor, keeps.public_id, goes.public_id, reason="来源机构通知为同一人", at=at)
        return "merged"
    _doubtful(keeps, goes, None, actor, at)
    return "asked"


def kind_and_value(system: str, value: str) -> tuple[str, str]:
    """How an identifier of a system is kept: ("record", "12"), or ("source", "<system>|12"), shortened by a digest of
    the system where it would not fit."""
    if system in Identifier.Kind.values:
        return system, value.strip()[:64]
    whole = f"{system}|{value.strip()}" if system else value.strip()
    if len(whole) > 64:
        whole = f"{hashlib.sha256(system.encode()).hexdigest()[:12]}|{value.strip()}"
    if len(whole) > 64:
        whole = hashlib.sha256(whole.encode()).hexdigest()
    return Identifier.Kind.SOURCE.value, whole


def _usable(given: Details) -> Details:
    """The details without what cannot be right: a message is not sent back for a wrong telephone."""
    told = tidied(given)
    read = read_resident_number(told.number) if told.number else None
    if read is None:
        told = replace(told, number="", number_kind="")
    else:
        told = replace(told, birth_date=read.born_on, sex=read.sex)
    for fault in faults(told, date.max):
        if fault.where == "name":
            raise InvalidInput(fault.code, zh=fault.text.zh, en=fault.text.en, where="name")
        empty = {"birth_date": None, "sex": Resident.Sex.UNKNOWN.value}.get(fault.where, "")
        told = replace(told, **{fault.where: empty})
    return told


def _by_number(number: str) -> Resident | None:
    if not number:
        return None
    found = Resident.objects.filter(number_index=number_index(number)).order_by("state", "id").first()
    return active_of(found) if found else None


def _by_identifiers(own: list[tuple[str, str]], institution_id: int) -> Resident | None:
    for kind, value in own:
        row = Identifier.objects.filter(institution_id=institution_id, kind=kind, value=value).first()
        if row is not None:
            return standing_by_id(row.resident_id)
    return None


def _choose(
    by_number: Resident | None, by_name: Resident | None, told: Details
) -> tuple[Resident | None, list[Resident]]:
    """(whose it is, or None for somebody new; whom to ask about)."""
    if by_number is not None:
        return by_number, [by_name] if by_name is not None and by_name.pk != by_number.pk else []
    if by_name is not None and told.number and by_name.number_index:
        return None, [by_name]  # the institution's number leads to somebody with another identity number
    return by_name, []


def _registered(told: Details, institution_id: int, actor: Actor, at: datetime) -> Resident:
    actor.require("people.register", institution_id)
    made = Resident.objects.create(
        institution_id=institution_id, registered_at=at, registered_by_id=actor.account_id, **columns(told)
    )
    detail = {"by": "message"}
    subject = str(made.public_id)
    record(actor, "people.register", subject=subject, at=at, institution_id=institution_id, detail=detail)
    return made


def _keep_identifiers(own: list[tuple[str, str]], found: Resident, institution_id: int) -> None:
    """What the institution calls the resident; a number that is another's already stays there."""
    rows = [
        Identifier(resident_id=found.pk, institution_id=institution_id, kind=kind, value=value) for kind, value in own
    ]
    Identifier.objects.bulk_create(rows, ignore_conflicts=True)


def _lets_in(actor: Actor, institution_id: int) -> bool:
    return actor.may("people.let_in", institution_id) and not must_prove(actor, institution_id)


def _in_care(resident: Resident, institution_id: int, today: date) -> bool:
    return Care.objects.filter(live_care(today), resident_id=resident.pk, institution_id=institution_id).exists()


def _let_in(found: Resident, institution_id: int, actor: Actor, at: datetime) -> None:
    today = timezone.localdate(at)
    if _in_care(found, institution_id, today) or not _lets_in(actor, institution_id):
        return
    until = today + timedelta(days=limit("records.registration_days", today))
    cared_for(actor, found.pk, institution_id, today, at, source="message", until=until)


def _ask_about(found: Resident, others: list[Resident], new: Details | None, actor: Actor, at: datetime) -> bool:
    for other in others:
        _doubtful(found, other, None, actor, at)
    if new is None:
        return bool(others)
    with scope(actor, purpose="matching"):
        ranked, rows = alike(new, timezone.localdate(at), most=_MOST_PAIRS + 1)
    pairs = [(rows[int(c.registration.key)], c.judged) for c in ranked if int(c.registration.key) != found.pk]
    for other, judged in pairs[:_MOST_PAIRS]:
        _doubtful(found, other, judged, actor, at)
    return bool(others or pairs)


def _doubtful(one: Resident, two: Resident, judged: Judged | None, actor: Actor, at: datetime) -> None:
    """A pair to be decided, unless somebody has decided it already."""
    first, second = sorted((one.pk, two.pk))
    with scope(actor, purpose="matching"):
        DoubtfulPair.objects.get_or_create(
            first_id=first,
            second_id=second,
            defaults={
                "weight": judged.weight if judged else 0.0,
                "probability": judged.probability if judged else 0.5,
                "levels": dict(judged.levels) if judged else {},
                "rule": judged.rule if judged else ASKED,
                "certain": judged is not None and judged.decision == SAME,
                "found_at": at,
            },
        )
