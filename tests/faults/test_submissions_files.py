"""Files as they go wrong in the field: broken, cut off, mixed, too large, or made to do harm."""

from __future__ import annotations

import datetime as dt
import io
import random
import struct
import tempfile
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yigongti.facts.public import DryRun, Lake, Limits, commit, dry_run, write_error_workbook
from yigongti.foundation.errors import InvalidInput
from yigongti.foundation.period import Month

HEADER = "case_id,discharged_at,name,total_cost\n"
ROW = "c{n},2026-10-05,张某{n}（演示）,10.00\n"


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    return Lake(tmp_path_factory.mktemp("lake"))


def read(lake: Lake, content: bytes, limits: Limits | None = None, kind: str = "discharges") -> DryRun:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "upload"
        path.write_bytes(content)
        return dry_run(path, kind, "H001", Month(2026, 10), lake=lake, folder=Path(folder) / "run", limits=limits)


def refusal(lake: Lake, content: bytes, limits: Limits | None = None) -> InvalidInput:
    with pytest.raises(InvalidInput) as caught:
        read(lake, content, limits)
    assert caught.value.text.zh and caught.value.text.en
    return caught.value


def workbook(rows: int = 3, stray: tuple[int, int] | None = None) -> bytes:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, HEADER.strip().split(","))
    for n in range(1, rows + 1):
        sheet.write_row(n, 0, ROW.format(n=n).strip().split(","))
    if stray:
        sheet.write(*stray, " ")
    book.close()
    return target.getvalue()


def parquet(rows: int = 3) -> bytes:
    target = io.BytesIO()
    values = [ROW.format(n=n).strip().split(",") for n in range(rows)]
    columns = dict(zip(HEADER.strip().split(","), map(list, zip(*values, strict=True)), strict=True))
    pq.write_table(pa.table(columns), target, compression="none")
    return target.getvalue()


def test_an_empty_file_is_refused(lake):
    assert refusal(lake, b"").code == "submission.file_empty"


def test_a_file_whose_last_row_is_in_another_encoding_is_refused_with_that_row(lake):
    text = HEADER + "".join(ROW.format(n=n) for n in range(50))
    error = refusal(lake, text.encode() + ROW.format(n=99).encode("gb18030"))
    assert error.code == "submission.encoding_mixed"
    assert "第 52 行" in error.where
    assert str(len(text.encode()) + len("c99,2026-10-05,") + 1) in error.text.zh


def test_a_byte_that_no_encoding_has_is_told_with_its_place(lake):
    content = HEADER.encode() + b"c1,2026-10-05,\xff\xff,10\n"
    error = refusal(lake, content)
    assert error.code == "submission.encoding_unknown"
    assert f"第 {content.index(0xFF) + 1} 字节" in error.text.zh


def test_utf16_is_told_apart(lake):
    assert refusal(lake, (HEADER + ROW).encode("utf-16")).code == "submission.encoding_utf16"


def test_a_binary_file_under_the_name_of_a_table_is_refused(lake):
    assert refusal(lake, b"case_id,discharged_at\nc1\0,2026-10-05\n").code == "submission.binary_text"


@pytest.mark.parametrize(
    ("start", "code"),
    [
        (b"<html><table><tr><td>BAH</td></tr></table></html>", "submission.web_page"),
        (b"\x1f\x8b\x08\x00rest", "submission.compressed"),
        (b"%PDF-1.7 ...", "submission.not_a_table"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "submission.workbook_broken"),
    ],
)
def test_files_that_are_no_tables_are_named_for_what_they_are(lake, start, code):
    assert refusal(lake, start).code == code


def test_an_archive_is_not_a_workbook(lake):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("file.csv", HEADER)
    assert refusal(lake, target.getvalue()).code == "submission.compressed"


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_truncated_workbook_is_refused(lake, share):
    content = workbook(500)
    assert refusal(lake, content[: int(len(content) * share)]).code == "submission.workbook_broken"


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_truncated_parquet_is_refused(lake, share):
    content = parquet(500)
    assert refusal(lake, content[: int(len(content) * share)]).code == "submission.parquet_broken"


