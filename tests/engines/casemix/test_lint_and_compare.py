"""The linter of schemes and the comparison of two."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
from small_scheme import SMALL, Tables, write_scheme

from yigongti.engines.casemix.public import Case, Finding, Scheme, compare_schemes, lint_scheme

HEADING = SMALL["adrg.csv"][0]


def lint(tmp_path: Path, **replaced: list[list[str]]) -> list[Finding]:
    tables: Tables = SMALL | {name.replace("_csv", ".csv"): rows for name, rows in replaced.items()}
    return lint_scheme(write_scheme(tmp_path / "s", tables))


def codes(findings: list[Finding]) -> set[tuple[str, str]]:
    return {(finding.code, finding.where) for finding in findings}


def test_the_small_scheme_has_no_errors(tmp_path: Path) -> None:
    assert [finding for finding in lint(tmp_path) if finding.severity == "error"] == []


def test_every_broken_rule_is_reported_not_only_the_first(tmp_path: Path) -> None:
    rows = [
        *SMALL["adrg.csv"],
        ["MDCE", "2", "ER2", "a", "ZYZD in", "ER29"],
        ["MDCE", "3", "ER3", "b", "NL >> 3", "ER39"],
        ["MDCE", "4", "ER4", "c", "ZYZD in {NOWHERE}", "ER49"],
    ]
    found = [finding.code for finding in lint(tmp_path, adrg_csv=rows) if finding.severity == "error"]
    assert found == ["rule_syntax", "rule_syntax", "unknown_set"]


def test_a_group_behind_a_rule_that_takes_everything_is_unreachable(tmp_path: Path) -> None:
    rows = [
        *SMALL["adrg.csv"],
        ["MDCE", "2", "ER2", "a", "1", "ER29"],
        ["MDCE", "3", "ER3", "b", "ZYZD in {F.DX}", "ER39"],
    ]
    found = codes(lint(tmp_path, adrg_csv=rows))
    assert ("unreachable_group", "ER3") in found
    assert ("unreachable_group", "ER2") not in found


def test_a_complex_group_whose_diagnoses_its_mdc_never_takes_is_unreachable(tmp_path: Path) -> None:
    rows = [*SMALL["adrg.csv"], ["MDCF", "9", "FZ1", "a", "ZYZD in {M.DX} and NL > 3", "FZ19"]]
    found = codes(lint(tmp_path, adrg_csv=rows))
    assert {("unreachable_group", "FZ1"), ("adrg_diagnosis_outside_mdc", "FZ1"), ("unnamed_group", "FZ19")} <= found


def test_an_adrg_without_a_group_for_a_complication_is_an_error(tmp_path: Path) -> None:
    rows = [*SMALL["adrg.csv"][:-1], ["MDCE", "1", "ER1", "肺", "ZYZD in {E.DX}", "ER13"]]
    assert ("no_group_for_complication", "ER1") in codes(lint(tmp_path, adrg_csv=rows))


def test_empty_unused_and_overlapping_sets_are_told(tmp_path: Path) -> None:
    sets = [*SMALL["sets.csv"], ["EMPTY.DX", ""], ["ER2.DX", "J18"], ["ER2.DX", "J18"]]
    rows = [*SMALL["adrg.csv"], ["MDCE", "2", "ER2", "a", "ZYZD in {ER2.DX}", "ER29"]]
    found = codes(lint(tmp_path, sets_csv=sets, adrg_csv=rows))
    assert {("empty_set", "EMPTY.DX"), ("unused_set", "EMPTY.DX"), ("overlapping_sets", "MDCE")} <= found
    assert "repeated_member" in {code for code, _ in found}


def test_exclusion_groups_that_only_one_side_knows_are_told(tmp_path: Path) -> None:
    exclusions = [*SMALL["cc_exclusions.csv"], ["J44", "77"]]
    found = codes(lint(tmp_path, cc_exclusions_csv=exclusions))
    assert ("unused_exclusion_group", "77") in found
    assert ("exclusion_group_without_diagnosis", "3") in found


def test_two_schemes_are_compared_case_by_case_and_priced(small: Callable[..., Scheme], duck: Any) -> None:
    cases = [
        Case("a", "1", 50, diagnoses=("J18", "J96")),
        Case("b", "1", 50, diagnoses=("J18", "J96")),
        Case("c", "1", 50, diagnoses=("I51",)),
        Case("d", diagnoses=("X",)),
    ]
    table = ibis.memtable(
        pa.Table.from_pylist(
            [
                asdict(case) | {"diagnoses": list(case.diagnoses), "procedures": "", "age_days": 1, "birth_weight_g": 1}
                for case in cases
            ]
        )
    )
    weights = {"ER13": Decimal("1.5"), "ER15": Decimal("1.0"), "FR15": Decimal("0.8")}
    result = compare_schemes(table, small(), small("  cc_exclusion: none"), duck, weights_a=weights, weights_b=weights)
    assert (result.cases, result.moved) == (4, 2)
    assert [(move.drg_a, move.drg_b, move.cases, move.weight_change) for move in result.moves] == [
        ("ER15", "ER13", 2, Decimal("1.0"))
    ]
    assert (result.weight_a, result.weight_b) == (Decimal("2.8"), Decimal("3.8"))
    assert (result.unweighted_a, result.unweighted_b) == (1, 1)
