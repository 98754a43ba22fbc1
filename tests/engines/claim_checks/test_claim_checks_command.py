"""yigongti claim-checks on files: what it writes and says, and that bad files are a sentence, never a traceback."""

from __future__ import annotations

import csv
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result
from python_calamine import CalamineWorkbook

from yigongti.foundation.errors import YigongtiError
from yigongti.interfaces.cli.claim_checks import claim_checks

CHECK = """
id: {name}
label: {{zh: {label}, en: {name}}}
why: 演示
handler: {handler}
strength: {strength}
family: policy
stages: [after]
words: {{zh: "“{{item}}”限{{limit}}，实为{{observed}}", en: "“{{item}}” is for {{limit}}, not {{observed}}"}}
knowledge: knowledge/{name}.csv
versions:
  - from: 2024-01-01
    source: invented
"""
HEADER = "医疗机构代码,病例号,明细序号,项目编码,项目名称,费用发生日期,金额,性别,备注\n"
ROWS = (
    "H1,C1,1,D1,甲药,2026-10-08,100.00,2,x\nH1,C1,2,D2,乙药,2026-10-08,50.00,2,x\nH2,C1,1,D1,甲药,2026/10/9,30.00,1,x\n"
)


@pytest.fixture(autouse=True)
def chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YIGONGTI_LANGUAGE", "zh")


@pytest.fixture
def knowledge(tmp_path: Path) -> Path:
    folder = tmp_path / "checks"
    (folder / "knowledge").mkdir(parents=True)
    for name, label, handler, strength, header, row in (
        ("men_only", "限男性", "sex", "doubtful", "sex", "1"),
        ("children_only", "限儿童", "age", "violation", "max_years", "17"),
    ):
        text = CHECK.format(name=name, label=label, handler=handler, strength=strength)
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
        (folder / "knowledge" / f"{name}.csv").write_text(
            f"key,from,to,item_code,{header}\nk1,2024-01-01,,D1,{row}\n", encoding="utf-8"
        )
    return folder


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    path = tmp_path / "lines.csv"
    path.write_text(HEADER + ROWS, encoding="utf-8")
    return path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(claim_checks, ["run", *map(str, arguments)])


def refusal(*arguments: object) -> YigongtiError:
    error = run(*arguments).exception
    assert isinstance(error, YigongtiError), error
    return error


