"""Reads of clearings, each in the actor's scope."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import QuerySet

from yigongti.foundation.errors import NotFound
from yigongti.kernel.organisations.models import Institution
from yigongti.processes.year_end_clearing.inputs import ClearingInputs, from_json
from yigongti.processes.year_end_clearing.models import ClearingRow, ClearingRun


def runs() -> QuerySet[ClearingRun]:
    """All runs, the newest year first, those that stand before what they replaced."""
    return ClearingRun.objects.select_related("institution").order_by("-year", "institution_id", "-id")


def the_run(number: int) -> ClearingRun:
    """Raises NotFound."""
    found = ClearingRun.objects.select_related("institution", "office").filter(pk=number).first()
    if found is None:
        raise _no_run()
    return found


def locked_run(number: int) -> ClearingRun:
    """The run, locked until the transaction ends. Raises NotFound."""
    rows = ClearingRun.objects.select_for_update(of=("self",)).select_related("institution", "office")
    found = rows.filter(pk=number).first()
    if found is None:
        raise _no_run()
    return found


def rows_of(run: ClearingRun) -> list[ClearingRow]:
    """The institutions that the actor may see, by tier and code."""
    order = {"county": 0, "township": 1, "village": 2}
    found = run.rows.select_related("institution")
    return sorted(found, key=lambda row: (order.get(row.tier, 9), row.institution.code))


def the_row(run: ClearingRun, code: str) -> ClearingRow:
    """What one institution is due. Raises NotFound."""
    found = run.rows.select_related("institution").filter(institution__code=code).first()
    if found is None:
        raise NotFound("year_end.no_row", zh="这次清算没有该机构", en="the clearing has no such institution")
    return found


def standing_inputs(years: Collection[int]) -> list[ClearingInputs]:
    """The inputs of the clearings of these years that stand, as they were kept, by year and community."""
    found = ClearingRun.objects.filter(year__in=years, state__in=ClearingRun.STANDING).select_related("institution")
    return [
        from_json(run.inputs, community_id=run.institution_id, office_id=run.office_id, ids=_ids(run))
        for run in found.order_by("year", "institution__code")
    ]


def _ids(run: ClearingRun) -> dict[str, int]:
    codes = [each["code"] for each in run.inputs["institutions"]]
    return dict(Institution.objects.filter(code__in=codes).values_list("code", "id"))


def _no_run() -> NotFound:
    return NotFound("year_end.no_run", zh="没有这次清算", en="there is no such clearing")
