"""Reads of matters, each within what the database shows the actor."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from yigongti.kernel.access.actor import Actor
from yigongti.kernel.matters.models import Leave, Matter


def stands_in_for(actor: Actor, today: date) -> dict[int, str]:
    """The accounts whose inbox the actor has today besides the own one, with their names."""
    found = Leave.objects.filter(
        deputy_id=actor.account_id, ended_at__isnull=True, valid_from__lte=today, valid_to__gte=today
    )
    return dict(found.values_list("account_id", "account_name"))


def deputy_for(actor: Actor, today: date) -> list[int]:
    """The accounts whose inbox the actor has today besides the own one."""
    return list(stands_in_for(actor, today))


def inbox(actor: Actor, today: date) -> QuerySet[Matter]:
    """Open matters in the actor's hands: by name (or a colleague's on leave), or at a desk that the posts reach."""
    if not actor.is_signed_in:
        return Matter.objects.none()
    names = [actor.account_id, *deputy_for(actor, today)]
    hands = Q(holder_account_id__in=names)
    for post in actor.posts:
        for first, end in post.reach:
            part = Q(
                holder_account_id=0, desk__in=sorted(post.role.permissions), holder_id__gte=first, holder_id__lt=end
            )
            hands |= part & Q(department_code=post.department_code) if post.department_code else part
    return Matter.objects.filter(hands, closed_at__isnull=True)
