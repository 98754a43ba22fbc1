"""The resident's proof: that the person stood at this desk and let it act, for some minutes.

Made from an e-health code read for single use (e_health_code.py) or from a one-time code that the resident told the
desk. A proof is a signed text for one account, one institution and one resident; it opens nothing by itself.
"""

from __future__ import annotations

import base64
import hmac as plain_hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from yigongti.foundation.errors import InvalidInput, NotPermitted
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.people.limits import limit
from yigongti.kernel.people.sealing import ring

MEANS = ("e_health_code", "one_time_code")


@dataclass(frozen=True, slots=True)
class Proof:
    """What a proof says once it was found true. means: one of MEANS."""

    resident_id: int
    means: str


def make_proof(actor: Actor, institution_id: int, resident_id: int, *, means: str, at: datetime) -> str:
    """A proof for this account at this institution. To be called only by what has just seen the resident's code."""
    if means not in MEANS:
        raise ValueError(f"no such means of proof: {means}")
    until = at + timedelta(minutes=limit("people.proof_minutes", timezone.localdate(at)))
    said = f"{resident_id}.{institution_id}.{actor.account_id}.{int(until.timestamp())}.{means}"
    return f"{said}.{_mark(said, ring().current)}"


def read_proof(text: str, actor: Actor, institution_id: int, at: datetime) -> Proof:
    """The proof, if it is true and meant for this account and institution.

    Raises NotPermitted without one, InvalidInput for one that is altered, another desk's, or over.
    """
    if not text:
        raise NotPermitted(
            "people.proof_needed",
            zh="您能查看健康档案，因此须由居民出示电子健康码或告知验证码后才能接入",
            en="you read records yourself: the resident must show an e-health code or tell a one-time code first",
        )
    said, _dot, mark = text.rpartition(".")
    places = said.split(".")
    known = any(plain_hmac.compare_digest(mark, _mark(said, name)) for name in ring().keys)
    if len(places) != 5 or not known:
        raise _refused("people.proof_altered", "凭证无效，请重新扫码", "the proof is not valid; read the code again")
    resident_id, institution, account, until, means = places
    if int(institution) != institution_id or int(account) != actor.account_id:
        zh, en = "凭证属于其他窗口，请重新扫码", "the proof belongs to another desk; read the code again"
        raise _refused("people.proof_of_another_desk", zh, en)
    if at.timestamp() > int(until):
        raise _refused("people.proof_over", "凭证已过期，请重新扫码", "the proof is over; read the code again")
    return Proof(int(resident_id), means)


def _mark(said: str, key_name: str) -> str:
    return base64.urlsafe_b64encode(ring().sign(said.encode(), "proof", key_name)).decode().rstrip("=")


def _refused(code: str, zh: str, en: str) -> InvalidInput:
    return InvalidInput(code, zh=zh, en=en, where="proof")
