"""What makes a row unacceptable, and what is only told."""

import pytest
from submission_answers import problems_of, rows_of

from yigongti.facts.public import PROBLEMS
from yigongti.facts.submissions.error_workbook import write_error_workbook
from yigongti.facts.submissions.workbook_reader import CalamineWorkbook
from yigongti.foundation.errors import InvalidInput

HEADER = ["case_id", "institution_code", "discharged_at", "total_cost", "age_years"]
GOOD = ["c1", "H001", "2026-10-05", "10.00", "45"]
LINES = ["case_id", "line_number", "item_code", "charged_on", "quantity", "amount"]


def changed(**cells):
    return [cells.get(name, value) for name, value in zip(HEADER, GOOD, strict=True)]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"case_id": ""}, ("case_id", "required_missing")),
        ({"institution_code": "H002"}, ("institution_code", "institution_differs")),
        ({"discharged_at": "2026-09-30 23:59"}, ("discharged_at", "outside_month")),
        ({"discharged_at": "2026-11-01"}, ("discharged_at", "outside_month")),
        ({"discharged_at": "2026-02-30"}, ("discharged_at", "impossible_date")),
        ({"discharged_at": "10/5/26"}, ("discharged_at", "not_an_instant")),
        ({"total_cost": "-1"}, ("total_cost", "negative")),
        ({"total_cost": "1.005"}, ("total_cost", "too_many_decimals")),
        ({"total_cost": "1e20"}, ("total_cost", "too_large")),
        ({"total_cost": "约100"}, ("total_cost", "not_a_number")),
        ({"age_years": "-3"}, ("age_years", "not_an_integer")),
        ({"age_years": "4.5"}, ("age_years", "not_an_integer")),
    ],
)
def test_a_row_with_a_fault_is_told_by_column_and_reason(write, run, cells, expected):
    answer = run(write([HEADER, GOOD, changed(**({"case_id": "c2"} | cells))]))
    assert problems_of(answer) == [(3, *expected)]
    assert (answer.rows, answer.accepted, answer.can_be_committed) == (2, 1, False)


@pytest.mark.parametrize("day", ["2026-10-01 00:00", "2026-10-31 23:59:59"])
def test_the_month_is_that_of_the_calendar_in_china(write, run, day):
    assert run(write([HEADER, changed(discharged_at=day)])).can_be_committed


def test_a_row_with_two_faults_is_told_both(write, run):
    answer = run(write([HEADER, changed(case_id="", total_cost="x")]))
    assert {code for _, _, code in problems_of(answer)} == {"required_missing", "not_a_number"}


def test_a_value_that_cannot_be_read_is_not_also_called_missing(write, run):
    assert problems_of(run(write([HEADER, changed(discharged_at="昨天")]))) == [(2, "discharged_at", "not_an_instant")]


def test_both_rows_of_a_duplicate_are_named(write, run):
    answer = run(write([HEADER, GOOD, changed(case_id="c2"), GOOD]))
    assert problems_of(answer) == [(2, "case_id", "duplicate_key"), (4, "case_id", "duplicate_key")]


def test_a_row_with_too_many_cells_is_named_and_the_rows_after_it_keep_their_numbers(write, run):
    answer = run(write([HEADER, GOOD, [*changed(case_id="c2"), "extra"], changed(case_id="c3", total_cost="x")]))
    assert problems_of(answer) == [(3, "", "wrong_cell_count"), (4, "total_cost", "not_a_number")]


def test_a_refund_is_accepted_and_told(write, run):
    refund = ["c1", "2", "X1", "2026-10-04", "-1", "-5.00"]
    answer = run(write([LINES, ["c1", "1", "X1", "2026-10-04", "2", "10"], refund]), kind="fee_lines")
    assert answer.can_be_committed
    assert str(answer.amount) == "5.00"
    assert [(warning.code, warning.count) for warning in answer.warnings] == [("refunds", 1)]


@pytest.mark.parametrize(("quantity", "amount"), [("1", "-5"), ("", "-5"), ("-1", "5")])
def test_a_negative_fee_that_is_no_refund_is_an_error(write, run, quantity, amount):
    answer = run(write([LINES, ["c1", "1", "X1", "2026-10-04", quantity, amount]]), kind="fee_lines")
    assert problems_of(answer) == [(2, "amount", "refund_not_consistent")]


def test_a_line_charged_before_the_month_belongs_to_a_stay_that_began_earlier(write, run):
    answer = run(write([LINES, ["c1", "1", "X1", "2026-09-28", "1", "5"]]), kind="fee_lines")
    assert answer.can_be_committed and answer.warnings == ()


