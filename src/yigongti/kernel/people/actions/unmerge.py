"""Take a merge back: every row that it moved goes back to the registration from which it came.

Rows that were written for the survivor since stay with the survivor. Of several merges in a chain (A into B, B into C)
any may be taken back first: a row goes back from wherever the later merges carried it, and is struck from their lists,
so that taking those back later leaves it alone.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F

from yigongti.foundation.errors import Conflict, NotFound
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.scope import scope
from yigongti.kernel.people.actions.merge import PERMISSION, reason_of
from yigongti.kernel.people.models import DoubtfulPair, Merge, MovedRow, Resident
from yigongti.kernel.people.moving import moved, places
from yigongti.kernel.trail.public import record


def unmerge(actor: Actor, merge_id: int, *, reason: str, at: datetime) -> Merge:
    """The merge, undone; the pair is kept as two persons, so that it is not suggested again.

    Raises NotPermitted, NotFound, InvalidInput without a reason, Conflict when it was undone already or when the
    retired registration's number has meanwhile been given to another active one.
    """
    told = reason_of(reason)
    with scope(actor, purpose="merging"):
        undone = Merge.objects.select_for_update().select_related(None).filter(pk=merge_id).first()
        if undone is None:
            raise NotFound("people.no_merge", zh="没有这次合并", en="there is no such merge")
        chain = _locked_chain(undone)
        actor.require(PERMISSION, undone.survivor.institution_id)
        actor.require(PERMISSION, undone.retired.institution_id)
        if undone.undone_at is not None:
            raise Conflict("people.unmerged_already", zh="这次合并已被撤销", en="this merge was taken back already")
        _activate(undone)
        returned, left = _return_rows(undone, chain, at)
        Merge.objects.filter(pk=undone.pk).update(undone_at=at, undone_by_id=actor.account_id, undo_reason=told)
        undone.undone_at, undone.undo_reason = at, told
        _two_persons(actor, undone, told, at)
        detail = {
            "merge": undone.pk,
            "retired": str(undone.retired.public_id),
            "returned": returned,
            "left": left,
            "reason": told,
        }
        record(
            actor,
            "people.unmerge",
            subject=str(undone.survivor.public_id),
            at=at,
            institution_id=undone.survivor.institution_id,
            detail=detail,
        )
    return undone


def _locked_chain(undone: Merge) -> list[int]:
    """The survivor and those into which it was merged since: where the rows may be. All are locked, and the retired
    one, in the order of their numbers; a merge that got in before is followed too."""
    chain = _chain(undone)
    while True:
        rows = Resident.objects.select_for_update().filter(pk__in=[*chain, undone.retired_id]).order_by("pk")
        list(rows.values_list("pk", flat=True))
        locked, chain = chain, _chain(undone)
        if chain == locked:
            return chain


def _chain(undone: Merge) -> list[int]:
    found = [undone.survivor_id]
    while following := Merge.objects.filter(retired_id=found[-1], undone_at__isnull=True).first():
        found.append(following.survivor_id)
    return found


def _activate(undone: Merge) -> None:
    rows = Resident.objects.filter(pk=undone.retired_id)
    try:
        with transaction.atomic():
            rows.update(state=Resident.State.ACTIVE, merged_into=None, version=F("version") + 1)
    except IntegrityError:
        raise Conflict(
            "people.number_taken_meanwhile",
            zh="被合并登记的证件号码现属于另一份有效登记，请先更正其中一份的号码",
            en="the number of the merged registration now belongs to another active one; correct one of them first",
        ) from None
    Resident.objects.filter(pk=undone.survivor_id).update(version=F("version") + 1)


def _return_rows(undone: Merge, chain: list[int], at: datetime) -> tuple[int, int]:
    """(rows that went back, rows that could not: gone, or kept by a unique constraint)."""
    lists: dict[tuple[str, str], list[str]] = defaultdict(list)
    entries = MovedRow.objects.filter(merge=undone, returned_at__isnull=True)
    for table, column, row in entries.values_list("table_name", "column_name", "row"):
        lists[table, column].append(row)
    returned = left = 0
    for place in places():
        rows = lists.get((place.table, place.column), [])
        if not rows:
            continue
        here = place.rows.filter(**{"pk__in": rows, f"{place.field.attname}__in": chain})
        gone, _kept = moved(place, list(here.values_list("pk", flat=True)), undone.retired_id)
        returned, left = returned + len(gone), left + len(rows) - len(gone)
        MovedRow.objects.filter(
            merge_id__gte=undone.pk,
            table_name=place.table,
            column_name=place.column,
            row__in=[str(key) for key in gone],
            returned_at__isnull=True,
        ).update(returned_at=at)
    return returned, left


def _two_persons(actor: Actor, undone: Merge, reason: str, at: datetime) -> None:
    first, second = sorted((undone.survivor_id, undone.retired_id))
    DoubtfulPair.objects.update_or_create(
        first_id=first,
        second_id=second,
        defaults={
            "state": DoubtfulPair.State.DIFFERENT,
            "decided_at": at,
            "decided_by_id": actor.account_id,
            "reason": reason,
        },
        create_defaults={
            "state": DoubtfulPair.State.DIFFERENT,
            "weight": 0.0,
            "probability": 0.0,
            "found_at": at,
            "decided_at": at,
            "decided_by_id": actor.account_id,
            "reason": reason,
        },
    )
