"""Resources that processes publish in bulk: with ids of their own: published again, only what differs changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import transaction

from yigongti.foundation.errors import InvalidInput
from yigongti.kernel.records.definitions.public import SUPPORTED, references_in, split_reference
from yigongti.kernel.records.entries import check_resource
from yigongti.kernel.records.patients import resident_of
from yigongti.kernel.records.stored import Stored, by_ids, heads, locked
from yigongti.kernel.records.writing import Draft, give_rows, to_milliseconds, write

AT_ONCE = 1000
Name = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Published:
    """How many resources are new, have a new version, and were as they are."""

    added: int = 0
    changed: int = 0
    same: int = 0

    def __add__(self, other: Published) -> Published:
        return Published(self.added + other.added, self.changed + other.changed, self.same + other.same)


def publish(
    resources: Iterable[dict[str, Any]],
    *,
    institution_id: int,
    at: datetime,
    residents: Mapping[str, int] | None = None,
    using: str = "bulk",
) -> Published:
    """Write resources, each with its `id`, past row security: for processes that were permitted as a whole.

    residents: "Patient/<id>" → resident, for Patients that are not kept yet. A reference must lead to what is kept or
    is published in the same thousand or before. Each thousand is one transaction. Raises InvalidInput or Refused.
    """
    known = {tuple(name.split("/", 1)): number for name, number in (residents or {}).items()}
    total = Published()
    at = to_milliseconds(at)
    iterator = iter(resources)
    while some := list(islice(iterator, AT_ONCE)):
        with transaction.atomic(using=using):
            total += _publish(some, known, institution_id, at, using)  # type: ignore[arg-type]
    return total


def _publish(
    some: list[dict[str, Any]], residents: Mapping[Name, int], institution_id: int, at: datetime, using: str
) -> Published:
    names = [_name(resource) for resource in some]
    before = by_ids(names, using=using)
    locked([stored.row for stored in before.values()], using=using)
    drafts = [
        Draft(name[0], name[1], resource, institution_id, before.get(name))
        for name, resource in zip(names, some, strict=True)
        if name not in before or not _is_same(before[name], resource)
    ]
    own = {(draft.type, draft.fhir_id) for draft in drafts}
    kept = heads({name for draft in drafts for name in _references(draft)} - own, using=using)
    of_patients: dict[Name, int | None] = {name: resident for name, (_, resident) in kept.items()}
    for draft in drafts:
        if draft.type == "Patient":
            name = (draft.type, draft.fhir_id)
            draft.resident_id = before[name].resident_id if name in before else residents.get(name)
            if draft.resident_id is None:
                raise InvalidInput(
                    "records.resident_unknown",
                    zh="发布患者时须给出其居民登记号",
                    en="a Patient is published with the number of its resident",
                    where="/".join(name),
                )
            of_patients[name] = draft.resident_id
    for draft in drafts:
        if draft.type != "Patient" and draft.resource is not None:
            draft.resident_id = resident_of(draft.resource, of_patients)
    give_rows(drafts, using)
    resolved = {name: row for name, (row, _) in kept.items()}
    resolved |= {(draft.type, draft.fhir_id): draft.row for draft in drafts}
    if drafts:
        write(drafts, resolved, account_id=0, at=at, using=using)
    changed = sum(draft.before is not None for draft in drafts)
    return Published(len(drafts) - changed, changed, len(some) - len(drafts))


def _name(resource: Mapping[str, Any]) -> Name:
    type_name = str(resource.get("resourceType"))
    if type_name not in SUPPORTED or not resource.get("id"):
        raise InvalidInput(
            "records.not_publishable",
            zh="发布的资源须有受支持的类型和自己的 id",
            en="what is published has a supported type and an id of its own",
            where=type_name,
        )
    check_resource(type_name, "", resource)
    return type_name, str(resource["id"])


def _references(draft: Draft) -> Iterator[Name]:
    for text in references_in(draft.resource or {}):
        target = split_reference(text)
        if target is not None and target.id:
            yield target.type, target.id


def _is_same(stored: Stored, resource: Mapping[str, Any]) -> bool:
    return not stored.deleted and _plain(stored.resource) == _plain(resource)


def _plain(resource: Mapping[str, Any]) -> dict[str, Any]:
    """Without what the store itself puts into meta."""
    meta = {k: v for k, v in resource.get("meta", {}).items() if k not in {"versionId", "lastUpdated"}}
    plain = {name: value for name, value in resource.items() if name != "meta"}
    return {**plain, "meta": meta} if meta else plain
