"""Schemes from folders and workbooks, whole and broken."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_scheme import SMALL, write_scheme

from yigongti.engines.casemix.public import Case, Scheme, group_case, load_scheme
from yigongti.foundation.errors import PolicyError

CASES = [
    Case("1", "1", 50, diagnoses=("I51", "J96")),
    Case("2", "1", 50, diagnoses=("J18", "J96", "E11")),
    Case("3", "1", 50, diagnoses=("I50",), procedures=("10.1",)),
    Case("4", "2", 0, 3, 1400, diagnoses=("P01", "P03")),
    Case("5", "1", 50, diagnoses=("S01", "S03")),
    Case("6", "2", 50, diagnoses=("N40",)),
]


def write_workbook(path: Path, *, titles: bool = False, without: str = "", numbers: bool = False) -> Path:
    """The small scheme as a workbook like the national one; titles: merged titles and shifted columns."""
    headings = {
        "MDC": ("mdc.csv", ["MDC编码", "顺序", "MDC名称", "分组规则"]),
        "ADRG": ("adrg.csv", ["MDC编码", "顺序", "ADRG编码", "ADRG名称", "分组规则", "包含DRG"]),
        "DRG": ("drg.csv", ["DRG编码", "DRG名称"]),
        "集合": ("sets.csv", ["集合名称", "医保编码"]),
        "排除表": ("cc_exclusions.csv", ["主要诊断编码", "排除组"]),
    }
    book = xlsxwriter.Workbook(str(path))
    sheets = {name: (heading, SMALL[table][1:]) for name, (table, heading) in headings.items()}
    complications = [
        [code, group, level]
        for level, table in (("MCC", "mcc.csv"), ("CC", "cc.csv"))
        for code, group in SMALL[table][1:]
    ]
    sheets["CC"] = (["诊断编码", "排除组", "MCC/CC"], complications)
    for name, (heading, rows) in sheets.items():
        if name == without:
            continue
        sheet = book.add_worksheet(name)
        top, left = (3, 1) if titles else (0, 0)
        if titles:
            sheet.merge_range(0, 0, 1, 4, "医保疾病诊断相关分组方案")
        previous = None
        for column, text in enumerate(heading):
            sheet.write(top, left + column, text)
        for number, row in enumerate(rows, start=top + 1):
            for column, text in enumerate(row):
                if titles and name == "集合" and column == 0 and text == previous:
                    continue  # the name of a set stands once, merged over its codes
                if numbers and name == "集合" and text == "10.1":
                    sheet.write_number(number, left + column, 10.1)
                else:
                    sheet.write_string(number, left + column, text)
            previous = row[0]
    book.close()
    return path


@pytest.mark.parametrize("titles", [False, True])
def test_a_workbook_groups_like_the_folder(small: Callable[..., Scheme], tmp_path: Path, titles: bool) -> None:
    from_book = load_scheme(write_workbook(tmp_path / "方案.xlsx", titles=titles))
    for case in CASES:
        assert group_case(case, from_book) == group_case(case, small())


def test_choices_stand_beside_the_workbook(tmp_path: Path) -> None:
    book = write_workbook(tmp_path / "local.xlsx")
    (tmp_path / "local.yaml").write_text("name: 本地\nchoices: {cc_exclusion: none}\n", encoding="utf-8")
    scheme = load_scheme(book)
    assert scheme.name == "本地"
    assert group_case(CASES[1], scheme).complication == "mcc"


def test_a_missing_sheet_is_named(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="排除表"):
        load_scheme(write_workbook(tmp_path / "x.xlsx", without="排除表"))


def test_a_procedure_stored_as_a_number_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PolicyError) as refused:
        load_scheme(write_workbook(tmp_path / "x.xlsx", numbers=True))
    assert refused.value.code == "casemix.code_is_number"
    assert "集合:2" in refused.value.where or "集合" in refused.value.where


def test_a_truncated_workbook_is_refused(tmp_path: Path) -> None:
    book = write_workbook(tmp_path / "x.xlsx")
    book.write_bytes(book.read_bytes()[:2000])
    with pytest.raises(PolicyError) as refused:
        load_scheme(book)
    assert refused.value.code == "casemix.workbook_broken"


def test_nothing_at_the_path_is_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(PolicyError) as refused:
        load_scheme(tmp_path / "nowhere")
    assert refused.value.code == "casemix.scheme_not_found"


def test_a_missing_table_is_named(tmp_path: Path) -> None:
    folder = write_scheme(tmp_path / "s", SMALL)
    (folder / "mcc.csv").unlink()
    with pytest.raises(PolicyError, match=r"mcc\.csv"):
        load_scheme(folder)


def test_a_broken_rule_names_its_row(tmp_path: Path) -> None:
    rows = [*SMALL["adrg.csv"][:-1], ["MDCE", "1", "ER1", "肺", "ZYZD inn {E.DX}", "ER13 ER15"]]
    with pytest.raises(PolicyError) as refused:
        load_scheme(write_scheme(tmp_path / "s", SMALL | {"adrg.csv": rows}))
    assert refused.value.code == "casemix.rule_syntax"
    assert refused.value.where.startswith("adrg.csv:11")


def test_an_unknown_set_is_named(tmp_path: Path) -> None:
    rows = [*SMALL["adrg.csv"][:-1], ["MDCE", "1", "ER1", "肺", "ZYZD in {NOWHERE}", "ER13 ER15"]]
    with pytest.raises(PolicyError, match="NOWHERE"):
        load_scheme(write_scheme(tmp_path / "s", SMALL | {"adrg.csv": rows}))


@pytest.mark.parametrize("choices", ["  qy_groups: maybe", "  nonsense: 1", "  endings: 135", "  endings: {mcc: '11'}"])
def test_a_choice_that_does_not_exist_is_refused(tmp_path: Path, choices: str) -> None:
    with pytest.raises(PolicyError) as refused:
        load_scheme(write_scheme(tmp_path / "s", SMALL, choices))
    assert refused.value.code == "casemix.choice"


def test_tables_in_gb18030_are_read(tmp_path: Path) -> None:
    folder = write_scheme(tmp_path / "s", SMALL)
    path = folder / "drg.csv"
    path.write_bytes(path.read_text(encoding="utf-8").encode("gb18030"))
    assert load_scheme(folder).drg_names["AA19"] == "组AA19"


def test_the_digest_changes_with_any_byte_and_with_nothing_else(tmp_path: Path) -> None:
    first = load_scheme(write_scheme(tmp_path / "a", SMALL)).digest
    assert load_scheme(write_scheme(tmp_path / "b", SMALL)).digest == first
    assert load_scheme(write_scheme(tmp_path / "c", SMALL, "  qy_groups: no")).digest != first


@given(name=st.sampled_from(sorted(SMALL)), content=st.binary(max_size=300))
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_table_of_any_bytes_is_read_or_refused(tmp_path: Path, name: str, content: bytes) -> None:
    folder = write_scheme(tmp_path / "s", SMALL)
    (folder / name).write_bytes(content)
    with pytest.raises(PolicyError):
        load_scheme(folder)
        raise PolicyError("test.read", zh="读入", en="read")  # reading it is as good as refusing it
