"""Printed pages: a code by which a page on paper can be checked against what the product printed.

The code is the minute of printing and an HMAC over address, user name and minute: it needs no table, and whoever
holds the installation's secret (the /verify page) can check it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import UTC, datetime

from django.conf import settings


def _proof(address: str, username: str, minute: int) -> str:
    text = f"{address}\n{username}\n{minute}".encode()
    key = hashlib.sha256(b"yigongti.paper" + settings.SECRET_KEY.encode()).digest()
    return base64.b32encode(hmac.new(key, text, hashlib.sha256).digest()[:5]).decode()


def code_for(address: str, username: str, at: datetime) -> str:
    """The code of a page: minute in hex, a dash, eight letters."""
    minute = int(at.timestamp()) // 60
    return f"{minute:X}-{_proof(address, username, minute)}"


def printed_at(code: str, address: str, username: str) -> datetime | None:
    """When this page was printed by this user; None if the code does not belong to them."""
    head, _, proof = code.strip().upper().partition("-")
    try:
        minute = int(head, 16)
    except ValueError:
        return None
    if not hmac.compare_digest(proof, _proof(address, username, minute)):
        return None
    return datetime.fromtimestamp(minute * 60, tz=UTC)
