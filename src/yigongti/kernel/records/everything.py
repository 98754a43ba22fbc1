"""`Patient/$everything`: the whole record of the resident behind a patient, as far as the scope shows it.

A resident may be a patient of several institutions. The record is the resident's: what belongs to any of the Patients
is in it, and the institutions and staff that it refers to come with each page.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from yigongti.kernel.access.actor import Actor
from yigongti.kernel.records.answers import bundle, entry_of, links
from yigongti.kernel.records.asking import allowed, read
from yigongti.kernel.records.definitions.public import SUPPORTED
from yigongti.kernel.records.entries import Allow, Viewed
from yigongti.kernel.records.outcomes import Refused, not_supported
from yigongti.kernel.records.statements import run
from yigongti.kernel.records.stored import COLUMNS, Stored, by_rows

USUAL, MOST = 200, 1000

_PAGE = (
    f"SELECT {COLUMNS.format('r')} FROM records_resource r WHERE r.resident_id = %s AND r.type = ANY(%s::text[])"
    " AND NOT r.deleted AND r.updated_at >= %s AND r.id > %s ORDER BY r.id LIMIT %s"
)
_COUNT = (
    "SELECT count(*) FROM records_resource r WHERE r.resident_id = %s AND r.type = ANY(%s::text[])"
    " AND NOT r.deleted AND r.updated_at >= %s"
)
_NAMED = (
    "SELECT DISTINCT f.target_id FROM records_reference f JOIN records_resource t ON t.id = f.target_id"
    " WHERE f.resource_id = ANY(%s) AND t.resident_id IS NULL AND t.type = ANY(%s::text[])"
)
_BEGINNING = datetime.fromisoformat("0001-01-02T00:00:00+00:00")


def everything(
    patient_id: str,
    query: Sequence[tuple[str, str]],
    actor: Actor,
    *,
    base: str,
    viewed: Viewed | None = None,
    allow: Allow | None = None,
    using: str = "default",
) -> dict[str, Any]:
    """The Bundle of one page. query: _count, _since, _type. Raises Refused (404) where the patient is not seen."""
    patient = read("Patient", patient_id, actor, using=using)
    count, since, types, after = _asked(query, allow)
    kept = run(_PAGE, [patient.resident_id, types, since, after, count + 1], using=using)
    rows = [Stored(*row) for row in kept[:count]]
    entries = [entry_of(stored, base, "match") for stored in rows]
    named = run(_NAMED, [[stored.row for stored in rows], types], using=using) if rows else []
    others = by_rows([row for (row,) in named], using=using)
    entries += [entry_of(stored, base, "include") for stored in others.values() if not stored.deleted]
    if viewed and patient.resident_id is not None:
        for name in {stored.type for stored in rows} or {"Patient"}:
            viewed(patient.resident_id, name)
    mark = str(rows[-1].row) if len(kept) > count else ""
    ((total,),) = run(_COUNT, [patient.resident_id, types, since], using=using)
    path = f"Patient/{patient_id}/$everything"
    return bundle("searchset", entries, total=total, link=links(base, path, query, mark))


def _asked(query: Sequence[tuple[str, str]], allow: Allow | None) -> tuple[int, datetime, list[str], int]:
    count, since, after = USUAL, _BEGINNING, 0
    types = [name for name in SUPPORTED if allowed(allow, name)]
    for name, value in query:
        try:
            if name == "_count":
                count = max(1, min(int(value), MOST))
            elif name == "_page":
                after = int(value)
                if not 0 <= after < 2**63:
                    raise ValueError(value)
            elif name == "_since":
                since = datetime.fromisoformat(value.replace(" ", "+"))
                if since.tzinfo is None:
                    raise ValueError(value)
            elif name == "_type":
                wanted = value.split(",")
                if unknown := [one for one in wanted if one not in SUPPORTED]:
                    raise not_supported(unknown[0])
                types = [one for one in types if one in wanted]
            elif name not in {"_format", "_pretty"}:
                raise ValueError(name)
        except ValueError as error:
            raise Refused(
                400, "value", zh=f"参数 {name[:40]} 不能识别", en=f"the parameter {name[:40]} is not understood",
                where=name[:40],
            ) from error  # fmt: skip
    return count, since, types, after
