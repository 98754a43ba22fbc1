"""An inspection comes in from the inspector's phone; or it is said why a place could not be reached."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.utils import timezone

from yigongti.foundation.errors import Conflict, InvalidInput, NotFound
from yigongti.kernel.access.actor import NOBODY, Actor
from yigongti.kernel.access.scope import scope
from yigongti.kernel.forms.public import Accepted, cancel_assignment, version_named
from yigongti.kernel.matters.public import MATTERS
from yigongti.kernel.trail.public import record
from yigongti.systems.supervision.checklist_results import FAILED, photographs_of, position_of, results_of
from yigongti.systems.supervision.models import Inspection

PERMISSION = "supervision.inspect"
State = Inspection.State


def inspection_answered(actor: Actor, accepted: Accepted, at: datetime) -> None:
    """The checklist of an inspection was accepted: keep how each item came out, the photographs and the place.

    Called by kernel/forms in the transaction that accepts the answer. An inspection whose order has gone out keeps what
    the order says; Conflict then, so that the later answer is decided by a person.
    """
    number = int(accepted.subject.partition("/")[2])
    version = version_named(accepted.form_id, accepted.form_version)
    on = timezone.localdate(accepted.received_at)
    with scope(NOBODY, purpose=MATTERS):
        row = Inspection.objects.select_for_update(of=("self",)).filter(pk=number).first()
        if row is None:
            raise NotFound("supervision.no_inspection", zh="没有这次检查", en="there is no such inspection")
        if row.case_id is not None:
            raise Conflict(
                "supervision.ordered_already",
                zh="本次检查已下达整改通知，不能再改检查结果",
                en="an order was issued on this inspection: its result is not changed any more",
            )
        row.state, row.done_at, row.answer_id = State.DONE, accepted.received_at, accepted.answer_id
        row.results = results_of(version, accepted.response, on)
        row.failed = sum(1 for result in row.results.values() if result == FAILED)
        row.photographs = photographs_of(accepted.response)
        place = position_of(accepted.position)
        row.latitude, row.longitude = (Decimal(place[0]), Decimal(place[1])) if place else (None, None)
        row.reason = ""
        row.save()


def not_reached(actor: Actor, number: int, *, reason: str, at: datetime) -> Inspection:
    """Say why a place could not be inspected. Raises NotFound, NotPermitted, InvalidInput without a reason, and
    Conflict when it was inspected."""
    row = Inspection.objects.select_for_update(of=("self",)).filter(pk=number).first()
    if row is None:
        raise NotFound("supervision.no_inspection", zh="没有这次检查", en="there is no such inspection")
    if row.inspector_account_id != actor.account_id:
        actor.require("supervision.campaign", row.office_id)
    if not reason.strip():
        raise InvalidInput("supervision.reason_missing", zh="请写明未能检查的原因", en="say why it was not reached")
    if row.state != State.WAITING:
        raise Conflict("supervision.inspected", zh="这一处已经办理", en="this place has been dealt with")
    if row.assignment_id:
        cancel_assignment(actor, row.assignment_id, why=reason, at=at)
    row.state, row.reason = State.NOT_REACHED, reason.strip()[:200]
    row.save()
    record(
        actor, PERMISSION, subject=f"inspection {row.pk}", at=at, institution_id=row.institution_id,
        detail={"not_reached": row.reason},
    )  # fmt: skip
    return row
