"""Revoke a client: its tokens end at once, and it is given no new ones."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F

from yigongti.foundation.errors import NotFound
from yigongti.kernel.access.actions.add_client import PERMISSION
from yigongti.kernel.access.actor import NOBODY, Actor
from yigongti.kernel.access.models import Client
from yigongti.kernel.access.scope import scope
from yigongti.kernel.trail.public import record


def revoke_client(client_id: str, *, at: datetime, by: Actor = NOBODY, using: str = "default") -> None:
    """Harmless when it is revoked already. Raises NotFound, NotPermitted."""
    with transaction.atomic(using=using), scope(by, purpose="accounts", using=using):
        client = Client.objects.using(using).filter(client_id=client_id).first()
        if client is None:
            raise NotFound("access.no_client", zh="没有这个接入", en="there is no such client", where=client_id[:64])
        if by.is_signed_in:
            by.require(PERMISSION, client.institution_id)
        rows = Client.objects.using(using).filter(pk=client.pk, revoked_at__isnull=True)
        if rows.update(revoked_at=at, epoch=F("epoch") + 1):
            record(
                by, PERMISSION, subject=f"revoke {client_id}", at=at, institution_id=client.institution_id, using=using
            )
