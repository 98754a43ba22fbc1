"""The record of one resident, for pages: the newest versions, whatever institution wrote them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from yigongti.kernel.records.definitions.public import SUPPORTED, read_json
from yigongti.kernel.records.statements import run

_OF_RESIDENT = (
    "SELECT r.body::text FROM records_resource r WHERE r.resident_id = %s AND r.type = ANY(%s::text[])"
    " AND NOT r.deleted AND r.updated_at >= %s ORDER BY r.type, r.id"
)
_COUNTED = (
    "SELECT r.type, count(*) FROM records_resource r WHERE r.resident_id = %s AND NOT r.deleted GROUP BY r.type"
    " ORDER BY r.type"
)
_BEGINNING = datetime.fromisoformat("0001-01-02T00:00:00+00:00")


def of_resident(
    resident_id: int, types: Collection[str] = (), *, since: datetime | None = None, using: str = "default"
) -> list[dict[str, Any]]:
    """The resources of a resident that the scope shows, by type and in the order of their arrival.

    types: all of them if empty. since: only versions written at or after that instant. Noting that the record was
    looked at is the caller's (kernel/trail), once for the page.
    """
    rows = run(_OF_RESIDENT, [resident_id, sorted(types or SUPPORTED), since or _BEGINNING], using=using)
    return [read_json(body.encode()) for (body,) in rows]


def counted(resident_id: int, *, using: str = "default") -> dict[str, int]:
    """How many resources of each type a resident has, of those that the scope shows."""
    return dict(run(_COUNTED, [resident_id], using=using))
