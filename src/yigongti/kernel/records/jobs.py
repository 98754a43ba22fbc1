"""Work of the record store in the background: writing the files of a bulk export."""

from __future__ import annotations

import shutil
from datetime import datetime
from typing import Any

from django.utils import timezone

from yigongti.foundation.errors import Text
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.scope import scope
from yigongti.kernel.jobs.public import Progress, job
from yigongti.kernel.records.definitions.public import split_reference
from yigongti.kernel.records.exporting import KIND, folder_of
from yigongti.kernel.records.panel import panel_of
from yigongti.kernel.records.statements import run
from yigongti.kernel.records.stored import by_id, heads, instant
from yigongti.kernel.trail.public import viewed_many

AT_ONCE = 1000
_BEGINNING = "0001-01-02T00:00:00+00:00"
_PAGE = (
    "SELECT r.id, r.resident_id, r.body::text FROM records_resource r WHERE r.type = %s AND NOT r.deleted"
    " AND r.resident_id IS NOT NULL AND r.updated_at >= %s AND r.id > %s {0} ORDER BY r.id LIMIT %s"
)


@job(KIND, Text("批量导出健康档案", "Export records in bulk"))
def export(
    progress: Progress, actor: Actor, *, types: list[str], since: str, group: str, request: str
) -> dict[str, Any]:
    """Write one file for each type that has resources; the counts and the instant that they are true for."""
    began = timezone.now()
    folder = folder_of(progress.job_id)  # type: ignore[attr-defined]
    shutil.rmtree(folder, ignore_errors=True)  # a run that was killed
    folder.mkdir(parents=True)
    counts: dict[str, int] = {}
    with scope(actor, purpose="job"):  # one transaction: the views are logged if and only if the files are complete
        residents = _members(group) if group else panel_of(actor)
        seen: set[int] = set()
        for name in types:
            with progress.step(Text(f"导出 {name}", f"Export {name}")) as step:
                written = 0
                with (folder / f"{name}.ndjson").open("wb") as file:
                    for lines in _pages(name, residents, datetime.fromisoformat(since or _BEGINNING)):
                        seen.update(resident for _, resident, _ in lines)
                        file.write(b"".join(body.encode() + b"\n" for _, _, body in lines))
                        written += len(lines)
                        step.at(written)
                if written:
                    counts[name] = written
                else:
                    (folder / f"{name}.ndjson").unlink()
        viewed_many(actor, sorted(seen), what=f"fhir: $export {', '.join(counts)}"[:200], at=began)
    return {"transaction_time": instant(began), "counts": counts}


def _pages(name: str, residents: list[int] | None, since: datetime) -> Any:
    last = 0
    condition, values = ("", []) if residents is None else ("AND r.resident_id = ANY(%s::bigint[])", [residents])
    while True:
        rows = run(_PAGE.format(condition), [name, since, last, *values, AT_ONCE], prepare=False)
        if rows:
            yield rows
            last = rows[-1][0]
        if len(rows) < AT_ONCE:
            return


def _members(group: str) -> list[int]:
    """The residents behind the members of a Group that are seen."""
    stored = by_id("Group", group)
    if stored is None or stored.deleted:
        return []
    names = []
    for member in stored.resource.get("member", []):
        target = split_reference(member.get("entity", {}).get("reference", ""))
        if target is not None and target.type == "Patient" and not member.get("inactive"):
            names.append((target.type, target.id))
    return sorted({resident for _, resident in heads(names).values() if resident is not None})
