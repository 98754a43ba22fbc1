"""Institutions, staff and residents: complete, valid in form, and not to be taken for real ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow.parquet
from hypothesis import given
from hypothesis import strategies as st

from yigongti.demo.county.residents import EPOCH, REGION, resident_numbers
from yigongti.demo.county.second_registrations import LIKENESSES, SLIPS
from yigongti.foundation.identifiers import is_organisation_code, read_resident_number

Table = Callable[[str], list[dict[str, str]]]


def test_the_county_has_its_bureaus_hospitals_townships_and_villages(table: Table) -> None:
    kinds = Counter(row["kind"] for row in table("institutions.csv"))
    assert kinds == {
        "county": 1,
        "health_bureau": 1,
        "insurance_bureau": 1,
        "county_hospital": 1,
        "tcm_hospital": 1,
        "maternal_child_hospital": 1,
        "cdc": 1,
        "township_hospital": 12,
        "village_clinic": 256,
    }


def test_institution_codes_are_valid_and_begin_with_demo(table: Table) -> None:
    codes = [row["code"] for row in table("institutions.csv")]
    assert len(set(codes)) == len(codes)
    assert all(is_organisation_code(code) and code.startswith("DEMO") for code in codes)


def test_every_parent_is_an_institution(table: Table) -> None:
    rows = table("institutions.csv")
    codes = {row["code"] for row in rows}
    assert {row["parent_code"] for row in rows if row["parent_code"]} <= codes


def test_staff_names_carry_the_mark_of_the_demo(table: Table) -> None:
    staff = table("staff.csv")
    assert staff
    assert all(row["name"].startswith("演示·") for row in staff)
    assert len({row["code"] for row in staff}) == len(staff)


def test_each_department_with_patients_has_a_head(table: Table) -> None:
    heads = {
        (row["institution_code"], row["department_code"])
        for row in table("staff.csv")
        if row["kind"] == "department_head"
    }
    assert {(row["institution_code"], row["code"]) for row in table("departments.csv")} == heads


def test_resident_numbers_agree_with_birth_date_and_sex(small_county: Path, table: Table) -> None:
    rows = pyarrow.parquet.read_table(small_county / "residents.parquet").to_pylist()
    slips = {row["resident_id"] for row in table("truth/duplicate_patients.csv")}
    for row in rows:
        if row["resident_number"] is None or row["resident_id"] in slips:
            continue
        read = read_resident_number(row["resident_number"])
        assert read is not None
        assert (read.born_on, read.sex, read.region) == (row["birth_date"], row["sex"], REGION)


def test_addresses_and_telephones_cannot_be_taken_for_real(small_county: Path) -> None:
    rows = pyarrow.parquet.read_table(small_county / "residents.parquet").to_pylist()
    assert all("（演示）" in row["address"] for row in rows)
    assert all(row["phone"] is None or row["phone"].startswith("1990000") for row in rows)


def test_planted_duplicates_are_among_the_residents(small_county: Path, table: Table) -> None:
    rows = {
        row["resident_id"]: row for row in pyarrow.parquet.read_table(small_county / "residents.parquet").to_pylist()
    }
    planted = table("truth/duplicate_patients.csv")
    assert len(planted) == 120
    for row in planted:
        second, first = rows[row["resident_id"]], rows[row["duplicate_of"]]
        assert second["insured_number"] is None
        if row["what"] not in {"moved_by_marriage", "two_slips"}:
            assert second["village_code"] == first["village_code"]
        told = ("resident_number", "name", "birth_date", "village_code")
        assert [second[column] for column in told] != [first[column] for column in told]


def test_the_pyramid_is_that_of_an_ageing_county(small_county: Path) -> None:
    born = pyarrow.parquet.read_table(small_county / "residents.parquet", columns=["birth_date"])["birth_date"]
    ages = [(date(2026, 10, 31) - day).days // 365 for day in born.to_pylist()]
    assert 0.18 < sum(age >= 60 for age in ages) / len(ages) < 0.28
    assert 0.14 < sum(age < 15 for age in ages) / len(ages) < 0.21


def test_every_kind_of_slip_is_planted(table: Table) -> None:
    kinds = {row["what"] for row in table("truth/duplicate_patients.csv")}
    assert kinds >= set(SLIPS)


def test_look_alikes_are_persons_with_numbers_of_their_own(small_county: Path, table: Table) -> None:
    rows = {
        row["resident_id"]: row for row in pyarrow.parquet.read_table(small_county / "residents.parquet").to_pylist()
    }
    planted = table("truth/look_alikes.csv")
    assert {row["what"] for row in planted} == set(LIKENESSES)
    for row in planted:
        one, other = rows[row["resident_id"]], rows[row["resembles"]]
        assert one["resident_number"] != other["resident_number"]
        assert one["insured_number"] not in {None, other["insured_number"]}
        assert (one["resident_number"] is None) == row["what"].endswith("_without_number")


def test_numbers_of_the_county_are_never_twice_but_in_second_registrations(small_county: Path, table: Table) -> None:
    slips = {row["resident_id"] for row in table("truth/duplicate_patients.csv")}
    rows = pyarrow.parquet.read_table(small_county / "residents.parquet").to_pylist()
    numbers = [row["resident_number"] for row in rows if row["resident_number"] and row["resident_id"] not in slips]
    assert len(set(numbers)) == len(numbers)


@given(st.lists(st.tuples(st.dates(date(1930, 1, 1), date(2026, 1, 1)), st.sampled_from((1, 2))), max_size=40))
def test_numbers_of_any_births_are_valid_and_never_twice(births: list[tuple[date, int]]) -> None:
    born_on = np.array([(day - EPOCH).days for day, _ in births], dtype=np.int64)
    numbers = [str(n) for n in resident_numbers(born_on, np.array([sex for _, sex in births], dtype=np.int8))]
    assert len(set(numbers)) == len(numbers)
    for number, (day, sex) in zip(numbers, births, strict=True):
        read = read_resident_number(number)
        assert read is not None
        assert (read.born_on, read.sex) == (day, str(sex))
