"""Several findings on one row, merged without counting the money twice.

Every finding keeps its own amount; `counted` is what it adds to the sum at stake. Findings of a bill are taken in
order: violations before what is doubtful before clues, larger amounts first, then by the check's name. A finding of a
line counts at most what the findings before it have left of the line's claimed sum; any finding of the bill at most
what they have left of the bill's. Findings of an institution as a whole come after those of its bills and count at most
what these have left of the institution's claimed sum. So no yuan is counted twice, and none that is at stake is lost.

A line, bill or institution that the facts do not have sets no limit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import ibis

from yigongti.engines.claim_checks.expressions import BILL, FEN, claimed
from yigongti.engines.claim_checks.facts import Bill
from yigongti.engines.claim_checks.finding import COLUMNS, Finding, Strength
from yigongti.engines.claim_checks.handler import Tables
from yigongti.engines.claim_checks.loading import ClaimChecks
from yigongti.foundation.money import ZERO

MERGED_COLUMNS: dict[str, str] = COLUMNS | {"strength": "string", "counted": "decimal(18, 2)"}
"""The columns of merged findings, with their Ibis types, in order."""

_RANKS = {str(strength): rank for rank, strength in enumerate(Strength)}


@dataclass(frozen=True, slots=True)
class Merged:
    """A finding with its check's strength and what it adds to the sum at stake, in yuan."""

    finding: Finding
    strength: Strength
    counted: Decimal


def merge(findings: Iterable[Finding], checks: ClaimChecks, bills: Iterable[Bill]) -> tuple[Merged, ...]:
    """The findings in the order in which they count. bills: of which they are, with all their lines."""
    left: dict[tuple[Any, ...], Decimal] = {}
    for bill in bills:
        whole = claimed_of(bill)
        left[bill.institution_code, bill.case_id] = max(whole, ZERO)
        left[bill.institution_code, None] = left.get((bill.institution_code, None), ZERO) + whole
        left.update(
            ((bill.institution_code, bill.case_id, line.line_number), max(line.claimed, ZERO)) for line in bill.lines
        )
    merged = []
    for finding in sorted(findings, key=lambda finding: _order(finding, checks)):
        limits: list[tuple[Any, ...]] = [(finding.institution_code, None)]
        if finding.case_id:
            limits.append((finding.institution_code, finding.case_id))
            if finding.line_number is not None:
                limits.append((finding.institution_code, finding.case_id, finding.line_number))
        # what an institution has left stops only the findings of the institution itself
        stopping = limits[1:] if finding.case_id else limits
        counted = max(ZERO, min([finding.amount, *(left[limit] for limit in stopping if limit in left)]))
        for limit in limits:
            if limit in left:
                left[limit] -= counted
        merged.append(Merged(finding, checks.check(finding.check).strength, counted))
    return tuple(merged)


def claimed_of(bill: Bill) -> Decimal:
    """What is claimed for a bill: of its lines, or its total cost where it has none."""
    return sum((line.claimed for line in bill.lines), ZERO) if bill.lines else bill.total_cost


def _order(finding: Finding, checks: ClaimChecks) -> tuple[Any, ...]:
    line = -1 if finding.line_number is None else finding.line_number
    return (
        not finding.case_id,
        _RANKS[checks.check(finding.check).strength],
        -finding.amount,
        finding.check,
        finding.institution_code,
        finding.case_id,
        line,
        finding.knowledge,
        "|".join(map(str, finding.evidence)),
        finding.item,
    )


