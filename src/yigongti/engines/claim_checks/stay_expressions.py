"""Stays as a whole, over tables: what their examinations make up, and other bills of the same person as evidence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import ibis

from yigongti.engines.claim_checks.charge_expressions import (
    at_stake,
    bills_of,
    charges,
    counted_in_days,
    evidence,
    row_text,
    starts_with,
    stay_days,
    with_count,
    with_evidence,
)
from yigongti.engines.claim_checks.check import Version
from yigongti.engines.claim_checks.exact import fen
from yigongti.engines.claim_checks.expressions import BILL
from yigongti.engines.claim_checks.handler import Tables


def short_stays_without_procedures(tables: Tables, version: Version, longest_days: int) -> Any:
    """Stays that ended on the version's days, lasted that long at most, and had no procedure."""
    stays = bills_of(tables, version, "diagnoses", "procedures", "admission_route", "total_cost", inpatient=True)
    stays = counted_in_days(stays)
    return stays.filter((stays.procedures.fill_null("") == "") & (stay_days(stays) <= longest_days))


def with_examinations(stays: Any, tables: Tables, items: Iterable[str], share: int) -> Any:
    """The stays whose examinations make up more than a share (ten-thousandths) of what their lines add up to.

    Added columns: examined, charged (whole fen), stake (at stake on the examinations, whole fen), evidence (the
    examinations) and evidence_rows.
    """
    lines = tables.lines.select(*BILL, "line_number", "item_code", "charged_on", "fee_item", "amount", "fund_amount")
    mine = lines.join(stays.select(*BILL), BILL)
    chosen = mine.fee_item.isin(sorted(set(items)))
    sums = mine.group_by(BILL).aggregate(
        examined=fen(mine.amount).sum(where=chosen).fill_null(0).cast("int64"),
        charged=fen(mine.amount).sum().cast("int64"),
    )
    large = sums.filter((sums.charged > 0) & (sums.examined * 10_000 > sums.charged * share))
    rows = charges(mine.filter(chosen).semi_join(large, BILL), tables)
    stakes = rows.group_by(BILL).aggregate(stake=at_stake(rows).sum().cast("int64"))
    found = stays.join(large, BILL).left_join(stakes, BILL)
    found = found.select(*stays.columns, "examined", "charged", stake=found.stake.fill_null(0))
    return with_evidence(found, evidence(rows, BILL, ["line_number"], row_text(rows)), BILL)


def not_among(diagnosis: Any, prefixes: Sequence[str]) -> Any:
    """Whether a diagnosis starts with none of the prefixes."""
    return ~starts_with(diagnosis, prefixes)


def with_other_bills(pairs: Any, observed: Any) -> Any:
    """One row a bill with the other bills of its person as evidence, in the order in which they began.

    pairs: a row for a bill and another (o_institution_code, o_case_id, o_started_on, o_ended_on). observed: the words
    about a pair; those of the first are kept. The answer: the bill's columns, observed, evidence, other (the first
    other's institution).
    """
    order = ["o_started_on", "o_case_id", "o_institution_code"]
    rows = pairs.mutate(observed=observed)
    first = ibis.row_number().over(ibis.window(group_by=BILL, order_by=order))
    firsts = rows.mutate(place=first).filter(ibis._.place == 0).drop("place")
    found = with_evidence(firsts, evidence(rows, BILL, order, rows.o_institution_code + "/" + rows.o_case_id), BILL)
    return found.mutate(observed=with_count(found.observed, found.evidence_rows), other=found.o_institution_code)


def as_others(bills: Any) -> Any:
    """Bills with every column named o_…, to be met with bills of the same person."""
    return bills.rename("o_{name}")


def days_text(pairs: Any) -> Any:
    """The days of the other bill: 2024-03-01至2024-03-09."""
    return pairs.o_started_on.cast("string") + "至" + pairs.o_ended_on.cast("string")


def begun_before(pairs: Any) -> Any:
    """Whether the other bill of a pair began before the bill; the names decide between bills of one day."""
    same_day = pairs.o_started_on == pairs.started_on
    by_name = (pairs.o_case_id < pairs.case_id) | (
        (pairs.o_case_id == pairs.case_id) & (pairs.o_institution_code < pairs.institution_code)
    )
    return (pairs.o_started_on < pairs.started_on) | (same_day & by_name)
