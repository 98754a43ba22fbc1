"""Open a record beyond care: by oneself in an emergency, or to another account for a matter in hand.

Every opening has a reason and an end, and is told at once (notices.py). Nobody opens a record to himself for a matter:
the database refuses it too.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.utils import timezone

from yigongti.foundation.errors import Conflict, InvalidInput, NotFound, NotPermitted
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.models import Account
from yigongti.kernel.access.scope import scope
from yigongti.kernel.people.limits import limit
from yigongti.kernel.people.models import Opening, Resident
from yigongti.kernel.people.notices import tell_opening
from yigongti.kernel.people.relations import relation_of
from yigongti.kernel.people.standing import standing
from yigongti.kernel.trail.public import record

SHORTEST_REASON = 5


def open_in_emergency(
    actor: Actor, institution_id: int, public_id: UUID | str, *, reason: str, at: datetime
) -> Opening:
    """The record opened to the actor for records.emergency_hours.

    Raises NotPermitted, NotFound, InvalidInput without a reason, Conflict when the actor may see the record anyway.
    """
    actor.require("records.break_glass", institution_id)
    told = _reason(reason)
    resident = _resident(actor, public_id)
    with scope(actor):
        known = relation_of(actor, resident.pk, at=at)
    if known is not None:
        raise Conflict(
            "people.no_emergency_needed",
            zh="您已可查看这份健康档案，无须紧急开启",
            en="you may see this record already; there is no need to open it",
        )
    hours = limit("records.emergency_hours", timezone.localdate(at))
    return _opened(
        actor,
        resident,
        Opening(
            resident_id=resident.pk,
            account_id=actor.account_id,
            institution_id=institution_id,
            kind=Opening.Kind.EMERGENCY,
            reason=told,
            opened_by_id=actor.account_id,
            started_at=at,
            ends_at=at + timedelta(hours=hours),
        ),
        "records.break_glass",
    )


def open_for_matter(
    actor: Actor,
    institution_id: int,
    public_id: UUID | str,
    *,
    username: str,
    reason: str,
    last_day: date,
    at: datetime,
) -> Opening:
    """The record opened to another account to the end of `last_day`.

    Raises NotPermitted (also for oneself), NotFound, InvalidInput for an unknown account or a day out of bounds
    (records.matter_days).
    """
    actor.require("records.open_for_matter", institution_id)
    told = _reason(reason)
    today = timezone.localdate(at)
    longest = today + timedelta(days=limit("records.matter_days", today))
    if not today <= last_day <= longest:
        raise InvalidInput(
            "people.matter_day",
            zh=f"截止日期应在今天至 {longest} 之间",
            en=f"the last day lies between today and {longest}",
            where="last_day",
        )
    with scope(actor, purpose="accounts"):
        account = Account.objects.filter(username=username, is_active=True).first()
    if account is None:
        raise InvalidInput("people.no_account", zh="没有这个账号", en="there is no such account", where="username")
    if account.pk == actor.account_id:
        raise NotPermitted(
            "people.not_to_oneself",
            zh="不能为自己开启档案，须由他人经办",
            en="nobody opens a record to himself; another person must do it",
        )
    resident = _resident(actor, public_id)
    ends_at = timezone.make_aware(datetime.combine(last_day + timedelta(days=1), time.min))
    return _opened(
        actor,
        resident,
        Opening(
            resident_id=resident.pk,
            account_id=account.pk,
            institution_id=institution_id,
            kind=Opening.Kind.MATTER,
            reason=told,
            opened_by_id=actor.account_id,
            started_at=at,
            ends_at=ends_at,
        ),
        "records.open_for_matter",
    )


def close_opening(actor: Actor, opening_id: int, *, at: datetime) -> Opening:
    """The opening, closed from this instant: by whom it was opened, to whom, or by who guards there."""
    with scope(actor, purpose="opening"):
        opening = Opening.objects.filter(pk=opening_id).first()
        own = opening is not None and actor.account_id in (opening.account_id, opening.opened_by_id)
        if opening is None or not (own or actor.may("trail.see_views", opening.institution_id)):
            raise NotFound("people.no_opening", zh="没有这次开启", en="there is no such opening")
        if opening.closed_at is None:
            Opening.objects.filter(pk=opening_id).update(closed_at=at)
            opening.closed_at = at
            detail = {"opening": opening.pk, "kind": opening.kind}
            record(actor, "people.opening_closed", at=at, institution_id=opening.institution_id, detail=detail)
    return opening


def _reason(reason: str) -> str:
    told = " ".join(reason.split())
    if len(told) < SHORTEST_REASON or len(told) > 200:
        raise InvalidInput(
            "people.reason_needed",
            zh=f"请写明事由，{SHORTEST_REASON} 到 200 个字",
            en=f"give the reason in {SHORTEST_REASON} to 200 characters",
            where="reason",
        )
    return told


def _resident(actor: Actor, public_id: UUID | str) -> Resident:
    with scope(actor, purpose="matching"):  # not the actor's to see yet: only that there is one
        return standing(public_id)


def _opened(actor: Actor, resident: Resident, opening: Opening, verb: str) -> Opening:
    at = opening.started_at
    with scope(actor, purpose="opening"):
        opening.save(force_insert=True)
        detail = {
            "opening": opening.pk,
            "account": opening.account_id,
            "reason": opening.reason,
            "ends_at": opening.ends_at.isoformat(),
            "told": tell_opening(opening, at),
        }
        record(
            actor, verb, subject=str(resident.public_id), at=at, institution_id=opening.institution_id, detail=detail
        )
    return opening
