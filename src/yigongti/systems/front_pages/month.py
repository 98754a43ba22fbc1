"""A month's record quality: judge every page, write the results into the lake, put them before the pages.

Derived tables: `record_quality_defects` (one row for each rule that a page breaks) and `record_quality_pages` (one row
for each page: score, grade, flags, suggestions). The same facts and the same policy release give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import ibis
from django.db import models, transaction
from ibis.expr.types import Table

from yigongti.engines.record_quality.public import (
    flag_table,
    judge_table,
    load_rulebook,
    score_table,
    suggest_table,
    with_extra_columns,
)
from yigongti.facts.public import DerivedFile, Lake, Snapshot, read_derived, write_derived
from yigongti.foundation.errors import InvalidInput
from yigongti.foundation.period import Month
from yigongti.foundation.policy import Policy
from yigongti.kernel.organisations.models import Institution
from yigongti.systems.front_pages.models import Defect, FrontPage, JudgedMonth, QualitySummary

BULK = "bulk"
INPATIENT = "2"
DEFECTS, PAGES = "record_quality_defects", "record_quality_pages"
_BATCH = 2000
_CASE = ("institution_code", "case_id")
_FLAGS = ("day_surgery", "minimally_invasive", "level_four")


def result_key(snapshot: Snapshot, policy: Policy) -> str:
    """What the results were computed from: the facts and the policy release."""
    return f"{snapshot.digest[:16]}-{policy.release.digest[:16]}"


def judge_month(
    month: Month, lake: Lake, snapshot: Snapshot, connection: Any, policy: Policy
) -> tuple[DerivedFile, DerivedFile]:
    """Judge every front page of the month and write both derived tables.

    Raises PolicyError when the rule book is wrong.
    """
    book = load_rulebook(policy, month.last_day)
    pages = connection.table("discharges")
    pages = pages.filter(pages.month == str(month))
    lines = connection.table("fee_lines")
    stays = lines.care_setting.fill_null(INPATIENT) == INPATIENT  # lines of visits stand in the same table
    lines = _unless_empty(lines.filter(stays), month)
    lists = _unless_empty(connection.table("settlement_lists"), month)
    judged = connection.create_table(
        "judged_pages", with_extra_columns(pages, fee_lines=lines, settlement_lists=lists), temp=True
    )
    defects = connection.create_table(
        "found_defects", with_place(judge_table(judged, book, connection, month.last_day), judged), temp=True
    )
    suggestions = suggest_table(judged, book)
    listed = suggestions.group_by(_CASE).agg(suggestions=suggestions.suggestion.collect().sort())
    scored = score_table(judged, defects, book).left_join(flag_table(judged, book), _CASE)
    scored = scored.select(*[c for c in scored.columns if not c.endswith("_right")])
    scored = scored.left_join(listed, _CASE)
    empty = ibis.literal([], "array<string>")
    scored = scored.mutate(suggestions=scored.suggestions.fill_null(empty))
    scored = scored.select(*[c for c in scored.columns if not c.endswith("_right")])
    key = result_key(snapshot, policy)
    return (
        write_derived(lake, DEFECTS, month, key, defects, [*_CASE, "rule"]),
        write_derived(lake, PAGES, month, key, with_place(scored, judged), list(_CASE)),
    )


def _unless_empty(table: Table, month: Month) -> Table | None:
    """The month's rows; None when nothing was submitted: its rules are then left out instead of blaming everybody."""
    rows = table.filter(table.month == str(month))
    return rows if int(rows.count().execute()) else None


def with_place(rows: Table, pages: Table) -> Table:
    """The rows with the page's department, physician, discharge day (Shanghai) and principal diagnosis."""
    place = pages.select(
        *_CASE,
        department_code=pages.discharge_department_code.fill_null(""),
        physician=pages.attending_physician.fill_null(""),
        discharged_on=(pages.discharged_at + ibis.interval(hours=8)).cast("timestamp").date(),
        principal_diagnosis=(pages.diagnoses.length() > 0).ifelse(pages.diagnoses[0], ""),
    )
    joined = rows.inner_join(place, _CASE)
    return joined.select(*[column for column in joined.columns if not column.endswith("_right")])