def test_a_line_charged_after_the_month_is_told(write, run):
    answer = run(write([LINES, ["c1", "1", "X1", "2026-11-02", "1", "5"]]), kind="fee_lines")
    assert [warning.code for warning in answer.warnings] == ["charged_after_month"]


def test_settlement_lists_are_submitted_like_the_rest(write, run):
    header = ["mdtrt_id", "setl_id", "setl_end_date", "medfee_sumamt", "insutype", "hifp_pay"]
    row = rows_of(run(write([header, ["c1", "S1", "2026-10-06", "100", "390", "60.5"]]), kind="settlement_lists"))[0]
    assert (str(row["total_cost"]), str(row["pool_fund"]), row["insurance_type"]) == ("100.00", "60.50", "390")


def test_a_header_without_rows_is_refused(write, run):
    with pytest.raises(InvalidInput, match=r"no_rows"):
        run(write([HEADER]))


def test_an_institution_code_that_could_leave_its_folder_is_refused(write, run):
    with pytest.raises(InvalidInput, match=r"institution_code_shape"):
        run(write([HEADER, GOOD]), institution="../H001")


def test_every_problem_is_told_in_both_languages():
    assert all(text.zh and text.en and text.zh != text.en for text in PROBLEMS.values())


def read_back(path):
    book = CalamineWorkbook.from_path(str(path))
    return {name: list(book.get_sheet_by_name(name).iter_rows()) for name in book.sheet_names}


def test_the_error_workbook_shows_the_rows_as_written_with_what_is_wrong_beside_them(write, run, tmp_path):
    source = write([HEADER, GOOD, changed(case_id="c2", total_cost="约100")])
    answer = run(source)
    assert write_error_workbook(source, answer, tmp_path / "errors.xlsx") == 1
    sheet = read_back(tmp_path / "errors.xlsx")["数据1"]
    assert sheet[0][:3] == ["行号", "错误说明", "case_id"]
    assert sheet[1][1] == "what is wrong"
    assert sheet[2][0] == 3 and "应为数字" in sheet[2][1] and sheet[2][5] == "约100"


def test_a_formula_in_a_cell_comes_back_as_text(write, run, tmp_path):
    source = write([HEADER, changed(case_id='=HYPERLINK("http://x")', total_cost="x")])
    write_error_workbook(source, run(source), tmp_path / "errors.xlsx")
    assert read_back(tmp_path / "errors.xlsx")["数据1"][2][2] == '=HYPERLINK("http://x")'


def test_a_corrected_error_workbook_can_be_submitted_as_it_is(write, run, tmp_path):
    source = write([HEADER, GOOD, changed(case_id="c2")])
    write_error_workbook(source, run(source), tmp_path / "errors.xlsx", rows="all")
    again = run(tmp_path / "errors.xlsx")
    assert (again.accepted, again.errors, again.unknown_headers) == (2, 0, ())


def test_rows_with_a_wrong_number_of_cells_are_in_the_error_workbook_too(write, run, tmp_path):
    source = write([HEADER, GOOD, ["c2", "H001"], changed(case_id="c3", total_cost="x")])
    assert write_error_workbook(source, run(source), tmp_path / "errors.xlsx") == 2
    assert [row[0] for row in read_back(tmp_path / "errors.xlsx")["数据1"][2:]] == [3, 4]


VISITS = ["case_id", "care_setting", "visited_on", "total_cost", "diagnoses"]
MOVES = ["move_number", "item_code", "moved_on", "kind", "quantity", "unit_price"]


def test_visits_are_taken_and_their_amounts_added_up(write, run):
    rows = [VISITS, ["v1", "1", "2026-10-05", "10.50", "J00.x00|I10.x00"], ["v2", "3", "2026-10-06", "4", ""]]
    answer = run(write(rows), kind="visits")
    assert answer.can_be_committed and str(answer.amount) == "14.50"
    assert [row["diagnoses"] for row in rows_of(answer)] == [["J00.x00", "I10.x00"], []]


def test_a_visit_of_another_month_is_refused(write, run):
    rows = [VISITS, ["v1", "1", "2026-11-01", "1", ""], ["v2", "1", "2026-10-01", "1", ""]]
    assert problems_of(run(write(rows), kind="visits")) == [(2, "visited_on", "outside_month")]


def test_stock_moves_have_no_amount_and_may_be_counted_on_the_eve_of_the_month(write, run):
    rows = [MOVES, ["m1", "A", "2026-09-30", "opening", "5", ""], ["m2", "A", "2026-10-06", "purchase", "7", "1.25"]]
    answer = run(write(rows), kind="stock_moves")
    assert answer.can_be_committed and answer.amount == 0
    rows[1][2] = "2026-09-29"
    assert problems_of(run(write(rows), kind="stock_moves")) == [(2, "moved_on", "outside_month")]
