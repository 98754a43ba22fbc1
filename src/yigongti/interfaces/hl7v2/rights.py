"""For which institutions an exchanging account may write records: those of its own posts, and not those below them.

The span "recording" is what the database holds writers to (kernel/access/actor.py); asked here, it answers in a
sentence instead of the database's refusal. An account that serves several institutions has a post at each.
"""

from __future__ import annotations

from yigongti.foundation.errors import NotPermitted
from yigongti.kernel.access.actor import Actor, covers


def may_record(actor: Actor, institution_id: int) -> bool:
    """Whether the account may write the institution's records."""
    return covers(actor.spans.get("recording", ()), institution_id)


def require_recording(actor: Actor, institution_id: int) -> None:
    """Raises NotPermitted unless `may_record`."""
    actor.require("records.write", institution_id)
    if not may_record(actor, institution_id):
        raise NotPermitted(
            "hl7v2.no_post_here",
            zh="该账号在这家机构没有接口系统岗位，请为其增加岗位",
            en="the account has no post as an exchanging system at this institution; give it one",
        )
