"""What of a bill stands and how it hangs together, over tables: the same as `charges.py`, for millions of lines.

Lines are cut to the items that the knowledge names before anything else; windows run over what is left.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Iterable, Sequence
from typing import Any

import ibis
import pyarrow as pa

from yigongti.engines.claim_checks.charges import MOST_EVIDENCE
from yigongti.engines.claim_checks.check import Check, Version
from yigongti.engines.claim_checks.exact import fen, quotient, scaled
from yigongti.engines.claim_checks.expressions import BILL, claimed, in_force, lines_with_knowledge
from yigongti.engines.claim_checks.facts import CareSetting
from yigongti.engines.claim_checks.handler import Tables
from yigongti.engines.claim_checks.knowledge import Value
from yigongti.engines.claim_checks.small_tables import small_table

LINE = [*BILL, "line_number"]
IN_TIME = ["charged_on", *LINE]
"""The order of a person's charges."""
ROW_OF_KNOWLEDGE = ["k_key", "k_valid_from"]


def charges(lines: Any, tables: Tables) -> Any:
    """The lines that are charges and were not taken back."""
    return lines.filter(lines.amount > 0).anti_join(taken_back(tables), LINE)


def taken_back(tables: Tables) -> Any:
    """The keys of charges that a negative line of the same bill, item and amount takes back, the last ones first."""
    lines = tables.lines
    refunds = lines.filter(lines.amount < 0)
    same = [*BILL, "item_code", "amount"]
    times = refunds.mutate(amount=(-refunds.amount).cast(refunds.amount.type()))
    times = times.group_by(same).aggregate(times=times.count())
    met = lines.select(*LINE, "item_code", "amount", "charged_on").join(times, same)
    last = ibis.window(group_by=same, order_by=[ibis.desc("charged_on"), ibis.desc("line_number")])
    return met.mutate(place=ibis.row_number().over(last)).filter(ibis._.place < ibis._.times).select(*LINE)


def charges_with_knowledge(
    tables: Tables, check: Check, version: Version, column: str = "item_code", keep: Iterable[str] = ()
) -> Any:
    """Charges of the version's days whose item meets a row of knowledge: the columns that judging and telling need, the
    knowledge's (k_…), at_stake (whole fen). keep: further columns of the lines."""
    met = charges(lines_with_knowledge(tables, check, version, column), tables)
    knowledge = [name for name in met.columns if name.startswith("k_")]
    kept = dict.fromkeys([*LINE, "item_code", "charged_on", "amount", "fund_amount", *keep, *knowledge])
    return met.select(*kept, item_name=named(met, column.replace("code", "name")), at_stake=at_stake(met))


def named(lines: Any, column: str = "") -> Any:
    """The item as a sentence names it: the line's own words, else the knowledge's, else the code."""
    known = [lines[f"k_{column}"].nullif("")] if f"k_{column}" in lines.columns else []
    return ibis.coalesce(lines.item_name.nullif(""), *known, lines.item_code)


def charges_of(tables: Tables, codes: Iterable[str]) -> Any:
    """All charges of some items, of any day."""
    lines = tables.lines
    return charges(lines.filter(lines.item_code.isin(sorted(set(codes)))), tables)


def at_stake(lines: Any) -> Any:
    """What the fund is asked to bear for a line in whole fen, never negative."""
    return ibis.greatest(fen(claimed(lines)), 0)


def share_at_stake(rows: Any, part: Any, whole: Any) -> Any:
    """The part of at_stake, half-up, in whole fen."""
    return quotient(rows.at_stake.cast("decimal(38,0)") * part.cast("decimal(38,0)"), whole)


def quantity_of(lines: Any) -> Any:
    """The quantity in whole ten-thousandths; one where the file does not tell."""
    return scaled(lines.quantity.fill_null(1))


def together(lines: Any, number: str) -> Any:
    """What was ordered in one prescription (done in one operation): its number, or without it the day."""
    written = lines[number].fill_null("")
    return (written == "").ifelse("on " + lines.charged_on.cast("string"), "no " + written)


def bills_of(tables: Tables, version: Version, *columns: str, inpatient: bool | None = None) -> Any:
    """Bills that ended on the version's days. inpatient: True stays alone, False visits alone."""
    bills = in_force(tables.bills, version, "ended_on")
    if inpatient is not None:
        stays = bills.care_setting == CareSetting.INPATIENT.value
        bills = bills.filter(stays if inpatient else ~stays)
    return bills.select(*BILL, "started_on", "ended_on", *columns)


def counted_in_days(stays: Any) -> Any:
    """The stays whose days can be counted: one that ended before it began is a defect of the front page."""
    return stays.filter(stays.started_on <= stays.ended_on)


