"""Take in a bill that a clinic accepted without a network: kept first, under the id that the device gave it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from yigongti.foundation.errors import Conflict, InvalidInput
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.trail.public import record
from yigongti.systems.benefits.actions.settle import require_own_counter
from yigongti.systems.benefits.asked import Asked, as_mapping
from yigongti.systems.benefits.at_counter import KEY_TAKEN
from yigongti.systems.benefits.models import OfflineBill

PERMISSION = "benefits.settle"


def accept_offline(
    actor: Actor,
    institution_id: int,
    asked: Asked,
    *,
    quoted: dict[str, Any] | None,
    accepted_at: datetime,
    at: datetime,
) -> OfflineBill:
    """The bill as the device sent it; the first one when the same id comes again with the same content.

    Raises NotPermitted, InvalidInput without an id, Conflict for the same id with other content.
    """
    require_own_counter(actor, institution_id, PERMISSION)
    if not asked.key:
        raise InvalidInput("benefits.key_missing", zh="请给出键，以免重复结算", en="give a key", where="key")
    request = as_mapping(asked)
    try:
        with transaction.atomic():
            made = OfflineBill.objects.create(
                institution_id=institution_id, key=asked.key, insured_number=asked.insured_number, request=request,
                quoted=quoted, accepted_at=accepted_at, received_at=at, received_by_name=actor.display_name[:64],
            )  # fmt: skip
    except IntegrityError as error:
        stands = OfflineBill.objects.filter(institution_id=institution_id, key=asked.key).first()
        if stands is None or stands.request != request:
            raise Conflict(KEY_TAKEN[0], zh=KEY_TAKEN[1], en=KEY_TAKEN[2], where=asked.key) from error
        return stands
    record(actor, PERMISSION, subject=f"offline bill {made.pk}", at=at, institution_id=institution_id)
    return made
