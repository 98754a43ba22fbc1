"""Decide about a doubtful pair: one person, then both are merged; or two persons, then the pair is not asked again."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils import timezone

from yigongti.foundation.errors import Conflict, NotFound, YigongtiError
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.limits import policy
from yigongti.kernel.access.scope import scope
from yigongti.kernel.people.actions.merge import PERMISSION, merge, reason_of
from yigongti.kernel.people.models import DoubtfulPair, Merge, Resident
from yigongti.kernel.trail.public import record


def decide_same(actor: Actor, pair_id: int, *, reason: str, at: datetime, survivor: UUID | str | None = None) -> Merge:
    """The pair merged. survivor: which of the two stays; None: `survivor_of` them.

    Raises NotPermitted, NotFound, Conflict when the pair was decided meanwhile.
    """
    with scope(actor, purpose="merging"):
        pair = _open_pair(actor, pair_id)
        stays = survivor_of(pair) if survivor is None else str(survivor)
        both = [str(pair.first.public_id), str(pair.second.public_id)]
        if stays not in both:
            raise NotFound("people.no_resident", zh="没有查到这位居民", en="there is no such resident")
        both.remove(stays)
        return merge(actor, stays, both[0], reason=reason, at=at)


def decide_different(actor: Actor, pair_id: int, *, reason: str, at: datetime) -> DoubtfulPair:
    """The pair kept as two persons. Raises NotPermitted, NotFound, InvalidInput without a reason, Conflict."""
    told = reason_of(reason)
    with scope(actor, purpose="merging"):
        pair = _open_pair(actor, pair_id)
        pair.state, pair.decided_at, pair.decided_by_id = DoubtfulPair.State.DIFFERENT, at, actor.account_id
        pair.reason = told
        rows = DoubtfulPair.objects.filter(pk=pair_id, state=DoubtfulPair.State.OPEN)
        if not rows.update(state=pair.state, decided_at=at, decided_by_id=actor.account_id, reason=told):
            raise _decided()
        record(
            actor,
            "people.two_persons",
            subject=str(pair.first.public_id),
            at=at,
            institution_id=pair.first.institution_id,
            detail={"pair": pair.pk, "other": str(pair.second.public_id), "reason": told},
        )
    return pair


def merge_certain(actor: Actor, *, reason: str, at: datetime, most: int = 1_000) -> tuple[int, int]:
    """Merge every open pair that the engine calls certain, at people.merge_probability or more: (merged, left).

    Each is a merge of its own: what cannot be merged (another institution's, merged meanwhile) is left to a person.
    """
    actor.require(PERMISSION)
    least = float(str(policy().value("people.merge_probability", on=timezone.localdate(at))))
    with scope(actor, purpose="merging"):
        pairs = DoubtfulPair.objects.filter(state=DoubtfulPair.State.OPEN, certain=True, probability__gte=least)
        wanted = list(pairs.order_by("-weight", "id").values_list("pk", flat=True)[:most])
    done = 0
    for pair_id in wanted:
        try:
            decide_same(actor, pair_id, reason=reason, at=at)
            done += 1
        except YigongtiError:
            continue
    return done, len(wanted) - done


def survivor_of(pair: DoubtfulPair) -> str:
    """The public number of the registration that stays unless somebody says otherwise: the one with an identity
    number, else the older one."""
    first, second = pair.first, pair.second
    return str(second.public_id if second.number_index and not first.number_index else first.public_id)


def _open_pair(actor: Actor, pair_id: int) -> DoubtfulPair:
    pair = DoubtfulPair.objects.select_related("first", "second").filter(pk=pair_id).first()
    if pair is None:
        raise NotFound("people.no_pair", zh="没有这对登记", en="there is no such pair")
    actor.require(PERMISSION, pair.first.institution_id)
    actor.require(PERMISSION, pair.second.institution_id)
    merged = Resident.State.MERGED in (pair.first.state, pair.second.state)
    if pair.state != DoubtfulPair.State.OPEN or merged:
        raise _decided()
    return pair


def _decided() -> Conflict:
    return Conflict("people.pair_decided", zh="这对登记已有结论", en="this pair has been decided already")
