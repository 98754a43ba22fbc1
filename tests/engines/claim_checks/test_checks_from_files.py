"""Checks and knowledge are read whole, and whatever is wrong with them is said with its place."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from yigongti.engines.claim_checks.public import ClaimChecks, Strength, load_checks, load_checks_from
from yigongti.foundation.errors import NotFound, PolicyError
from yigongti.foundation.policy import Policy

CHECK = """
id: made
label: {zh: 演示, en: Made}
why: 演示
handler: HANDLER
strength: violation
family: policy
stages: [before, after]
words: {zh: "“{item}”限{limit}", en: "“{item}” is for {limit}"}
KNOWLEDGE
versions:
  - from: 2024-01-01
    to: 2025-12-31
    parameters: {PARAMETERS}
    source: invented
  - from: 2026-01-01
    parameters: {PARAMETERS}
    source: invented
"""
HEADER = "key,from,to,source,item_code,item_name,sex\n"
ROW = "k1,2024-01-01,,invented,D1,甲药,1\n"
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a folder with one check; text that is replaced in the check, and its knowledge."""

    def written(
        *replaced: tuple[str, str], knowledge: str = HEADER + ROW, handler: str = "sex", parameters: str = ""
    ) -> Path:
        text = CHECK.replace("HANDLER", handler).replace("PARAMETERS", parameters)
        text = text.replace("KNOWLEDGE", "knowledge: knowledge/made.csv" if knowledge else "")
        for old, new in replaced:
            assert old in text
            text = text.replace(old, new, 1)
        (tmp_path / "knowledge").mkdir(exist_ok=True)
        (tmp_path / "made.yaml").write_text(text, encoding="utf-8")
        (tmp_path / "knowledge" / "made.csv").write_text(knowledge, encoding="utf-8")
        return tmp_path

    return written


def refused(folder: Path) -> PolicyError:
    with pytest.raises(PolicyError) as refusal:
        load_checks_from(folder)
    assert refusal.value.where
    return refusal.value


def test_a_check_is_read_with_its_versions_and_its_knowledge(write: Write) -> None:
    made = load_checks_from(write()).check("made")
    assert (made.strength, made.stages) == (Strength.VIOLATION, frozenset({"before", "after"}))
    assert [version.valid_from for version in made.versions] == [date(2024, 1, 1), date(2026, 1, 1)]
    (row,) = made.knowledge.by("item_code", "D1", date(2026, 10, 1))
    assert (row.key, row["item_name"], row["sex"]) == ("k1", "甲药", "1")


def test_parameters_are_read_as_the_handler_declares_them(write: Write) -> None:
    parameters = "outpatient_days: 7, emergency_days: 3, chronic_days: 30, chronic_diagnoses: [I10, 010]"
    folder = write(handler="days_supply", parameters=parameters, knowledge="")
    version = load_checks_from(folder).check("made").versions[0]
    assert version.parameters["outpatient_days"] == Decimal(7)
    assert version.parameters["chronic_diagnoses"] == ("I10", "010")


def test_knowledge_that_excel_saved_with_a_mark_is_read(write: Write) -> None:
    assert len(load_checks_from(write(knowledge="\ufeff" + HEADER + ROW)).check("made").knowledge.rows) == 1


def test_a_blank_line_in_the_knowledge_is_no_row(write: Write) -> None:
    assert len(load_checks_from(write(knowledge=HEADER + ROW + ",,,,,,\n")).check("made").knowledge.rows) == 1