def merge_table(findings: Any, tables: Tables, checks: ClaimChecks) -> Any:
    """The same over tables: MERGED_COLUMNS of all findings, in no order. findings: best a table that is kept, since
    it is read several times."""
    strengths: Mapping[str, str] = {check.id: str(check.strength) for check in checks}
    strength = findings["check"].cases(*strengths.items(), else_="") if strengths else ibis.literal("")
    rows = findings.mutate(strength=strength, m_whole=findings.case_id == "")
    rows = rows.mutate(m_rank=rows.strength.cases(*_RANKS.items(), else_=len(_RANKS)))
    rows = _with_claimed(rows, tables)
    rows = rows.mutate(m_wants=_left_of(rows, rows.m_of_line, rows.amount, "case_id", "line_number"))
    rows = rows.mutate(m_counts=_left_of(rows, rows.m_of_bill, rows.m_wants, "case_id"))
    of_bills = rows.m_whole.ifelse(ibis.literal(0).cast(FEN), rows.m_counts)
    rows = rows.mutate(m_spent=of_bills.sum().over(group_by="institution_code"))
    rest = rows.m_whole.ifelse(_at_least_nothing(rows.m_of_place - rows.m_spent), ibis.null(FEN))
    rows = rows.mutate(m_rest=rest.cast(FEN))
    rows = rows.mutate(counted=_left_of(rows, rows.m_rest, rows.m_counts, "m_whole"))
    return rows.select(**{name: rows[name].cast(kind) for name, kind in MERGED_COLUMNS.items()})


def _left_of(rows: Any, limit: Any, amount: Any, *key: str) -> Any:
    """What each row gets of a limit that it shares with the rows of its key, in the order in which findings count.
    Null is no limit."""
    order = [rows.m_rank, rows.amount.desc(), rows["check"], rows.case_id, rows.line_number.fill_null(-1)]
    order += [rows.knowledge, rows.evidence, rows.item]
    up_to_here = ibis.cumulative_window(group_by=["institution_code", *key], order_by=order)
    taken = amount.sum().over(up_to_here).cast(FEN) - amount
    left = _at_least_nothing(limit - taken)
    return (limit.notnull() & (left < amount)).ifelse(left, amount).cast(FEN)


def _at_least_nothing(value: Any) -> Any:
    """No greatest(): databases do not agree on what it makes of null, which is no limit here and must stay null."""
    return (value < 0).ifelse(ibis.literal(0).cast(FEN), value).cast(FEN)


def _with_claimed(rows: Any, tables: Tables) -> Any:
    """The findings with what is claimed for their line, bill and institution: m_of_line, m_of_bill, m_of_place; null
    where the facts do not have it, and for the institution where the finding is of a bill."""
    asked = rows.filter(~rows.m_whole).select(*BILL).distinct()
    of_asked = tables.lines.semi_join(asked, BILL)
    by_line = of_asked.select(*BILL, "line_number", m_of_line=_at_least_nothing(claimed(of_asked)))
    by_bill = _claimed_by_bill(of_asked, tables.bills.semi_join(asked, BILL), *BILL)
    places = rows.filter(rows.m_whole).select("institution_code").distinct()
    lines = tables.lines.semi_join(places, "institution_code")
    by_place = _claimed_by_bill(lines, tables.bills.semi_join(places, "institution_code"), "institution_code")
    for more, key, name in (
        (by_line, [*BILL, "line_number"], "m_of_line"),
        (by_bill, BILL, "m_of_bill"),
        (by_place, ["institution_code"], "m_of_place"),
    ):
        more = more.rename({f"{name}_{column}": column for column in key})
        rows = rows.left_join(more, [rows[column] == more[f"{name}_{column}"] for column in key])
        rows = rows.drop(*(f"{name}_{column}" for column in key))
    return rows


def _claimed_by_bill(lines: Any, bills: Any, *key: str) -> Any:
    """What is claimed for the bills, summed by the key: of their lines, or their total cost where they have none."""
    summed = lines.mutate(c=claimed(lines)).group_by(BILL).agg(c=lambda table: table.c.sum())
    summed = summed.rename(s_institution="institution_code", s_case="case_id")
    met = bills.left_join(summed, [bills.institution_code == summed.s_institution, bills.case_id == summed.s_case])
    met = met.mutate(c=met.c.fill_null(met.total_cost))
    name = "m_of_place" if len(key) == 1 else "m_of_bill"
    return met.group_by(list(key)).agg(**{name: met.c.sum().cast(FEN)})
