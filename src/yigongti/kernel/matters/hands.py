"""In whose hands matters are: somebody's inbox, asked so that the database walks an index for each part of it.

An inbox has parts: what waits on the account by name; what waits on a colleague on leave; and for each desk and each
range of institutions that a post reaches, what waits there. Each part is found by an index of its own and put together
(presentation.tables.joined): with OR between them a million matters would be read for fifty lines (bench/matters).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from django.db.models import Q, QuerySet

from yigongti.kernel.access.actor import Actor, HeldPost, Ranges, merged
from yigongti.kernel.matters import registry
from yigongti.kernel.matters.models import Matter
from yigongti.kernel.matters.queries import deputy_for
from yigongti.kernel.presentation.tables.joined import JoinedSource
from yigongti.kernel.presentation.tables.sources import QuerySource

MOST = 99
"""As far as open matters are counted for the rail and the first line: what is more is "99+", which is as true as it
is useful, and costs the same with a hundred matters or a hundred thousand."""

OPEN = Q(closed_at__isnull=True)


def desks() -> frozenset[str]:
    """The permissions that are a desk of some state of some kind: only for these an inbox has parts."""
    return frozenset(state.desk.permission for kind in registry.kinds().values() for state in kind.states if state.desk)


def inbox_parts(actor: Actor, today: date) -> list[Q]:
    """A condition for each part of the actor's inbox."""
    if not actor.is_signed_in:
        return []
    parts = [Q(holder_account_id=name) for name in [actor.account_id, *deputy_for(actor, today)]]
    for (desk, department), reach in sorted(_reach_by_desk(actor.posts).items()):
        for first, end in reach:
            place = Q(holder_id=first) if end == first + 1 else Q(holder_id__gte=first, holder_id__lt=end)
            part = Q(desk=desk, holder_account_id=0) & place
            parts.append(part & Q(department_code=department) if department else part)
    return parts


def _reach_by_desk(posts: Collection[HeldPost]) -> dict[tuple[str, str], Ranges]:
    """(desk, department or "" for all) → the institutions at which the posts sit there."""
    found: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for post in posts:
        for desk in post.role.permissions & desks():
            found.setdefault((desk, post.department_code), []).extend(post.reach)
    return {place: merged(reach) for place, reach in found.items()}


def in_hands(actor: Actor, today: date, fields: Sequence[str], *conditions: Q, most: int = MOST) -> JoinedSource:
    """The actor's open matters as a source of a table. fields: what its rows hold."""
    parts = [Matter.objects.filter(OPEN, part, *conditions) for part in inbox_parts(actor, today)]
    return JoinedSource([QuerySource(part, fields, "id") for part in parts], most=most)


def open_count(actor: Actor, today: date) -> int:
    """How many open matters are in the actor's hands, at most MOST + 1."""
    return in_hands(actor, today, ["id"]).count()


def seen(actor: Actor) -> Q:
    """The condition that a matter is the actor's to read by a post: the kind's `see` at the office that owns it, or,
    once shown, at the institution concerned; in the own department, where the post names one. Row security is the net.
    """
    found = Q(pk__in=[])
    by_permission: dict[str, list[str]] = {}
    for kind in registry.kinds().values():
        by_permission.setdefault(kind.see, []).append(kind.id)
    for permission, of_kinds in by_permission.items():
        for post in actor.posts:
            if permission in post.role.permissions:
                department = Q(department_code=post.department_code) if post.department_code else Q()
                found |= Q(kind__in=of_kinds) & _within(post.reach) & department
    return found


def _within(reach: Ranges) -> Q:
    found = Q(pk__in=[])
    for first, end in reach:
        found |= Q(owner_id__gte=first, owner_id__lt=end)
        found |= Q(shown=True, institution_id__gte=first, institution_id__lt=end)
    return found


def visible(actor: Actor) -> QuerySet[Matter]:
    """Every matter, open or closed, that a post lets the actor read, or that the actor opened."""
    return Matter.objects.filter(seen(actor) | Q(opened_by_id=actor.account_id))