def test_a_later_version_of_a_row_follows_the_earlier_one(write: Write) -> None:
    rows = "k1,2024-01-01,2025-06-30,invented,D1,甲药,1\nk1,2025-07-01,,invented,D1,甲药,2\n"
    made = load_checks_from(write(knowledge=HEADER + rows)).check("made")
    found = [made.knowledge.by("item_code", "D1", day)[0]["sex"] for day in (date(2025, 6, 30), date(2025, 7, 1))]
    assert found == ["1", "2"]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("handler: sex", "handler: height", "claim_checks.unknown_handler"),
        ("id: made", "id: other", "claim_checks.check_id"),
        ("why: 演示", "why: ''", "claim_checks.check_keys"),
        ("why: 演示", "why: 演示\ncolour: red", "claim_checks.check_keys"),
        ("strength: violation", "strength: sure", "claim_checks.value_not_allowed"),
        ("family: policy", "family: none", "claim_checks.value_not_allowed"),
        ("[before, after]", "[later]", "claim_checks.value_not_allowed"),
        ("[before, after]", "before", "claim_checks.not_a_list"),
        ("限{limit}", "限{age}", "claim_checks.placeholder_unknown"),
        ("限{limit}", "限{limit!r}", "claim_checks.placeholder_unknown"),
        ("限{limit}", "限{item.__class__}", "claim_checks.placeholder_unknown"),
        ("限{limit}", "限{limit", "claim_checks.words_broken"),
        ("to: 2025-12-31", "to: 2023-12-31", "claim_checks.end_before_start"),
        ("to: 2025-12-31", "to: 2026-01-01", "claim_checks.versions_overlap"),
        ("    to: 2025-12-31\n", "", "claim_checks.versions_overlap"),
        ("from: 2024-01-01", "from: 2024-02-30", "claim_checks.day_not_readable"),
        ("parameters: {}", "parameters: {days: 3}", "claim_checks.parameters_wrong"),
        ("knowledge: knowledge/made.csv", "", "claim_checks.knowledge_needed"),
        ("knowledge/made.csv", "knowledge/none.csv", "policy.file_unknown"),
        ("en: Made", "fr: Fait", "claim_checks.text_incomplete"),
    ],
)
def test_a_check_that_is_wrong_is_refused(write: Write, old: str, new: str, code: str) -> None:
    assert refused(write((old, new))).code == code


@pytest.mark.parametrize(
    ("knowledge", "code"),
    [
        ("key,from,to,source,item_code\n", "claim_checks.knowledge_columns"),
        (HEADER.replace("sex", "sex,height"), "claim_checks.knowledge_columns"),
        (HEADER.replace("item_name", "sex"), "claim_checks.knowledge_columns"),
        (HEADER + "k1,2024-01-01,,invented,D1,甲药\n", "claim_checks.row_of_other_width"),
        (HEADER + ROW.replace("k1", ""), "claim_checks.key_missing"),
        (HEADER + ROW.replace("D1", " "), "claim_checks.value_missing"),
        (HEADER + ROW.replace(",1\n", ",3\n"), "claim_checks.value_not_allowed"),
        (HEADER + ROW.replace("2024-01-01", "1.1.2024"), "claim_checks.day_not_readable"),
        (HEADER + ROW.replace("2024-01-01", ""), "claim_checks.from_missing"),
        (HEADER + ROW.replace("2024-01-01,", "2024-01-01,2023-12-31"), "claim_checks.end_before_start"),
        (HEADER + ROW + ROW, "claim_checks.row_twice"),
        (HEADER + ROW + ROW.replace("2024", "2025"), "claim_checks.rows_overlap"),
        (HEADER + ROW + ROW.replace("k1", "k2"), "claim_checks.rows_overlap"),
    ],
    ids=lambda value: value if value.startswith("claim") else None,
)
def test_knowledge_that_is_wrong_is_refused_with_its_row(write: Write, knowledge: str, code: str) -> None:
    assert refused(write(knowledge=knowledge)).code == code


