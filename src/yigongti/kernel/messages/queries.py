"""Notices that an account may read, within its own scope."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet

from yigongti.kernel.access.actor import Actor
from yigongti.kernel.messages.models import Notice, NoticeRead


def notices_of(actor: Actor) -> QuerySet[Notice]:
    """Those for the account and those for the privacy officers that it is one of, newest first; each with `is_read`.

    Whose they are is the database's to say (the table's row policy).
    """
    own = NoticeRead.objects.filter(notice=OuterRef("pk"), account_id=actor.account_id)
    rows = Notice.objects.select_related("institution", "resident").annotate(is_read=Exists(own))
    return rows.order_by("-id")


def unread_notices(actor: Actor) -> int:
    """How many of them the account has not read."""
    return notices_of(actor).filter(is_read=False).count()
