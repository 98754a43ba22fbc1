"""Reads of the log that pages and actions share."""

from __future__ import annotations

from django.db.models import Count, Q, QuerySet

from yigongti.foundation.errors import NotFound
from yigongti.interfaces.hl7v2.models import MessageLog
from yigongti.kernel.access.actor import Actor


def looked_after_by(actor: Actor) -> Q:
    """The condition on institution_id that the actor may see the messages there (the row policy is the net)."""
    found = Q(pk__in=[])
    for first, end in actor.spans.get("exchanging", ()):
        found |= Q(institution_id__gte=first, institution_id__lt=end)
    return found


def message_of(actor: Actor, message_id: int) -> MessageLog:
    """One message with its institution. Raises NotFound."""
    found = MessageLog.objects.select_related("institution").filter(looked_after_by(actor), pk=message_id).first()
    if found is None:
        raise NotFound(
            "hl7v2.message_not_found",
            zh="没有这条报文，或您无权查看",
            en="there is no such message, or it is not yours to see",
        )
    return found


def counts_by_state(rows: QuerySet[MessageLog]) -> list[tuple[str, int]]:
    """(label of the state, how many), for the sentence above the list; states without messages are left out."""
    found = dict(rows.order_by().values_list("state").annotate(count=Count("id")))
    return [(str(state.label), found[state.value]) for state in MessageLog.State if state.value in found]
