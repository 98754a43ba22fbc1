"""Notices that an account may read, within its own scope."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from yigongti.kernel.access.actor import Actor
from yigongti.kernel.messages.models import Notice, NoticeRead


def notices_of(actor: Actor) -> QuerySet[Notice]:
    """Those for the account, for the holders of a permission of its posts, and for the privacy officers that it is one
    of, newest first; each with `is_read`.

    Which institutions' they are, and who is a privacy officer, is the database's to say (the table's row policy).
    """
    own = NoticeRead.objects.filter(notice=OuterRef("pk"), account_id=actor.account_id)
    rows = Notice.objects.select_related("institution", "resident").annotate(is_read=Exists(own))
    return rows.filter(Q(permission="") | _for_posts(actor)).order_by("-id")


def _for_posts(actor: Actor) -> Q:
    """What is meant for the holders of a permission, where a post of the actor holds it."""
    found = Q(pk__in=[])
    for post in actor.posts:
        reach = Q(pk__in=[])
        for first, end in post.reach:
            reach |= Q(institution_id__gte=first, institution_id__lt=end)
        held = reach & Q(permission__in=sorted(post.role.permissions))
        found |= held & Q(department_code=post.department_code) if post.department_code else held
    return found


def unread_notices(actor: Actor) -> int:
    """How many of them the account has not read."""
    return notices_of(actor).filter(is_read=False).count()
