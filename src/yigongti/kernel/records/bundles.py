"""A transaction: every entry or none, whatever their number in a handful of statements.

The order is that of the standard: conditions are asked, then everything is deleted, created, changed, and at last read.
docs/adr/0015 tells the steps.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from yigongti.foundation.errors import YigongtiError
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.records.conditions import Query, only, resolve
from yigongti.kernel.records.definitions.public import (
    SUPPORTED,
    patched,
    references_in,
    rewritten,
    split_reference,
)
from yigongti.kernel.records.entries import Allow, Entry, Viewed, check, check_resource
from yigongti.kernel.records.outcomes import Refused, as_refused, gone, not_found
from yigongti.kernel.records.patients import no_target, resident_behind, resident_of
from yigongti.kernel.records.statements import run
from yigongti.kernel.records.stored import Stored, by_ids, heads, locked
from yigongti.kernel.records.writing import Draft, give_rows, new_id, not_yours, to_milliseconds, write

INTERACTIONS = {"POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete", "GET": "read", "HEAD": "read"}
WRITE = "records.write"

Writing = dict[int, Entry]
"""Place in the bundle → entry that writes."""


@dataclass(slots=True)
class Work:
    """A transaction under way. drafts: entry → what is written for it; done: entry → what was there already."""

    actor: Actor
    institution_id: int
    at: datetime
    base: str
    using: str
    allow: Allow | None = None
    viewed: Viewed | None = None
    drafts: dict[int, Draft] = field(default_factory=dict)
    done: dict[int, Stored | None] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)  # fullUrl, condition → Type/id


def apply(entries: Sequence[Entry], work: Work) -> None:
    """Do what the entries ask for, reads apart. To be called in a transaction. Raises Refused."""
    work.at = to_milliseconds(work.at)
    writing = {place: entry for place, entry in enumerate(entries) if entry.method not in {"GET", "HEAD"}}
    for entry in writing.values():
        with at_entry(entry):
            if work.allow:
                work.allow(INTERACTIONS[entry.method], entry.type)
            work.actor.require(WRITE, work.institution_id)
            check(entry)
            entry.references = references_in(entry.resource or {})
    targets = _answer_conditions(writing, work)
    _load_targets(writing, targets, work)
    _draft(writing, targets, work)
    _rewrite(writing, work)
    drafts = list(work.drafts.values())
    _refuse_if_referred_to(writing, work)
    give_rows(drafts, work.using)
    resolved = _resolve_references(writing, work)
    write(drafts, resolved, account_id=work.actor.account_id, at=work.at, using=work.using)


_REFERRING = (
    "SELECT f.target_id FROM records_reference f WHERE f.target_id = ANY(%s) AND f.resource_id <> ALL(%s) LIMIT 1"
)


def _refuse_if_referred_to(writing: Writing, work: Work) -> None:
    """What others refer to is not deleted, unless they are deleted or changed in the same transaction."""
    deleted = {d.before.row: place for place, d in work.drafts.items() if d.resource is None and d.before is not None}
    if not deleted:
        return
    changed = [draft.before.row for draft in work.drafts.values() if draft.before is not None]
    rows = run(_REFERRING, [list(deleted), changed], using=work.using)
    if rows:
        with at_entry(writing[deleted[rows[0][0]]]):
            raise Refused(
                409,
                "conflict",
                zh="还有其他资源引用它，不能删除",
                en="other resources refer to it; it cannot be deleted",
            )


class at_entry:
    """Errors inside are said to be at the entry."""

    def __init__(self, entry: Entry) -> None:
        self.entry = entry

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, YigongtiError) and self.entry.place:
            raise as_refused(error).at(self.entry.place) from error


def _answer_conditions(writing: Writing, work: Work) -> dict[int, Stored | None]:
    """Entry → the resource that its condition finds; and the conditional references by what they find."""
    queries: dict[int, Query] = {}
    for place, entry in writing.items():
        if entry.is_conditional:
            queries[place] = (entry.type, tuple(entry.condition))
    references: dict[str, Query] = {}
    for entry in writing.values():
        for text in entry.references:
            target = split_reference(text) if "?" in text else None
            if target is not None and target.condition:
                references[text] = (target.type, tuple(_pairs(target.condition)))
    if not queries and not references:
        return {}
    found = resolve(
        [*queries.values(), *references.values()], work.actor, lock=queries.values(), base=work.base, using=work.using
    )
    for text, query in references.items():
        match = only(found[query], query[0])
        if match is None:
            raise no_target(text)
        work.names[text] = match.reference
    targets = {}
    for place, entry in writing.items():
        if place in queries:
            with at_entry(entry):
                targets[place] = only(found[queries[place]], entry.type)
    return targets


def _pairs(query: str) -> list[tuple[str, str]]:
    from urllib.parse import parse_qsl

    return parse_qsl(query, keep_blank_values=True)


def _load_targets(writing: Writing, targets: dict[int, Stored | None], work: Work) -> None:
    """Find what entries name by id, lock everything that will change, and take its newest version."""
    named = {(entry.type, entry.fhir_id) for entry in writing.values() if entry.fhir_id and entry.method != "POST"}
    changing = {stored.reference: stored for place, stored in targets.items() if stored is not None
                and not writing[place].if_none_exist}  # fmt: skip
    changing |= {stored.reference: stored for stored in by_ids(named, using=work.using).values()}
    if not changing:
        return
    open_rows = locked([stored.row for stored in changing.values()], using=work.using)
    fresh = by_ids([(stored.type, stored.fhir_id) for stored in changing.values()], using=work.using)
    for place, entry in writing.items():
        if entry.method == "POST":
            continue
        known = targets.get(place)
        name = (entry.type, entry.fhir_id or (known.fhir_id if known else ""))
        stored = fresh.get(name)
        if stored is not None and stored.row not in open_rows:
            with at_entry(entry):
                raise not_yours()
        targets[place] = stored


def _draft(writing: Writing, targets: dict[int, Stored | None], work: Work) -> None:
    changed: set[str] = set()
    for place, entry in writing.items():
        with at_entry(entry):
            draft = _draft_of(entry, targets.get(place), work)
            if draft is None:
                work.done[place] = targets.get(place)
            else:
                name = f"{draft.type}/{draft.fhir_id}"
                if name in changed:
                    raise Refused(
                        400, "duplicate", zh=f"同一 Bundle 中 {name} 出现两次", en=f"{name} occurs twice in the bundle"
                    )
                changed.add(name)
                work.drafts[place] = draft
            if entry.full_url and entry.method in {"POST", "PUT"}:
                stored = draft or targets[place]
                assert stored is not None
                work.names[entry.full_url] = f"{stored.type}/{stored.fhir_id}"
                target = split_reference(entry.full_url)
                if target is not None and target.type == entry.type and (own := entry.resource or {}).get("id"):
                    # relative references of a bundle are relative to the full urls of its entries
                    work.names[f"{entry.type}/{own['id']}"] = f"{stored.type}/{stored.fhir_id}"


def _draft_of(entry: Entry, target: Stored | None, work: Work) -> Draft | None:
    """What is to be written for an entry; None where all is as it should be."""
    if entry.method == "POST":
        if entry.if_none_exist and target is not None:
            return None
        return Draft(entry.type, new_id(work.at), entry.resource, work.institution_id)
    if entry.if_match is not None and (target is None or target.version != entry.if_match):
        raise version_conflict(entry.type, entry.fhir_id, entry.if_match)
    if entry.method == "DELETE":
        if target is None or target.deleted:
            if entry.fhir_id and target is None:
                raise not_found(entry.type, entry.fhir_id)
            return None
        return Draft(entry.type, target.fhir_id, None, target.institution_id, target, target.resident_id)
    if target is None and not entry.fhir_id and entry.method == "PUT":
        if entry.resource and "id" in entry.resource:
            raise not_found(entry.type, str(entry.resource["id"]))  # ids are given by the store
        return Draft(entry.type, new_id(work.at), entry.resource, work.institution_id)
    if target is None:
        raise not_found(entry.type, entry.fhir_id or "?" + entry.query)
    resource = entry.resource
    if entry.method == "PATCH":
        if target.deleted:
            raise gone(entry.type, target.fhir_id)
        resource = patched(target.resource, entry.operations or [])
        check_resource(entry.type, target.fhir_id, resource)
    return Draft(entry.type, target.fhir_id, resource, target.institution_id, target, target.resident_id)


def _rewrite(writing: Writing, work: Work) -> None:
    """Put the store's ids where the bundle used names of its own, and relative references for our own addresses."""
    for place, draft in work.drafts.items():
        if draft.resource is None:
            continue
        entry = writing[place]
        if entry.operations is not None:
            entry.references = references_in(draft.resource)
        names = work.names
        if work.base:
            own = {
                text: text.removeprefix(work.base).lstrip("/")
                for text in entry.references
                if text.startswith(work.base)
            }
            names = {**own, **names} if own else names
        if names:
            draft.resource = rewritten(draft.resource, names)
            entry.references = [names.get(text, text) for text in entry.references]


