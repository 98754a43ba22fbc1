"""A run of all checks over a month: recorded, and told as matters to the office that leads the county.

The product itself compares, over the connection that reads everything; the last step of the close calls it with its own
snapshot, the button and the command line with one of the moment.
"""

from __future__ import annotations

from collections.abc import Collection
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from yigongti.facts.public import Lake, connect, plain_sql, take_snapshot
from yigongti.foundation.errors import NotFound
from yigongti.foundation.period import Month
from yigongti.kernel.access.actor import NOBODY
from yigongti.kernel.organisations.models import Institution
from yigongti.kernel.trail.public import record
from yigongti.processes.verification.actions.open_matters import open_matters
from yigongti.processes.verification.checks import CHECKS
from yigongti.processes.verification.difference import ZERO, Books, Check, Line
from yigongti.processes.verification.models import VerificationResult, VerificationRun

USING = "bulk"
PLACES_KEPT = 50
"""As many places of a difference are kept; how many there are is said beside them."""

_State = VerificationResult.State


@dataclass(frozen=True, slots=True)
class Compared:
    """One check and its lines."""

    check: Check
    lines: tuple[Line, ...]

    @property
    def differing(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.differs)


def verify(month: Month, *, lake: Lake, requested_by: str, at: datetime, memory_limit: str = "1GB") -> VerificationRun:
    """Run all checks over the month as it is now. at: aware. Raises NotFound where there are no institutions yet."""
    connection = connect(lake, take_snapshot(lake, [month]), memory_limit=memory_limit, threads=2)
    with closing(connection.con), plain_sql():
        return verify_month(month, connection, requested_by=requested_by, at=at)


def verify_month(month: Month, connection: Any, *, requested_by: str, at: datetime) -> VerificationRun:
    """The same over facts that are open already (Ibis on DuckDB)."""
    books = Books(month, connection, at, USING)
    register = {row.code: row for row in Institution.objects.using(USING).order_by("id")}
    office = leading_office(register.values())
    found = [Compared(check, tuple(check.run(books))) for check in CHECKS]
    with transaction.atomic(using=USING):
        run = _recorded(month, found, register, office, requested_by, at)
        open_matters(month, run, found, register, office, at)
        record(NOBODY, "verification.ran", subject=f"{month}: {run.differing}", at=at, using=USING)
    return run


def leading_office(register: Collection[Institution]) -> Institution:
    """The county, above which nothing stands."""
    found = next((row for row in register if row.parent_id is None), None)
    if found is None:
        raise NotFound("verification.no_county", zh="还没有任何机构", en="there are no institutions yet")
    return found


def _recorded(
    month: Month, found: list[Compared], register: dict[str, Institution], office: Institution, by: str, at: datetime
) -> VerificationRun:
    run = VerificationRun.objects.using(USING).create(
        office=office, month=str(month), started_at=at, requested_by=by,
        compared=sum(bool(each.lines) for each in found),
        differing=sum(bool(each.differing) for each in found),
        difference=sum((line.difference for each in found for line in each.lines), ZERO),
    )  # fmt: skip
    rows = []
    for position, each in enumerate(found, start=1):
        rows.append(_row(run, position, each.check, office, whole_of(each.lines), whole=True))
        rows += [
            _row(run, position, each.check, register[line.institution_code], line)
            for line in each.lines
            if line.institution_code in register
        ]
    VerificationResult.objects.using(USING).bulk_create(rows, batch_size=2000)
    return run


def whole_of(lines: Collection[Line]) -> Line | None:
    """All lines as one; None where nothing could be compared."""
    if not lines:
        return None
    places = tuple(place for line in lines for place in line.places)
    return Line("", sum((line.left for line in lines), ZERO), sum((line.right for line in lines), ZERO), places)


def _row(
    run: VerificationRun, position: int, check: Check, institution: Institution, line: Line | None, whole: bool = False
) -> VerificationResult:
    if line is None:
        state, shown = _State.NOTHING, Line("", ZERO, ZERO)
    else:
        state, shown = (_State.DIFFERS if line.differs else _State.SAME), line
    return VerificationResult(
        run=run, position=position, check_id=check.id, institution=institution, whole=whole, state=state,
        left=None if line is None else shown.left, right=None if line is None else shown.right,
        difference=shown.difference, place_count=len(shown.places),
        places=[place.told() for place in shown.places[:PLACES_KEPT]],
    )  # fmt: skip
