"""A person's charges of a service in the windows of time that limit it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from yigongti.engines.claim_checks.charges import (
    at_stake,
    beyond,
    bills_of_persons,
    in_force,
    named,
    number_text,
    row_of,
    share_at_stake,
    shown,
    standing,
    with_count,
)
from yigongti.engines.claim_checks.check import Check, Version
from yigongti.engines.claim_checks.facts import Bill, Facts, Line
from yigongti.engines.claim_checks.finding import Finding, Row
from yigongti.engines.claim_checks.handlers.frequency import SLIDING, WINDOWS
from yigongti.engines.claim_checks.knowledge import KnowledgeRow
from yigongti.foundation.trace import Trace


@dataclass(frozen=True, slots=True)
class Charged:
    """A charge of a limited service, with what limits it."""

    bill: Bill
    line: Line
    version: Version
    row: KnowledgeRow

    @property
    def place(self) -> tuple[object, ...]:
        """Where it stands in the order of a person's charges."""
        return self.line.charged_on, self.bill.institution_code, self.bill.case_id, self.line.line_number


def judge(facts: Facts, check: Check, trace: Trace) -> Iterator[Finding]:
    """A finding for each charge beyond its window's limit."""
    for bills in bills_of_persons(facts).values():
        limited: dict[tuple[object, ...], list[Charged]] = defaultdict(list)
        for bill in bills:
            for line in standing(bill):
                if at_stake(line) > 0 and line.quantity > 0:
                    for version, row in in_force(check, line):
                        limited[version.valid_from, row.key, row.valid_from].append(Charged(bill, line, version, row))
        for charges in limited.values():
            charges.sort(key=lambda one: one.place)
            judged = _any_run_of_days if charges[0].row["window"] == SLIDING else _windows
            yield from judged(charges, check, trace)


def _windows(charges: list[Charged], check: Check, trace: Trace) -> Iterator[Finding]:
    windows: dict[object, list[Charged]] = defaultdict(list)
    for charge in charges:
        windows[_window(charge)].append(charge)
    for met in windows.values():
        row = met[0].row
        allowed = Decimal(str(row["max_quantity"]))
        total, within, over = beyond([charge.line.quantity for charge in met], allowed)
        limit = f"{WINDOWS[str(row['window'])]}{number_text(allowed)}"
        _tell(trace, met[-1], limit, total, bool(over))
        before = [row_of(met[place].bill, met[place].line) for place in within]
        for place, part in over:
            yield _finding(check, met[place], part, limit, total, before)


def _any_run_of_days(charges: list[Charged], check: Check, trace: Trace) -> Iterator[Finding]:
    for place, charge in enumerate(charges):
        days = max(1, int(str(charge.row["days"] or 1)))
        begin = charge.line.charged_on - timedelta(days=days - 1)
        before = [one for one in charges[:place] if one.line.charged_on >= begin]
        total = sum((one.line.quantity for one in before), charge.line.quantity)
        allowed = Decimal(str(charge.row["max_quantity"]))
        limit = f"{days}日内{number_text(allowed)}"
        _tell(trace, charge, limit, total, total > allowed)
        if total > allowed:
            part = min(charge.line.quantity, total - allowed)
            rows = [row_of(one.bill, one.line) for one in before]
            yield _finding(check, charge, part, limit, total, rows)


def _window(charge: Charged) -> object:
    day = charge.line.charged_on
    windows: dict[str, object] = {
        "day": day,
        "stay": row_of(charge.bill),
        "week": day.isocalendar()[:2],
        "month": (day.year, day.month),
        "year": day.year,
    }
    return windows[str(charge.row["window"])]


def _tell(trace: Trace, charge: Charged, limit: str, total: Decimal, passed: bool) -> None:
    trace.add(
        "frequency",
        zh=f"“{named(charge.line)}”至 {charge.line.charged_on} 为 {number_text(total)}，限{limit}",
        en=f"“{named(charge.line)}” adds up to {number_text(total)} by {charge.line.charged_on}; limit {limit}",
        evidence=(charge.line.item_code, charge.row.key),
        passed=passed,
        source=charge.row.source,
    )


def _finding(check: Check, charge: Charged, part: Decimal, limit: str, total: Decimal, before: list[Row]) -> Finding:
    line, bill = charge.line, charge.bill
    return Finding(
        check.id, charge.version.valid_from, bill.institution_code, bill.case_id, line.line_number, line.charged_on,
        share_at_stake(line, part, line.quantity), shown(before), item=named(line, charge.row), limit=limit,
        observed=with_count(number_text(total), before), knowledge=charge.row.key,
    )  # fmt: skip
