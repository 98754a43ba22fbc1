"""Anchors: what the last block was, signed, to be kept where nobody of this installation can change it.

Whoever can change the whole database can also compute all blocks anew; they cannot change a file that lies elsewhere.
The signature is Ed25519, not an HMAC: an inspector verifies it with the public key and could not have made it. The key
is derived from the installation's secret (HKDF-SHA-256), so that there is no second secret to keep; SM2 is not offered
by the library used here.
"""

from __future__ import annotations

import base64
import json
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import connections, transaction

from yigongti.foundation.errors import Conflict, InvalidInput
from yigongti.kernel.trail.verifying import Verdict

FORMAT = "yigongti trail anchor 1"


def _key() -> Ed25519PrivateKey:
    seed = HKDF(hashes.SHA256(), 32, salt=None, info=b"yigongti.trail.anchor").derive(settings.SECRET_KEY.encode())
    return Ed25519PrivateKey.from_private_bytes(seed)


def public_key() -> str:
    """The key that verifies this installation's anchors, base64 of 32 bytes: to be noted apart from the anchors."""
    return base64.b64encode(_key().public_key().public_bytes_raw()).decode()


def _signed(told: dict[str, Any]) -> bytes:
    content = {name: told[name] for name in sorted(told) if name != "signature"}
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()


def export(*, at: datetime, using: str = "bulk") -> dict[str, Any]:
    """The anchor of the last block, signed; that it was exported is kept. Raises Conflict when nothing is sealed."""
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute("SELECT number, digest, last_id, sealed_at FROM trail_block ORDER BY number DESC LIMIT 1")
        last = cursor.fetchone()
        if last is None:
            raise Conflict(
                "trail.nothing_sealed",
                zh="还没有封存的查阅记录，请先运行 yigongti trail seal",
                en="no views are sealed yet; run yigongti trail seal first",
            )
        number, digest, last_id, sealed_at = last
        cursor.execute("SELECT sum(row_count) FROM trail_block WHERE number <= %s", [number])
        told: dict[str, Any] = {
            "format": FORMAT, "block": number, "digest": digest, "views": int(cursor.fetchone()[0]),
            "last_view": last_id, "sealed_at": sealed_at.isoformat(), "exported_at": at.isoformat(),
            "public_key": public_key(),
        }  # fmt: skip
        told["signature"] = base64.b64encode(_key().sign(_signed(told))).decode()
        cursor.execute(
            "INSERT INTO trail_keeping (kind, done_at, block_number, detail) VALUES ('anchored', %s, %s, %s)",
            [at, number, json.dumps({"digest": digest, "views": told["views"]})],
        )
    return told


def read(content: str, *, trusted: str | None = None) -> dict[str, Any]:
    """The anchor of a file whose signature is right. trusted: the public key, this installation's own by default.

    Raises InvalidInput for a file that is none, was altered, or was signed by another installation.
    """
    try:
        told: dict[str, Any] = json.loads(content)
        key, signature = base64.b64decode(told["public_key"]), base64.b64decode(told["signature"])
        if told["format"] != FORMAT or not isinstance(told["block"], int):
            raise ValueError(told["format"])
        Ed25519PublicKey.from_public_bytes(key).verify(signature, _signed(told))
    except (ValueError, KeyError, TypeError, InvalidSignature):
        raise InvalidInput(
            "trail.anchor_not_sound",
            zh="这不是完整的锚文件，或内容与签名不符",
            en="this is no anchor, or it does not fit its signature",
        ) from None
    if told["public_key"] != (trusted or public_key()):
        raise InvalidInput(
            "trail.anchor_of_another",
            zh="锚文件不是本系统签发的（或系统密钥已更换，请用 --key 给出当时的公钥）",
            en="another installation signed this; if the secret was changed since, give the key of then by --key",
        )
    return told


def hold_to_anchor(verdict: Verdict, anchor: dict[str, Any], *, using: str = "bulk") -> None:
    """Whether the log still is what it was when the anchor was exported; what differs is added to the verdict."""
    number = anchor["block"]
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT digest FROM trail_block WHERE number = %s", [number])
        found = cursor.fetchone()
        cursor.execute("SELECT coalesce(sum(row_count), 0) FROM trail_block WHERE number <= %s", [number])
        views = int(cursor.fetchone()[0])
    if found is None:
        verdict.fault(
            f"锚文件中的区块 {number} 已不存在：其后的记录被删除，或恢复了较早的备份",
            f"block {number} of the anchor is gone: blocks were removed, or an older backup was restored",
        )
    elif found[0] != anchor["digest"] or views != anchor["views"]:
        verdict.fault(
            f"区块 {number} 与锚文件不符：记录在导出之后被整体改写",
            f"block {number} is not that of the anchor: the log was rewritten since it was exported",
        )
