"""A resource as the tables hold it, and the plain ways to one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from yigongti.kernel.records.sealed_fields import resource_opened, text_opened
from yigongti.kernel.records.statements import run


class Stored(NamedTuple):
    """One version of a resource. at_rest: FHIR JSON as the store keeps it (what is sealed
    is opened by `resource` and `text`), None for a deletion."""

    row: int
    type: str
    fhir_id: str
    version: int
    resident_id: int | None
    institution_id: int
    category: str
    updated_at: datetime
    deleted: bool
    at_rest: str | None

    @property
    def resource(self) -> dict[str, Any]:
        """The resource, parsed."""
        return resource_opened(self.at_rest or "{}")

    @property
    def text(self) -> str:
        """The resource as JSON, ready to be sent."""
        return text_opened(self.type, self.at_rest or "{}")

    @property
    def reference(self) -> str:
        return f"{self.type}/{self.fhir_id}"

    @property
    def etag(self) -> str:
        return f'W/"{self.version}"'


COLUMNS = (
    "{0}.id, {0}.type, {0}.fhir_id, {0}.version, {0}.resident_id, {0}.institution_id, {0}.category, {0}.updated_at,"
    " {0}.deleted, {0}.body::text"
)
_OF_RESOURCE = COLUMNS.format("r")
OF_VERSION = COLUMNS.format("v").replace("v.id", "v.resource_id")

_BY_ID = f"SELECT {_OF_RESOURCE} FROM records_resource r WHERE r.type = %s AND r.fhir_id = %s"
_BY_ROWS = f"SELECT {_OF_RESOURCE} FROM records_resource r WHERE r.id = ANY(%s)"
_BY_IDS = (
    f"SELECT {_OF_RESOURCE} FROM records_resource r WHERE (r.type, r.fhir_id) IN"
    " (SELECT * FROM unnest(%s::text[], %s::text[]))"
)
_LOCKED = "SELECT r.id FROM records_resource r WHERE r.id = ANY(%s) ORDER BY r.id FOR NO KEY UPDATE"
_VERSION = (
    f"{_BY_ID} AND r.version = %s UNION ALL SELECT {OF_VERSION} FROM records_version v"
    " WHERE v.type = %s AND v.fhir_id = %s AND v.version = %s"
)
_HEADS = (
    "SELECT r.type, r.fhir_id, r.id, r.resident_id FROM records_resource r WHERE NOT r.deleted"
    " AND (r.type, r.fhir_id) IN (SELECT * FROM unnest(%s::text[], %s::text[]))"
)


def by_id(type_name: str, fhir_id: str, *, using: str = "default") -> Stored | None:
    """The newest version that the scope shows, also a deleted one."""
    rows = run(_BY_ID, [type_name, fhir_id], using=using)
    return Stored(*rows[0]) if rows else None


def by_ids(names: Iterable[tuple[str, str]], *, using: str = "default") -> dict[tuple[str, str], Stored]:
    """(type, id) → newest version, of those that the scope shows."""
    wanted = sorted(set(names))
    if not wanted:
        return {}
    rows = run(_BY_IDS, [[t for t, _ in wanted], [i for _, i in wanted]], using=using)
    return {(row[1], row[2]): Stored(*row) for row in rows}


def by_rows(rows: Sequence[int], *, using: str = "default") -> dict[int, Stored]:
    """Row → newest version, of those that the scope shows."""
    if not rows:
        return {}
    return {row[0]: Stored(*row) for row in run(_BY_ROWS, [list(rows)], using=using)}


def locked(rows: Sequence[int], *, using: str = "default") -> set[int]:
    """Lock the rows for a change, in order; those that the scope may not change are not among the answer."""
    return {row for (row,) in run(_LOCKED, [sorted(rows)], using=using)} if rows else set()


def version_of(type_name: str, fhir_id: str, version: int, *, using: str = "default") -> Stored | None:
    """One version, the newest or an older one."""
    rows = run(_VERSION, [type_name, fhir_id, version, type_name, fhir_id, version], using=using)
    return Stored(*rows[0]) if rows else None


def heads(names: Iterable[tuple[str, str]], *, using: str = "default") -> dict[tuple[str, str], tuple[int, int | None]]:
    """(type, id) → (row, resident) of what the scope shows and is not deleted: what references lead to."""
    wanted = sorted(set(names))
    if not wanted:
        return {}
    rows = run(_HEADS, [[t for t, _ in wanted], [i for _, i in wanted]], using=using)
    return {(type_name, fhir_id): (row, resident) for type_name, fhir_id, row, resident in rows}


def instant(at: datetime) -> str:
    """An instant of FHIR: 2026-11-24T08:00:00.123Z"""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"
