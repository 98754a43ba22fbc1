"""Those whom a matter concerns are told: that it is in their hands, that it is due or late, that it is closed.

Notices are read in the product (kernel/messages). Whoever acts is not told of the own act. What waits at a desk for
whoever comes first is seen in the inbox and not told one by one: a month's findings would be a thousand notices.
"""

from __future__ import annotations

from datetime import date, datetime

from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from yigongti.foundation.errors import Text
from yigongti.kernel.access.actor import NOBODY, Actor
from yigongti.kernel.access.scope import scope
from yigongti.kernel.matters.kinds import Change, Kind
from yigongti.kernel.matters.models import Leave, Matter
from yigongti.kernel.messages.public import notify

MATTERS = "matters"
"""The purpose of the scope in which the product itself works on matters."""


def tell_of_move(matter: Matter, kind: Kind, change: Change, held_before: int) -> None:
    """After a step: whoever has it by name now, and, when it is over, whoever opened it."""
    if matter.closed_at is not None:
        if matter.opened_by_id and matter.opened_by_id != change.actor.account_id:
            _tell(matter, kind, "matter_closed", change.at, account_id=matter.opened_by_id)
    elif matter.holder_account_id != held_before:
        tell_holder(matter, kind, change.actor, change.at)


def tell_holder(matter: Matter, kind: Kind, actor: Actor, at: datetime) -> None:
    """The account in whose hands it is by name, and its deputy, unless it is the one that acted."""
    if matter.holder_account_id and matter.holder_account_id != actor.account_id:
        for account in (matter.holder_account_id, *_deputies(matter.holder_account_id, timezone.localdate(at))):
            _tell(matter, kind, "matter_in_your_hands", at, account_id=account)


def tell_hands(matter: Matter, kind: Kind, wording: str, at: datetime) -> None:
    """Everybody in whose hands it is: the account and its deputy, or the desk."""
    if matter.holder_account_id:
        for account in (matter.holder_account_id, *_deputies(matter.holder_account_id, timezone.localdate(at))):
            _tell(matter, kind, wording, at, account_id=account)
    else:
        _tell(
            matter, kind, wording, at, permission=matter.desk, institution_id=matter.holder_id,
            department_code=matter.department_code,
        )  # fmt: skip


def tell_above(matter: Matter, kind: Kind, permission: str, at: datetime) -> None:
    """The holders of the permission at the office that sees the matter through, and above it."""
    _tell(matter, kind, "matter_escalated", at, permission=permission, institution_id=matter.owner_id)


def address_of(matter_id: int) -> str:
    """The page of the matter, "" where there is none."""
    try:
        return reverse("matters:matter", args=[matter_id])
    except NoReverseMatch:
        return ""


def _tell(
    matter: Matter,
    kind: Kind,
    wording: str,
    at: datetime,
    *,
    account_id: int = 0,
    permission: str = "",
    institution_id: int | None = None,
    department_code: str = "",
) -> None:
    state = kind.state(matter.state).label
    notify(
        wording,
        {
            "kind": kind.label,
            "matter": Text(matter.title_zh, matter.title_en),
            "number": matter.number,
            "state": state,
            "due_on": _day(matter.due_on),
        },
        institution_id=institution_id or matter.holder_id or matter.institution_id,
        account_id=account_id,
        permission=permission,
        department_code=department_code,
        at=at,
        subject=f"Matter/{matter.pk}",
        address=address_of(matter.pk),
    )


def _day(day: date | None) -> Text | str:
    return Text("无期限", "no deadline") if day is None else day.isoformat()


def _deputies(account_id: int, today: date) -> list[int]:
    with scope(NOBODY, purpose=MATTERS):
        return list(
            Leave.objects.filter(
                account_id=account_id, ended_at__isnull=True, valid_from__lte=today, valid_to__gte=today
            ).values_list("deputy_id", flat=True)
        )
