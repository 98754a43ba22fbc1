"""The e-health code 电子健康码: a signed, short-lived code that a resident shows and any desk reads.

    YG1.<body>.<mark>          base64url without padding

body, 32 bytes: edition (1), flags (1; bit 0: for single use), key number (2), public id (16), seconds since 1970 (4),
nonce (8). mark: HMAC-SM3 of the body under a key derived from the installation's ring
(GB/T 32905-2016, from memory, unchecked), cut to 16 bytes. The code says nothing of the person to somebody without
the register, is useless some minutes later (people.e_health_code_minutes) and after it was read for single use. It is
the product's own code, not the national electronic health card's.
"""

from __future__ import annotations

import base64
import binascii
import hmac as plain_hmac
import secrets
import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import segno
from django.db import IntegrityError, transaction
from django.utils import timezone

from yigongti.foundation.errors import Conflict, InvalidInput, NotPermitted
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.scope import scope
from yigongti.kernel.people.limits import limit
from yigongti.kernel.people.models import Resident, UsedCode
from yigongti.kernel.people.proof import make_proof
from yigongti.kernel.people.sealing import ring
from yigongti.kernel.people.standing import standing
from yigongti.kernel.trail.public import record

PREFIX = "YG1"
_BODY = struct.Struct(">BBH16sI8s")
_MARK = 16
_CLOCKS_MAY_DIFFER = timedelta(minutes=1)
_SINGLE_USE = 1


@dataclass(frozen=True, slots=True)
class Read:
    """Whose code it was. proof: what `let_in` takes; empty unless the code was read for single use."""

    resident_id: int
    public_id: UUID
    issued_at: datetime
    proof: str = ""


def issue_code(actor: Actor, *, single_use: bool, at: datetime) -> str:
    """The code of the resident who asks. Raises NotPermitted for anybody else."""
    if not actor.resident_id:
        raise NotPermitted(
            "people.code_is_the_residents",
            zh="电子健康码只能由居民本人出示",
            en="an e-health code is shown by the resident alone",
        )
    with scope(actor):
        public_id = Resident.objects.values_list("public_id", flat=True).get(pk=actor.resident_id)
    keys = ring()
    body = _BODY.pack(
        1, _SINGLE_USE * single_use, int(keys.current), public_id.bytes, int(at.timestamp()), secrets.token_bytes(8)
    )
    return f"{PREFIX}.{_as_text(body)}.{_as_text(_mark(body, keys.current))}"


def as_svg(code: str, *, scale: int = 6) -> str:
    """The code as a QR symbol, an <svg> element."""
    return segno.make(code, error="m").svg_inline(scale=scale, border=2)


def read_code(code: str, actor: Actor, institution_id: int, *, at: datetime, single_use: bool = False) -> Read:
    """Whose code it is. single_use: use it up and answer a proof; a code that was issued for single use is always
    used up.

    Raises NotPermitted; InvalidInput for a code that is none, was altered or has expired; Conflict for a used one.
    """
    actor.require("people.see", institution_id)
    body = _true_body(code.strip())
    _edition, flags, _key, public_id, seconds, nonce = _BODY.unpack(body)
    issued_at = datetime.fromtimestamp(seconds, UTC)
    minutes = limit("people.e_health_code_minutes", timezone.localdate(at))
    if at > issued_at + timedelta(minutes=minutes):
        zh, en = "健康码已过期，请居民刷新后再扫", "the code has expired; ask the resident to show a new one"
        raise _refused("people.code_expired", zh, en)
    if issued_at > at + _CLOCKS_MAY_DIFFER:
        raise _not_ours()
    with scope(actor, purpose="registering"):
        resident = standing(UUID(bytes=public_id))
        if UsedCode.objects.filter(nonce=nonce.hex()).exists():
            raise _used()
        if not single_use and not flags & _SINGLE_USE:
            return Read(resident.pk, resident.public_id, issued_at)
        try:
            with transaction.atomic():
                UsedCode.objects.create(
                    resident_id=resident.pk,
                    nonce=nonce.hex(),
                    institution_id=institution_id,
                    account_id=actor.account_id,
                    used_at=at,
                )
        except IntegrityError:  # read at another desk in the same moment
            raise _used() from None
        record(actor, "people.code_read", subject=str(resident.public_id), at=at, institution_id=institution_id)
    proof = make_proof(actor, institution_id, resident.pk, means="e_health_code", at=at)
    return Read(resident.pk, resident.public_id, issued_at, proof)


def _true_body(code: str) -> bytes:
    prefix, _dot, rest = code.partition(".")
    told, _dot, mark = rest.partition(".")
    try:
        body, signed = _as_bytes(told), _as_bytes(mark)
    except (ValueError, binascii.Error):
        raise _not_ours() from None
    written_plainly = (told, mark) == (_as_text(body), _as_text(signed))  # base64 has spare bits at its end
    if prefix != PREFIX or len(body) != _BODY.size or body[0] != 1 or not written_plainly:
        raise _not_ours()
    key_name = str(int.from_bytes(body[2:4], "big"))
    if key_name not in ring().keys or not plain_hmac.compare_digest(_mark(body, key_name), signed):
        raise _not_ours()
    return body


def _mark(body: bytes, key_name: str) -> bytes:
    return ring().sign(body, "e-health code", key_name)[:_MARK]


def _as_text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _as_bytes(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def _not_ours() -> InvalidInput:
    zh, en = "这不是有效的电子健康码，请重新扫码", "this is no valid e-health code; read it again"
    return _refused("people.code_not_valid", zh, en)


def _used() -> Conflict:
    return Conflict(
        "people.code_used",
        zh="健康码已使用过，请居民刷新后再扫",
        en="the code was used already; ask the resident to show a new one",
        where="code",
    )


def _refused(code: str, zh: str, en: str) -> InvalidInput:
    return InvalidInput(code, zh=zh, en=en, where="code")
