"""Sign in with the one-time code: within its time, a few tries, once, and only in the browser that asked for it."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Sum
from django.http import HttpRequest

from yigongti.foundation.errors import InvalidInput, YigongtiError
from yigongti.kernel.access.actor import NOBODY, Actor
from yigongti.kernel.access.limits import limit
from yigongti.kernel.access.resident_session import actor_of_resident, open_resident_session
from yigongti.kernel.access.scope import scope
from yigongti.kernel.people.models import Resident
from yigongti.kernel.trail.public import record
from yigongti.systems.resident_services.actions.ask_for_code import SIGNING_IN, too_often
from yigongti.systems.resident_services.actions.send_code import hash_of
from yigongti.systems.resident_services.models import SignInCode


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of a try: whose code it was, or why not."""

    actor: Actor
    error: YigongtiError | None = None


def sign_in_with_code(request: HttpRequest, token: str, code: str, *, address: str, at: datetime) -> Verdict:
    """Spend the code and open the resident's session. The error never tells whether the number is registered."""
    verdict = check_code(token, code, at=at)
    if verdict.error is None:
        with scope(verdict.actor):
            public_id = Resident.objects.values_list("public_id", flat=True).get(pk=verdict.actor.resident_id)
            record(verdict.actor, "resident_services.signed_in", subject=str(public_id), at=at, address=address)
        open_resident_session(request, verdict.actor.resident_id, at)
    return verdict


def check_code(token: str, code: str, *, at: datetime) -> Verdict:
    """Count the try and judge it; a right code is spent by this. The count stays when the try fails."""
    typed = "".join(code.split())
    with scope(NOBODY, purpose=SIGNING_IN):
        asked = SignInCode.objects.select_for_update().filter(token=token).first()
        if asked is None or asked.used_at or asked.expires_at <= at:
            return Verdict(NOBODY, _over())
        day = SignInCode.objects.filter(number_index=asked.number_index, asked_at__gt=at - timedelta(days=1))
        wrong_today = day.aggregate(tries=Sum("tries"))["tries"] or 0
        if wrong_today >= limit("resident_services.wrong_codes_per_number"):
            return Verdict(NOBODY, too_often())
        if asked.tries >= limit("resident_services.code_tries"):
            return Verdict(NOBODY, _over())
        # a request without a code is compared all the same, with what no code can be
        right = hmac.compare_digest(hash_of(token, typed), asked.code_hash or "-" * 64)
        if not right or asked.resident_id is None:
            SignInCode.objects.filter(pk=asked.pk).update(tries=F("tries") + 1)
            return Verdict(NOBODY, _wrong())
        SignInCode.objects.filter(pk=asked.pk).update(used_at=at)
        resident_id = asked.resident_id
    actor = actor_of_resident(resident_id)
    return Verdict(actor) if actor.resident_id else Verdict(NOBODY, _over())


def _wrong() -> InvalidInput:
    return InvalidInput(
        "resident_services.wrong_code",
        zh="验证码不正确，请核对短信后再输入",
        en="the code is not right; look at the message and type it again",
    )


def _over() -> InvalidInput:
    return InvalidInput(
        "resident_services.code_over",
        zh="验证码已失效，请重新获取",
        en="this code is no longer good; ask for a new one",
    )
