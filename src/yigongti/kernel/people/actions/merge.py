"""Merge one registration into another: all rows about the retired one are moved to the survivor, and each move is kept,
so that it can be taken back (unmerge.py). Nothing is deleted; the retired registration stays and names the survivor.

docs/adr/0014-merging-by-moving-rows.md tells why rows are moved at all.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F

from yigongti.foundation.errors import Conflict, InvalidInput
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.scope import scope
from yigongti.kernel.people.models import DoubtfulPair, Merge, MovedRow, Resident
from yigongti.kernel.people.moving import moved, places
from yigongti.kernel.people.standing import no_resident
from yigongti.kernel.trail.public import record

PERMISSION = "people.match"


def merge(actor: Actor, survivor: UUID | str, retired: UUID | str, *, reason: str, at: datetime) -> Merge:
    """The merge. A row that the survivor has already (a unique constraint) stays with the retired registration and is
    counted in `stayed`.

    Raises NotPermitted (at either institution that keeps them), NotFound, InvalidInput without a reason or for one
    registration twice, Conflict when one of them was merged meanwhile.
    """
    told = reason_of(reason)
    with scope(actor, purpose="merging"):
        keeps, goes = _locked(survivor, retired)
        actor.require(PERMISSION, keeps.institution_id)
        actor.require(PERMISSION, goes.institution_id)
        if Resident.State.MERGED in (keeps.state, goes.state):
            raise Conflict(
                "people.merged_already",
                zh="其中一份登记已被合并，请刷新后重试",
                en="one of the registrations has been merged already; open the pair again",
            )
        made = Merge.objects.create(
            survivor=keeps, retired=goes, reason=told, merged_at=at, merged_by_id=actor.account_id
        )
        made.stayed = _move_all(made)
        Merge.objects.filter(pk=made.pk).update(stayed=made.stayed)
        Resident.objects.filter(pk=goes.pk).update(
            state=Resident.State.MERGED, merged_into=keeps, version=F("version") + 1
        )
        Resident.objects.filter(pk=keeps.pk).update(version=F("version") + 1)
        first, second = sorted((keeps.pk, goes.pk))
        DoubtfulPair.objects.filter(first_id=first, second_id=second).update(
            state=DoubtfulPair.State.SAME, decided_at=at, decided_by_id=actor.account_id, reason=told
        )
        detail = {
            "merge": made.pk,
            "retired": str(goes.public_id),
            "moved": MovedRow.objects.filter(merge=made).count(),
            "stayed": made.stayed,
            "reason": told,
        }
        subject = str(keeps.public_id)
        record(actor, "people.merge", subject=subject, at=at, institution_id=keeps.institution_id, detail=detail)
    return made


def reason_of(reason: str) -> str:
    """The reason, trimmed. Raises InvalidInput when it is missing."""
    told = " ".join(reason.split())[:200]
    if not told:
        raise InvalidInput("people.reason_missing", zh="请写明理由", en="give the reason", where="reason")
    return told


def _locked(survivor: UUID | str, retired: UUID | str) -> tuple[Resident, Resident]:
    """Both registrations, locked in the order of their numbers: two merges of one pair wait for each other, and rows
    that are being written about either are in before the merge looks for them."""
    wanted = [str(survivor), str(retired)]
    rows = list(Resident.objects.select_for_update().filter(public_id__in=wanted).order_by("pk"))
    if wanted[0] == wanted[1]:
        raise InvalidInput(
            "people.merge_with_itself", zh="不能与自己合并", en="a registration is not merged with itself"
        )
    by_number = {str(row.public_id): row for row in rows}
    if len(by_number) != 2:
        raise no_resident()
    return by_number[wanted[0]], by_number[wanted[1]]


def _move_all(made: Merge) -> dict[str, int]:
    stayed: dict[str, int] = {}
    for place in places():
        keys = list(place.rows.filter(**{place.field.attname: made.retired_id}).values_list("pk", flat=True))
        if not keys:
            continue
        with transaction.atomic():
            gone, kept = moved(place, keys, made.survivor_id)
        MovedRow.objects.bulk_create(
            [MovedRow(merge=made, table_name=place.table, column_name=place.column, row=str(key)) for key in gone],
            batch_size=1_000,
        )
        if kept:
            stayed[f"{place.table}.{place.column}"] = len(kept)
    return stayed