def test_parquet_text_that_is_not_text_is_refused(lake):
    content = parquet().replace("张某".encode(), b"\xff\xfe\xff\xfe\xff\xfe")
    assert content != parquet()
    assert refusal(lake, content).code == "submission.parquet_broken"


def test_a_parquet_column_of_another_kind_is_refused_only_where_it_is_needed(lake):
    def with_column(name: str) -> bytes:
        table = pa.table({"case_id": ["c1"], "discharged_at": ["2026-10-05"], name: [{"a": 1}]})
        target = io.BytesIO()
        pq.write_table(table, target)
        return target.getvalue()

    assert read(lake, with_column("extension")).can_be_committed
    assert refusal(lake, with_column("name")).code == "submission.parquet_type"


def test_a_csv_cut_off_in_a_row_is_refused_at_that_row(lake):
    content = (HEADER + ROW.format(n=1) + ROW.format(n=2)).encode()
    answer = read(lake, content[: -len(",10.00\n")])
    assert answer.error_counts == (("", "wrong_cell_count", 1),)


def test_an_unclosed_quotation_mark_is_refused_and_the_rows_after_it_are_not_lost_in_silence(lake):
    content = (HEADER + 'c1,2026-10-05,"张,10\n' + "".join(ROW.format(n=n) for n in range(2, 400))).encode()
    try:
        answer = read(lake, content)
    except InvalidInput as error:
        assert error.code in {"submission.csv_broken", "submission.no_rows"}
    else:
        assert not answer.can_be_committed


def test_a_stray_blank_in_the_last_cell_of_a_sheet_is_an_error_and_not_the_end_of_the_server(lake):
    error = refusal(lake, workbook(3, stray=(1_048_575, 16_383)))
    assert error.code == "submission.too_large"
    assert "1048576" in error.text.zh


def test_a_workbook_that_unpacks_beyond_the_limit_is_refused(lake):
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook())) as good, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as bomb:
        for part in good.infolist():
            bomb.writestr(part.filename, good.read(part))
        bomb.writestr("xl/media/zeros.bin", b"\0" * 30_000_000)
    assert len(target.getvalue()) < 100_000
    assert refusal(lake, target.getvalue(), Limits(unpacked_bytes=10_000_000)).code == "submission.too_large"


def test_a_package_that_lies_about_its_unpacked_size_is_counted_and_not_believed(lake):
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook())) as good, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as bomb:
        for part in good.infolist():
            bomb.writestr(part.filename, good.read(part))
        bomb.writestr("xl/media/zeros.bin", b"\0" * 30_000_000)
    lying = target.getvalue().replace(struct.pack("<I", 30_000_000), struct.pack("<I", 10))
    assert refusal(lake, lying, Limits(unpacked_bytes=10_000_000)).code == "submission.too_large"


@pytest.mark.parametrize(
    "limits", [Limits(file_bytes=100), Limits(rows=2), Limits(workbook_cells=10)], ids=["bytes", "rows", "cells"]
)
def test_each_limit_is_named_when_it_is_exceeded(lake, limits):
    text = HEADER + "".join(ROW.format(n=n) for n in range(9))
    content = workbook() if limits.workbook_cells == 10 else text.encode()
    assert refusal(lake, content, limits).code == "submission.too_large"


def test_a_cell_with_ten_thousand_codes_is_an_error_of_its_row(lake):
    content = f"case_id,discharged_at,diagnoses\nc1,2026-10-05,{'|'.join(['I10.x00'] * 10_000)}\n".encode()
    assert read(lake, content).error_counts == (("diagnoses", "list_too_long", 1),)


def test_a_line_without_an_end_is_refused_before_it_is_held(lake):
    assert refusal(lake, HEADER.encode() + b"x" * 3_000_000).code == "submission.too_large"


