"""Writing resources in sets: whatever the number of resources, each table is written by one statement."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from yigongti.foundation.errors import NotPermitted
from yigongti.kernel.records.definitions.public import SUPPORTED, index_rows, write_json
from yigongti.kernel.records.index_rows import Columns, Resolved, forget
from yigongti.kernel.records.statements import run
from yigongti.kernel.records.stored import Stored, instant

_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"


def new_id(at: datetime) -> str:
    """An id of 26 letters, rising with time, so that neighbours in time are neighbours in the index; 80 bits random."""
    number = int(at.timestamp() * 1000) << 80 | secrets.randbits(80)
    return "".join(_LETTERS[number >> shift & 31] for shift in range(125, -1, -5))


@dataclass(slots=True)
class Draft:
    """A version about to be written. resource None: a deletion. before: what it supersedes, None for a new one.

    resident_id None: nobody's record; `own`: then only the institution's to see, though it is of a personal type.
    """

    type: str
    fhir_id: str
    resource: dict[str, Any] | None
    institution_id: int
    before: Stored | None = None
    resident_id: int | None = None
    row: int = 0

    @property
    def version(self) -> int:
        return self.before.version + 1 if self.before else 1

    @property
    def category(self) -> str:
        """As its type has it; what names no resident though it should is clinical: the institution's own."""
        kind = SUPPORTED[self.type]
        return "clinical" if self.resident_id is None and kind.is_personal else kind.category

    @property
    def whose(self) -> int | None:
        """For the index rows: the resident; null for everybody; minus the institution for its own."""
        if self.resident_id is not None:
            return self.resident_id
        return -self.institution_id if self.category != "administrative" else None


_ROWS = "SELECT nextval('records_resource_id_seq') FROM generate_series(1, %s)"
_INSERT = (
    "INSERT INTO records_resource (id, type, fhir_id, version, resident_id, institution_id, category, updated_at,"
    " deleted, account_id, body)"
    " SELECT d.id, d.type, d.fhir_id, 1, d.resident, d.institution, d.category, %s, false, %s,"
    " d.body::jsonb FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::bigint[], %s::int[], %s::text[], %b::text[])"
    " AS d (id, type, fhir_id, resident, institution, category, body)"
)
_SUPERSEDE = (
    "INSERT INTO records_version (resource_id, version, type, fhir_id, resident_id, institution_id, category,"
    " updated_at, deleted, account_id, body) SELECT id, version, type, fhir_id, resident_id, institution_id, category,"
    " updated_at, deleted, account_id, body FROM records_resource WHERE id = ANY(%s)"
)
_UPDATE = (
    "UPDATE records_resource r SET version = r.version + 1, resident_id = d.resident, category = d.category,"
    " updated_at = %s, deleted = d.body IS NULL, account_id = %s, body = d.body::jsonb"
    " FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::text[]) AS d (id, resident, category, body)"
    " WHERE r.id = d.id RETURNING r.id"
)


def give_rows(drafts: Sequence[Draft], using: str) -> None:
    """Rows for those that have none yet."""
    new = [draft for draft in drafts if not draft.row]
    for draft in drafts:
        if draft.before is not None:
            draft.row = draft.before.row
    new = [draft for draft in new if not draft.row]
    if new:
        for draft, (row,) in zip(new, run(_ROWS, [len(new)], using=using), strict=True):
            draft.row = row


def write(drafts: Sequence[Draft], resolved: Resolved, *, account_id: int, at: datetime, using: str) -> None:
    """Write all, with their index rows. resolved: (type, id) → row of everything that they refer to.

    The rows of what is superseded must be locked. Raises NotPermitted where the scope does not let one be written.
    """
    give_rows(drafts, using)
    for draft in drafts:
        if draft.resource is not None:
            _stamp(draft, at)
    new = [draft for draft in drafts if draft.before is None]
    old = [draft for draft in drafts if draft.before is not None]
    if new:
        columns = [(d.row, d.type, d.fhir_id, d.resident_id, d.institution_id, d.category, _text(d)) for d in new]
        run(_INSERT, [at, account_id, *map(list, zip(*columns, strict=True))], using=using)
    if old:
        _replace(old, account_id, at, using)
    _index([draft for draft in drafts if draft.resource is not None], resolved, using)


def _replace(old: Sequence[Draft], account_id: int, at: datetime, using: str) -> None:
    rows = [draft.row for draft in old]
    run(_SUPERSEDE, [rows], using=using)
    forget(rows, using)
    columns = [(d.row, d.resident_id, d.category, _text(d)) for d in old]
    written = run(_UPDATE, [at, account_id, *map(list, zip(*columns, strict=True))], using=using)
    if len(written) != len(old):
        raise not_yours()


def _index(drafts: Sequence[Draft], resolved: Resolved, using: str) -> None:
    columns = Columns()
    for draft in drafts:
        assert draft.resource is not None
        public_at = draft.institution_id if draft.category == "public_health" else None
        columns.add(draft.type, draft.row, draft.whose, public_at, index_rows(draft.resource), resolved)
    columns.write(using)


def _stamp(draft: Draft, at: datetime) -> None:
    """id and meta as the store gives them; the rest of meta is the sender's."""
    given = draft.resource or {}
    meta = {k: v for k, v in given.get("meta", {}).items() if k not in {"versionId", "lastUpdated"}}
    stamped = {"versionId": str(draft.version), "lastUpdated": instant(at), **meta}
    rest = {name: value for name, value in given.items() if name not in {"resourceType", "id", "meta"}}
    draft.resource = {"resourceType": draft.type, "id": draft.fhir_id, "meta": stamped, **rest}


def _text(draft: Draft) -> str | None:
    return None if draft.resource is None else write_json(draft.resource).decode()


def to_milliseconds(at: datetime) -> datetime:
    """The instant as `meta.lastUpdated` tells it, so that a search by it finds what it shows."""
    return at.astimezone(UTC).replace(microsecond=at.microsecond // 1000 * 1000)


def not_yours() -> NotPermitted:
    return NotPermitted(
        "records.not_your_resource",
        zh="该资源由其他机构写入，只能由该机构修改",
        en="the resource was written by another institution, which alone may change it",
    )
