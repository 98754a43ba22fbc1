"""A letter is found by its code: by anybody as far as the paper goes, whole by those who read its matter."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from yigongti.foundation.errors import NotFound, NotPermitted
from yigongti.kernel.access.actor import NOBODY, Actor
from yigongti.kernel.access.limits import limit
from yigongti.kernel.access.scope import scope
from yigongti.kernel.matters.actions.requirements import sits_at
from yigongti.kernel.matters.models import Letter, Matter, WrongCode
from yigongti.kernel.matters.queries import inbox
from yigongti.kernel.matters.registry import kinds
from yigongti.kernel.matters.telling import MATTERS

_CODE = re.compile(r"[0-9A-F]{16}")
WINDOW = timedelta(minutes=15)


def by_code(code: str, address: str, at: datetime) -> Letter | None:
    """The letter of a code, for whoever shows it; None, and counted, for a wrong one.

    Raises NotPermitted after too many wrong codes from one address (policy matters.wrong_codes_per_address). A wrong
    code raises nothing: an error would take the count back with the view's transaction.
    """
    with scope(NOBODY, purpose=MATTERS):
        wrong = WrongCode.objects.filter(address=address, at__gt=at - WINDOW)
        if wrong.count() >= limit("matters.wrong_codes_per_address"):
            raise NotPermitted(
                "matters.too_many_codes",
                zh="输错校验码的次数过多，请 15 分钟后再试",
                en="too many wrong codes; try again in 15 minutes",
            )
        found = Letter.objects.filter(code=code).first() if _CODE.fullmatch(code) else None
        if found is None:
            WrongCode.objects.filter(at__lte=at - WINDOW).delete()
            WrongCode.objects.create(address=address, at=at)
    return found


def of_reader(actor: Actor, code: str, today: date) -> Letter:
    """The letter with its files, for those who read its matter. Raises NotFound for anybody else."""
    found = Letter.objects.filter(code=code).select_related("matter").first()
    if found is None or not may_read(actor, found.matter, today):
        raise _no_letter()
    return found


def may_read(actor: Actor, matter: Matter, today: date) -> bool:
    """By the kind's `see` at the office, or at the institution once it is shown; by having it in hands or opened it."""
    if matter.opened_by_id == actor.account_id or inbox(actor, today).filter(pk=matter.pk).exists():
        return True
    kind = kinds().get(matter.kind)
    places = [matter.owner_id, *([matter.institution_id] if matter.shown else [])]
    return kind is not None and any(sits_at(actor, kind.see, place, matter.department_code) for place in places)


def _no_letter() -> NotFound:
    return NotFound(
        "matters.no_letter",
        zh="没有这个校验码的文书，请核对后重新输入",
        en="there is no letter with this code; check it and try again",
    )
