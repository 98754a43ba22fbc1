"""What the rule book says of pages, and how the score comes about."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import ibis
import pytest
from invented_pages import arrow_table, clean_page, with_operation

from yigongti.engines.record_quality.public import (
    RuleBook,
    judge_case,
    judge_table,
    measure_detection,
    runnable,
    score_table,
    summarise,
    with_extra_columns,
)
from yigongti.engines.record_quality.rules import read_rules
from yigongti.engines.record_quality.vocabulary import COLUMNS
from yigongti.foundation.errors import PolicyError
from yigongti.foundation.policy import Policy

ON = date(2026, 10, 31)


def _broken(book: RuleBook, **changes: object) -> list[str]:
    return [finding.rule.id for finding in judge_case(clean_page(**changes), book, ON).findings]


def test_the_book_has_at_least_seventy_five_rules_each_told_in_both_languages(book: RuleBook) -> None:
    assert len(book.rules) >= 75
    for rule in book.rules:
        assert all((rule.wrong.zh, rule.wrong.en, rule.mend.zh, rule.mend.en, rule.label.zh, rule.label.en)), rule.id


def test_a_rule_blames_a_column_that_it_reads(book: RuleBook) -> None:
    assert [rule.id for rule in book.rules if rule.column not in rule.columns] == []


def test_every_source_cited_is_a_file(book: RuleBook, policy: Policy) -> None:
    assert {rule.source for rule in book.rules} <= set(policy.sources)


def test_clean_pages_break_no_rule(book: RuleBook) -> None:
    for page in (clean_page(), with_operation()):
        judged = judge_case(page, book, ON)
        assert (judged.findings, judged.score, judged.passes, judged.complete) == ((), Decimal(100), True, True)


def test_an_item_loses_its_points_once_however_often_it_is_wrong(book: RuleBook) -> None:
    judged = judge_case(clean_page(sex="2", resident_number=None), book, ON)
    assert [f.rule.id for f in judged.findings] == ["required.resident_number"]
    twice = judge_case(clean_page(contact_name=None, contact_phone=None), book, ON)
    assert (len(twice.findings), twice.score) == (2, Decimal("99.5"))


def test_a_part_loses_no_more_than_its_points(book: RuleBook) -> None:
    fees = [rule for rule in book.rules if rule.item and book.card.items[rule.item].part == "fees"]
    heavy = replace(book.card, parts={**book.card.parts, "fees": Decimal("0.5")})
    assert heavy.score([r for r in fees if r.severity == "error"]) == Decimal("99.5")


def test_a_warning_costs_no_points(book: RuleBook) -> None:
    judged = judge_case(clean_page(diagnoses=["R50.900"], admission_conditions=["1"]), book, ON)
    assert [f.rule.id for f in judged.findings] == ["diagnosis_logic.principal_symptom"]
    assert judged.score == Decimal(100)


def test_a_page_with_a_gap_is_not_complete_though_it_passes(book: RuleBook) -> None:
    judged = judge_case(clean_page(phone="-"), book, ON)
    assert (judged.passes, judged.complete) == (True, False)


def test_a_broken_rule_tells_what_is_wrong_what_to_do_and_what_the_page_holds(book: RuleBook) -> None:
    judged = judge_case(clean_page(discharge_disposition="5", readmission_plan=None), book, ON)
    step = judged.trace.named("disposition.autopsy_missing")[0]
    assert "尸检" in step.said.zh and "autopsy" in step.said.en and "离院方式=5" in step.evidence


def test_a_rule_is_not_applied_before_its_first_day(book: RuleBook) -> None:
    later = book.rule("settlement_list.insured_number")
    assert later not in book.in_force(date(2020, 4, 30)) and later in book.in_force(date(2020, 5, 1))


def test_rules_that_want_an_absent_column_are_named_not_dropped(book: RuleBook) -> None:
    page = {name: value for name, value in clean_page().items() if not name.startswith(("settlement_", "fee_lines_"))}
    left_out = judge_case(page, book, ON).left_out
    assert {rule.theme for rule in left_out} == {"settlement_list", "fees"}
    assert set(left_out) == set(runnable(book.in_force(ON), page.keys())[1])


def test_ventilation_without_respiratory_failure_is_asked_about(book: RuleBook) -> None:
    page = with_operation(procedures=["47.0100", "96.7201"], ventilator_hours=20)
    assert [s.id for s in judge_case(page, book, ON).suggestions] == ["ventilation_respiratory_failure"]
    page = with_operation(procedures=["96.7201"], diagnoses=["J96.000", "K35.800"])
    assert judge_case(page, book, ON).suggestions == ()


def test_a_laparoscopic_cholecystectomy_is_day_surgery_and_minimally_invasive(book: RuleBook) -> None:
    assert judge_case(with_operation(procedures=["51.2300"]), book, ON).flags == ("day_surgery", "minimally_invasive")


@pytest.mark.parametrize(
    "change",
    [
        {"severity": "grave"},
        {"must": "sex >"},
        {"column": "nowhere"},
        {"from": "soon"},
        {"wrong": "only one"},
        {"extra": "1"},
        {"dimension": "beauty"},
        {"must": None},
        {"when": "age_years"},
        {"hints": "word"},
    ],
)
def test_a_wrong_rule_file_is_refused_with_its_place(change: dict[str, object]) -> None:
    both = {"zh": "错", "en": "wrong"}
    rule = {
        "id": "r",
        "label": both,
        "wrong": both,
        "mend": both,
        "severity": "error",
        "from": "2020-01-01",
        "column": "sex",
        "dimension": "logic",
        "item": "sex",
        "must": "sex is filled",
        "source": "s",
    }
    document = SimpleNamespace(path="checks/x.yaml", data={"theme": "t", "rules": [{**rule, **change}]})
    with pytest.raises(PolicyError) as caught:
        read_rules([document], {})
    assert "checks/x.yaml" in caught.value.where


def _table_book(book: RuleBook) -> RuleBook:
    wanted = ("required.phone", "required.name", "fees.fee_lines_do_not_add_up", "settlement_list.bill_code")
    return replace(book, rules=tuple(book.rule(name) for name in wanted))


def test_sums_by_department_add_up_to_the_pages(book: RuleBook) -> None:
    small, connection = _table_book(book), ibis.duckdb.connect(threads=1)
    pages = [
        clean_page(
            case_id=f"c{n}", discharge_department_code="01" if n % 3 else "02", phone=None if n % 2 else "19900001234"
        )
        for n in range(12)
    ]
    connection.con.register("given_pages", arrow_table(pages))
    table = connection.table("given_pages")
    scores = score_table(table, judge_table(table, small, connection, ON), small)
    rows = summarise(table, scores, ["discharge_department_code"]).order_by("discharge_department_code")
    found = {row["discharge_department_code"]: row for row in rows.to_pyarrow().to_pylist()}
    assert (found["01"]["pages"], found["02"]["pages"]) == (8, 4)
    assert found["01"]["complete"] + found["02"]["complete"] == 6
    assert found["01"]["complete_rate"] == 0.5


def test_fee_lines_and_settlement_lists_are_laid_beside_without_doubling_a_page(book: RuleBook) -> None:
    small, connection = _table_book(book), ibis.duckdb.connect(threads=1)
    extra = [name for name in COLUMNS if name.startswith(("settlement_", "fee_lines_"))]
    pages = arrow_table([clean_page(case_id=f"c{n}") for n in range(3)]).drop_columns(extra)
    connection.con.register("given_pages", pages)
    lines = [
        {"institution_code": "12345678-9", "case_id": c, "amount": a}
        for c, a in (("c0", "400.00"), ("c0", "600.00"), ("c1", "999.00"))
    ]
    lines_table = ibis.memtable(lines).cast({"amount": "decimal(14,2)"})
    lists = ibis.memtable(
        [{"institution_code": "12345678-9", "case_id": "c2", "settlement_number": "s", "bill_code": ""}]
    )
    beside = with_extra_columns(connection.table("given_pages"), fee_lines=lines_table, settlement_lists=lists)
    defects = judge_table(beside, small, connection, ON).to_pyarrow().to_pylist()
    assert sorted((row["case_id"], row["rule"]) for row in defects) == [
        ("c1", "fees.fee_lines_do_not_add_up"),
        ("c2", "settlement_list.bill_code"),
    ]


def test_detection_counts_found_missed_and_false_alarms(book: RuleBook) -> None:
    def row(case: str, **more: str) -> dict[str, str]:
        return {"institution_code": "i", "case_id": case, **more}

    truth = [row("a", rule_hint="phone_missing", column="phone"), row("b", rule_hint="name_missing", column="name")]
    found = [row("a", rule="required.phone"), row("c", rule="required.phone")]
    measure = measure_detection(found, truth, book)
    assert (measure.recall.good, measure.recall.all) == (1, 2)
    assert (measure.precision.good, measure.precision.all) == (1, 2)
    assert [case["case_id"] for case in (*measure.missed, *measure.false_alarms)] == ["b", "c"]
