"""Who may be sent on site: accounts with the permission to inspect, and no post at the institution concerned."""

from __future__ import annotations

import re
from datetime import date, datetime

from django.utils import timezone

from yigongti.foundation.errors import InvalidInput
from yigongti.kernel.access.actor import Actor, covers
from yigongti.kernel.access.models import Account, Post
from yigongti.kernel.access.queries import actor_by_username
from yigongti.kernel.access.roles import ROLES
from yigongti.systems.supervision.models import Case

PERMISSION = "supervision.inspect"
_BETWEEN = re.compile(r"[\s,;、，；]+")


def inspectors_at(office_id: int, on: date) -> list[Account]:
    """The accounts that hold a post of an inspector at the office today, by name, as far as the actor sees them."""
    roles = [role.id for role in ROLES.values() if PERMISSION in role.permissions]
    posts = Post.objects.filter(role_id__in=roles, institution_id=office_id, valid_from__lte=on)
    posts = posts.exclude(valid_to__lt=on)
    return list(Account.objects.filter(pk__in=posts.values("account_id"), is_active=True).order_by("display_name"))


def inspectors_named(names: str, case: Case, at: datetime) -> list[Actor]:
    """The actors of these user names. Raises InvalidInput for a name that is none, that may not inspect for the office,
    or that has a post at the institution concerned."""
    found: list[Actor] = []
    for name in dict.fromkeys(part for part in _BETWEEN.split(names.strip()) if part):
        actor = actor_by_username(name, timezone.localdate(at))
        if actor is None or not actor.may(PERMISSION, case.office_id):
            raise InvalidInput(
                "supervision.not_an_inspector",
                zh=f"“{name}”不是本机关的检查员",
                en=f"“{name}” is no inspector of this office",
                where="inspectors",
            )
        if _of_the_institution(actor, case):
            raise InvalidInput(
                "supervision.inspector_of_the_institution",
                zh=f"“{actor.display_name}”在被查机构任职，应当回避",
                en=f"“{actor.display_name}” has a post at the institution concerned",
                where="inspectors",
            )
        found.append(actor)
    return found


def _of_the_institution(actor: Actor, case: Case) -> bool:
    return any(
        covers(post.reach, case.institution_id) and not covers(post.reach, case.office_id) for post in actor.posts
    )
