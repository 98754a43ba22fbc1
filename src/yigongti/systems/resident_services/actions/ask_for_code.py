"""Ask for a one-time code by identity number; the worker sends it if the number belongs to a resident with a telephone.

The request itself looks nobody up: it takes the same steps and the same time for a number that nobody has, so that an
answer never tells whether somebody is registered.
"""

from __future__ import annotations

import re
import secrets
from datetime import datetime, timedelta

from yigongti.foundation.errors import InvalidInput, NotPermitted
from yigongti.foundation.identifiers import read_resident_number
from yigongti.kernel.access.actor import NOBODY
from yigongti.kernel.access.limits import limit
from yigongti.kernel.access.scope import scope
from yigongti.kernel.people.details import RESIDENT_NUMBER, number_index
from yigongti.kernel.people.models import Resident
from yigongti.kernel.people.spelling import tidy_number
from yigongti.systems.resident_services.models import SignInCode

SIGNING_IN = "resident_sign_in"
"""The purpose of the scope in which requests for codes are written and read."""
WINDOW = timedelta(minutes=15)
_DOCUMENT = re.compile(r"(?=(?:[A-Z]*[0-9]){4})[0-9A-Z]{5,20}")


def ask_for_code(number: str, *, address: str, language: str, at: datetime) -> str:
    """Note the request and queue the sending; the token that the browser keeps.

    Raises InvalidInput for what cannot be a number, NotPermitted when number or address has asked too often.
    """
    from yigongti.systems.resident_services.jobs import queue_code

    index = index_of(number)
    token = secrets.token_urlsafe(32)
    with scope(NOBODY, purpose=SIGNING_IN):
        _refuse_haste(index, address, at)
        made = SignInCode.objects.create(
            token=token,
            number_index=index,
            address=address,
            language=language,
            asked_at=at,
            expires_at=at + timedelta(minutes=limit("resident_services.code_minutes")),
        )
        queue_code(made.pk)
    return token


def index_of(typed: str) -> str:
    """The blind index of a number as the register keeps it. Raises InvalidInput.

    Eighteen places must be a resident number with its check place; anything else is taken for a passport's.
    """
    number = tidy_number(typed)
    if not _DOCUMENT.fullmatch(number) or (len(number) == 18 and read_resident_number(number) is None):
        raise InvalidInput(
            "resident_services.not_a_number",
            zh="这不是一个有效的身份证号，请对照证件再输入一次",
            en="this is no valid identity number; compare it with the card and type it again",
        )
    return number_index(number, RESIDENT_NUMBER if len(number) == 18 else Resident.NumberKind.PASSPORT.value)


def _refuse_haste(index: str, address: str, at: datetime) -> None:
    of_number = SignInCode.objects.filter(number_index=index)
    recent = of_number.filter(asked_at__gt=at - WINDOW).count()
    today = of_number.filter(asked_at__gt=at - timedelta(days=1)).count()
    here = SignInCode.objects.filter(address=address, asked_at__gt=at - WINDOW).count()
    if (
        recent >= limit("resident_services.codes_per_number")
        or today >= limit("resident_services.codes_per_number_a_day")
        or here >= limit("resident_services.codes_per_address")
    ):
        raise too_often()


def too_often() -> NotPermitted:
    """What somebody reads who has asked or guessed too often; the same for every number."""
    minutes = int(WINDOW.total_seconds() // 60)
    return NotPermitted(
        "resident_services.too_often",
        zh=f"尝试次数过多，请 {minutes} 分钟后再试；急用请到卫生院或村卫生室办理",
        en=f"too many attempts; try again in {minutes} minutes, or go to your township hospital or village clinic",
    )