def _resolve_references(writing: Writing, work: Work) -> dict[tuple[str, str], int]:
    """(type, id) → row of all that is referred to; gives every draft its resident on the way."""
    own = {(draft.type, draft.fhir_id): draft for draft in work.drafts.values() if draft.resource is not None}
    wanted: set[tuple[str, str]] = set()
    texts: dict[int, list[tuple[str, str]]] = {}
    for place, draft in work.drafts.items():
        if draft.resource is None:
            continue
        found = []
        for text in writing[place].references:
            target = split_reference(text)
            if target is not None and target.id and target.type in SUPPORTED:
                found.append((target.type, target.id))
            elif text.startswith("urn:uuid:") and _is_from_bundle(writing):
                with at_entry(writing[place]):
                    raise no_target(text)
        texts[place] = found
        wanted.update(name for name in found if name not in own)
    known = heads(wanted, using=work.using)
    residents: dict[tuple[str, str], int | None] = {name: resident for name, (_, resident) in known.items()}
    for place, draft in work.drafts.items():
        if draft.type == "Patient" and draft.resource is not None:
            with at_entry(writing[place]):
                if draft.resident_id is None:
                    draft.resident_id = resident_behind(draft.resource, work.actor, work.institution_id, work.at)
            residents[(draft.type, draft.fhir_id)] = draft.resident_id
    resolved = {name: row for name, (row, _) in known.items()} | {name: draft.row for name, draft in own.items()}
    for place, draft in work.drafts.items():
        if draft.resource is None:
            continue
        with at_entry(writing[place]):
            missing = next((name for name in texts[place] if name not in resolved), None)
            if missing is not None and missing[0] != "Person":
                raise no_target("/".join(missing))
            if draft.type != "Patient":
                draft.resident_id = resident_of(draft.resource, residents)
    return resolved


def _is_from_bundle(writing: Writing) -> bool:
    return any(entry.full_url for entry in writing.values())


def version_conflict(type_name: str, fhir_id: str, wanted: int) -> Refused:
    """If-Match names a version that is not the newest one."""
    return Refused(
        412, "conflict", zh=f"{type_name}/{fhir_id} 的最新版本不是 {wanted}，请取新版本后再改",
        en=f"version {wanted} is not the newest of {type_name}/{fhir_id}; fetch the newest and change that",
    )  # fmt: skip
