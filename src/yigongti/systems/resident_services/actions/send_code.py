"""Make a one-time code for a request and send it, in the worker; for a number that nobody has, nothing is sent."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from django.conf import settings

from yigongti.kernel.access.actor import NOBODY
from yigongti.kernel.access.limits import limit
from yigongti.kernel.access.scope import scope
from yigongti.kernel.messages.public import send
from yigongti.kernel.people.models import Resident
from yigongti.systems.resident_services.actions.ask_for_code import SIGNING_IN
from yigongti.systems.resident_services.models import SignInCode

DIGITS = 6
KEPT = timedelta(days=2)
"""How long requests are kept: the limits look back a day."""


def send_code(request_id: int, *, at: datetime) -> bool:
    """Whether a code was put on its way. Repeating it for the same request sends nothing more."""
    with scope(NOBODY, purpose=SIGNING_IN):
        SignInCode.objects.filter(asked_at__lt=at - KEPT).delete()
        asked = SignInCode.objects.select_for_update().filter(pk=request_id, code_hash="", expires_at__gt=at).first()
        if asked is None:
            return False
        # the purpose under which it may be asked whether somebody is registered
        with scope(NOBODY, purpose="matching"):
            registered = Resident.objects.filter(number_index=asked.number_index, state=Resident.State.ACTIVE)
            resident = registered.exclude(phone_sealed="").filter(deceased_on__isnull=True).first()
        if resident is None:
            return False
        code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
        asked.resident, asked.code_hash = resident, hash_of(asked.token, code)
        asked.save(update_fields=["resident", "code_hash"])
        values = {"code": code, "minutes": str(limit("resident_services.code_minutes"))}
        send("sign_in_code", resident, values, at=at, language=asked.language, expires_at=asked.expires_at)
    return True


def hash_of(token: str, code: str) -> str:
    """How a code is kept: HMAC-SHA-256 under the installation's secret; a plain hash of six digits hides nothing."""
    key = hashlib.sha256(b"yigongti.resident_code" + settings.SECRET_KEY.encode()).digest()
    return hmac.new(key, f"{token}\n{code}".encode(), hashlib.sha256).hexdigest()
