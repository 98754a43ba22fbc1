"""yigongti casemix on files: what it writes, and that bad files are a sentence, never a traceback."""

from __future__ import annotations

from pathlib import Path

import pyarrow.csv
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result
from small_scheme import SMALL, write_scheme

from yigongti.foundation.errors import YigongtiError
from yigongti.interfaces.cli.casemix import casemix

COLUMNS = "case_id,sex,age_years,age_days,birth_weight_g,length_of_stay_days,discharge_disposition"
HEADING = f"{COLUMNS},diagnoses,procedures,more\n"
ROWS = "b,1,50,18300,,3,1,I51|J96,20.1,x\na,2,0,3,1400,3,1,P01|P03,,x\nc,1,50,,,3,1,,,x\n"


@pytest.fixture
def scheme(tmp_path: Path) -> Path:
    return write_scheme(tmp_path / "scheme", SMALL)


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    path = tmp_path / "cases.csv"
    path.write_text(HEADING + ROWS, encoding="utf-8")
    return path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(casemix, [str(argument) for argument in arguments])


def refusal(*arguments: object) -> YigongtiError:
    error = run(*arguments).exception
    assert isinstance(error, YigongtiError), error
    return error


def test_a_csv_is_grouped_in_its_own_order(scheme: Path, cases: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    assert run("group", cases, "-o", out, "--scheme", scheme).exit_code == 0
    assert out.read_text(encoding="utf-8").splitlines() == [
        "case_id,mdc,adrg,drg,complication,reason",
        "b,MDCF,FM1,FM19,mcc,",
        "a,MDCP,PS1,PS15,none,",
        "c,0000,00,0000,,no_principal_diagnosis",
    ]


def test_parquet_in_gives_the_same_as_csv_in(scheme: Path, cases: Path, tmp_path: Path) -> None:
    as_text = pyarrow.csv.ConvertOptions(column_types={"procedures": pyarrow.string(), "sex": pyarrow.string()})
    pq.write_table(pyarrow.csv.read_csv(cases, convert_options=as_text), tmp_path / "cases.parquet")
    assert run("group", tmp_path / "cases.parquet", "-o", tmp_path / "out.parquet", "--scheme", scheme).exit_code == 0
    rows = pq.read_table(tmp_path / "out.parquet").to_pylist()
    assert [(row["case_id"], row["drg"], row["reason"]) for row in rows] == [
        ("b", "FM19", ""),
        ("a", "PS15", ""),
        ("c", "0000", "no_principal_diagnosis"),
    ]


def test_a_file_in_gb18030_is_read(scheme: Path, cases: Path, tmp_path: Path) -> None:
    cases.write_bytes((HEADING + ROWS.replace("x", "备注")).encode("gb18030"))
    assert run("group", cases, "-o", tmp_path / "out.csv", "--scheme", scheme).exit_code == 0


def test_a_file_in_no_known_encoding_is_refused_and_nothing_is_written(
    scheme: Path, cases: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.csv"
    out.write_text("good", encoding="utf-8")
    cases.write_bytes((HEADING + ROWS).encode() + b"d,1,5\xff\xff\xff\n")
    assert refusal("group", cases, "-o", out, "--scheme", scheme).code == "casemix.encoding"
    assert out.read_text(encoding="utf-8") == "good"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cases.csv", "out.csv", "scheme"]


def test_missing_columns_are_named(scheme: Path, cases: Path, tmp_path: Path) -> None:
    cases.write_text("case_id,sex\n1,2\n", encoding="utf-8")
    error = refusal("group", cases, "-o", tmp_path / "out.csv", "--scheme", scheme)
    assert error.code == "casemix.columns_missing"
    assert "diagnoses" in error.text.zh


def test_an_age_that_is_no_number_names_its_case(scheme: Path, cases: Path, tmp_path: Path) -> None:
    cases.write_text(HEADING + ROWS.replace("2,0,3", "2,零,3"), encoding="utf-8")
    error = refusal("group", cases, "-o", tmp_path / "out.csv", "--scheme", scheme)
    assert (error.code, "case_id a" in error.where) == ("casemix.not_a_number", True)


def test_procedures_stored_as_numbers_are_refused(scheme: Path, cases: Path, tmp_path: Path) -> None:
    pq.write_table(pyarrow.csv.read_csv(cases), tmp_path / "cases.parquet")  # reads 20.1 as a number
    error = refusal("group", tmp_path / "cases.parquet", "-o", tmp_path / "out.csv", "--scheme", scheme)
    assert (error.code, error.where) == ("casemix.codes_not_text", "procedures")


def test_a_truncated_parquet_file_is_refused(scheme: Path, cases: Path, tmp_path: Path) -> None:
    path = tmp_path / "cases.parquet"
    pq.write_table(pyarrow.csv.read_csv(cases), path)
    path.write_bytes(path.read_bytes()[:-20])
    assert refusal("group", path, "-o", tmp_path / "out.csv", "--scheme", scheme).code == "casemix.file_broken"


def test_a_missing_file_and_an_unknown_suffix_are_refused(scheme: Path, cases: Path, tmp_path: Path) -> None:
    assert (
        refusal("group", tmp_path / "no.csv", "-o", tmp_path / "out.csv", "--scheme", scheme).code
        == "casemix.file_not_found"
    )
    assert refusal("group", cases, "-o", tmp_path / "out.xls", "--scheme", scheme).code == "casemix.file_kind"


def test_a_case_is_explained(scheme: Path, cases: Path) -> None:
    said = run("explain", cases, "b", "--scheme", scheme)
    assert said.exit_code == 0
    assert "FM19" in said.output
    assert "20.1 ∈ {FM1.PX}" in said.output
    assert refusal("explain", cases, "nobody", "--scheme", scheme).code == "casemix.case_not_found"


def test_lint_ends_with_1_only_when_there_are_errors(scheme: Path) -> None:
    assert run("lint", scheme).exit_code == 0
    (scheme / "mdc.csv").write_text("mdc,order,name,rule\nMDCA,1,a,ZYSS is in {X}\n", encoding="utf-8")
    assert run("lint", scheme).exit_code == 1


def test_compare_says_who_moves_and_what_it_costs(scheme: Path, cases: Path, tmp_path: Path) -> None:
    cases.write_text(HEADING + "b,1,50,18300,,3,1,J18|J96,,x\n", encoding="utf-8")
    other = write_scheme(tmp_path / "other", SMALL, "  cc_exclusion: none")
    weights = tmp_path / "weights.csv"
    weights.write_text("drg,relative_weight\nER13,1.5\nER15,1.0\n", encoding="utf-8")
    said = run(
        "compare", cases, scheme, other, "--weights", weights, "--base-rate", "1000", "-o", tmp_path / "moves.csv"
    )
    assert said.exit_code == 0, said.exception
    assert "+500.00" in said.output
    assert (tmp_path / "moves.csv").read_text(encoding="utf-8").splitlines()[1] == "ER15,ER13,1,0.5"
