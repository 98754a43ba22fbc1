"""Sums of judged pages: by department, physician, month or whatever columns the pages bring.

Shares are exact fractions of two whole numbers that stand beside them, so that they can be added up again.
"""

from __future__ import annotations

from collections.abc import Sequence

import ibis.expr.types as ir

from yigongti.engines.record_quality.rulebook import RuleBook
from yigongti.engines.record_quality.table import CASE


def summarise(pages: ir.Table, scores: ir.Table, by: Sequence[str]) -> ir.Table:
    """One row for each value of `by` (columns of the pages: "discharge_department_code", "attending_physician",
    "month", "institution_code"; none for one row over all): pages, passing, complete, excellent, defects, errors,
    mean_score (points), pass_rate, complete_rate, excellent_rate (shares of 1)."""
    names = [name for name in scores.columns if name not in CASE]
    keys = tuple(dict.fromkeys((*CASE, *by)))
    joined = scores.inner_join(pages.select(*keys), CASE).select(*keys, *names)
    summed = joined.group_by(list(by)).agg(
        pages=joined.count(),
        passing=joined.passes.cast("int64").sum(),
        complete=joined.complete.cast("int64").sum(),
        excellent=(joined.grade == "excellent").cast("int64").sum(),
        defects=joined.defects.sum(),
        errors=joined.errors.sum(),
        mean_score=joined.score.cast("float64").mean(),
    )
    shares = {
        f"{name}_rate": summed[column].cast("float64") / summed["pages"]
        for name, column in (("pass", "passing"), ("complete", "complete"), ("excellent", "excellent"))
    }
    return summed.mutate(**shares)


def by_rule(pages: ir.Table, defects: ir.Table, by: Sequence[str]) -> ir.Table:
    """How often each rule is broken: a row for each value of `by` and rule, with the number of pages."""
    keyed = defects.inner_join(pages.select(*dict.fromkeys((*CASE, *by))), CASE)
    return keyed.group_by([*by, "rule", "severity", "dimension"]).agg(pages=keyed.count())


def item_completeness(pages: ir.Table, defects: ir.Table, book: RuleBook, rules: int) -> tuple[int, int]:
    """(filled, asked): how many of the fields that completeness rules ask for are filled, over all pages.

    rules: the number of completeness rules that were looked at. A field that a page's conditions do not ask for
    counts as filled. Source: 首页填报完整率（项）, policy/sources/front-page-quality-2016.yaml, unchecked.
    """
    gaps = defects.filter((defects.severity == "error") & defects.dimension.isin(book.standards.complete_without))
    asked = int(pages.count().execute()) * rules
    return asked - int(gaps.count().execute()), asked
