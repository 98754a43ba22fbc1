"""The operations of a bill that went through one incision and were not discounted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from yigongti.engines.claim_checks.charges import in_force, named, number, operation_of, row_of, standing
from yigongti.engines.claim_checks.check import Check, Version
from yigongti.engines.claim_checks.facts import Facts, Line
from yigongti.engines.claim_checks.finding import Finding
from yigongti.engines.claim_checks.knowledge import KnowledgeRow
from yigongti.foundation.money import to_fen
from yigongti.foundation.trace import Trace

Met = tuple[Line, Version, KnowledgeRow]


def judge(facts: Facts, check: Check, trace: Trace) -> Iterator[Finding]:
    """A finding for each further operation above its discounted price."""
    highest = _highest_prices(facts)
    for bill in facts.bills:
        operations: dict[tuple[object, ...], list[Met]] = defaultdict(list)
        for line in standing(bill):
            if line.unit_price is not None and line.quantity > 0:
                for version, row in in_force(check, line):
                    operations[version.valid_from, operation_of(line), row["group"]].append((line, version, row))
        for met in operations.values():
            if len({line.item_code for line, _, _ in met}) < 2:
                continue
            met.sort(key=lambda one: (-_price(one[0]), one[0].line_number, one[2].key))
            dearest = met[0][0]
            for line, version, row in met[1:]:
                full = row["full_price"]
                if not isinstance(full, Decimal):
                    full = highest[bill.institution_code, line.item_code]
                limit = full * number(version, "ratio")
                above = _price(line) > limit
                trace.add(
                    "same_incision",
                    zh=f"第 {line.line_number} 行“{named(line)}”与“{named(dearest)}”同切口，全价 {full} 元，"
                    f"折价后至多 {limit} 元，实收 {line.unit_price} 元",
                    en=f"line {line.line_number} “{named(line)}” shares the incision of “{named(dearest)}”:"
                    f" at most {limit} of {full} yuan, charged {line.unit_price}",
                    evidence=(line.item_code, dearest.item_code, row.key),
                    passed=above,
                    source=row.source,
                )
                if above:
                    yield Finding(
                        check.id, version.valid_from, bill.institution_code, bill.case_id, line.line_number,
                        line.charged_on, to_fen((_price(line) - limit) * line.quantity), (row_of(bill, dearest),),
                        item=named(line, row), limit=str(to_fen(limit)), observed=str(to_fen(_price(line))),
                        other=named(dearest, met[0][2]), knowledge=row.key,
                    )  # fmt: skip


def _price(line: Line) -> Decimal:
    return line.unit_price if line.unit_price is not None else Decimal(0)


def _highest_prices(facts: Facts) -> dict[tuple[str, str], Decimal]:
    """Institution and item → the highest unit price among its charges."""
    highest: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for bill in facts.bills:
        for line in standing(bill):
            key = bill.institution_code, line.item_code
            highest[key] = max(highest[key], _price(line))
    return highest
