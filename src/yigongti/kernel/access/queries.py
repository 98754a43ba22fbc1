"""Reads about accounts: who is it, and which posts are in force."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Q

from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.models import Post
from yigongti.kernel.access.who_asks import by_username


def actor_by_username(username: str, on: date, *, using: str = "default") -> Actor | None:
    """The actor of a user name, for jobs and the command line; None if there is none or it is closed."""
    found = by_username(username, on, using=using)
    return found.actor if found else None


def accounts_of_staff(
    institution_ids: Iterable[int], on: date, *, using: str = "default"
) -> dict[tuple[int, str], int]:
    """(institution id, staff code) → the open account of that person with a post in force there. Whoever has two
    accounts there is found by the older."""
    in_force = Q(valid_from__lte=on) & (Q(valid_to__isnull=True) | Q(valid_to__gte=on))
    posts = Post.objects.using(using).filter(
        in_force, institution_id__in=list(institution_ids), account__is_active=True
    )
    rows = posts.exclude(account__staff_code="").order_by("-account_id")
    return {
        (place, code): account
        for place, code, account in rows.values_list("institution_id", "account__staff_code", "account_id")
    }


def own_rows(actor: Actor, permission: str) -> Q:
    """The condition on institution_id and department_code that a row is the actor's to see: at institutions where a
    post grants the permission, and in the department where that post names one.

    Row security keeps institutions apart; this keeps departments apart, and leaves the database an index path.
    """
    own = Q(pk__in=[])
    for post in actor.posts:
        if permission not in post.role.permissions:
            continue
        reach = Q(pk__in=[])
        for first, end in post.reach:
            reach |= Q(institution_id__gte=first, institution_id__lt=end)
        own |= reach & Q(department_code=post.department_code) if post.department_code else reach
    return own
