"""Expressions that the handlers' tables share: lines that meet knowledge, their bills, and the columns of a finding."""

from __future__ import annotations

from typing import Any

import ibis

from yigongti.engines.claim_checks.check import Check, Version
from yigongti.engines.claim_checks.finding import COLUMNS
from yigongti.engines.claim_checks.handler import Tables

BILL = ["institution_code", "case_id"]


def in_force(lines: Any, version: Version, day: str = "charged_on") -> Any:
    """The rows whose day lies in the version's days."""
    found = lines.filter(lines[day] >= ibis.literal(version.valid_from))
    return found if version.valid_to is None else found.filter(found[day] <= ibis.literal(version.valid_to))


def lines_with_knowledge(tables: Tables, check: Check, version: Version, column: str = "item_code") -> Any:
    """Lines of the version's days whose item code meets a row of knowledge in force that day; the knowledge's columns
    carry the prefix k_ (k_key, k_valid_from, …)."""
    knowledge = tables.knowledge[check.id].rename("k_{name}")
    lines = in_force(tables.lines, version)
    return lines.join(
        knowledge,
        [
            lines.item_code == knowledge[f"k_{column}"],
            lines.charged_on >= knowledge.k_valid_from,
            knowledge.k_valid_to.isnull() | (lines.charged_on <= knowledge.k_valid_to),
        ],
    )


def with_bills(lines: Any, tables: Tables, *columns: str) -> Any:
    """The lines with columns of their bills; lines without a bill are left out."""
    return lines.join(tables.bills.select(*BILL, *columns), BILL)


def claimed(lines: Any) -> Any:
    """What the fund is asked to bear for a line."""
    return lines.fund_amount.fill_null(lines.amount)


def answer(rows: Any, check: Check, version: Version, **values: Any) -> Any:
    """Rows as findings: finding.COLUMNS in order and type. values: columns that differ from the row's own line
    (amount, evidence, item, limit, observed, other, knowledge, on, line_number, case_id)."""
    own: dict[str, Any] = {
        "check": ibis.literal(check.id),
        "version": ibis.literal(version.valid_from),
        "institution_code": rows.institution_code,
        "case_id": values.get("case_id", rows.case_id if "case_id" in rows.columns else ibis.literal("")),
        "evidence": ibis.literal(""),
        "item": ibis.literal(""),
        "limit": ibis.literal(""),
        "observed": ibis.literal(""),
        "other": ibis.literal(""),
        "knowledge": rows.k_key if "k_key" in rows.columns else ibis.literal(""),
    }
    if "line_number" not in values:
        own["line_number"] = rows.line_number
    if "on" not in values:
        own["on"] = rows.charged_on
    if "amount" not in values:
        own["amount"] = claimed(rows)
    made = own | values
    return rows.select(**{name: made[name].cast(kind) for name, kind in COLUMNS.items()})