def written(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as rows:
        return list(csv.DictReader(rows))


def test_findings_are_written_with_their_sentence(lines: Path, knowledge: Path, tmp_path: Path) -> None:
    out = tmp_path / "findings.csv"
    assert run(lines, "--knowledge", knowledge, "-o", out).exit_code == 0
    (row,) = written(out)
    assert (row["check"], row["institution_code"], row["case_id"], row["line_number"]) == ("men_only", "H1", "C1", "1")
    assert (row["sentence"], row["amount"], row["counted"]) == ("“甲药”限男，实为女", "100.00", "100.00")


def test_what_could_not_be_judged_and_unknown_columns_are_said(lines: Path, knowledge: Path, tmp_path: Path) -> None:
    said = run(lines, "--knowledge", knowledge, "-o", tmp_path / "findings.csv").stderr
    assert "未判断 children_only（限儿童）：缺少 birth_date" in said
    assert "不认识的列：备注" in said
    assert "1 项检查，疑点 1 条，同一行合并后涉及 100.00 元" in said


def test_bills_in_a_file_of_their_own_are_laid_beside_the_lines(lines: Path, knowledge: Path, tmp_path: Path) -> None:
    bills, out = tmp_path / "bills.csv", tmp_path / "findings.csv"
    bills.write_text("医疗机构代码,case_id,出生日期\nH1,C1,1990-01-01\nH9,C9,1990-01-01\n", encoding="utf-8")
    assert run(lines, "--knowledge", knowledge, "-o", out, "--bills", bills).exit_code == 0
    assert [(row["check"], row["observed"], row["counted"]) for row in written(out)] == [
        ("children_only", "36岁", "100.00"),
        ("men_only", "女", "0.00"),
    ]


def test_a_line_without_a_code_is_named_and_nothing_is_judged(lines: Path, knowledge: Path, tmp_path: Path) -> None:
    lines.write_text(HEADER + ROWS.replace(",D2,", ",,"), encoding="utf-8")
    error = refusal(lines, "--knowledge", knowledge, "-o", tmp_path / "findings.csv")
    assert (error.code, "第 3 行 项目编码" in error.text.zh) == ("claim_checks.bad_rows", True)
    assert not (tmp_path / "findings.csv").exists()


def test_bad_rows_can_be_left_out_and_are_counted(lines: Path, knowledge: Path, tmp_path: Path) -> None:
    lines.write_text(HEADER + ROWS.replace(",D2,", ",,") + "H1,C3\n", encoding="utf-8")
    ran = run(lines, "--knowledge", knowledge, "-o", tmp_path / "findings.csv", "--skip-bad-rows")
    assert "lines.csv：2 行，跳过 2 行" in ran.stderr
    assert len(written(tmp_path / "findings.csv")) == 1


def native(path: Path, *codes: str | None) -> Path:
    """A Parquet file of the product's own columns and types."""
    size = len(codes)
    table = {
        "institution_code": pa.array(["H1"] * size),
        "case_id": pa.array(["C1"] * size),
        "line_number": pa.array(range(1, size + 1), pa.int64()),
        "item_code": pa.array(codes, pa.string()),
        "charged_on": pa.array([20_734] * size, pa.int32()).cast(pa.date32()),
        "amount": pa.array([100] * size, pa.decimal128(14, 2)),
        "sex": pa.array(["2"] * size),
    }
    pq.write_table(pa.table(table), path)
    return path


def test_a_parquet_file_of_our_own_columns_is_read_where_it_lies(knowledge: Path, tmp_path: Path) -> None:
    out = tmp_path / "findings.parquet"
    assert run(native(tmp_path / "l.parquet", "D1", "D2"), "--knowledge", knowledge, "-o", out).exit_code == 0
    assert pq.read_table(out).to_pylist()[0]["sentence"] == "“D1”限男，实为女"


def test_a_line_without_a_code_is_named_in_parquet_too(knowledge: Path, tmp_path: Path) -> None:
    path = native(tmp_path / "l.parquet", "D1", None, "")
    error = refusal(path, "--knowledge", knowledge, "-o", tmp_path / "o.csv")
    assert (error.code, "第 3 行 item_code" in error.text.zh) == ("claim_checks.bad_rows", True)
    ran = run(path, "--knowledge", knowledge, "-o", tmp_path / "o.csv", "--skip-bad-rows")
    assert "l.parquet：1 行，跳过 2 行" in ran.stderr


def test_a_workbook_keeps_codes_as_text(knowledge: Path, tmp_path: Path) -> None:
    lines, out = tmp_path / "lines.csv", tmp_path / "findings.xlsx"
    lines.write_text(HEADER + ROWS.replace("H1,C1", "H1,007"), encoding="utf-8")
    assert run(lines, "--knowledge", knowledge, "-o", out).exit_code == 0
    rows = CalamineWorkbook.from_path(out).get_sheet_by_index(0).to_python()
    assert dict(zip(rows[0], rows[1], strict=True))["case_id"] == "007"


def test_only_the_checks_that_are_named_run(lines: Path, knowledge: Path, tmp_path: Path) -> None:
    ran = run(lines, "--knowledge", knowledge, "-o", tmp_path / "o.csv", "--only", "children_only")
    assert (ran.exit_code, written(tmp_path / "o.csv")) == (0, [])
    error = refusal(lines, "--knowledge", knowledge, "-o", tmp_path / "o.csv", "--only", "nobody")
    assert error.code == "claim_checks.check_unknown"


def test_a_bill_is_explained(lines: Path, knowledge: Path) -> None:
    said = run(lines, "--knowledge", knowledge, "--explain", "H1/C1")
    assert "限男性：1 处疑点" in said.stdout
    assert "第 1 行“甲药”限男性，患者性别女" in said.stdout
    assert refusal(lines, "--knowledge", knowledge, "--explain", "H1/C9").code == "claim_checks.bill_not_found"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("a,b\n1,2\n", "claim_checks.header_not_found"),
        ("病例号,项目编码,金额\nC1,D1,1\n", "submission.required_column_missing"),
        (HEADER.replace("备注", "性别") + ROWS, "submission.column_twice"),
        ("", "submission.file_empty"),
    ],
)
def test_a_file_that_is_no_fee_lines_is_refused(knowledge: Path, tmp_path: Path, content: str, code: str) -> None:
    path = tmp_path / "lines.csv"
    path.write_text(content, encoding="utf-8")
    assert refusal(path, "--knowledge", knowledge, "-o", tmp_path / "o.csv").code == code


def test_missing_files_and_unknown_kinds_are_refused(lines: Path, knowledge: Path, tmp_path: Path) -> None:
    out = tmp_path / "o.csv"
    assert refusal(tmp_path / "no.csv", "--knowledge", knowledge, "-o", out).code == "claim_checks.file_not_found"
    assert refusal(lines, "--knowledge", tmp_path / "no", "-o", out).code == "claim_checks.folder_missing"
    assert refusal(lines, "--knowledge", knowledge, "-o", tmp_path / "o.doc").code == "claim_checks.file_kind"


def test_either_findings_or_an_explanation_is_asked_for(lines: Path, knowledge: Path) -> None:
    assert run(lines, "--knowledge", knowledge).exit_code == 2
