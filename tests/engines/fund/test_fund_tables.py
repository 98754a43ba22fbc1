"""Who spent what and where, and the signs of under-service, over a handful of invented settlements."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import ibis
import pyarrow as pa
import pytest

from yigongti.engines.fund.public import (
    Category,
    Chapter,
    attribute,
    category_of,
    counter_indicators,
    leakage,
    spending,
)
from yigongti.facts.public import lake_schema, open_duckdb
from yigongti.foundation.schemas import SETTLEMENTS

CHAPTERS = (Chapter("IX", "I00", "I99"), Chapter("X", "J00", "J99"))
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
    people = ibis.memtable(insured)
    settlements = ibis.memtable(pa.Table.from_arrays(arrays, schema=wanted))
    rows = attribute(settlements, people, CHAPTERS)
    return connection, rows, people


def read(tables, expression: ibis.Table) -> list[dict]:
    return tables[0].to_pyarrow(expression).to_pylist()


def test_all_money_of_the_settlements_stands_in_the_spending(tables):
    rows = read(tables, spending(tables[1]))
    assert sum(row["pool"] for row in rows) == sum(Decimal(row[8]) for row in ROWS)
    assert sum(row["cost"] for row in rows) == sum(Decimal(row[8]) + Decimal(row[9]) for row in ROWS)


def test_a_settlement_that_was_taken_back_leaves_neither_case_nor_money(tables):
    (row,) = [row for row in read(tables, spending(tables[1])) if row["category"] == "outpatient"]
    assert (row["cases"], row["pool"], row["cost"]) == (0, Decimal("0.00"), Decimal("0.00"))


def test_a_person_listed_twice_counts_once_and_one_not_listed_at_no_community(tables):
    rows = read(tables, tables[1].select("insured_number", "community_code", "township_code").distinct())
    found = {row["insured_number"]: (row["community_code"], row["township_code"]) for row in rows}
    assert found == {"p1": ("C1", "T1"), "p2": ("C1", "T1"), "p3": ("C2", "T2"), "p9": ("", "")}


def test_what_left_is_told_by_township(tables):
    rows = {row["township_code"]: row for row in read(tables, leakage(tables[1], ["township_code"]))}
    left = rows["T1"]
    assert left["pool_out_of_county"] == Decimal("5000.00")
    assert left["pool_other_community"] == Decimal("700.00")
    assert left["share"] == 0.75
    assert rows["T2"]["share"] is None


def test_what_left_is_told_by_chapter_and_destination(tables):
    rows = read(tables, leakage(tables[1], ["chapter", "destination"]))
    found = {(row["chapter"], row["destination"]): row["pool_out_of_county"] for row in rows}
    assert found["IX", "X9"] == Decimal("5000.00")
    assert found["X", ""] == Decimal("0.00")


def test_the_category_of_the_table_is_that_of_the_word(tables):
    rows = read(tables, tables[1].select("care", "place", "category").distinct())
    assert all(row["category"] == category_of(row["care"], row["place"]).value for row in rows)
    assert category_of("two_diseases", "province") is Category.OUT_OF_COUNTY


def indicators(tables, days: int = 31) -> dict[tuple[str, str, str], tuple[Decimal, Decimal]]:
    rows = read(tables, counter_indicators(tables[1], tables[2], {("C1", "2026-01"): 2}, days))
    return {(row["community_code"], row["month"], row["name"]): (row["numerator"], row["denominator"]) for row in rows}


def test_stays_elsewhere_and_out_of_the_county_are_counted(tables):
    found = indicators(tables)
    assert found["C1", "2026-01", "stays_elsewhere"] == (1, 2)
    assert found["C1", "2026-02", "stays_elsewhere"] == (1, 2)
    assert found["C1", "2026-02", "stays_out_of_county"] == (0, 2)


def test_own_pay_is_what_patients_paid_of_the_cost(tables):
    assert indicators(tables)["C1", "2026-01", "own_pay"] == (Decimal("7300.00"), Decimal("13300.00"))


def test_a_stay_for_the_same_diagnosis_counts_as_readmission_up_to_the_day(tables):
    # p1 came back after 28 days, p2 after 36
    assert indicators(tables)["C1", "2026-02", "readmission"] == (1, 2)
    assert indicators(tables, days=36)["C1", "2026-02", "readmission"] == (2, 2)
    assert indicators(tables, days=27)["C1", "2026-02", "readmission"] == (0, 2)


def test_visits_and_complaints_are_held_against_the_insured(tables):
    found = indicators(tables)
    assert found["C2", "2026-01", "visits_per_insured"] == (0, 3)
    assert found["C1", "2026-01", "complaints"] == (2, 2)
