"""Who spent what and where, and the signs of under-service, over a handful of invented settlements."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import ibis
import pyarrow as pa
import pytest

from yigongti.engines.fund.public import (
    Category,
    ChapterOfDiseases,
    attributed,
    category_of,
    counter_indicators,
    insured_of,
    late_bills,
    spending,
)
from yigongti.facts.public import lake_schema, open_duckdb
from yigongti.foundation.schemas import SETTLEMENTS

CHAPTERS = (ChapterOfDiseases("IX", "I00", "I99"), ChapterOfDiseases("X", "J00", "J99"))
# number, person, care, place, treated at, diagnosis, first day, last day, pool, cash, reverses
ROWS = [
    ("1", "p1", "inpatient", "community", "H1", "J18.9", "2026-01-02", "2026-01-08", "1000.00", "300.00", ""),
    ("2", "p1", "inpatient", "community", "H1", "j18.9", "2026-02-05", "2026-02-09", "900.00", "100.00", ""),
    ("3", "p2", "inpatient", "province", "X9", "I21.0", "2026-01-03", "2026-01-20", "5000.00", "7000.00", ""),
    ("4", "p2", "inpatient", "county", "H2", "I21.0", "2026-02-25", "2026-02-27", "700.00", "300.00", ""),
    ("5", "p3", "outpatient", "community", "T1", "J06.9", "2026-01-05", "2026-01-05", "30.00", "20.00", ""),
    ("6", "p3", "outpatient", "community", "T1", "J06.9", "2026-01-05", "2026-01-05", "-30.00", "-20.00", "5"),
    ("7", "p9", "two_diseases", "community", "T1", "I10", "2026-01-09", "2026-01-09", "50.00", "50.00", ""),
]


@pytest.fixture(scope="module")
def tables():
    connection = open_duckdb(memory_limit="500MB", threads=1)
    settled = {"settled_on": [date.fromisoformat(row[7]) for row in ROWS]}
    columns = {
        **settled,
        "institution_code": ["A1" if row[3] == "province" else row[4] for row in ROWS],
        "settlement_number": [row[0] for row in ROWS],
        "insured_number": [row[1] for row in ROWS],
        "insurance_type": ["390"] * len(ROWS),
        "month": ["2026-01" if row[7] < "2026-02" else "2026-02" for row in ROWS],
        "care": [row[2] for row in ROWS],
        "place": [row[3] for row in ROWS],
        "treated_at": [row[4] for row in ROWS],
        "diagnosis": [row[5] for row in ROWS],
        "started_on": [date.fromisoformat(row[6]) for row in ROWS],
        "ended_on": [date.fromisoformat(row[7]) for row in ROWS],
        "pool_fund": [Decimal(row[8]) for row in ROWS],
        "cash": [Decimal(row[9]) for row in ROWS],
        "total_cost": [Decimal(row[8]) + Decimal(row[9]) for row in ROWS],
        "reverses": [row[10] or None for row in ROWS],
    }
    wanted = lake_schema(SETTLEMENTS)
    arrays = [
        pa.array(columns[field.name], field.type) if field.name in columns else pa.nulls(len(ROWS), field.type)
        for field in wanted
    ]
    insured = pa.table(
        {
            "insured_number": ["p1", "p2", "p2", "p3", "p4"],
            "institution_code": ["T1", "T1", "T2", "T2", "T2"],
            "community_code": ["C1", "C1", "C2", "C2", "C2"],
            "birth_date": pa.nulls(5, pa.date32()),
            "sex": ["1", "2", "2", "1", "1"],
            "insurance_type": ["390"] * 5,
        }
    )
    settlements = ibis.memtable(pa.Table.from_arrays(arrays, schema=wanted))
    townships = {"T1": "T1", "T2": "T2"}
    rows = attributed(settlements, insured, townships, ("H1", "H2", "T1"), ("390",), CHAPTERS)
    return connection, rows, insured_of(insured, townships, date(2026, 1, 31), (0, 60))


def read(tables, expression: ibis.Table) -> list[dict]:
    return tables[0].to_pyarrow(expression).to_pylist()


def test_all_money_of_the_settlements_stands_in_the_spending(tables):
    rows = read(tables, spending(tables[1]))
    assert sum(row["pool"] for row in rows) == sum(Decimal(row[8]) for row in ROWS)
    assert sum(row["total_cost"] for row in rows) == sum(Decimal(row[8]) + Decimal(row[9]) for row in ROWS)


def test_a_settlement_that_was_taken_back_leaves_neither_case_nor_money(tables):
    (row,) = [row for row in read(tables, spending(tables[1])) if row["care"] == "outpatient"]
    assert (row["cases"], row["pool"], row["total_cost"]) == (0, Decimal("0.00"), Decimal("0.00"))


def test_a_person_listed_twice_counts_once_and_one_not_listed_at_no_community(tables):
    rows = read(tables, tables[1].select("insured_number", "community_code", "township_code").distinct())
    found = {row["insured_number"]: (row["community_code"], row["township_code"]) for row in rows}
    assert found == {"p1": ("C1", "T1"), "p2": ("C1", "T1"), "p3": ("C2", "T2"), "p9": ("", "")}


def test_the_spending_is_told_by_chapter_and_where_the_care_was_given(tables):
    rows = read(tables, spending(tables[1]))
    found = {(row["chapter"], row["treated_code"], row["outside"]): row["pool"] for row in rows}
    assert found["IX", "X9", True] == Decimal("5000.00")
    assert found["IX", "H2", False] == Decimal("700.00")


def test_bills_are_told_by_month_of_care_and_of_settlement(tables):
    rows = read(tables, late_bills(tables[1]).filter(lambda rows: rows.community_code == "C1"))
    assert {(row["occurred"], row["month"]): row["pool"] for row in rows} == {
        ("2026-01", "2026-01"): Decimal("6000.00"), ("2026-02", "2026-02"): Decimal("1600.00"),
    }  # fmt: skip


def test_each_yuan_stands_in_one_category():
    assert category_of("two_diseases", "province") is Category.OUT_OF_COUNTY
    assert category_of("major_disease", "county") is Category.OTHER_COMMUNITY


def indicators(tables, month="2026-01", days: int = 31) -> dict[tuple[str, str], tuple[Decimal, Decimal]]:
    rows = read(tables, counter_indicators(tables[1], tables[2], month, {"C1": 2}, days))
    return {(row["community_code"], row["name"]): (row["numerator"], row["denominator"]) for row in rows}


def test_stays_elsewhere_and_out_of_the_county_are_counted(tables):
    january, february = indicators(tables), indicators(tables, "2026-02")
    assert january["C1", "stays_elsewhere"] == february["C1", "stays_elsewhere"] == (1, 2)
    assert (january["C1", "stays_outside_county"], february["C1", "stays_outside_county"]) == ((1, 2), (0, 2))


def test_own_pay_is_what_patients_paid_of_the_cost(tables):
    assert indicators(tables)["C1", "own_pay"] == (Decimal("7300.00"), Decimal("13300.00"))


@pytest.mark.parametrize(("days", "came_back"), [(27, 0), (28, 1), (31, 1), (36, 2)])
def test_a_stay_for_the_same_disease_counts_as_readmission_up_to_the_day(tables, days, came_back):
    """p1 came back after 28 days, p2 after 36."""
    assert indicators(tables, "2026-02", days)["C1", "readmitted"] == (came_back, 2)


def test_visits_and_complaints_are_held_against_the_insured(tables):
    found = indicators(tables)
    assert found["C2", "visits_per_person"] == (0, 3)
    assert (found["C1", "complaints"], found["C2", "complaints"]) == ((2, 2), (0, 3)), "none is told as none"
