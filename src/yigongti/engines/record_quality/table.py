"""Judges all pages of a table as Ibis expressions: the same rules as `reference.py`, over millions of rows.

One pass: every rule becomes one expression of a wide projection, a page's broken rules are gathered in one list,
and only pages that have any are unfolded into defects.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import ibis
import ibis.expr.types as ir

from yigongti.engines.record_quality.expressions import Compiler, normalised
from yigongti.engines.record_quality.language import Condition, columns_of
from yigongti.engines.record_quality.rulebook import LAST_GRADE, RuleBook, runnable
from yigongti.engines.record_quality.rules import Rule

CASE = ("institution_code", "case_id")
"""The key of a page."""

POINTS = "decimal(7,2)"


def judge_table(pages: ir.Table, book: RuleBook, connection: Any, on: date) -> ir.Table:
    """One row for each defect: institution_code, case_id, rule, column, severity, dimension, item, part, deducts.

    pages: columns of foundation.schemas.DISCHARGES, with `beside.with_extra_columns` for the rules that read more;
    rules whose columns are absent are left out (`rulebook.runnable` names them). deducts: points of the rule's item;
    an item loses them once however many of its rules are broken. on: selects the rules in force.

    connection: the Ibis connection of `pages`; the defects are kept there as a temporary table, because scores and
    sums are made of them again. None: an expression that is reckoned whenever it is asked. Rows come in no order.
    """
    rules, _ = runnable(book.in_force(on), pages.columns)
    conditions = [condition for rule in rules for condition in rule.conditions]

    def is_broken(compiler: Compiler, rule: Rule) -> Any:
        kept = ~compiler.condition(rule.must)
        return kept if rule.when is None else compiler.condition(rule.when) & kept

    found = _unfold(pages, conditions, rules, is_broken)
    described = ibis.memtable(
        {
            "number": list(range(len(rules))) or [0],
            "rule": [rule.id for rule in rules] or [""],
            "column": [rule.column for rule in rules] or [""],
            "severity": [rule.severity for rule in rules] or [""],
            "dimension": [rule.dimension for rule in rules] or [""],
            "item": [rule.item for rule in rules] or [""],
            "part": [book.card.items[rule.item].part if rule.item else "" for rule in rules] or [""],
            "deducts": [book.card.deducts(rule) for rule in rules] or [Decimal(0)],
        },
        schema={
            "number": "int64",
            "rule": "string",
            "column": "string",
            "severity": "string",
            "dimension": "string",
            "item": "string",
            "part": "string",
            "deducts": POINTS,
        },
    )
    defects = found.inner_join(described, "number").drop("number")
    return defects if connection is None else _kept(defects, connection)


def _kept(defects: ir.Table, connection: Any) -> ir.Table:
    """The defects as a temporary table. Ibis is asked not to melt the steps into one: what several rules share would
    be written out for each of them, and the database would read and plan that again and again."""
    melts = ibis.options.sql.fuse_selects
    ibis.options.sql.fuse_selects = False
    try:
        return connection.create_table(f"record_quality_{uuid.uuid4().hex}", defects, temp=True)
    finally:
        ibis.options.sql.fuse_selects = melts


def _unfold(
    pages: ir.Table, conditions: Iterable[Condition], things: Sequence[Any], holds: Callable[[Compiler, Any], Any]
) -> ir.Table:
    """One row (key, number) for each thing that holds of a page; number is its place in `things`."""
    conditions = list(conditions)
    columns = dict.fromkeys(name for condition in conditions for name in columns_of(condition))
    compiler = Compiler(normalised(pages, columns, CASE), conditions)
    numbers = [
        ibis.cases((holds(compiler, thing), ibis.literal(at, "int64")), else_=ibis.null("int64"))
        for at, thing in enumerate(things)
    ]
    keys = {name: compiler.pages[name] for name in CASE}
    listed = compiler.pages.select(**keys, number=ibis.array(numbers or [ibis.null("int64")]))
    listed = listed.mutate(number=listed.number.filter(lambda number: number.notnull()))
    return listed.filter(listed.number.length() > 0).mutate(number=lambda table: table.number.unnest())


def score_table(pages: ir.Table, defects: ir.Table, book: RuleBook) -> ir.Table:
    """One row for each page: key, score, grade, passes, complete, defects (their number), errors, warnings.

    defects: as `judge_table` gives them, best materialised before, since several tables are made of them.
    """
    card, standards = book.card, book.standards
    by_item = defects.filter(defects.deducts > 0).group_by([*CASE, "part", "item"]).agg(lost=defects.deducts.max())
    most = ibis.cases(*((by_item.part == part, ibis.literal(points, POINTS)) for part, points in card.parts.items()))
    by_item = by_item.mutate(most=most)
    by_part = by_item.group_by([*CASE, "part"]).agg(lost=by_item.lost.sum(), most=by_item.most.max())
    by_part = by_part.mutate(lost=(by_part.lost > by_part.most).ifelse(by_part.most, by_part.lost))
    lost = by_part.group_by(CASE).agg(lost=by_part.lost.sum())
    is_error = defects.severity == "error"
    is_gap = is_error & defects.dimension.isin(standards.complete_without)
    counts = defects.group_by(CASE).agg(
        defects=defects.count(), errors=is_error.cast("int64").sum(), gaps=is_gap.cast("int64").sum()
    )
    keys = pages.select(*CASE)
    all_pages = keys.left_join(counts, CASE).select(*CASE, "defects", "errors", "gaps")
    all_pages = all_pages.left_join(lost, CASE).select(*CASE, "defects", "errors", "gaps", "lost")
    score = (ibis.literal(card.full_score, POINTS) - all_pages.lost.fill_null(0)).cast(POINTS)
    scored = all_pages.select(
        *CASE,
        score=score,
        gaps=all_pages.gaps.fill_null(0).cast("int64"),
        defects=all_pages.defects.fill_null(0).cast("int64"),
        errors=all_pages.errors.fill_null(0).cast("int64"),
    )
    grades = [(scored.score >= ibis.literal(least, POINTS), ibis.literal(grade)) for grade, least in standards.grades]
    return scored.select(
        *CASE,
        "score",
        grade=ibis.cases(*grades, else_=ibis.literal(LAST_GRADE)),
        passes=scored.score >= ibis.literal(standards.pass_score, POINTS),
        complete=scored.gaps == 0,
        defects=scored.defects,
        errors=scored.errors,
        warnings=scored.defects - scored.errors,
    )


def suggest_table(pages: ir.Table, book: RuleBook) -> ir.Table:
    """One row for each suggestion of a page: key, suggestion (its id in the map)."""
    asked = [suggestion.asks for suggestion in book.suggestions]
    found = _unfold(pages, asked, asked, lambda compiler, condition: compiler.condition(condition))
    ids = ibis.memtable(
        {"number": range(len(asked)), "suggestion": [s.id for s in book.suggestions]},
        schema={"number": "int64", "suggestion": "string"},
    )
    return found.inner_join(ids, "number").drop("number")


def flag_table(pages: ir.Table, book: RuleBook) -> ir.Table:
    """One row for each page: key and a boolean for each flag (day_surgery, minimally_invasive, level_four)."""
    conditions = [flag.found_by for flag in book.flags]
    columns = dict.fromkeys(name for condition in conditions for name in columns_of(condition))
    compiler = Compiler(normalised(pages, columns, CASE), conditions)
    flags = {flag.id: compiler.condition(flag.found_by) for flag in book.flags}
    return compiler.pages.select(*CASE, **flags)