# the readers under random bytes: an answer or InvalidInput, nothing else

FUZZ = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def survives(lake: Lake, content: bytes) -> None:
    limits = Limits(workbook_cells=2_000_000, unpacked_bytes=20_000_000)
    for kind in ("discharges", "fee_lines"):
        try:
            answer = read(lake, content, limits, kind)
        except InvalidInput as error:
            assert error.text.zh and error.text.en
        else:
            assert answer.accepted <= answer.rows


@given(st.binary(max_size=400))
@FUZZ
def test_random_bytes(lake, content):
    survives(lake, content)


@given(
    st.lists(st.lists(st.text(max_size=12), min_size=1, max_size=6), max_size=6), st.sampled_from(["utf-8", "gb18030"])
)
@FUZZ
def test_random_text_below_a_good_header(lake, rows, encoding):
    body = "\n".join(",".join(cells) for cells in rows)
    survives(lake, (HEADER + body).encode(encoding, errors="ignore"))


@given(st.lists(st.tuples(*[st.text(max_size=20)] * 8), min_size=1, max_size=5))
@FUZZ
def test_random_values_in_every_kind_of_column(lake, rows):
    names = ["case_id", "discharged_at", "age_years", "total_cost", "birth_date", "JBDM1", "SSJCZRQ1", "RYQ_T"]
    table = pa.table({name: [row[i] for row in rows] for i, name in enumerate(names)})
    target = io.BytesIO()
    pq.write_table(table, target)
    survives(lake, target.getvalue())


@pytest.mark.parametrize("make", [workbook, parquet], ids=["workbook", "parquet"])
@given(seed=st.integers(0, 2**32))
@FUZZ
def test_a_good_file_with_some_bytes_changed(lake, make, seed):
    chance = random.Random(seed)
    content = bytearray(make(20))
    for _ in range(chance.randint(1, 8)):
        content[chance.randrange(len(content))] = chance.randrange(256)
    survives(lake, bytes(content))


@given(st.binary(max_size=300))
@FUZZ
def test_random_xml_inside_a_workbook(lake, content):
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook())) as good, zipfile.ZipFile(target, "w") as bad:
        for part in good.infolist():
            damaged = content if part.filename == "xl/worksheets/sheet1.xml" else good.read(part)
            bad.writestr(part.filename, damaged)
    survives(lake, target.getvalue())


@pytest.mark.slow
def test_of_four_hundred_thousand_rows_the_one_that_is_wrong_is_named_and_none_lands(lake, tmp_path):
    path = tmp_path / "large.csv"
    with path.open("w", encoding="gb18030") as file:
        file.write(HEADER)
        for n in range(2, 400_001):
            file.write(ROW.format(n=n))
        file.write("c400001,2026-10-05,张某（演示）,-10.00\n")
    answer = dry_run(path, "discharges", "H400", Month(2026, 10), lake=lake, folder=tmp_path / "run")
    assert (answer.rows, answer.accepted) == (400_000, 399_999)
    assert [(finding.row, finding.code) for finding in answer.findings] == [(400_001, "negative")]
    assert write_error_workbook(path, answer, tmp_path / "errors.xlsx") == 1
    with pytest.raises(InvalidInput, match=r"has_errors"):
        commit(lake, answer, submission_id="s", submitted_by="x", submitted_at=dt.datetime.now(dt.UTC))
    assert lake.in_force("discharges", "H400", Month(2026, 10)) is None


@pytest.mark.slow
def test_four_hundred_thousand_wrong_rows_are_all_told(lake, tmp_path):
    path = tmp_path / "large.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write(HEADER)
        for n in range(2, 400_002):
            file.write(f"c{n},2026-10-05,张某（演示）,约十元\n")
    answer = dry_run(path, "discharges", "H400", Month(2026, 10), lake=lake, folder=tmp_path / "run")
    assert (answer.errors, sum(1 for _ in answer.findings)) == (400_000, 400_000)
