"""Bills made of discharges, settlement lists, visits and institutions; the same as objects."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import ibis
import pyarrow as pa
import pytest

from yigongti.engines.claim_checks.bills import bare_bills, bill_of, bills_table, person_of
from yigongti.engines.claim_checks.facts import Bill
from yigongti.engines.claim_checks.tables_of import BILLS, LINES
from yigongti.facts.public import rows_schema
from yigongti.foundation.schemas import DISCHARGES, FEE_LINES, SETTLEMENT_LISTS, VISITS, FactTable

NUMBER, OTHER = "990000199003150021", "99000019700501001x"
KEY = "invented key"
STAY: dict[str, Any] = {
    "institution_code": "H1",
    "case_id": "C1",
    "resident_number": NUMBER,
    "sex": "2",
    "birth_date": date(1990, 3, 15),
    "payment_method": "3",
    "admitted_at": datetime(2026, 10, 7, 16, 30, tzinfo=UTC),  # half past midnight in Shanghai
    "discharged_at": datetime(2026, 10, 12, 2, 0, tzinfo=UTC),
    "discharge_disposition": "1",
    "readmission_plan": "1",
    "diagnoses": ["J18.900", "", "I10.x00x002"],
    "procedures": [],
    "total_cost": Decimal("1234.50"),
}
VISIT: dict[str, Any] = {
    "institution_code": "H2",
    "case_id": "V1",
    "care_setting": "1",
    "visited_on": date(2026, 10, 20),
    "resident_number": NUMBER.lower(),
    "insurance_type": "310",
    "diagnoses": ["J06.900"],
    "total_cost": Decimal("80.00"),
}
PLACES = {
    "institution_code": ["H1", "H2"],
    "level": ["county", "township"],
    "kind": ["county_hospital", "township_hospital"],
    "community": ["east", "east"],
}


def table(kind: FactTable, *rows: Mapping[str, Any]) -> Any:
    lists = {column.name: [] for column in kind if column.repeats}
    return ibis.memtable(pa.Table.from_pylist([lists | dict(row) for row in rows], schema=rows_schema(kind)))


def rows_of(duck: Any, *stays: Mapping[str, Any], visits: Any = (), settled: Any = (), **more: Any) -> dict[str, Any]:
    """The bills by case."""
    made = bills_table(
        discharges=table(DISCHARGES, *stays),
        settlement_lists=table(SETTLEMENT_LISTS, *settled),
        visits=table(VISITS, *visits),
        institutions=ibis.memtable(PLACES),
        person_key=KEY,
        **more,
    )
    assert made.columns == tuple(BILLS.names)
    return {row["case_id"]: row for row in duck.to_pyarrow(made).to_pylist()}


def test_a_stay_lasts_from_its_first_to_its_last_day_in_shanghai(duck: Any) -> None:
    row = rows_of(duck, STAY)["C1"]
    assert (row["started_on"], row["ended_on"]) == (date(2026, 10, 8), date(2026, 10, 12))
    assert (row["care_setting"], row["institution_level"], row["community"]) == ("2", "county", "east")


def test_codes_are_joined_and_empty_places_left_out(duck: Any) -> None:
    assert rows_of(duck, STAY)["C1"]["diagnoses"] == "J18.900|I10.x00x002"


def test_a_list_without_a_principal_keeps_its_place(duck: Any) -> None:
    assert rows_of(duck, STAY | {"diagnoses": ["", "I10"]})["C1"]["diagnoses"] == "|I10"


def test_a_stay_and_a_visit_of_one_number_are_one_person(duck: Any) -> None:
    rows = rows_of(duck, STAY, visits=[VISIT])
    assert rows["C1"]["person"] == rows["V1"]["person"] == person_of(NUMBER, KEY)
    assert NUMBER not in rows["C1"]["person"]


def test_another_key_gives_another_person() -> None:
    assert person_of(NUMBER, KEY) != person_of(NUMBER, "another key")


@pytest.mark.parametrize("number", ["", None, "  "])
def test_who_has_no_number_is_nobodys_other_bill(duck: Any, number: str | None) -> None:
    assert rows_of(duck, STAY | {"resident_number": number})["C1"]["person"] == person_of(number, KEY) == ""


def test_the_settlement_list_says_the_insurance_before_the_front_page(duck: Any) -> None:
    settled = {
        "institution_code": "H1",
        "case_id": "C1",
        "settlement_number": "S1",
        "insurance_type": "310",
        "settled_to": date(2026, 10, 12),
        "total_cost": Decimal(1),
    }
    assert rows_of(duck, STAY, settled=[settled])["C1"]["insurance_type"] == "310"
    assert rows_of(duck, STAY)["C1"]["insurance_type"] == "390"
    assert rows_of(duck, STAY | {"payment_method": "7"})["C1"]["insurance_type"] == ""


def test_a_death_is_known_on_all_bills_of_the_person(duck: Any) -> None:
    rows = rows_of(
        duck, STAY | {"discharge_disposition": "5"}, visits=[VISIT, VISIT | {"case_id": "V2", "resident_number": OTHER}]
    )
    assert (rows["C1"]["died_on"], rows["V1"]["died_on"], rows["V2"]["died_on"]) == (date(2026, 10, 12),) * 2 + (None,)


def test_a_death_of_somebody_without_a_number_is_known_on_the_stay_alone(duck: Any) -> None:
    nobody = {"resident_number": ""}
    rows = rows_of(duck, STAY | {"discharge_disposition": "5"} | nobody, visits=[VISIT | nobody])
    assert (rows["C1"]["died_on"], rows["V1"]["died_on"]) == (date(2026, 10, 12), None)


def test_an_earlier_death_elsewhere_counts(duck: Any) -> None:
    deaths = ibis.memtable({"resident_number": [NUMBER], "died_on": [date(2026, 9, 1)]})
    assert rows_of(duck, visits=[VISIT], deaths=deaths)["V1"]["died_on"] == date(2026, 9, 1)


def test_a_month_that_was_grouped_brings_its_groups(duck: Any) -> None:
    groups = ibis.memtable({"institution_code": ["H1"], "case_id": ["C1"], "group": ["ES21"]})
    assert rows_of(duck, STAY, groups=groups)["C1"]["group"] == "ES21"


def test_a_bill_without_anything_but_lines_is_a_stay_of_its_days(duck: Any) -> None:
    row = {"institution_code": "H1", "case_id": "C1", "item_code": "I1"}
    lines = table(
        FEE_LINES,
        row | {"line_number": 1, "charged_on": date(2026, 10, 3), "amount": Decimal("10.00")},
        row | {"line_number": 2, "charged_on": date(2026, 10, 1), "amount": Decimal("5.50")},
    )
    (made,) = duck.to_pyarrow(bare_bills(lines)).to_pylist()
    assert bill_of(made, []) == Bill("H1", "C1", "2", date(2026, 10, 1), date(2026, 10, 3), total_cost=Decimal("15.50"))


def test_a_row_becomes_an_object_and_its_lines_are_in_order(duck: Any) -> None:
    (row,) = rows_of(duck, STAY).values()
    empty = dict.fromkeys(LINES.names)
    lines = [
        empty | {"line_number": number, "item_code": "I1", "charged_on": date(2026, 10, 8), "amount": Decimal(1)}
        for number in (2, 1)
    ]
    made = bill_of(row, lines)
    assert made.diagnoses == ("J18.900", "I10.x00x002")
    assert [(line.line_number, line.quantity, line.item_name) for line in made.lines] == [(1, 1, ""), (2, 1, "")]
