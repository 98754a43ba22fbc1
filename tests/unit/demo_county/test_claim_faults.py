"""What is planted against the claim checks: written down line by line, and the bills still add up."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pyarrow.csv
import pyarrow.parquet
import pytest

from yigongti.demo.county.claim_faults import BAD_TOWNSHIP
from yigongti.demo.county.institutions import institution_code
from yigongti.demo.county.public import generate
from yigongti.foundation.period import Month
from yigongti.foundation.policy import Policy

Rows = list[dict[str, object]]
Submitted = Callable[[str], Rows]
Table = Callable[[str], list[dict[str, str]]]


def _lines(submitted: Submitted) -> dict[tuple[object, object, object], dict[str, object]]:
    return {(line["institution_code"], line["case_id"], line["line_number"]): line for line in submitted("fee_lines")}


def test_every_planted_line_is_there_with_its_item(submitted: Submitted, table: Table) -> None:
    lines = _lines(submitted)
    rows = [row for row in table("truth/claim_faults.csv") if row["line_number"]]
    assert len(rows) > 100
    for row in rows:
        line = lines[row["institution_code"], row["case_id"], int(row["line_number"])]
        assert line["item_code"] == row["item_code"]
        assert Decimal(0) <= Decimal(row["amount"]) <= line["amount"]  # type: ignore[operator]


def test_every_planted_bill_is_there(submitted: Submitted, table: Table) -> None:
    bills = {(row["institution_code"], row["case_id"]) for kind in ("discharges", "visits") for row in submitted(kind)}
    rows = table("truth/claim_faults.csv")
    assert {(row["institution_code"], row["case_id"]) for row in rows if row["case_id"]} <= bills


def test_nearly_every_check_of_the_policy_is_planted(table: Table, policy_root: Path) -> None:
    documents = Policy.load(policy_root).documents("checks/claim_checks")
    checks = {document.data["id"] for document in documents if document.data["strength"] != "clue"}
    planted = {row["check"] for row in table("truth/claim_faults.csv") if not row["follows"]}
    assert checks - planted <= {"use_after_death", "up_coding", "stock_sales"}  # nobody died, or too few stays
    assert planted <= {document.data["id"] for document in documents}


def test_a_consequence_says_of_what(table: Table) -> None:
    rows = table("truth/claim_faults.csv")
    assert all(row["follows"] for row in rows if row["check"] == "*")
    assert any(row["follows"].startswith("front_page_defects:") for row in rows)


def test_a_visit_costs_what_its_lines_add_up_to(submitted: Submitted) -> None:
    sums: dict[tuple[object, object], Decimal] = defaultdict(Decimal)
    for line in submitted("fee_lines"):
        if line["care_setting"] != "2":
            sums[line["institution_code"], line["case_id"]] += line["amount"]  # type: ignore[operator]
    visits = submitted("visits")
    assert len(visits) > 5_000
    assert {(visit["institution_code"], visit["case_id"]): visit["total_cost"] for visit in visits} == sums


def test_visits_are_made_at_hospitals_and_at_a_few_clinics(submitted: Submitted) -> None:
    places = Counter(str(visit["institution_code"]) for visit in submitted("visits"))
    assert sum(code.startswith("DEMO1") for code in places) == 12
    assert len(places) == 12 + 12 + 3


def test_a_medicine_of_a_visit_tells_days_and_prescription(submitted: Submitted) -> None:
    medicines = [
        line
        for line in submitted("fee_lines")
        if line["care_setting"] != "2" and str(line["fee_item"]).endswith("_medicine")
    ]
    assert all(line["days_supply"] and line["prescription_number"] for line in medicines)
    assert any(line["daily_dose"] for line in medicines)


def test_what_is_sold_is_what_was_there_but_where_it_is_planted(submitted: Submitted, table: Table) -> None:
    there: dict[tuple[object, object], Decimal] = defaultdict(Decimal)
    signs = {"opening": 1, "purchase": 1, "closing": -1}
    for move in submitted("stock_moves"):
        there[move["institution_code"], move["item_code"]] += signs[str(move["kind"])] * move["quantity"]  # type: ignore[operator]
    sold: dict[tuple[object, object], Decimal] = defaultdict(Decimal)
    for line in submitted("fee_lines"):
        if (line["institution_code"], line["item_code"]) in there:
            sold[line["institution_code"], line["item_code"]] += line["quantity"]  # type: ignore[operator]
    short = {place for place, quantity in sold.items() if quantity > there[place]}
    rows = [row for row in table("truth/claim_faults.csv") if row["check"] == "stock_sales"]
    assert short == {(row["institution_code"], row["item_code"]) for row in rows}


def test_an_unplanted_county_has_neither_defects_nor_faults(tmp_path: Path) -> None:
    made = generate(tmp_path / "clean", 12_000, 1, Month(2026, 10), 5, fee_lines_per_stay=30, planted=False)
    assert (made.planted_defects, made.planted_claim_faults) == (0, 0)
    for name in ("claim_faults", "upcoding", "split_admissions", "wrong_weights"):
        assert len((made.folder / "truth" / f"{name}.csv").read_text(encoding="utf-8").splitlines()) == 1


@pytest.mark.slow
def test_the_bad_township_errs_more_than_others_and_less_from_month_to_month(tmp_path: Path) -> None:
    generate(tmp_path / "county", 250_000, 4, Month(2026, 10), 9, fee_lines_per_stay=30)
    rows = pyarrow.csv.read_csv(tmp_path / "county" / "truth" / "claim_faults.csv").to_pylist()
    months = sorted({row["month"] for row in rows})
    own = [_rate(tmp_path / "county", rows, month, institution_code(BAD_TOWNSHIP)) for month in months]
    peers = [_rate(tmp_path / "county", rows, month, institution_code(206)) for month in months]
    assert own[0] > 2 * peers[0]
    assert own[0] > 1.5 * own[-1]


def _rate(county: Path, rows: list[dict[str, object]], month: object, code: str) -> float:
    """Planted lines for a visit."""
    visits = pyarrow.parquet.read_metadata(county / "submissions" / str(month) / code / "visits.parquet").num_rows
    return (
        sum(row["month"] == month and row["institution_code"] == code and not row["follows"] for row in rows) / visits
    )
