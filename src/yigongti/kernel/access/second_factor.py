"""The second factor: time-based one-time passwords (RFC 6238) and recovery codes.

The secret is sealed with a key derived from the installation's secret before it goes into the database; recovery
codes are kept as hashes and each works once.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import io
import secrets
import struct
from datetime import datetime
from urllib.parse import quote

import segno
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings

STEP_SECONDS = 30
DIGITS = 6
RECOVERY_CODES = 10


def new_secret() -> str:
    """A secret of 160 bits, as the apps read it (base32)."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def code_at(secret: str, step: int) -> str:
    """The six digits of one time step (RFC 4226 §5.3, HMAC-SHA-1, as every authenticator app does)."""
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", step), hashlib.sha1).digest()
    offset = digest[-1] & 0x0F
    (number,) = struct.unpack(">I", digest[offset : offset + 4])
    return f"{(number & 0x7FFFFFFF) % 10**DIGITS:0{DIGITS}d}"


def step_of(at: datetime) -> int:
    """The number of the time step of an instant."""
    return int(at.timestamp()) // STEP_SECONDS


def accepted_step(secret: str, code: str, at: datetime, after: int) -> int | None:
    """The step whose code this is: now, one before or one after (clocks differ). A step already used is refused."""
    now = step_of(at)
    for step in (now, now - 1, now + 1):
        if step > after and hmac.compare_digest(code_at(secret, step), code.strip().replace(" ", "")):
            return step
    return None


def _box() -> Fernet:
    key = hashlib.sha256(b"yigongti.second_factor" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))


def sealed(secret: str) -> str:
    """The secret as the database keeps it."""
    return _box().encrypt(secret.encode()).decode()


def opened(text: str) -> str | None:
    """The secret of a sealed text; None if the installation's secret has changed since."""
    try:
        return _box().decrypt(text.encode()).decode()
    except InvalidToken:
        return None


def address_for_app(secret: str, username: str) -> str:
    """What the QR code says to the authenticator app."""
    issuer = quote("医共体")
    return f"otpauth://totp/{issuer}:{quote(username)}?secret={secret}&issuer={issuer}&digits={DIGITS}&period={STEP_SECONDS}"


def qr_image(text: str) -> str:
    """The QR code as a data address for <img>."""
    drawn = io.BytesIO()
    segno.make(text, error="m").save(drawn, kind="svg", scale=4, border=2, xmldecl=False)
    return "data:image/svg+xml;base64," + base64.b64encode(drawn.getvalue()).decode()


def new_recovery_codes() -> tuple[list[str], list[str]]:
    """Ten codes to be written down, and their hashes to be kept. 50 bits each: a plain hash is enough."""
    codes = [
        "".join(secrets.choice("ABCDEFGHJKMNPQRSTVWXYZ23456789") for _ in range(10)) for _ in range(RECOVERY_CODES)
    ]
    return [f"{code[:5]}-{code[5:]}" for code in codes], [recovery_hash(code) for code in codes]


def recovery_hash(code: str) -> str:
    """How a recovery code is kept."""
    return hashlib.sha256(code.upper().replace("-", "").replace(" ", "").encode()).hexdigest()