def stay_days(bills: Any) -> Any:
    """Days in hospital as charged: the day of discharge is not counted, at least one."""
    return ibis.greatest(bills.ended_on.delta(bills.started_on, unit="day").cast("int64"), 1)


def with_person(rows: Any, tables: Tables) -> Any:
    """The rows with `who`: whose they are; a bill whose patient is not known stands for itself alone."""
    bills = tables.bills
    known = bills.person.fill_null("")
    who = (known == "").ifelse("bill " + bills.institution_code + "/" + bills.case_id, "person " + known)
    return rows.join(bills.select(*BILL, who=who), BILL)


def row_text(rows: Any, line: bool = True) -> Any:
    """A row of evidence as `finding.Row` prints it."""
    bill = rows.institution_code + "/" + rows.case_id
    return bill + "/" + rows.line_number.cast("string") if line else bill


def evidence(rows: Any, by: Sequence[str], order: Sequence[Any], row: Any) -> Any:
    """by…, evidence (the first rows in order, joined by "|"), evidence_rows (how many there are)."""
    placed = rows.mutate(
        _row=row, _place=ibis.row_number().over(ibis.window(group_by=list(by), order_by=list(order))) + 1
    )
    # DuckDB joins in a stated order and Spark does not: the place stands before each row, is sorted by and taken off
    tagged = placed.mutate(_tag=placed._place.cast("string").lpad(2, "0") + placed._row)
    few = tagged._tag.collect(where=tagged._place <= MOST_EVIDENCE)
    return tagged.group_by(list(by)).aggregate(
        evidence=few.sort().map(lambda tag: tag.substr(2)).join("|"), evidence_rows=tagged.count()
    )


def with_count(said: Any, rows: Any) -> Any:
    """The words of what was observed; they tell how many rows there are where not all are carried."""
    counted = said + "（依据共" + rows.cast("string") + "行）"
    return (rows > MOST_EVIDENCE).ifelse(counted, said)


def starts_with(text: Any, prefixes: Iterable[str]) -> Any:
    """Whether the text starts with one of the prefixes."""
    return functools.reduce(
        operator.or_, (text.startswith(prefix) for prefix in sorted(set(prefixes))), ibis.literal(False)
    )


def beyond(rows: Any, by: Sequence[str], order: Sequence[str]) -> Any:
    """Charges beyond an allowance: of each group (`by`), in order, what follows after `units` have reached `allowed`.

    rows carry units and allowed (whole numbers, allowed the same in a group). The answer: the charges beyond, with
    total (of the group), part (units of the charge that are beyond, at most its own), evidence and evidence_rows (the
    charges of the group wholly within).
    """
    by = list(by)
    totals = rows.group_by(by).aggregate(total=rows.units.sum(), most=rows.allowed.max())
    groups = totals.filter(totals.total > totals.most).select(*by, "total")
    too_many = rows.join(groups, by)
    so_far = ibis.cumulative_window(group_by=by, order_by=list(order))
    counted = too_many.mutate(reached=too_many.units.sum().over(so_far).cast("int64"))
    within = counted.filter(counted.reached <= counted.allowed)
    over = counted.filter(counted.reached > counted.allowed)
    over = over.mutate(part=ibis.least(over.units, over.reached - over.allowed))
    return with_evidence(over, evidence(within, by, list(order), row_text(within)), by)


def with_evidence(rows: Any, found: Any, by: Sequence[str]) -> Any:
    """The rows with the evidence of their group, "" and 0 where it has none."""
    joined = rows.left_join(found, list(by))
    return joined.select(
        *rows.columns, evidence=joined.evidence.fill_null(""), evidence_rows=joined.evidence_rows.fill_null(0)
    )


def principal(bills: Any) -> Any:
    """The principal diagnosis, "" where there is none."""
    return bills.diagnoses.fill_null("").re_extract("^[^|]*", 0)


def _texts(value: Value) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else tuple(filter(None, (str(value),)))


def codes_that_start(codes: Any, column: str, check: Check, prefix: str) -> Any:
    """Which codes start with which row's prefix: k_key, k_valid_from, k_valid_to, prefix and `column`.

    codes: a table with the distinct codes in `column`; some thousands, so that each may be held against each prefix.
    """
    rows = [
        {"k_key": row.key, "k_valid_from": row.valid_from, "k_valid_to": row.valid_to, "prefix": text}
        for row in check.knowledge.rows
        for text in _texts(row[prefix])
    ]
    days = [("k_valid_from", pa.date32()), ("k_valid_to", pa.date32())]
    schema = pa.schema([("k_key", pa.string()), *days, ("prefix", pa.string())])
    prefixes = small_table(pa.Table.from_pylist(rows, schema=schema))
    return codes.join(prefixes, codes[column].startswith(prefixes.prefix))
