"""yigongti benefit: a bill quoted with its steps, a file of settlements settled, bad files refused in a sentence."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import bills_of_a_year as year
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from yigongti.interfaces.cli.benefit import benefit

BILL: dict[str, Any] = {
    "insurance_type": "390",
    "care": "inpatient",
    "level": "county",
    "place": "community",
    "referral": "none",
    "started_on": "2026-02-20",
    "ended_on": "2026-03-01",
    "total": "60000",
    "outside_catalogue": "3000",
    "above_limits": "1000",
    "first_share": "2000",
    "person": {"born_on": "1960-01-01", "groups": ["low_income"], "insured": {"390": [["2026-01-01", "2026-12-31"]]}},
}


def run(*words: str, language: str = "zh") -> Result:
    return CliRunner(env={"YIGONGTI_LANGUAGE": language}).invoke(benefit, list(words))


def written(folder: Path, data: Any) -> str:
    path = folder / "bill.json"
    path.write_text(data if isinstance(data, str) else json.dumps(data), "utf-8")
    return str(path)


def refusal(result: Result) -> str:
    return getattr(result.exception, "code", "") or ""


def test_a_bill_is_quoted_with_every_part(tmp_path):
    result = run("quote", written(tmp_path, BILL), "--json")
    answer = json.loads(result.output)
    assert (answer["pool_fund"], answer["medical_assistance"], answer["cash"]) == ("44645.00", "5476.98", "8347.27")
    assert answer["steps"][-1]["code"] == "cash"


@pytest.mark.parametrize(("language", "word"), [("zh", "统筹基金支付"), ("en", "Paid by the pool")])
def test_the_steps_are_told_in_both_languages(tmp_path, language, word):
    assert word in run("quote", written(tmp_path, BILL), language=language).output


def test_the_worked_column_comes_out_of_the_overlay(tmp_path, policy_root):
    overlay = policy_root / "overlays" / "benefit-example"
    words = ("quote", written(tmp_path, BILL), "--json", "--policy", str(policy_root), "--policy", str(overlay))
    answer = json.loads(run(*words).output)
    found = [answer[name] for name in ("pool_fund", "critical_illness", "medical_assistance", "cash")]
    assert found == ["37240.00", "1656.00", "10572.80", "10531.20"]


def test_the_day_may_be_given_beside_the_file(tmp_path):
    undated = {name: value for name, value in BILL.items() if name not in ("started_on", "ended_on")}
    assert run("quote", written(tmp_path, undated), "--on", "2026-03-01").exit_code == 0


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"total": None}, "benefit.field_missing"),
        ({"total": "sixty"}, "benefit.field_unreadable"),
        ({"total": "NaN"}, "benefit.amount_not_a_number"),
        ({"total": True}, "benefit.field_unreadable"),
        ({"care": "surgery"}, "benefit.field_unreadable"),
        ({"fund": "60000"}, "benefit.field_unknown"),
        ({"ended_on": "2026-02-30"}, "benefit.field_unreadable"),
        ({"person": []}, "benefit.field_unreadable"),
        ({"person": {"insured": {"390": [["2026-01-01"]]}}}, "benefit.field_unreadable"),
        ({"used": {"pool": {"surgery": "1"}}}, "benefit.field_unknown"),
        ({"used": {"burden": "-1"}}, "benefit.used_negative"),
        ({"lines": []}, "benefit.field_twice"),
    ],
)
def test_a_bad_field_is_refused_by_name(tmp_path, change, code):
    assert refusal(run("quote", written(tmp_path, {**BILL, **change}))) == code


@pytest.mark.parametrize("text", ["{", "[1, 2]", '"x"', "\x00"])
def test_a_bad_file_is_refused_in_a_sentence(tmp_path, text):
    assert refusal(run("quote", written(tmp_path, text))) in ("benefit.file_unreadable", "benefit.field_unreadable")


def test_a_missing_file_is_refused(tmp_path):
    assert refusal(run("quote", str(tmp_path / "none.json"))) == "benefit.file_not_found"


def test_lines_are_added_up(tmp_path):
    lines = [
        {"item_code": "A", "quantity": "10", "amount": "10000.00", "catalogue_class": "1"},
        {"item_code": "B", "quantity": "1", "amount": "1000.00", "catalogue_class": "2", "first_share": "0.10"},
        {"item_code": "C", "quantity": "1", "amount": "500.00", "catalogue_class": "3"},
    ]
    by_lines = {name: value for name, value in BILL.items() if name not in ("total", "outside_catalogue")}
    by_lines = {name: value for name, value in by_lines.items() if name not in ("above_limits", "first_share")}
    answer = json.loads(run("quote", written(tmp_path, {**by_lines, "lines": lines}), "--json").output)
    assert (answer["total"], answer["in_policy"]) == ("11500.00", "10900.00")


def test_a_file_of_settlements_is_settled(tmp_path):
    rows = [year.a_row(1), year.a_row(2, total=Decimal("-1.00")), year.a_row(3, ended_on=date(2026, 4, 1))]
    pq.write_table(year.rows_of(rows), tmp_path / "settlements.parquet")
    result = run("table", str(tmp_path / "settlements.parquet"), "-o", str(tmp_path / "out.parquet"))
    assert result.exit_code == 0, result.output
    found = {row["settlement_number"]: row for row in pq.read_table(tmp_path / "out.parquet").to_pylist()}
    assert [found[f"{number:06d}"]["deductible"] for number in (1, 3)] == [Decimal("600.00"), Decimal("300.00")]
    assert found["000002"]["refused"] == "benefit.total_negative"


def test_a_file_without_the_columns_is_refused(tmp_path):
    pq.write_table(year.rows_of([year.a_row(1)]).drop(["care"]), tmp_path / "settlements.parquet")
    assert refusal(run("table", str(tmp_path / "settlements.parquet"), "-o", str(tmp_path / "out.parquet"))) == (
        "benefit.columns_missing"
    )
    assert not (tmp_path / "out.parquet").exists()


def test_a_file_that_is_no_parquet_is_refused(tmp_path):
    (tmp_path / "settlements.parquet").write_bytes(b"not parquet")
    words = ("table", str(tmp_path / "settlements.parquet"), "-o", str(tmp_path / "out.parquet"))
    assert refusal(run(*words)) == "benefit.file_broken"
