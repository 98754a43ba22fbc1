"""A revision over the past: each line at its new price, and who would have borne the difference."""

from datetime import date
from decimal import Decimal

import ibis
import pyarrow as pa
import pytest

from yigongti.facts.public import rows_schema
from yigongti.foundation.schemas import FEE_LINES, SETTLEMENT_LISTS
from yigongti.systems.prices.rehearsing import NewPrice, rehearse

DAY = date(2026, 10, 5)


def line(number, code="D1", price="12", quantity="1", amount="12", case="A", place="H1"):
    return {
        "institution_code": place, "case_id": case, "line_number": number, "item_code": code, "charged_on": DAY,
        "unit_price": Decimal(price), "quantity": Decimal(quantity), "amount": Decimal(amount),
    }  # fmt: skip


@pytest.fixture
def county_of():
    def make(lines, lists=()):
        backend = ibis.duckdb.connect()
        for name, table, rows in (("fee_lines", FEE_LINES, lines), ("settlement_lists", SETTLEMENT_LISTS, lists)):
            backend.con.register(name, pa.Table.from_pylist(list(rows), schema=rows_schema(table)))
        return backend

    return make


def paid(case="A", total="100", pool="60", place="H1"):
    return {
        "institution_code": place, "case_id": case, "settlement_number": f"S{case}", "settled_to": DAY,
        "total_cost": Decimal(total), "pool_fund": Decimal(pool),
    }  # fmt: skip


def only(rows):
    assert len(rows) == 1
    return rows[0]


RAISED = [NewPrice("D1", "county", Decimal("12"), Decimal("15"))]


def test_a_raised_price_is_borne_by_fund_and_patient_as_the_bill_was(county_of):
    found = only(rehearse(county_of([line(1, quantity="2", amount="24")], [paid()]), RAISED, {"H1": "county"}))
    assert (found["before"], found["after"]) == (Decimal("24.00"), Decimal("30.00"))
    assert (found["fund_change"], found["patient_change"]) == (Decimal("3.60"), Decimal("2.40"))


def test_a_bill_without_a_settlement_list_falls_to_the_patient(county_of):
    found = only(rehearse(county_of([line(1)]), RAISED, {"H1": "county"}))
    assert (found["fund_change"], found["patient_change"]) == (0, Decimal("3.00"))


def test_a_line_charged_below_the_old_price_stays_as_it_was(county_of):
    found = only(rehearse(county_of([line(1, price="8", amount="8")]), RAISED, {"H1": "county"}))
    assert found["after"] == Decimal("8.00")


def test_a_lower_ceiling_caps_what_was_charged_below_the_old_price(county_of):
    lowered = [NewPrice("D1", "county", Decimal("12"), Decimal("5"))]
    found = only(rehearse(county_of([line(1, price="8", amount="8")]), lowered, {"H1": "county"}))
    assert found["after"] == Decimal("5.00")


def test_an_item_that_ends_brings_nothing(county_of):
    ended = [NewPrice("D1", "county", Decimal("12"), None)]
    assert only(rehearse(county_of([line(1)]), ended, {"H1": "county"}))["after"] == 0


def test_another_level_is_not_touched(county_of):
    assert rehearse(county_of([line(1)]), RAISED, {"H1": "township"}) == []


def test_each_line_is_rounded_by_itself(county_of):
    odd = [NewPrice("D1", "county", Decimal("12"), Decimal("0.333"))]
    lines = [line(number, quantity="0.5", amount="6") for number in (1, 2, 3)]
    assert only(rehearse(county_of(lines), odd, {"H1": "county"}))["after"] == Decimal("0.51")
