"""Published knowledge is read by its headings; what is wrong is named; what it would change is told before it does."""

import io
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

from yigongti.engines.claim_checks.knowledge import KnowledgeRow
from yigongti.engines.claim_checks.workbooks.differences import difference
from yigongti.engines.claim_checks.workbooks.layouts import load_layouts
from yigongti.engines.claim_checks.workbooks.reading import read_sheets
from yigongti.engines.claim_checks.workbooks.sheets import open_sheets
from yigongti.foundation.errors import InvalidInput
from yigongti.foundation.policy import Policy

ONE_TABLE = ["项目名称", "国标代码", "限定类型", "限定性别"]


@pytest.fixture(scope="session")
def layouts(policy_root: Path):
    return load_layouts(Policy.load(policy_root))


def workbook(**sheets):
    """The bytes of a workbook: sheet name → rows."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file)
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            for place, value in enumerate(row):
                sheet.write(number, place, value)
    book.close()
    return file.getvalue()


def read(layouts, *rows, **more):
    return read_sheets(open_sheets(workbook(Sheet1=rows)), layouts, **more)


def codes(reading):
    return [problem.code for problem in reading.problems]


@pytest.mark.shared_data
@pytest.mark.parametrize(
    ("file", "rows"),
    [
        ("【第一批】药品规则库(限定年龄对象).xlsx", {"age_limited_medicine": 4398}),
        ("【第一批】药品规则库(限定性别对象).xlsx", {"sex_limited_medicine": 6472}),
        ("【第一批】项目规则库(限定年龄对象).xlsx", {"age_limited_service": 30}),
        ("【第一批】项目规则库(限定性别对象).xlsx", {"sex_limited_service": 390}),
        ("【第二批】项目规则库（限定主次操作）.xlsx", {"same_incision_discount": 378}),
        ("【第三批】药品规则库（限定保险类型）.xlsx", {"work_injury_medicine": 85, "maternity_medicine": 27}),
        ("【第四批】药品规则库（限定就医方式）.xlsx", {"care_setting_medicine": 736}),
        ("【第五批】药品规则库（限定机构等级）.xlsx", {"institution_level_medicine": 962}),
        ("【第七批 】项目规则库（重复收费）.xlsx", {"duplicate_charge": 875}),
    ],
)
def test_every_published_batch_is_read_whole(layouts, shared_data, file, rows):
    reading = read_sheets(open_sheets((shared_data / "claim_checks" / file).read_bytes()), layouts)
    assert {check: len(found) for check, found in reading.by_check().items()} == rows
    assert reading.may_be_taken_over


@pytest.mark.shared_data
def test_pairs_within_hours_are_left_out_and_said_so(layouts, shared_data):
    file = shared_data / "claim_checks" / "【第七批 】项目规则库（重复收费）.xlsx"
    assert codes(read_sheets(open_sheets(file.read_bytes()), layouts)).count("left_out") == 25


@pytest.mark.shared_data
def test_an_explanation_that_says_more_than_the_cell_is_told(layouts, shared_data):
    file = shared_data / "claim_checks" / "【第四批】药品规则库（限定就医方式）.xlsx"
    reading = read_sheets(open_sheets(file.read_bytes()), layouts)
    assert "急诊" in next(p for p in reading.problems if p.code == "explained_otherwise").said.zh


def test_a_title_above_the_heading_and_columns_in_another_order_do_not_matter(layouts):
    reading = read(layouts, ["附件一"], [], ["限定性别", "序号", "限定类型", "国标代码", "项目名称"],
                   ["女", "1", "限定性别对象", "003300000010000", "演示项目"])  # fmt: skip
    assert reading.rows[0].values == {"item_code": "003300000010000", "item_name": "演示项目", "sex": "2"}


def test_two_tables_are_joined_by_name(layouts):
    content = workbook(
        甲=[["药品通用名", "限定类型", "限定对象"], ["演示片", "限定性别对象", "男"]],
        乙=[["药品通用名", "序号", "国标代码", "限定类型"], ["演示片", 1, "XA01", "限定性别对象"],
            ["", 2, "XA02", "限定性别对象"]],
    )  # fmt: skip
    reading = read_sheets(open_sheets(content), layouts)
    assert [(row.key, row.values["sex"]) for row in reading.rows] == [("XA01", "1"), ("XA02", "1")]


def test_a_name_without_codes_blocks_the_batch(layouts):
    content = workbook(
        甲=[["药品通用名", "限定类型", "限定对象"], ["演示片", "限定性别对象", "男"], ["无码片", "限定性别对象", "男"]],
        乙=[["药品通用名", "国标代码", "限定类型"], ["演示片", "XA01", "限定性别对象"]],
    )
    reading = read_sheets(open_sheets(content), layouts)
    assert (codes(reading), reading.may_be_taken_over) == (["name_without_code"], False)


def test_a_workbook_with_new_headings_is_answered_with_its_headings(layouts):
    reading = read(layouts, ["甲栏", "乙栏"], ["XA01", "女"])
    assert (reading.kind, codes(reading)) == (None, ["layout_unknown"])
    assert "甲栏、乙栏" in reading.problems[0].said.zh


def test_once_somebody_says_what_new_headings_mean_it_is_read(layouts):
    reading = read(
        layouts, ["甲栏", "乙栏"], ["XA01", "女"], kind_id="sex", chosen={"甲栏": "code", "乙栏": "restriction"}
    )
    assert reading.rows[0].values["sex"] == "2"


def test_two_kinds_in_one_workbook_are_not_guessed_at(layouts):
    reading = read(layouts, ONE_TABLE, ["甲", "0033", "限定性别对象", "女"], ["乙", "0034", "限定年龄对象", "儿童"])
    assert codes(reading) == ["layout_unknown"]


def test_a_code_that_comes_twice_with_two_meanings_blocks(layouts):
    reading = read(layouts, ONE_TABLE, ["甲", "0033", "限定性别对象", "女"], ["甲", "0033", "限定性别对象", "男"])
    assert (codes(reading), reading.may_be_taken_over) == (["code_twice"], False)


def test_a_row_that_comes_twice_alike_is_taken_once(layouts):
    reading = read(layouts, ONE_TABLE, ["甲", "0033", "限定性别对象", "女"], ["甲", "0033", "限定性别对象", "女"])
    assert (len(reading.rows), codes(reading), reading.may_be_taken_over) == (1, ["row_twice"], True)


def test_a_code_stored_as_a_number_may_have_lost_its_zeros(layouts):
    assert codes(read(layouts, ONE_TABLE, ["甲", 3310010140000, "限定性别对象", "女"])) == ["code_is_a_number"]


def test_a_word_that_nobody_knows_is_named_with_its_row(layouts):
    problem = read(layouts, ONE_TABLE, ["甲", "0033", "限定性别对象", "大象"]).problems[0]
    assert (problem.code, problem.row, "大象" in problem.said.zh) == ("word_unknown", 2, True)


def test_an_end_before_its_start_is_refused(layouts):
    reading = read(layouts, [*ONE_TABLE, "生效日期", "失效日期"],
                   ["甲", "0033", "限定性别对象", "女", "2026-05-01", "2026-04-30"])  # fmt: skip
    assert codes(reading) == ["end_before_start"]


def test_a_row_without_a_code_is_named(layouts):
    assert codes(read(layouts, ONE_TABLE, ["甲", "", "限定性别对象", "女"])) == ["code_missing"]


def test_what_is_no_workbook_is_refused_in_words():
    with pytest.raises(InvalidInput, match="no workbook"):
        open_sheets(b"MZ\x90\x00 a program")


def in_force(key, **values):
    return KnowledgeRow(key, date(2025, 1, 1), None, "s", {"item_code": key, "item_name": "甲", **values})


def test_the_difference_tells_what_is_added_changed_and_left(layouts):
    reading = read(layouts, ONE_TABLE, ["甲", "0031", "限定性别对象", "女"], ["甲", "0032", "限定性别对象", "女"],
                   ["甲", "0033", "限定性别对象", "女"])  # fmt: skip
    before = [in_force("0031", sex="2"), in_force("0032", sex="1"), in_force("0039", sex="1")]
    told = difference("sex_limited_service", before, reading.rows, on=date(2026, 1, 1))
    assert ([row.key for row in told.added], told.changed[0].columns, told.ended, told.unchanged) == (
        ["0033"], {"sex": ("1", "2")}, (), 1,
    )  # fmt: skip


def test_a_batch_that_is_the_whole_list_ends_what_it_lacks(layouts):
    reading = read(layouts, ONE_TABLE, ["甲", "0031", "限定性别对象", "女"])
    told = difference("x", [in_force("0039", sex="1")], reading.rows, on=date(2026, 1, 1), whole=True)
    assert [row.key for row in told.ended] == ["0039"]
