"""Hold the bill of an injury until the bureau has confirmed its cause; then it is settled as it stands."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from yigongti.foundation.errors import Conflict, InvalidInput, Text
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.limits import policy
from yigongti.kernel.matters.public import open_matter
from yigongti.kernel.organisations.models import Institution
from yigongti.kernel.trail.public import record
from yigongti.systems.benefits.actions.settle import require_own_counter
from yigongti.systems.benefits.asked import Asked, as_mapping
from yigongti.systems.benefits.at_counter import KEY_TAKEN, at_counter
from yigongti.systems.benefits.models import HeldInjury
from yigongti.systems.benefits.settling import quoted

PERMISSION = "benefits.settle"


@transaction.atomic
def hold_injury(actor: Actor, institution_id: int, asked: Asked, *, at: datetime) -> HeldInjury:
    """The held bill, with its matter on the bureau's desk; the first one when the same key comes again.

    The bill is computed once, so that what cannot be settled is refused now. Raises as `settle`, and InvalidInput when
    nobody has told how it happened.
    """
    require_own_counter(actor, institution_id, PERMISSION)
    if not asked.key or not asked.injury.strip():
        raise InvalidInput("benefits.injury_untold", zh="请写明受伤经过", en="tell how it happened", where="injury")
    stands = HeldInjury.objects.filter(institution_id=institution_id, key=asked.key).first()
    if stands is not None:
        if stands.request != as_mapping(asked):
            raise Conflict(KEY_TAKEN[0], zh=KEY_TAKEN[1], en=KEY_TAKEN[2], where=asked.key)
        return stands
    with at_counter(actor) as desk:
        found = quoted(desk, institution_id, asked, policy())
    try:
        with transaction.atomic():
            held = HeldInjury.objects.create(
                institution_id=institution_id, resident_id=found.standing.insured.resident, key=asked.key,
                insured_number=asked.insured_number, name=found.standing.insured.name, told_cause=asked.injury.strip(),
                request=as_mapping(asked), total_cost=found.sorted.total, held_at=at,
                held_by_name=actor.display_name[:64],
            )  # fmt: skip
    except IntegrityError as error:
        raise Conflict(KEY_TAKEN[0], zh=KEY_TAKEN[1], en=KEY_TAKEN[2], where=asked.key) from error
    matter = open_matter(
        actor, "benefits.injury", subject=f"injury/{held.pk}",
        title=Text(f"外伤核查：{held.insured_number}", f"Injury: {held.insured_number}"),
        institution=Institution.objects.get(pk=institution_id),
        owner=Institution.objects.get(pk=found.standing.place.fund_id), at=at, words=held.told_cause,
        amount=held.total_cost, data={"injury": held.pk},
    )  # fmt: skip
    held.matter_id = matter.pk
    held.save(update_fields=["matter_id"])
    record(actor, PERMISSION, subject=f"injury {held.pk}", at=at, institution_id=institution_id)
    return held
