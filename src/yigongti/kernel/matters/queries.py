"""Reads of matters, each within what the database shows the actor."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from yigongti.kernel.access.actor import Actor
from yigongti.kernel.matters.models import Leave, Matter


def deputy_for(actor: Actor, today: date) -> list[int]:
    """The accounts whose inbox the actor has today besides the own one."""
    found = Leave.objects.filter(
        deputy_id=actor.account_id, ended_at__isnull=True, valid_from__lte=today, valid_to__gte=today
    )
    return list(found.values_list("account_id", flat=True))


def inbox(actor: Actor, today: date) -> QuerySet[Matter]:
    """Open matters in the actor's hands: by name (or a colleague's on leave), or at a desk that the posts reach."""
    names = [actor.account_id, *deputy_for(actor, today)]
    hands = Q(holder_account_id__in=names)
    for post in actor.posts:
        for first, end in post.reach:
            hands |= Q(
                holder_account_id=0, desk__in=sorted(post.role.permissions), holder_id__gte=first, holder_id__lt=end
            )
    return Matter.objects.filter(hands, closed_at__isnull=True)
