"""A matter is opened: by somebody at a desk, or by the product itself (a month's findings, a late submission)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from yigongti.foundation.errors import Conflict, InvalidInput, Text
from yigongti.kernel.access.actor import NOBODY, Actor
from yigongti.kernel.matters.desks import due_day, hand_over
from yigongti.kernel.matters.history import keep
from yigongti.kernel.matters.models import Matter, Step
from yigongti.kernel.matters.registry import kind_of
from yigongti.kernel.matters.telling import tell_holder
from yigongti.kernel.organisations.models import Institution

OPENED = "opened"


def open_matter(
    actor: Actor,
    kind_id: str,
    *,
    subject: str,
    title: Text,
    institution: Institution,
    owner: Institution,
    at: datetime,
    words: str = "",
    amount: Decimal | None = None,
    data: Mapping[str, Any] | None = None,
    department_code: str = "",
    month: str = "",
    permission: str = "",
    attachments: Sequence[int] = (),
) -> Matter:
    """Open a matter in its kind's first state. actor: NOBODY for the product itself, in a scope with the purpose
    "matters". permission: asked of the actor at the institution, when somebody opens it at a desk. attachments: what
    was handed in when it was opened.

    Raises NotPermitted, NotFound for an unknown kind, InvalidInput for an empty subject or a negative amount, and
    Conflict ("matters.open_already") when an open matter of the kind has the subject.
    """
    kind = kind_of(kind_id)
    if permission:
        actor.require(permission, institution.pk)
    if not subject.strip() or (amount is not None and amount < 0):
        raise InvalidInput(
            "matters.nothing_to_open",
            zh="事项须写明对象，金额不能为负",
            en="a matter needs a subject, and no negative amount",
        )
    matter = Matter(
        kind=kind.id,
        subject=subject,
        title_zh=title.zh[:200],
        title_en=title.en[:200],
        # by number: an institution read over another connection must not take the matter there with it
        institution_id=institution.pk,
        owner_id=owner.pk,
        department_code=department_code,
        month=month,
        state_since=at,
        amount=amount,
        data=dict(data or {}),
        opened_at=at,
        opened_by_id=actor.account_id if actor is not NOBODY else 0,
        opened_by_name=actor.display_name,
        changed_at=at,
    )
    hand_over(matter, kind.start)
    matter.due_on = due_day(kind.start, timezone.localdate(at))
    try:
        with transaction.atomic():
            matter.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict(
            "matters.open_already",
            zh=f"“{title.zh}”已有一件正在办理的事项",
            en=f"a matter about “{title.en}” is open already",
            where=subject,
        ) from error
    keep(
        Step(
            matter=matter, number=1, action=OPENED, target=matter.state, words=words, amount=amount,
            by_id=matter.opened_by_id, by_name=matter.opened_by_name, at=at, due_on=matter.due_on,
        ),
        actor,
        attachments,
    )  # fmt: skip
    tell_holder(matter, kind, actor, at)
    return matter
