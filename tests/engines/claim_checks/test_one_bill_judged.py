"""One bill judged with all checks, as the doctor's desk asks it: what is found, what counts, and how it came about."""

from __future__ import annotations

from datetime import date

from made_checks import DAY, bill, bought, check, line, row

from yigongti.engines.claim_checks.public import ClaimChecks, check_bill, sentence

MEN_ONLY = check("sex", [row(item_code="I1", sex="1")], strength="doubtful", stages=["before", "after"])
NOT_PAID = check("not_payable", [row(item_code="I1"), row("k2", item_code="I2")], stages=["after"])
CHECKS = ClaimChecks(
    {made.id: made for made in (MEN_ONLY, NOT_PAID, check("mark_up", fee_items=["fee_other"]))}, "made"
)
WOMAN = bill(line(1, "I1", item_name="甲药"), line(2, "I2"), sex="2")


def test_only_the_checks_of_the_stage_run() -> None:
    assert [finding.check for finding in check_bill(WOMAN, None, CHECKS, "before", DAY).findings] == ["made_sex"]


def test_findings_come_with_what_they_count() -> None:
    merged = check_bill(WOMAN, None, CHECKS, "after", DAY).merged
    assert [(one.finding.check, one.finding.line_number, int(one.counted)) for one in merged] == [
        ("made_not_payable", 1, 100),
        ("made_not_payable", 2, 100),
        ("made_sex", 1, 0),
    ]


def test_what_is_charged_after_the_day_of_asking_is_not_known() -> None:
    later = bill(line(1, "I1"), line(2, "I2", charged_on=date(2026, 10, 9)))
    assert [finding.line_number for finding in check_bill(later, None, CHECKS, "after", DAY).findings] == [1]


def test_every_check_that_ran_stands_in_the_trace_with_its_steps() -> None:
    trace = check_bill(WOMAN, None, CHECKS, "before", DAY, only=["made_sex"]).trace
    assert [step.name for step in trace] == ["check", "sex"]
    assert trace.steps[1].said.zh == "第 1 行“甲药”限男性，患者性别女"


def test_the_trace_also_tells_what_was_looked_at_and_left() -> None:
    man = bill(line(1, "I1"), sex="1")
    (heading, step) = check_bill(man, None, CHECKS, "before", DAY, only=["made_sex"]).trace
    assert (heading.passed, step.passed) == (False, False)


def test_purchases_are_needed_for_mark_up() -> None:
    sold = bill(line(1, "I9", unit_price="12", fee_item="fee_other"))
    moves = [bought("I9", date(2026, 9, 1), "10")]
    assert check_bill(sold, None, CHECKS, "after", DAY).findings == ()
    (finding,) = check_bill(sold, None, CHECKS, "after", DAY, stock_moves=moves).findings
    assert int(finding.amount) == 2


def test_a_finding_is_a_sentence_in_both_languages() -> None:
    (finding,) = check_bill(WOMAN, None, CHECKS, "before", DAY, only=["made_sex"]).findings
    assert sentence(finding, MEN_ONLY).zh == "“甲药”男，女"
