"""Mark a notice as read: that somebody saw it is kept, with who and when."""

from __future__ import annotations

from datetime import datetime

from yigongti.foundation.errors import NotFound
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.messages.models import Notice, NoticeRead


def read_notice(actor: Actor, notice_id: int, *, at: datetime) -> Notice:
    """The notice, read by the actor from now on; harmless when repeated. Raises NotFound for one that is not theirs."""
    found = Notice.objects.filter(pk=notice_id).first()
    if found is None:
        raise NotFound("messages.no_notice", zh="没有这条通知", en="there is no such notice")
    NoticeRead.objects.bulk_create(
        [NoticeRead(notice=found, account_id=actor.account_id, read_at=at)], ignore_conflicts=True
    )
    return found
