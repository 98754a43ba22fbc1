"""Settlements of the demo county: of the bills of the other facts, paid by policy, wrong only where planted."""

from __future__ import annotations

import csv
import hashlib
from collections import Counter, defaultdict
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from yigongti.demo.county.institutions import institution_code
from yigongti.demo.county.public import generate
from yigongti.facts.public import Lake, dry_run
from yigongti.foundation.period import Month
from yigongti.foundation.policy import Policy
from yigongti.foundation.schemas.settlements import SETTLEMENTS

Rows = list[dict[str, object]]
OCTOBER = Month(2026, 10)
POLICY = Path(__file__).resolve().parents[3] / "policy"
PAID = ("pool_fund", "critical_illness", "medical_assistance", "other_funds", "personal_account", "cash")


def made(folder: Path, **more: object) -> Path:
    generate(folder, 3_000, 1, OCTOBER, 5, fee_lines_per_stay=40, policy=Policy.load(POLICY), **more)  # type: ignore[arg-type]
    return folder


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """3,000 residents, one month of everything, four months of settlements."""
    return made(tmp_path_factory.mktemp("county") / "settled", settlement_months=4)


def rows_of(county: Path, kind: str, month: str = "*") -> Rows:
    files = sorted(county.glob(f"submissions/{month}/*/{kind}.parquet"))
    return [row for file in files for row in pq.read_table(file).to_pylist()]


def truth(county: Path) -> list[dict[str, str]]:
    with (county / "truth" / "settlement_faults.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_file_would_be_accepted(county: Path, tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake")
    for number, file in enumerate(sorted(county.glob("submissions/*/*/settlements.parquet"))):
        code, month = file.parent.name, Month.parse(file.parent.parent.name)
        answer = dry_run(file, "settlements", code, month, lake=lake, folder=tmp_path / str(number))
        assert answer.can_be_committed, (file, answer.error_counts)


def test_what_was_paid_adds_up_to_the_total(county: Path) -> None:
    for row in rows_of(county, "settlements"):
        assert sum(row[name] for name in PAID) == row["total_cost"]  # type: ignore[misc]


def test_a_settlement_has_the_total_and_the_classes_of_its_own_bill(county: Path) -> None:
    lines = defaultdict(Decimal)
    outside = defaultdict(Decimal)
    for line in rows_of(county, "fee_lines"):
        key = line["institution_code"], line["case_id"]
        lines[key] += line["amount"]  # type: ignore[operator]
        outside[key] += line["amount"] if line["insurance_class"] == "3" else Decimal(0)  # type: ignore[operator]
    taken = {row["reverses"] for row in rows_of(county, "settlements")}
    checked = 0
    for row in rows_of(county, "settlements", str(OCTOBER)):
        key = row["treated_at"], row["case_id"]
        if key in lines and not row["reverses"] and row["settlement_number"] not in taken:
            checked += 1
            assert (row["total_cost"], row["outside_catalogue"]) == (lines[key], outside[key])
    assert checked > 300


def test_every_insured_stay_has_one_settlement_and_its_list_says_the_same(county: Path) -> None:
    lists = {(r["institution_code"], r["settlement_number"]): r for r in rows_of(county, "settlement_lists")}
    own = {
        (r["institution_code"], r["settlement_number"]): r
        for r in rows_of(county, "settlements", str(OCTOBER))
        if r["care"] == "inpatient" and r["place"] in ("community", "county")
    }
    assert lists
    for key, row in lists.items():
        found = own[key]
        assert (found["total_cost"], found["pool_fund"], found["cash"]) == (
            row["total_cost"], row["pool_fund"], row["cash"],
        )  # fmt: skip


def test_a_clinics_visits_are_submitted_by_its_township_hospital(county: Path) -> None:
    clinics = [row for row in rows_of(county, "settlements") if row["level"] == "village"]
    assert clinics and all(row["institution_code"] != row["treated_at"] for row in clinics)


def test_bills_from_outside_come_late_and_from_the_insurance_bureau(county: Path) -> None:
    outside = [r for r in rows_of(county, "settlements") if r["place"] not in ("community", "county")]
    assert {row["institution_code"] for row in outside} == {institution_code(2)}
    late = [row for row in outside if str(row["settled_on"])[:7] > str(row["ended_on"])[:7]]
    assert late


def test_months_before_the_others_have_settlements_and_nothing_else(county: Path) -> None:
    kinds = {file.stem for file in county.glob("submissions/2026-07/*/*")}
    assert kinds == {"settlements"} and len(rows_of(county, "settlements", "2026-07")) > 300


def test_a_reversal_takes_back_every_amount_of_another_row(county: Path) -> None:
    rows = {row["settlement_number"]: row for row in rows_of(county, "settlements")}
    back = [row for row in rows.values() if row["reverses"]]
    assert back
    for row in back:
        other = rows[row["reverses"]]
        assert all(row[c.name] == -other[c.name] for c in SETTLEMENTS if c.unit == "yuan")  # type: ignore[operator]


def test_planted_faults_are_written_down_by_number(county: Path) -> None:
    numbers = Counter(row["settlement_number"] for row in rows_of(county, "settlements"))
    planted = truth(county)
    assert planted and all(numbers[row["settlement_number"]] == 1 for row in planted)


def test_the_same_seed_gives_the_same_bytes(county: Path, tmp_path: Path) -> None:
    again = made(tmp_path / "again", settlement_months=4)
    assert digests(again) == digests(county)


def test_without_planting_nothing_is_reversed_or_paid_wrongly(tmp_path: Path) -> None:
    clean = made(tmp_path / "clean", planted=False)
    assert not truth(clean) and not any(row["reverses"] for row in rows_of(clean, "settlements"))


def digests(county: Path) -> dict[str, str]:
    files = [*county.glob("submissions/*/*/settlements.parquet"), county / "insured.parquet"]
    return {str(file.relative_to(county)): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}
