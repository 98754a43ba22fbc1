"""One resource written: create, update, patch, delete, each with its conditions: a bundle of one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from yigongti.kernel.records.bundles import Work
from yigongti.kernel.records.entries import Entry
from yigongti.kernel.records.stored import Stored
from yigongti.kernel.records.transactions import perform


@dataclass(frozen=True, slots=True)
class Written:
    """What came of it. created, changed: whether there is a new resource or a new version. resource None: deleted."""

    type: str
    fhir_id: str
    version: int
    updated_at: datetime
    resource: dict[str, Any] | None
    created: bool = False
    changed: bool = True


def create(resource: dict[str, Any], work: Work, *, type_name: str, if_none_exist: str = "") -> Written:
    """A new resource; with a condition, the one that it finds instead. Raises Refused."""
    return _one(Entry("", "POST", type_name, resource=resource, if_none_exist=if_none_exist), work)


def update(
    resource: dict[str, Any],
    work: Work,
    *,
    type_name: str,
    fhir_id: str = "",
    query: str = "",
    if_match: int | None = None,
) -> Written:
    """A new version of what is named by id or found by a condition (which creates it where it finds nothing)."""
    return _one(Entry("", "PUT", type_name, fhir_id, query, resource, if_match=if_match), work)


def patch(
    operations: list[Any],
    work: Work,
    *,
    type_name: str,
    fhir_id: str = "",
    query: str = "",
    if_match: int | None = None,
) -> Written:
    """A new version by JSON Patch."""
    return _one(Entry("", "PATCH", type_name, fhir_id, query, if_match=if_match, operations=operations), work)


def delete(
    work: Work, *, type_name: str, fhir_id: str = "", query: str = "", if_match: int | None = None
) -> Written | None:
    """A version that says deleted; None where a condition found nothing. Reading it answers 410 from then on."""
    entry = Entry("", "DELETE", type_name, fhir_id, query, if_match=if_match)
    perform([entry], work)
    return _written(work) if work.drafts or work.done.get(0) else None


def _one(entry: Entry, work: Work) -> Written:
    perform([entry], work)
    return _written(work)


def _written(work: Work) -> Written:
    draft = work.drafts.get(0)
    if draft is not None:
        return Written(draft.type, draft.fhir_id, draft.version, work.at, draft.resource, created=draft.before is None)
    stored: Stored | None = work.done[0]
    assert stored is not None
    resource = None if stored.deleted else stored.resource
    return Written(stored.type, stored.fhir_id, stored.version, stored.updated_at, resource, changed=False)
