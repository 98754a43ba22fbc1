"""The national 1.1 scheme: both engines against an independent grouper's 7,065 cases and the 24 labelled ones."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from yigongti.engines.casemix.public import Scheme, case_from_row, group_case, group_table, load_scheme

pytestmark = pytest.mark.shared_data


@pytest.fixture(scope="module")
def scheme(shared_data: Path) -> Scheme:
    return load_scheme(shared_data / "casemix" / "chs-drg-1.1")


@pytest.fixture(scope="module")
def witness(shared_data: Path) -> Path:
    return shared_data / "casemix" / "witness"


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_the_scheme_is_whole(scheme: Scheme) -> None:
    assert len(scheme.mdcs) == 26
    assert sum(len(mdc.adrgs) for mdc in scheme.mdcs) == 376
    assert len(scheme.drg_names) == 628


def test_the_reference_reproduces_every_witness_row(scheme: Scheme, witness: Path) -> None:
    cases = rows(witness / "chs-drg-1.1-cases.csv")
    wrong = []
    for row in cases:
        one = group_case(case_from_row(row), scheme, alternatives=False)
        if (one.mdc, one.adrg, one.drg) != (row["expected_mdc"], row["expected_adrg"], row["expected_drg"]):
            wrong.append((row["case_id"], one.drg, row["expected_drg"]))
    assert len(cases) == 7065
    assert wrong == []


def test_the_table_reproduces_every_witness_row_and_every_reason_of_the_reference(
    scheme: Scheme, witness: Path, duck: Any
) -> None:
    path = witness / "chs-drg-1.1-cases.csv"
    grouped = {
        row["case_id"]: row
        for row in group_table(duck.read_csv(path, all_varchar=True), scheme, duck).to_pyarrow().to_pylist()
    }
    wrong = []
    for row in rows(path):
        found = grouped[row["case_id"]]
        one = group_case(case_from_row(row), scheme, alternatives=False)
        if (found["mdc"], found["adrg"], found["drg"]) != (
            row["expected_mdc"],
            row["expected_adrg"],
            row["expected_drg"],
        ):
            wrong.append((found, row["expected_drg"]))
        if (found["complication"], found["reason"]) != (one.complication, one.reason):
            wrong.append((found, one))
    assert len(grouped) == 7065
    assert wrong == []


def test_all_24_labelled_discharges_get_their_label_in_both_engines(scheme: Scheme, witness: Path, duck: Any) -> None:
    path = witness / "labelled-discharges.csv"
    labelled = {row["case_id"]: row["hospital_drg"] for row in rows(path) if row["hospital_drg"]}
    reference = {row["case_id"]: group_case(case_from_row(row), scheme).drg for row in rows(path)}
    table = {
        row["case_id"]: row["drg"]
        for row in group_table(duck.read_csv(path, all_varchar=True), scheme, duck).to_pyarrow().to_pylist()
    }
    assert len(labelled) == 24
    assert {case: reference[case] for case in labelled} == labelled
    assert {case: table[case] for case in labelled} == labelled