@dataclass(frozen=True, slots=True)
class Published:
    """How many rows stand before the pages now."""

    pages: int
    defects: int
    summaries: int


def publish_month(month: Month, lake: Lake, snapshot: Snapshot, policy: Policy) -> Published:
    """Replace what pages show of the month, in one transaction.

    Raises NotFound when the month has not been judged for these facts and this release; InvalidInput for an institution
    that is not in the register. What was published before then stays.
    """
    key = result_key(snapshot, policy)
    pages = read_derived(lake, PAGES, month, key).to_pylist()
    defects = read_derived(lake, DEFECTS, month, key).to_pylist()
    ids = dict(Institution.objects.using(BULK).values_list("code", "id"))
    unknown = sorted({row["institution_code"] for row in pages} - set(ids))
    if unknown:
        raise InvalidInput(
            "front_pages.institution_unknown",
            zh=f"机构登记中没有：{'、'.join(unknown)}，请先登记机构再公布",
            en=f"the register has no institution {', '.join(unknown)}: register it before publishing",
        )
    with transaction.atomic(using=BULK):
        for model in (FrontPage, Defect, QualitySummary):
            model.objects.using(BULK).filter(month=str(month)).delete()
        JudgedMonth.objects.using(BULK).filter(month=str(month)).delete()
        JudgedMonth.objects.using(BULK).create(
            month=str(month),
            snapshot_digest=snapshot.digest,
            versions=snapshot.versions,
            release=policy.release.digest,
        )
        return Published(
            _create(FrontPage, (_front_page(row, ids, month) for row in pages)),
            _create(Defect, (_defect(row, ids, month) for row in defects)),
            _create(QualitySummary, _summaries(pages, ids, month)),
        )


def _create(model: type[models.Model], rows: Iterator[models.Model]) -> int:
    return len(model._default_manager.using(BULK).bulk_create(rows, batch_size=_BATCH))


def _of(row: dict[str, Any], ids: dict[str, int], month: Month) -> dict[str, Any]:
    return {
        "institution_id": ids[row["institution_code"]],
        "month": str(month),
        "department_code": row["department_code"],
        "physician": row["physician"],
    }


def _front_page(row: dict[str, Any], ids: dict[str, int], month: Month) -> FrontPage:
    names = (
        "case_id", "discharged_on", "principal_diagnosis", "score", "grade", "passes", "complete", "defects",
        "errors", "warnings", "suggestions", *_FLAGS,
    )  # fmt: skip
    return FrontPage(**_of(row, ids, month), **{name: row[name] for name in names})


def _defect(row: dict[str, Any], ids: dict[str, int], month: Month) -> Defect:
    names = ("case_id", "rule", "column", "severity", "dimension", "item", "part", "deducts")
    return Defect(**_of(row, ids, month), **{name: row[name] for name in names})


def _summaries(pages: list[dict[str, Any]], ids: dict[str, int], month: Month) -> Iterator[QualitySummary]:
    places: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for row in pages:
        places.setdefault((row["institution_code"], row["department_code"], row["physician"]), []).append(row)
    for rows in places.values():
        yield QualitySummary(
            **_of(rows[0], ids, month),
            pages=len(rows),
            passing=sum(row["passes"] for row in rows),
            complete=sum(row["complete"] for row in rows),
            excellent=sum(row["grade"] == "excellent" for row in rows),
            defects=sum(row["defects"] for row in rows),
            errors=sum(row["errors"] for row in rows),
            score_total=sum(row["score"] for row in rows),
            suggestions=sum(bool(row["suggestions"]) for row in rows),
            **{flag: sum(bool(row[flag]) for row in rows) for flag in _FLAGS},
        )
