"""Files as hospitals write them, the command, and what is refused."""

from __future__ import annotations

import csv
from pathlib import Path

import pyarrow.parquet
import pytest
import python_calamine
from click.testing import CliRunner

from yigongti.demo.county.public import generate
from yigongti.foundation.errors import InvalidInput
from yigongti.foundation.period import Month
from yigongti.interfaces.cli.county import county

MONTH = Month(2026, 3)
HOSPITAL = "DEMO0101-9"


def _generated(folder: Path, file_format: str, layout: str) -> Path:
    generate(folder / layout, 3_000, 1, MONTH, 5, fee_lines_per_stay=60, file_format=file_format, layout=layout)
    return folder / layout / "submissions" / "2026-03" / HOSPITAL


def _read(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def test_pinyin_columns_hold_the_same_stays(tmp_path: Path) -> None:
    own, pinyin = (_read(_generated(tmp_path, "csv", layout) / "discharges.csv") for layout in ("own", "pinyin"))
    assert len(own) == len(pinyin) > 0
    for mine, theirs in zip(own, pinyin, strict=True):
        diagnoses = mine["diagnoses"].split("|")
        assert theirs["JBDM"] == diagnoses[0]
        assert [theirs.get(f"JBDM{n}", "") for n in range(1, len(diagnoses))] == diagnoses[1:]
        assert (theirs["BAH"], theirs["ZYCS"], theirs["CYSJ"]) == (
            mine["medical_record_number"],
            mine["admission_count"],
            mine["discharged_at"],
        )
        assert theirs["ZFY"] == mine["total_cost"]


def test_national_columns_hold_the_same_stays(tmp_path: Path) -> None:
    own, national = (_read(_generated(tmp_path, "csv", layout) / "discharges.csv") for layout in ("own", "national"))
    for mine, theirs in zip(own, national, strict=True):
        procedures = [code for code in mine["procedures"].split("|") if code]
        written = [theirs["C14x01C"], *(theirs.get(f"C35x{n:02d}C", "") for n in range(1, 9))]
        assert [code for code in written if code] == procedures
        assert theirs["C03C"] == mine["diagnoses"].split("|")[0]
        assert theirs["D01"] == mine["total_cost"]


def test_the_case_number_of_fee_lines_is_record_number_and_count(tmp_path: Path) -> None:
    folder = _generated(tmp_path, "csv", "pinyin")
    named = {f"{row['BAH']}-{row['ZYCS']}" for row in _read(folder / "discharges.csv")}
    assert {row["ZYH"] for row in _read(folder / "fee_lines.csv") if row["JYFS"] == "2"} == named


def test_a_workbook_holds_the_rows_of_the_parquet_file(tmp_path: Path) -> None:
    book = _generated(tmp_path / "book", "xlsx", "own") / "fee_lines.xlsx"
    rows = python_calamine.CalamineWorkbook.from_path(book).get_sheet_by_index(0).to_python()
    parquet = pyarrow.parquet.read_table(_generated(tmp_path / "plain", "parquet", "own") / "fee_lines.parquet")
    assert rows[0] == parquet.column_names
    assert len(rows) - 1 == parquet.num_rows
    amounts = [round(float(str(row[rows[0].index("amount")])), 2) for row in rows[1:]]
    assert amounts == [float(amount) for amount in parquet["amount"].to_pylist()]


def test_every_parquet_file_says_that_it_is_invented(small_county: Path) -> None:
    files = list(small_county.rglob("*.parquet"))
    assert files
    for file in files:
        metadata = pyarrow.parquet.read_schema(file).metadata
        assert "虚构" in metadata[b"notice"].decode()


def test_the_folder_says_that_it_is_invented(small_county: Path) -> None:
    assert "虚构" in (small_county / "NOTICE.txt").read_text(encoding="utf-8")


def test_a_folder_that_holds_something_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("kept")
    with pytest.raises(InvalidInput, match=r"county\.folder_not_empty"):
        generate(tmp_path, 3_000, 1, MONTH, 5)
    assert [file.name for file in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"residents": 10}, "county.residents_out_of_range"),
        ({"months": 0}, "county.months_out_of_range"),
        ({"fee_lines_per_stay": 5}, "county.fee_lines_out_of_range"),
        ({"file_format": "pdf"}, "county.unknown_format"),
        ({"layout": "latin"}, "county.unknown_layout"),
    ],
)
def test_what_cannot_be_generated_is_refused_before_a_file_is_written(
    tmp_path: Path, asked: dict[str, object], code: str
) -> None:
    wanted: dict[str, object] = {"residents": 3_000, "months": 1, "last_month": MONTH, "seed": 1, **asked}
    with pytest.raises(InvalidInput, match=code):
        generate(tmp_path / "county", **wanted)  # type: ignore[arg-type]
    assert not (tmp_path / "county").exists()


def test_the_command_writes_a_county_and_says_what(tmp_path: Path) -> None:
    done = CliRunner().invoke(
        county,
        [
            "--residents",
            "3000",
            "--months",
            "1",
            "--last-month",
            "2026-03",
            "--seed",
            "5",
            "--fee-lines",
            "60",
            "-o",
            str(tmp_path / "county"),
        ],
    )
    assert done.exit_code == 0, done.output
    assert "病案首页" in done.output and "front pages" in done.output
    assert (tmp_path / "county" / "institutions.csv").is_file()


def test_the_command_answers_a_wrong_month_in_both_languages(tmp_path: Path) -> None:
    done = CliRunner().invoke(county, ["--last-month", "October", "-o", str(tmp_path / "county")])
    assert done.exit_code == 2
    assert "不是有效的期间" in done.output and "is not a period" in done.output


def test_the_help_is_in_both_languages() -> None:
    done = CliRunner().invoke(county, ["--help"])
    assert "演示县" in done.output and "demo county" in done.output
