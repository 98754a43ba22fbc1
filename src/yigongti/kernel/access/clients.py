"""Systems that exchange data: how a client proves who it is, and the short-lived token that it is given.

The token is signed with the installation's secret and names the client, its epoch, its scopes and its end; nothing is
stored. Revoking a client raises the epoch, so that its tokens end at once.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest

from django.core import signing
from django.utils import timezone

from yigongti.foundation.errors import NotPermitted
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.limits import limit
from yigongti.kernel.access.models import Client, SignInAttempt
from yigongti.kernel.access.scope import sign_in_scope
from yigongti.kernel.access.smart_scopes import Grants, narrowed, read_scopes
from yigongti.kernel.access.who_asks import by_client

TOKEN_SECONDS = 600
WINDOW = timedelta(minutes=15)
_SALT = "yigongti.client.token"


@dataclass(frozen=True, slots=True)
class Credential:
    """A client that has shown a valid token: the actor of its account, and what its scopes allow."""

    client_id: str
    actor: Actor
    grants: Grants


def new_secret() -> tuple[str, str]:
    """A secret of 256 bits and what is kept of it. Random to the last bit, it needs no slow hash."""
    secret = secrets.token_urlsafe(32)
    return secret, hashed(secret)


def hashed(secret: str) -> str:
    """What is kept of a secret (SHA-256)."""
    return sha256(secret.encode()).hexdigest()


def token_for(
    client_id: str, secret: str, asked: Sequence[str], address: str, at: datetime
) -> tuple[str, list[str], int]:
    """A token, its scopes and its seconds, for a client that knows its secret. asked: empty for all that it holds.

    Raises NotPermitted: wrong id or secret (never which), revoked, ended, or too many failures.
    """
    with sign_in_scope():
        recent = SignInAttempt.objects.filter(attempted_at__gt=at - WINDOW)
        too_many = recent.filter(address=address).count() >= limit("access.failures_per_address") or recent.filter(
            username=f"client {client_id}"[:64]
        ).count() >= limit("access.failures_before_lock")
        if too_many:
            raise NotPermitted(
                "access.client_throttled", zh="失败次数过多，请稍后再试", en="too many failed attempts; try again later"
            )
        client = Client.objects.select_related("account").filter(client_id=client_id[:64]).first()
        right = compare_digest(client.secret_hash if client else hashed(""), hashed(secret))
        if client is None or not right or not client.is_open(timezone.localdate(at)):
            SignInAttempt.objects.bulk_create(
                [SignInAttempt(username=f"client {client_id}"[:64], address=address, attempted_at=at)]
            )
        else:
            granted = narrowed(asked, client.scopes) if asked else list(client.scopes)
            ends = int(at.timestamp()) + TOKEN_SECONDS
            told = [client.pk, client.epoch, ends, " ".join(granted)]
            return signing.dumps(told, salt=_SALT), granted, TOKEN_SECONDS
    raise NotPermitted("access.client_unknown", zh="接入标识或密钥不正确", en="the client or its secret is not right")


def credential_of(token: str, at: datetime) -> Credential | None:
    """Who shows this token; None if it is not ours, has ended, or its client was revoked meanwhile."""
    try:
        number, epoch, ends, scopes = signing.loads(token, salt=_SALT)
    except (signing.BadSignature, ValueError):
        return None
    if ends <= at.timestamp():
        return None
    asker = by_client(number, epoch, timezone.localdate(at))
    return Credential(asker.client_id, asker.actor, read_scopes(scopes.split())) if asker else None
