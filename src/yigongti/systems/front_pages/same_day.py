"""The same day: what a hospital has just submitted is judged at once, so that physicians hear of it today.

Judged by the same engine over the same tables as the close, for the pages of the one institution. What the institution
has not submitted yet (fee lines, settlement lists) is not held against anybody: its rules wait for the next file. Once
all three files are there, the defects are those that the close finds (test_defect_matters.py holds that).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ibis.expr.types import Table

from yigongti.engines.record_quality.public import judge_table, load_rulebook, score_table, with_extra_columns
from yigongti.facts.public import Lake, connect, take_snapshot
from yigongti.foundation.period import Month
from yigongti.foundation.policy import Policy
from yigongti.kernel.organisations.models import Institution
from yigongti.systems.front_pages.actions.open_defect_matters import DefectMatters, reconcile
from yigongti.systems.front_pages.month import with_place


def judge_institution(
    month: Month, institution: Institution, lake: Lake, policy: Policy
) -> tuple[list[Any], list[Any]]:
    """The institution's pages and their defects, as rows with institution_id."""
    snapshot = take_snapshot(lake, [month])
    if not lake.files("discharges", snapshot.versions["discharges"], [month]):
        return [], []
    connection = connect(lake, snapshot, memory_limit="1GB", threads=1)
    try:
        pages, lines, lists = (
            _own(connection.table(name), month, institution) for name in ("discharges", "fee_lines", "settlement_lists")
        )
        if pages is None:
            return [], []
        book = load_rulebook(policy, month.last_day)
        judged = connection.create_table(
            "judged_pages", with_extra_columns(pages, fee_lines=lines, settlement_lists=lists), temp=True
        )
        defects = connection.create_table(
            "found_defects", with_place(judge_table(judged, book, connection, month.last_day), judged), temp=True
        )
        scored = with_place(score_table(judged, defects, book), judged)
        own = {"institution_id": institution.pk}
        return (
            [{**row, **own} for row in scored.to_pyarrow().to_pylist()],
            [{**row, **own} for row in defects.to_pyarrow().to_pylist()],
        )
    finally:
        connection.con.close()


def _own(table: Table, month: Month, institution: Institution) -> Table | None:
    rows = table.filter((table.month == str(month)) & (table.institution_code == institution.code))
    return rows if int(rows.count().execute()) else None


def same_day_matters(
    month: Month, institution: Institution, lake: Lake, policy: Policy, *, at: datetime
) -> DefectMatters:
    """Judge what stands now and bring the matters of the institution's month in line with it."""
    pages, defects = judge_institution(month, institution, lake, policy)
    return reconcile(month, pages, defects, at=at, institution_id=institution.pk)