@pytest.mark.parametrize(
    ("handler", "row", "code"),
    [
        ("age", "k1,2024-01-01,,x,D1,,vierzig,", "claim_checks.value_not_readable"),
        ("age", "k1,2024-01-01,,x,D1,,1.5,", "claim_checks.value_not_readable"),
        ("care_setting", "k1,2024-01-01,,x,D1,,2|", "claim_checks.value_not_allowed"),
        ("indication", "k1,2024-01-01,,x,D1,,C34||C50", "claim_checks.code_empty"),
        ("dose", "k1,2024-01-01,,x,D1,,NaN", "claim_checks.value_not_readable"),
    ],
)
def test_a_value_that_cannot_be_read_is_refused(write: Write, handler: str, row: str, code: str) -> None:
    columns = {
        "age": "min_years,max_years",
        "care_setting": "settings",
        "indication": "diagnoses",
        "dose": "max_daily_dose",
    }
    header = f"key,from,to,source,item_code,item_name,{columns[handler]}\n"
    assert refused(write(handler=handler, knowledge=header + row + "\n")).code == code


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ("outpatient_days: 7", "claim_checks.parameters_wrong"),
        (
            "outpatient_days: seven, emergency_days: 3, chronic_days: 30, chronic_diagnoses: []",
            "claim_checks.parameter_not_readable",
        ),
        (
            "outpatient_days: 7, emergency_days: 3, chronic_days: 30, chronic_diagnoses: I10",
            "claim_checks.not_a_list",
        ),
        (
            "outpatient_days: 7, emergency_days: 3, chronic_days: 30, chronic_diagnoses: ['']",
            "claim_checks.code_empty",
        ),
    ],
)
def test_a_parameter_that_is_wrong_is_refused(write: Write, parameters: str, code: str) -> None:
    assert refused(write(handler="days_supply", parameters=parameters, knowledge="")).code == code


def test_a_folder_without_checks_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path).code == "claim_checks.folder_empty"
    assert refused(tmp_path / "none").code == "claim_checks.folder_missing"


def test_knowledge_in_another_encoding_is_refused(write: Write) -> None:
    folder = write()
    (folder / "knowledge" / "made.csv").write_bytes((HEADER + ROW).encode("gb18030"))
    assert refused(folder).code == "claim_checks.knowledge_not_readable"


SOURCE = "id: invented\ntitle: 演示\nchecked: no\n"


def in_policy(folder: Path, root: Path) -> ClaimChecks:
    """The checks of the folder as a policy of their own, with one source."""
    (root / "checks").mkdir(parents=True)
    folder.rename(root / "checks" / "claim_checks")
    (root / "sources").mkdir()
    (root / "sources" / "invented.yaml").write_text(SOURCE, encoding="utf-8")
    return load_checks(Policy.load(root))


def test_checks_of_the_policy_are_the_same(write: Write, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = write()
    alone = load_checks_from(folder)
    assert in_policy(folder, tmp_path_factory.mktemp("policy")).check("made") == alone.check("made")


@pytest.mark.parametrize(
    ("replaced", "knowledge", "code"),
    [
        ([("source: invented", "source: nobody")], HEADER + ROW, "claim_checks.source_unknown"),
        ([("    source: invented\n", "")], HEADER + ROW, "claim_checks.source_missing"),
        ([], HEADER + ROW.replace("invented", ""), "claim_checks.source_missing"),
        ([], HEADER + ROW.replace("invented", "nobody"), "claim_checks.source_unknown"),
    ],
)
def test_in_the_policy_everything_has_a_source(
    write: Write,
    tmp_path_factory: pytest.TempPathFactory,
    replaced: list[tuple[str, str]],
    knowledge: str,
    code: str,
) -> None:
    with pytest.raises(PolicyError) as refusal:
        in_policy(write(*replaced, knowledge=knowledge), tmp_path_factory.mktemp("policy"))
    assert refusal.value.code == code


def test_the_digest_changes_with_the_knowledge(write: Write) -> None:
    before = load_checks_from(write()).digest
    assert load_checks_from(write()).digest == before
    assert load_checks_from(write(knowledge=HEADER + ROW.replace("甲", "乙"))).digest != before


def test_only_checks_that_exist_can_be_chosen(write: Write) -> None:
    checks = load_checks_from(write())
    assert [check.id for check in checks.chosen(["after"], ["made"])] == ["made"]
    assert checks.chosen(["during"]) == ()
    with pytest.raises(NotFound):
        checks.chosen(only=["other"])
