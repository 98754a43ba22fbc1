"""How files are read: encodings, headers, vocabularies, lists, values."""

import datetime as dt
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from submission_answers import problems_of, rows_of

from yigongti.facts.public import MappingProfile
from yigongti.facts.submissions.headers import recognise
from yigongti.facts.submissions.vocabularies import _PARTS, Vocabulary, plain
from yigongti.foundation.errors import InvalidInput
from yigongti.foundation.schemas import DISCHARGES, FACT_TABLES

PINYIN = ["BAH", "ZYCS", "XM", "CYSJ", "JBDM", "JBDM1", "ZFY"]
ROW = ["00123", "2", "张某（演示）", "2026-10-05 14:30:00", "i10.X00X002", "E11.900", "1234.5"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_is_read_in_every_encoding_that_hospitals_export(write, run, encoding):
    answer = run(write([PINYIN, ROW], encoding))
    assert rows_of(answer)[0]["name"] == "张某（演示）"
    assert answer.encoding == encoding.removesuffix("-sig")


def test_codes_keep_their_leading_zeros_and_money_its_fen(write, run):
    row = rows_of(run(write([PINYIN, ROW])))[0]
    assert (row["medical_record_number"], row["total_cost"]) == ("00123", Decimal("1234.50"))


def test_a_time_of_day_in_china_is_stored_in_utc(write, run):
    row = rows_of(run(write([PINYIN, ROW])))[0]
    assert row["discharged_at"] == dt.datetime(2026, 10, 5, 6, 30, tzinfo=dt.UTC)


def test_a_case_without_an_id_is_named_by_record_number_and_admission(write, run):
    assert rows_of(run(write([PINYIN, ROW])))[0]["case_id"] == "00123-2"


def test_the_letter_number_columns_of_the_national_interface_are_understood(write, run):
    header = ["A48", "A49", "B15", "C03C", "C05C", "C06x01C", "C08x01C", "C14x01C", "C35x01C", "C16x01", "D01"]
    row = ["1", "1", "2026-10-05", "I10.x00", "1", "E11.900", "3", "33.2400", "93.9000", "2026-10-04", "8"]
    read = rows_of(run(write([header, row])))[0]
    assert read["diagnoses"] == ["I10.x00", "E11.900"]
    assert read["admission_conditions"] == ["1", "3"]
    assert read["procedures"] == ["33.2400", "93.9000"]
    assert read["procedure_dates"] == [dt.date(2026, 10, 4), None]


def test_chinese_labels_with_units_and_stars_are_understood(write, run):
    header = ["*病案号", "住院次数", "出院时间", "主要诊断编码", "其他诊断编码1", "其他诊断编码2", "总费用（元）"]
    read = rows_of(run(write([header, ["7", "1", "2026年10月5日", "I10.x00", "", "E11.900", "1,000.00"]])))[0]
    assert read["diagnoses"] == ["I10.x00", "E11.900"]
    assert read["total_cost"] == Decimal("1000.00")


def test_own_names_take_a_list_in_one_cell(write, run):
    header = ["case_id", "discharged_at", "diagnoses", "procedures"]
    read = rows_of(run(write([header, ["c1", "2026-10-05", "I10.x00|E11.900", ""]])))[0]
    assert (read["diagnoses"], read["procedures"]) == (["I10.x00", "E11.900"], [])


def test_a_profile_maps_headers_that_nobody_else_knows(write, run):
    profile = MappingProfile(
        "仁和HIS",
        "discharges",
        columns={"case_id": ("就诊流水",), "discharged_at": ("离院",), "diagnoses": ("诊断{n}",), "sex": ("男女",)},
        values={"sex": {"男": "1", "女": "2"}},
    )
    header = ["就诊流水", "离院", "男女", "诊断1", "诊断2"]
    path = write([header, ["c1", "2026-10-05", "女", "I10.x00", "E11.900"]])
    read = rows_of(run(path, profile=MappingProfile.from_json(profile.to_json())))[0]
    assert (read["sex"], read["diagnoses"]) == ("2", ["I10.x00", "E11.900"])


def test_a_profile_for_a_column_that_there_is_not_is_refused():
    with pytest.raises(InvalidInput, match=r"profile\.column_unknown"):
        MappingProfile("x", "discharges", columns={"colour": ("颜色",)})


def test_unknown_columns_are_reported_and_not_dropped_in_silence(write, run):
    answer = run(write([[*PINYIN, "备注一"], [*ROW, "x"]]))
    assert answer.unknown_headers == ("备注一",)
    assert [warning.code for warning in answer.warnings] == ["unknown_headers"]


def test_a_missing_required_column_is_named_with_what_was_looked_for(write, run):
    with pytest.raises(InvalidInput) as caught:
        run(write([["BAH", "ZYCS", "XM"], ["1", "1", "张"]]))
    assert caught.value.code == "submission.required_column_missing"
    assert "CYSJ" in caught.value.text.zh and "B15" in caught.value.text.zh


def test_two_columns_that_mean_the_same_are_refused(write, run):
    with pytest.raises(InvalidInput, match=r"column_twice"):
        run(write([[*PINYIN, "病案号"], [*ROW, "9"]]))


def test_title_rows_and_blank_rows_above_the_header_are_passed_over(write, run):
    blank = [""] * 7
    title = ["某县医院出院病案首页", *[""] * 6]
    answer = run(write([title, blank, PINYIN, ROW, blank, [ROW[0], "3", *ROW[2:]]]))
    assert (answer.header_row, answer.rows) == (3, 2)


def test_a_second_header_row_in_another_vocabulary_is_not_data(write, run):
    chinese = ["病案号", "住院次数", "姓名", "出院时间", "主要诊断编码", "其他诊断编码1", "总费用"]
    assert run(write([chinese, PINYIN, ROW])).rows == 1


def test_row_numbers_are_those_of_the_spreadsheet(write, run):
    bad = [*ROW[:6], "贵"]
    answer = run(write([["标题", *[""] * 6], PINYIN, [""] * 7, ROW, bad]))
    assert problems_of(answer) == [(5, "total_cost", "not_a_number")]


def test_day_and_hour_in_two_columns_make_one_instant(write, run):
    header = ["BAH", "ZYCS", "RYSJ", "RYSJS", "CYSJ", "CYSJS"]
    read = rows_of(run(write([header, ["1", "1", "20261001", "9", "2026/10/5", "23"]])))[0]
    assert read["admitted_at"] == dt.datetime(2026, 10, 1, 1, 0, tzinfo=dt.UTC)
    assert read["discharged_at"] == dt.datetime(2026, 10, 5, 15, 0, tzinfo=dt.UTC)


def test_coma_in_days_hours_and_minutes_becomes_minutes(write, run):
    header = ["BAH", "ZYCS", "CYSJ", "RYQ_T", "RYQ_XS", "RYQ_F", "C31", "C32", "C33"]
    read = rows_of(run(write([header, ["1", "1", "2026-10-05", "1", "2", "3", "-", "-", "-"]])))[0]
    assert (read["coma_before_minutes"], read["coma_after_minutes"]) == (1440 + 120 + 3, None)


@pytest.mark.parametrize(
    ("written", "days"), [("5 12/30", 162), ("15/30", 15), ("11又29/30", 359), ("3", 90), ("0", 0)]
)
def test_an_age_in_months_and_thirtieths_becomes_days(write, run, written, days):
    header = ["BAH", "ZYCS", "CYSJ", "NL", "BZYZSNL"]
    assert rows_of(run(write([header, ["1", "1", "2026-10-05", "0", written]])))[0]["age_days"] == days


def test_zero_days_of_age_for_a_grown_patient_means_not_filled(write, run):
    answer = run(write([["BAH", "ZYCS", "CYSJ", "NL", "A16"], ["1", "1", "2026-10-05", "45", "0"]]))
    assert rows_of(answer)[0]["age_days"] is None
    assert [(warning.code, warning.count) for warning in answer.warnings] == [("zero_ages", 1)]


def test_an_empty_principal_diagnosis_keeps_its_place(write, run):
    read = rows_of(run(write([PINYIN, [*ROW[:4], "-", "E11.900", "1"]])))[0]
    assert read["diagnoses"] == ["", "E11.900"]


def test_a_gap_in_the_procedures_does_not_move_their_dates(write, run):
    header = ["BAH", "ZYCS", "CYSJ"] + [f"{name}{n}" for n in (1, 2, 3) for name in ("SSJCZBM", "SSJCZRQ", "SZ")]
    row = ["1", "1", "2026-10-05", "33.2400", "2026-10-02", "甲", "", "", "", "93.9000", "2026-10-03", ""]
    read = rows_of(run(write([header, row])))[0]
    assert read["procedures"] == ["33.2400", "93.9000"]
    assert read["procedure_dates"] == [dt.date(2026, 10, 2), dt.date(2026, 10, 3)]
    assert read["procedure_surgeons"] == ["甲", ""]


@pytest.mark.parametrize("nothing", ["-", "—", "", "  ", "NULL", "\\N"])
def test_the_signs_for_nothing_are_nothing(write, run, nothing):
    header = ["BAH", "ZYCS", "CYSJ", "XB", "ZFJE"]
    read = rows_of(run(write([header, ["1", "1", "2026-10-05", nothing, nothing]])))[0]
    assert (read["sex"], read["self_paid"]) == (None, None)


def test_an_export_that_protects_zeros_with_an_equals_sign_is_read(write, run):
    assert rows_of(run(write([PINYIN, ['="00123"', *ROW[1:]]])))[0]["medical_record_number"] == "00123"


def test_quoted_cells_may_hold_commas_and_line_breaks(write, run):
    header = ["BAH", "ZYCS", "CYSJ", "XZZ", "ZFY"]
    answer = run(write([header, ["1", "1", "2026-10-05", "一村,\n二组", "1"], ["2", "1", "2026-10-05", "", "x"]]))
    assert rows_of(answer)[0]["address"] == "一村,\n二组"
    assert problems_of(answer) == [(3, "total_cost", "not_a_number")]


@pytest.mark.parametrize("delimiter", ["\t", ";"])
def test_tabs_and_semicolons_separate_as_well(tmp_path, run, delimiter):
    path = tmp_path / "file.txt"
    path.write_text("\n".join(delimiter.join(row) for row in (PINYIN, ROW)), encoding="utf-8")
    assert run(path).accepted == 1


def test_a_workbook_with_merged_headers_is_understood(tmp_path, run):
    path = tmp_path / "book.xlsx"
    book = xlsxwriter.Workbook(path)
    book.add_worksheet("说明").write(0, 0, "填表说明")
    sheet = book.add_worksheet("首页")
    sheet.merge_range(0, 0, 0, 6, "某县医院（演示）出院病人")
    for column, text in enumerate(["病案号", "住院次数", "出院时间"]):
        sheet.merge_range(1, column, 2, column, text)
    sheet.merge_range(1, 3, 1, 4, "其他诊断")
    sheet.write_row(2, 3, ["编码1", "编码2"])
    sheet.merge_range(1, 5, 2, 5, "主要诊断编码")
    sheet.merge_range(1, 6, 2, 6, "总费用")
    sheet.write_row(3, 0, ["0001", 1])
    moment = dt.datetime(2026, 10, 5, 14, 30)  # noqa: DTZ001 - cells of a workbook have no time zone
    sheet.write_datetime(3, 2, moment, book.add_format({"num_format": "yyyy-mm-dd hh:mm"}))
    sheet.write_row(3, 3, ["E11.900", "", "I10.x00", 0.1 + 0.2])
    book.close()
    answer = run(path)
    row = rows_of(answer)[0]
    assert answer.sheet == "首页"
    assert row["diagnoses"] == ["I10.x00", "E11.900"]
    assert (row["case_id"], row["total_cost"]) == ("0001-1", Decimal("0.30"))
    assert row["discharged_at"] == dt.datetime(2026, 10, 5, 6, 30, tzinfo=dt.UTC)


def test_a_day_that_the_workbook_left_as_a_serial_number_is_read(tmp_path, run):
    path = tmp_path / "book.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["BAH", "ZYCS", "CYSJ"])
    sheet.write_row(1, 0, ["1", 1, 46300.5])  # 2026-10-05 12:00
    book.close()
    assert rows_of(run(path))[0]["discharged_at"] == dt.datetime(2026, 10, 5, 4, 0, tzinfo=dt.UTC)


def test_a_resident_number_that_a_spreadsheet_rounded_is_refused(tmp_path, run):
    path = tmp_path / "book.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["BAH", "ZYCS", "CYSJ", "SFZH"])
    sheet.write_row(1, 0, ["1", 1, "2026-10-05", 410322199001011234])
    book.close()
    assert problems_of(run(path)) == [(2, "resident_number", "long_number_lost")]


def test_parquet_with_typed_columns_is_read_like_text(tmp_path, run):
    table = pa.table(
        {
            "case_id": ["c1", "c2"],
            "institution_code": ["H001", "H001"],
            "discharged_at": pa.array([dt.datetime(2026, 10, 5, 6, 30, tzinfo=dt.UTC)] * 2, pa.timestamp("us", "UTC")),
            "birth_date": [dt.date(1980, 1, 2), None],
            "diagnoses": pa.array([["I10.x00", "E11.900"], []], pa.list_(pa.string())),
            "procedure_dates": pa.array([[], [dt.date(2026, 10, 2)]], pa.list_(pa.date32())),
            "procedures": ["", "33.2400"],
            "total_cost": pa.array([Decimal("10.05"), None], pa.decimal128(14, 2)),
            "age_years": pa.array([46.0, None], pa.float64()),
        }
    )
    pq.write_table(table, tmp_path / "file.parquet")
    rows = rows_of(run(tmp_path / "file.parquet"))
    assert rows[0]["discharged_at"] == dt.datetime(2026, 10, 5, 6, 30, tzinfo=dt.UTC)
    assert (rows[0]["diagnoses"], rows[1]["diagnoses"]) == (["I10.x00", "E11.900"], [])
    assert rows[1]["procedure_dates"] == [dt.date(2026, 10, 2)]
    assert (rows[0]["total_cost"], rows[0]["age_years"], rows[0]["birth_date"]) == (
        Decimal("10.05"),
        46,
        dt.date(1980, 1, 2),
    )


@pytest.mark.parametrize("kind", sorted(FACT_TABLES))
@pytest.mark.parametrize("vocabulary", ["name", "pinyin", "national"])
def test_every_column_is_found_under_each_of_its_names(kind, vocabulary):
    words = Vocabulary(FACT_TABLES[kind])
    parts = {plain(name) for name in _PARTS.get(kind, {})}
    for column in FACT_TABLES[kind]:
        name = getattr(column, vocabulary)
        if name and plain(name) not in parts:
            target = words.look_up(name.format(n=7))
            assert target is not None and target.column == column.name, name


def test_no_two_columns_share_a_name():
    for table in FACT_TABLES.values():
        owners: dict[str, set[str]] = {}
        for column in table:
            for name in (column.name, column.pinyin, column.national, column.label.zh):
                owners.setdefault(plain(name), set()).add(column.name)
        assert {name: o for name, o in owners.items() if name and len(o) > 1} == {}, table.name


def test_a_label_that_two_columns_share_names_neither(write, run):
    answer = run(write([[*PINYIN, "Pathology"], [*ROW, "1"]]))
    assert answer.unknown_headers == ("Pathology",)


def test_members_of_a_list_are_put_in_order_however_the_columns_stand():
    found = recognise("discharges", [["JBDM2", "CYSJ", "case_id", "JBDM1", "JBDM"]])
    assert [match.header for match in found.of("diagnoses")] == ["JBDM", "JBDM1", "JBDM2"]
    assert DISCHARGES["diagnoses"].repeats
