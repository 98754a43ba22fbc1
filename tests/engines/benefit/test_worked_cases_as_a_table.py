"""The office's worked cases, settled all at once as rows of the fact table: every case is a person of its own."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import bills_of_a_year as year
import pytest

from yigongti.foundation.policy import Policy, read_yaml

FIRST, LAST = date(2011, 1, 1), date(2026, 12, 31)
# what only the counter knows: whether somebody is insured or approved, and amounts that no fact table can hold
COUNTER_ONLY = {
    "benefit.not_insured",
    "benefit.insured_twice",
    "benefit.approval_missing",
    "benefit.transferred_without_referral",
    "benefit.amount_below_fen",
    "benefit.amount_not_a_number",
}


def worked(root: Path, layers: list[str]) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    found = []
    for path in sorted((root / "cases" / "benefit").glob("*.yaml")):
        document = read_yaml(path.read_text("utf-8"), path.name)
        cases = document["cases"] if document["layers"] == layers else []
        found += [(document, case) for case in cases if case.get("refused") not in COUNTER_ONLY]
    return found


def rows_of_case(person: int, document: dict[str, Any], case: dict[str, Any]) -> list[year.Row]:
    rows = []
    for number, given in enumerate(case["bills"]):
        bill = {**document["usual"], **given}
        ended_on = date.fromisoformat(bill["ended_on"])
        started_on = date.fromisoformat(bill["started_on"]) if "started_on" in bill else ended_on - timedelta(days=5)
        born_on = case.get("born_on")
        rows.append(
            year.Row(
                number=f"{person:03d}-{number}",
                person=f"P{person}",
                care=bill["care"],
                total=Decimal(bill["total"]),
                started_on=started_on,
                ended_on=ended_on,
                settled_on=ended_on,
                insurance_type=bill["insurance_type"],
                level=bill["level"],
                place=bill["place"],
                referral=bill["referral"],
                groups=tuple(bill.get("groups", case.get("groups", []))),
                disease_code=bill.get("disease_code", ""),
                outside=_decimal(bill.get("outside_catalogue")),
                above=_decimal(bill.get("above_limits")),
                first=_decimal(bill.get("first_share")),
                account=_decimal(case.get("personal_account")),
                birth_date=date.fromisoformat(born_on) if born_on else None,
            )
        )
    return rows


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


@pytest.mark.parametrize("layers", [[], ["overlays/benefit-example"]], ids=["in force", "worked columns"])
def test_the_worked_cases_come_out_of_the_table_too(layers, policy_root):
    cases = worked(policy_root, layers)
    policy = Policy.load([policy_root, *(policy_root / layer for layer in layers)])
    first_on = date(2026, 1, 1) if layers else FIRST  # the illustration knows one scheme, from 2024
    rows = [row for person, pair in enumerate(cases) for row in rows_of_case(person, *pair)]
    answers = {row["settlement_number"]: row for row in year.Settling(policy, first_on, LAST)(rows)}
    came_out, wanted = {}, {}
    for person, (_, case) in enumerate(cases):
        last = answers[f"{person:03d}-{len(case['bills']) - 1}"]
        names = case.get("expect", {"refused": None})
        came_out[case["say"]] = {name: str(last[name]) for name in names}
        wanted[case["say"]] = case.get("expect") or {"refused": case["refused"]}
    assert came_out == wanted
