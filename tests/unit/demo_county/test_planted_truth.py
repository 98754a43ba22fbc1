"""What was planted is really on the pages, of many kinds, and written down."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable
from datetime import date
from itertools import pairwise
from pathlib import Path

import pyarrow.parquet
import pytest

from yigongti.demo.county.institutions import institution_code
from yigongti.demo.county.page_defects import DEFECT_KINDS, DEFECTIVE_SHARE
from yigongti.demo.county.profiles import SPLITTING_TOWNSHIP, UPCODING_HOSPITAL
from yigongti.demo.county.public import generate
from yigongti.foundation.period import Month

Table = Callable[[str], list[dict[str, str]]]
Submitted = Callable[[str], list[dict[str, object]]]


def _pages(submitted: Submitted) -> dict[tuple[str, str], dict[str, object]]:
    return {(str(page["institution_code"]), str(page["case_id"])): page for page in submitted("discharges")}


def test_there_are_at_least_thirty_five_kinds_of_defects() -> None:
    assert len({kind.hint for kind in DEFECT_KINDS}) >= 35


def test_about_four_pages_in_a_hundred_are_defective(submitted: Submitted, table: Table) -> None:
    planted = {row["case_id"] for row in table("truth/front_page_defects.csv")}
    share = len(planted) / len(submitted("discharges"))
    assert DEFECTIVE_SHARE - 0.01 <= share <= DEFECTIVE_SHARE + 0.02


def test_a_page_bears_one_planted_defect(table: Table) -> None:
    planted = Counter((row["institution_code"], row["case_id"]) for row in table("truth/front_page_defects.csv"))
    assert max(planted.values()) == 1


def test_the_value_written_down_is_the_value_on_the_page(submitted: Submitted, table: Table) -> None:
    pages = _pages(submitted)
    rows = table("truth/front_page_defects.csv")
    for row in rows:
        page = pages[row["institution_code"], row["case_id"]]
        if row["rule_hint"] == f"{row['column']}_missing" and not isinstance(page[row["column"]], list):
            assert page[row["column"]] is None
        if row["rule_hint"].endswith("_out_of_domain") and not isinstance(page[row["column"]], list):
            assert str(page[row["column"]]) == row["what"].split(" -> ")[1]
    assert len({row["rule_hint"] for row in rows}) >= 8


def test_consequences_belong_to_planted_defects(table: Table) -> None:
    planted = {(row["case_id"], row["rule_hint"]) for row in table("truth/front_page_defects.csv")}
    assert {(row["case_id"], row["follows_from"]) for row in table("truth/front_page_consequences.csv")} <= planted


def test_one_township_hospital_splits_admissions(submitted: Submitted, table: Table) -> None:
    pages, rows = _pages(submitted), table("truth/split_admissions.csv")
    assert rows
    for row in rows:
        assert row["institution_code"] == institution_code(SPLITTING_TOWNSHIP)
        first, second = (pages[row["institution_code"], row[name]] for name in ("first_case_id", "second_case_id"))
        assert first["resident_number"] == second["resident_number"] == row["resident_number"]
        assert first["diagnoses"][0] == second["diagnoses"][0] == row["principal_diagnosis"]  # type: ignore[index]
        gap = second["admitted_at"] - first["discharged_at"]  # type: ignore[operator]
        assert 0 <= gap.days <= 5


def test_nobody_else_comes_back_within_a_month(submitted: Submitted, table: Table) -> None:
    split = {row["second_case_id"] for row in table("truth/split_admissions.csv")}
    overlapping = {
        (row["institution_code"], row["case_id"])
        for row in table("truth/claim_faults.csv")
        if row["check"] == "overlapping_stays"
    }
    stays: dict[object, list[dict[str, object]]] = {}
    for page in submitted("discharges"):
        if page["case_id"] not in split and (page["institution_code"], page["case_id"]) not in overlapping:
            stays.setdefault(page["medical_record_number"], []).append(page)
    for own in stays.values():
        own.sort(key=lambda page: page["discharged_at"])  # type: ignore[arg-type, return-value]
        for before, after in pairwise(own):
            # a planted "discharged before admitted" moves an admission; the discharges still lie a month apart
            assert (after["discharged_at"] - before["discharged_at"]).days >= 30  # type: ignore[operator]


@pytest.fixture(scope="module")
def larger_county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("county") / "larger"
    generate(folder, 90_000, 4, Month(2026, 6), 4, fee_lines_per_stay=30)
    return folder


def _rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / "truth" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.slow
def test_a_county_of_some_months_holds_thirty_five_kinds(larger_county: Path) -> None:
    assert len({row["rule_hint"] for row in _rows(larger_county, "front_page_defects.csv")}) >= 35


@pytest.mark.slow
def test_upcoding_begins_in_its_month_at_one_hospital(larger_county: Path) -> None:
    rows = _rows(larger_county, "upcoding.csv")
    assert {row["institution_code"] for row in rows} == {institution_code(UPCODING_HOSPITAL)}
    assert {row["month"] for row in rows} == {"2026-05", "2026-06"}
    pages = {
        row["case_id"]: row
        for file in larger_county.glob(f"submissions/*/{institution_code(UPCODING_HOSPITAL)}/discharges.parquet")
        for row in pyarrow.parquet.read_table(file).to_pylist()
    }
    for row in rows:
        written = pages[row["case_id"]]["diagnoses"]
        place = 0 if row["kind"] == "principal_replaced" else 1
        assert written[place] == row["written_code"] != row["true_code"]


@pytest.mark.slow
def test_wrong_weights_stand_on_newborns_pages(larger_county: Path) -> None:
    rows = _rows(larger_county, "wrong_weights.csv")
    assert rows
    pages = {
        (row["institution_code"], row["case_id"]): row
        for file in larger_county.glob("submissions/*/*/discharges.parquet")
        for row in pyarrow.parquet.read_table(file).to_pylist()
    }
    for row in rows:
        page = pages[row["institution_code"], row["case_id"]]
        assert str(page["birth_weight_g"]) == row["written_weight_g"] != row["true_weight_g"]
        assert page["age_years"] == 0


@pytest.mark.slow
def test_orthopaedics_of_the_peoples_hospital_is_dear(larger_county: Path) -> None:
    def mean(place: int) -> float:
        costs = [
            row["total_cost"]
            for file in larger_county.glob(f"submissions/*/{institution_code(place)}/discharges.parquet")
            for row in pyarrow.parquet.read_table(file).to_pylist()
            if row["discharge_department_code"] == "04.03" and isinstance(row["discharged_at"].date(), date)
        ]
        return float(sum(costs)) / len(costs)

    assert mean(101) > 1.15 * mean(102)
