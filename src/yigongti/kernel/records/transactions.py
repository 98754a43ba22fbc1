"""Bundles in: a transaction is done whole or not at all, a batch entry by entry."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from yigongti.foundation.errors import YigongtiError
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.scope import scope
from yigongti.kernel.records import asking
from yigongti.kernel.records.answers import bundle as bundle_of
from yigongti.kernel.records.bundles import Work, apply, at_entry
from yigongti.kernel.records.care import care_for_encounters
from yigongti.kernel.records.definitions.public import Issue
from yigongti.kernel.records.entries import Allow, Entry, Viewed, entries_of
from yigongti.kernel.records.outcomes import Refused, as_refused, outcome_of
from yigongti.kernel.records.stored import instant
from yigongti.kernel.records.writing import Draft
from yigongti.kernel.trail.public import record


def transact(
    bundle: Mapping[str, Any],
    actor: Actor,
    *,
    institution_id: int,
    at: datetime,
    using: str = "default",
    base: str = "",
    allow: Allow | None = None,
    viewed: Viewed | None = None,
) -> dict[str, Any]:
    """What came of a transaction or batch Bundle, as a response Bundle. Raises Refused; then nothing was changed.

    institution_id: where the actor writes. base: our own base URL. allow: the scopes of a client, asked for each entry.
    """
    if bundle.get("resourceType") != "Bundle" or bundle.get("type") not in {"transaction", "batch"}:
        raise Refused(
            400, "invalid", zh="应为 type 是 transaction 或 batch 的 Bundle",
            en="a Bundle of type transaction or batch is expected", where="Bundle.type",
        )  # fmt: skip
    entries = entries_of(bundle, base)
    work = Work(actor, institution_id, at, base, using, allow, viewed)
    if bundle["type"] == "batch":
        return bundle_of("batch-response", [_alone(entry, work) for entry in entries])
    return bundle_of("transaction-response", perform(entries, work))


def perform(entries: Sequence[Entry], work: Work) -> list[dict[str, Any]]:
    """Do all entries or none; the entries of the response. To be called in the actor's scope."""
    try:
        # a scope of its own: what fails is taken back here, whatever the caller does with the error
        with scope(work.actor, using=work.using):
            apply(entries, work)
            drafts = list(work.drafts.values())
            care_for_encounters(drafts, work)
            _note(drafts, work)
            return [_response(place, entry, work) for place, entry in enumerate(entries)]
    except YigongtiError as error:
        raise as_refused(error) from error


def _alone(entry: Entry, work: Work) -> dict[str, Any]:
    own = Work(work.actor, work.institution_id, work.at, work.base, work.using, work.allow, work.viewed)
    entry.place = ""
    try:
        with transaction.atomic(using=work.using):
            return perform([entry], own)[0]
    except Refused as refused:
        return {"response": {"status": f"{refused.status}", "outcome": refused.outcome}}


def _note(drafts: Sequence[Draft], work: Work) -> None:
    """One line of the trail for all that was written together."""
    if not drafts:
        return
    counted = Counter(
        f"{'delete' if d.resource is None else 'update' if d.before else 'create'} {d.type}" for d in drafts
    )
    subject = f"{drafts[0].type}/{drafts[0].fhir_id}" if len(drafts) == 1 else f"{len(drafts)} resources"
    record(
        work.actor, "records.write", subject=subject, at=work.at, institution_id=work.institution_id,
        detail=dict(counted), using=work.using,
    )  # fmt: skip


def _response(place: int, entry: Entry, work: Work) -> dict[str, Any]:
    if entry.method in {"GET", "HEAD"}:
        with at_entry(entry):
            return asking.answer_entry(entry, work, work.viewed)
    draft = work.drafts.get(place)
    if draft is None:
        stored = work.done[place]
        if stored is None or entry.method == "DELETE":
            return {"response": {"status": "204"}}
        told = Issue(
            "information",
            "informational",
            "",
            "已存在，未新建",
            "it exists already; nothing was created",  # type: ignore[arg-type]
        )
        return {
            "fullUrl": f"{work.base}/{stored.reference}",
            "response": {
                "status": "200", "location": f"{stored.reference}/_history/{stored.version}", "etag": stored.etag,
                "lastModified": instant(stored.updated_at), "outcome": outcome_of([told]),
            },
        }  # fmt: skip
    location = f"{draft.type}/{draft.fhir_id}/_history/{draft.version}"
    status = "204" if draft.resource is None else "200" if draft.before else "201"
    response = {
        "status": status, "location": location, "etag": f'W/"{draft.version}"', "lastModified": instant(work.at),
    }  # fmt: skip
    if draft.resource is None:
        return {"response": response}
    return {"fullUrl": f"{work.base}/{draft.type}/{draft.fhir_id}", "response": response}
