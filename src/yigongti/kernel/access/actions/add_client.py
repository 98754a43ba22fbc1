"""Let a system exchange data: an account of its own with a post, a client id, and a secret that is shown once.

Nobody gains by it what they lack: the client's post is at an institution where whoever adds it may manage clients, its
role is the exchanging system's alone, and the secret is for the system's operators, on whose behalf it is noted.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from yigongti.foundation.errors import InvalidInput
from yigongti.kernel.access.actor import NOBODY, Actor
from yigongti.kernel.access.clients import new_secret
from yigongti.kernel.access.models import Account, Client, Post
from yigongti.kernel.access.scope import scope
from yigongti.kernel.access.smart_scopes import read_scopes
from yigongti.kernel.organisations.models import Institution
from yigongti.kernel.trail.public import record

PERMISSION = "fhir.manage_clients"
ROLE = "exchange_system"


def add_client(
    *,
    name: str,
    institution_code: str,
    scopes: Sequence[str],
    at: datetime,
    valid_from: date,
    valid_to: date | None = None,
    by: Actor = NOBODY,
    using: str = "default",
) -> tuple[Client, str]:
    """The new client and its secret, which is not kept. `by` NOBODY is the command line (then using="bulk").

    Raises NotPermitted, and InvalidInput for an unknown institution, a scope that is none, a name that is missing.
    """
    institution = Institution.objects.using(using).filter(code=institution_code).first()
    if institution is None:
        raise InvalidInput(
            "access.unknown_institution", zh="没有这家机构", en="there is no such institution", where=institution_code
        )
    if by.is_signed_in:
        by.require(PERMISSION, institution.pk)
    label = " ".join(name.split())[:64]
    if not label or not scopes:
        raise InvalidInput(
            "access.client_incomplete", zh="请填写名称和至少一项授权", en="give a name and at least one scope"
        )
    read_scopes(scopes)
    secret, kept = new_secret()
    client_id = f"{institution.code}-{secrets.token_hex(4)}".lower()
    with transaction.atomic(using=using), scope(by, purpose="accounts", using=using):
        account = Account(
            username=f"client {client_id}"[:64], display_name=label, kind=Account.Kind.SYSTEM, password="!"
        )
        account.save(using=using)
        Post.objects.using(using).create(
            account_id=account.pk, institution_id=institution.pk, role_id=ROLE, valid_from=valid_from, valid_to=valid_to
        )
        client = Client.objects.using(using).create(
            account=account, institution=institution, client_id=client_id, name=label, secret_hash=kept,
            scopes=list(scopes), valid_to=valid_to, created_at=at, created_by_id=by.account_id,
        )  # fmt: skip
        record(
            by, PERMISSION, subject=f"add {client_id}", at=at, institution_id=institution.pk,
            detail={"name": label, "scopes": list(scopes)}, using=using,
        )  # fmt: skip
    return client, secret
