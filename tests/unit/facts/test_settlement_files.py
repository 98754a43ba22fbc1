"""A file of settlements lands only if every row is money that adds up."""

from __future__ import annotations

import pytest
from submission_answers import rows_of

HEADER = [
    "settlement_number", "reverses", "insured_number", "insurance_type", "care", "level", "place", "referral",
    "started_on", "ended_on", "settled_on", "total_cost", "first_share", "deductible", "pool_fund", "cash", "groups",
]  # fmt: skip
GOOD = ["S1", "", "P1", "390", "inpatient", "county", "community", "none", "2026-09-28", "2026-10-05", "2026-10-06",
        "1000", "50", "300", "487.50", "512.50", ""]  # fmt: skip


def changed(**cells):
    row = list(GOOD)
    for name, value in cells.items():
        row[HEADER.index(name)] = value
    return row


def problems_of(answer):
    return {(column, code) for column, code, _ in answer.error_counts}


def test_a_settlement_whose_parts_add_up_is_accepted_and_unwritten_amounts_are_nothing(write, run):
    row = rows_of(run(write([HEADER, GOOD]), kind="settlements"))[0]
    shown = [str(row[name]) for name in ("pool_fund", "medical_assistance", "above_limits")]
    assert shown == ["487.50", "0.00", "0.00"]


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        ({"cash": "512.49"}, ("total_cost", "parts_do_not_add_up")),
        ({"pool_fund": "-487.50", "cash": "1487.50"}, ("pool_fund", "negative")),
        ({"reverses": "S0"}, ("total_cost", "reversal_not_negative")),
        ({"reverses": "S1"}, ("reverses", "reverses_itself")),
        ({"first_share": "701"}, ("total_cost", "outside_exceeds_total")),
        ({"settled_on": "2026-11-01"}, ("settled_on", "outside_month")),
        ({"settled_on": "2026-10-04"}, ("settled_on", "settled_before_it_ends")),
        ({"ended_on": "2026-09-27"}, ("ended_on", "ends_before_it_starts")),
        ({"care": "dental"}, ("care", "code_not_known")),
        ({"insurance_type": ""}, ("insurance_type", "required_missing")),
    ],
)
def test_a_row_that_does_not_make_sense_blocks_the_file(write, run, cells, problem):
    answer = run(write([HEADER, changed(**cells)]), kind="settlements")
    assert not answer.can_be_committed and problem in problems_of(answer)


def test_a_reversal_is_wholly_negative(write, run):
    back = changed(settlement_number="S2", reverses="S1", total_cost="-1000", first_share="-50", deductible="-300",
                   pool_fund="-487.50", cash="-512.50")  # fmt: skip
    answer = run(write([HEADER, GOOD, back]), kind="settlements")
    assert answer.can_be_committed and answer.amount == 0


def test_headers_may_be_written_in_chinese(write, run):
    names = ["结算流水号", "冲正的结算流水号", "医保编号", "险种类型", "待遇类别", "就医机构级别", "就医地", "转诊备案",
             "就诊（入院）日期", "就诊（出院）日期", "结算日期", "医疗费用总额", "先行自付", "起付线", "统筹基金支付",
             "个人现金支付", "人员类别"]  # fmt: skip
    answer = run(write([names, changed(groups="low_income|veteran")]), kind="settlements")
    assert rows_of(answer)[0]["groups"] == ["low_income", "veteran"]


def test_an_amount_that_cannot_be_read_is_told_once(write, run):
    answer = run(write([HEADER, changed(cash="about 500")]), kind="settlements")
    assert problems_of(answer) == {("cash", "not_a_number")}


def test_a_settled_bill_says_where_it_was_not_at_home(write, run):
    row = rows_of(run(write([[*HEADER, "treated_at"], [*changed(place="prefecture"), "X1"]]), kind="settlements"))[0]
    assert (row["institution_code"], row["treated_at"], row["place"]) == ("H001", "X1", "prefecture")
