"""Several findings on one row: no yuan is counted twice, and none that is at stake is lost."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import ibis
import pyarrow as pa
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from made_checks import DAY, as_rows, bill, check, line

from yigongti.engines.claim_checks.facts import Bill, Facts
from yigongti.engines.claim_checks.finding import COLUMNS, Finding
from yigongti.engines.claim_checks.loading import ClaimChecks
from yigongti.engines.claim_checks.merging import Merged, claimed_of, merge, merge_table
from yigongti.engines.claim_checks.tables_of import tables_of

FIRST = date(2026, 1, 1)
CHECKS = ClaimChecks(
    {
        name: check("not_payable", name=name, strength=strength)
        for name, strength in (("a", "violation"), ("b", "violation"), ("c", "doubtful"), ("d", "clue"))
    },
    "invented",
)
_UNHURRIED = settings(
    deadline=None, suppress_health_check=list(HealthCheck), phases=(Phase.explicit, Phase.reuse, Phase.generate)
)


def finding(name: str, amount: str, of_line: int | None = 1, case: str = "C1", at: str = "H1", **more: Any) -> Finding:
    return Finding(name, FIRST, at, case, of_line, DAY, Decimal(amount), **more)


def counted(findings: list[Finding], *bills: Bill) -> list[tuple[str, str]]:
    return [(merged.finding.check, f"{merged.counted:.0f}") for merged in merge(findings, CHECKS, bills)]


def test_the_second_finding_on_a_line_counts_what_the_first_has_left() -> None:
    assert counted([finding("b", "70"), finding("a", "60")], bill(line())) == [("b", "70"), ("a", "30")]


def test_a_violation_counts_before_a_larger_doubt() -> None:
    assert counted([finding("c", "100"), finding("a", "60")], bill(line())) == [("a", "60"), ("c", "40")]


def test_equal_amounts_count_in_the_order_of_the_checks_names() -> None:
    assert counted([finding("b", "80"), finding("a", "80")], bill(line())) == [("a", "80"), ("b", "20")]


def test_a_finding_on_the_bill_leaves_less_for_its_lines() -> None:
    findings = [finding("a", "150", None), finding("b", "100", 1), finding("b", "60", 2)]
    assert counted(findings, bill(line(1), line(2))) == [("a", "150"), ("b", "50"), ("b", "0")]


def test_only_what_is_claimed_can_be_counted() -> None:
    assert counted([finding("a", "100")], bill(line(fund_amount="30"))) == [("a", "30")]


def test_a_finding_without_an_amount_stays() -> None:
    assert counted([finding("d", "0")], bill(line())) == [("d", "0")]


def test_a_finding_on_the_institution_counts_what_its_bills_have_left() -> None:
    findings = [finding("a", "150", None, case=""), finding("d", "80")]
    assert counted(findings, bill(line(1), line(2))) == [("d", "80"), ("a", "120")]


def test_a_bill_that_the_facts_do_not_have_sets_no_limit() -> None:
    assert counted([finding("a", "150", None, case="C9")], bill(line())) == [("a", "150")]


def test_a_bill_without_lines_counts_by_its_total_cost() -> None:
    assert counted([finding("a", "150", None)], bill(total_cost=Decimal(90))) == [("a", "90")]


_amounts = st.integers(0, 20_000).map(lambda fens: Decimal(fens) / 100)


@st.composite
def bills_with_findings(draw: st.DrawFn) -> tuple[list[Bill], list[Finding]]:
    bills = []
    for number in range(1, draw(st.integers(1, 3)) + 1):
        lines = [
            replace(line(place, fund_amount=draw(st.sampled_from([None, "0", "55.55"]))), amount=draw(_amounts))
            for place in range(1, draw(st.integers(0, 3)) + 1)
        ]
        if draw(st.booleans()):
            lines.append(line(9, amount="-20"))
        bills.append(bill(*lines, case=f"C{number}", total_cost=draw(_amounts)))
    findings = draw(
        st.lists(
            st.builds(
                finding,
                st.sampled_from(["a", "b", "c", "d"]),
                _amounts.map(str),
                st.sampled_from([None, 1, 2, 3]),
                st.sampled_from(["C1", "C2", "C3", "C9"]),
                knowledge=st.sampled_from(["k1", "k2"]),
            ),
            max_size=12,
        )
    )
    if draw(st.booleans()):
        findings.append(finding("d", draw(_amounts.map(str)), None, case=""))
        findings.append(finding("c", draw(_amounts.map(str)), None, case="", at="H9"))
    return bills, findings


@settings(_UNHURRIED, max_examples=200)
@given(given_month=bills_with_findings())
def test_no_yuan_is_counted_twice_and_none_is_lost(given_month: tuple[list[Bill], list[Finding]]) -> None:
    bills, findings = given_month
    merged = merge(findings, CHECKS, bills)
    assert as_rows(one.finding for one in merged) == as_rows(findings)
    for of_bill in bills:
        own = [one for one in merged if one.finding.case_id == of_bill.case_id]
        claimed = {own_line.line_number: max(own_line.claimed, Decimal(0)) for own_line in of_bill.lines}
        by_line: dict[int | None, list[Merged]] = defaultdict(list)
        for one in own:
            by_line[one.finding.line_number].append(one)
        at_stake = sum(
            (
                min(sum((one.finding.amount for one in ones), Decimal(0)), claimed.get(number, Decimal("Infinity")))
                for number, ones in by_line.items()
            ),
            Decimal(0),
        )
        assert sum((one.counted for one in own), Decimal(0)) == min(at_stake, max(claimed_of(of_bill), Decimal(0)))
        for number, ones in by_line.items():
            assert sum((one.counted for one in ones), Decimal(0)) <= claimed.get(number, Decimal("Infinity"))
    assert all(Decimal(0) <= one.counted <= one.finding.amount for one in merged)


@settings(_UNHURRIED, max_examples=40)
@given(given_month=bills_with_findings())
def test_the_table_counts_as_the_reference(given_month: tuple[list[Bill], list[Finding]], duck: Any) -> None:
    bills, findings = given_month
    rows = [dict(zip(COLUMNS, row, strict=True)) for row in as_rows(findings)]
    schema = ibis.schema(COLUMNS)
    table = ibis.memtable(pa.Table.from_pylist(rows, schema=schema.to_pyarrow()), schema=schema)
    merged = merge_table(table, tables_of(Facts(tuple(bills)), []), CHECKS)
    answered = [
        (*list(row.values())[:-2], row["strength"], row["counted"]) for row in duck.to_pyarrow(merged).to_pylist()
    ]
    expected = [
        (*as_rows([one.finding])[0], str(one.strength), one.counted.quantize(Decimal("0.01")))
        for one in merge(findings, CHECKS, bills)
    ]
    assert sorted(answered, key=repr) == sorted(expected, key=repr)
