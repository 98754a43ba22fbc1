"""Expressions that the handlers' tables share: lines that meet knowledge, their bills, and the columns of a finding.

What `judging.py` is to the references; each says the same as its namesake there.
"""

from __future__ import annotations

from typing import Any

import ibis

from yigongti.engines.claim_checks.check import Check, Version
from yigongti.engines.claim_checks.finding import COLUMNS
from yigongti.engines.claim_checks.handler import Tables

BILL = ["institution_code", "case_id"]
FEN, PRICE = "decimal(18, 2)", "decimal(18, 4)"


def in_force(lines: Any, version: Version, day: str = "charged_on") -> Any:
    """The rows whose day lies in the version's days."""
    found = lines.filter(lines[day] >= ibis.literal(version.valid_from))
    return found if version.valid_to is None else found.filter(found[day] <= ibis.literal(version.valid_to))


def charged_lines(tables: Tables, version: Version) -> Any:
    """Lines of the version's days; what was taken back (a negative amount) is no line of its own."""
    lines = in_force(tables.lines, version)
    return lines.filter(lines.amount >= 0)


def lines_with_knowledge(tables: Tables, check: Check, version: Version, column: str = "item_code") -> Any:
    """Lines of the version's days whose item code meets a row of knowledge in force that day; the knowledge's columns
    carry the prefix k_ (k_key, k_valid_from, …)."""
    return meeting(in_force(tables.lines, version), tables, check, column)


def charged_lines_with_knowledge(tables: Tables, check: Check, version: Version) -> Any:
    """The same of charged lines."""
    return meeting(charged_lines(tables, version), tables, check)


def meeting(lines: Any, tables: Tables, check: Check, column: str = "item_code", how: str = "inner") -> Any:
    """The lines with the rows of knowledge on their item that are in force on their day."""
    knowledge = tables.knowledge[check.id].rename("k_{name}")
    return lines.join(
        knowledge,
        [
            lines.item_code == knowledge[f"k_{column}"],
            lines.charged_on >= knowledge.k_valid_from,
            knowledge.k_valid_to.isnull() | (lines.charged_on <= knowledge.k_valid_to),
        ],
        how=how,
    )


def with_bills(lines: Any, tables: Tables, *columns: str) -> Any:
    """The lines with columns of their bills, under the prefix bill_ where the line has one of that name; lines without
    a bill are left out."""
    names = {f"bill_{name}" if name in lines.columns else name: name for name in columns}
    bills = tables.bills.select(*BILL, *columns).rename(names)
    return lines.join(bills, BILL)


def claimed(lines: Any) -> Any:
    """What the fund is asked to bear for a line."""
    return lines.fund_amount.fill_null(lines.amount)


def known(text: Any) -> Any:
    """Whether a text is there: neither null nor empty."""
    return text.notnull() & (text != "")


def setting_of(lines: Any) -> Any:
    """Where the item was given: as the line says, else the bill (bill_care_setting)."""
    return ibis.coalesce(lines.care_setting.nullif(""), lines.bill_care_setting)


def item_of(lines: Any) -> Any:
    """The item as a sentence names it: the line's own words, else the knowledge's, else the code."""
    named = [lines.k_item_name.nullif("")] if "k_item_name" in lines.columns else []
    return ibis.coalesce(lines.item_name.nullif(""), *named, lines.item_code)


def starts_with_any(codes: Any, prefixes: Any) -> Any:
    """Whether one of the codes starts with one of the prefixes; both are texts joined with "|"."""
    framed = ibis.literal("|") + codes.fill_null("")
    listed = prefixes.replace("|", ",").split(",")  # Spark takes the separator for a pattern, in which | is a sign
    return listed.filter(lambda prefix: framed.contains(ibis.literal("|") + prefix)).length() > 0


def completed_years(born: Any, on: Any) -> Any:
    """Age in completed years on a day."""
    before = on.month() * 100 + on.day() < born.month() * 100 + born.day()
    return on.year() - born.year() - before.cast("int32")


def price_times(over: Any, quantity: Any) -> Any:
    """A difference in price for a quantity (null: one), half-up to the fen."""
    return (over.cast(PRICE) * quantity.fill_null(1).cast(PRICE)).round(2).cast(FEN)


def share(amount: Any, part: Any, whole: Any) -> Any:
    """part/whole (whole numbers) of an amount that is not negative, half-up to the fen."""
    fens = (amount.cast(FEN) * 100).cast("int64")
    rounded = ((fens * part * 2 + whole) // (whole * 2)).cast("int64")
    return (rounded.cast("decimal(20, 0)") / 100).cast(FEN)


def number_text(value: Any) -> Any:
    """A number without zeros at its end: 12.5, 100, 0.05."""
    return value.cast(PRICE).cast("string").re_replace(r"\.?0+$", "")


def worded(codes: Any, words: dict[str, str]) -> Any:
    """A code as its word; a code without one as it is."""
    return codes.cases(*words.items(), else_=codes)


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
    return rows.select(**{name: _typed(made[name], kind) for name, kind in COLUMNS.items()})


def _typed(value: Any, kind: str) -> Any:
    return value.cast(kind).fill_null("") if kind == "string" else value.cast(kind)
