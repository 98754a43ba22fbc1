"""The worked cases of policy/cases/benefit: each is settled as the office wrote it, with the counters of its year."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from yigongti.engines.benefit.public import (
    PAYERS,
    Bill,
    Care,
    Level,
    Person,
    Place,
    Referral,
    Settlement,
    Used,
    rules_of,
    settle,
)
from yigongti.foundation.errors import YigongtiError
from yigongti.foundation.policy import Policy, read_yaml

ROOT = Path(__file__).resolve().parents[2] / "policy"
EVER = (date(2000, 1, 1), date(2099, 12, 31))


def _worked() -> list[Any]:
    found = []
    for path in sorted((ROOT / "cases" / "benefit").glob("*.yaml")):
        document = read_yaml(path.read_text("utf-8"), path.name)
        for number, case in enumerate(document["cases"], start=1):
            found.append(pytest.param(document, case, id=f"{path.stem}-{number}"))
    return found


@cache
def _policy(layers: tuple[str, ...]) -> Policy:
    return Policy.load([ROOT, *(ROOT / layer for layer in layers)])


def _bill(given: dict[str, Any]) -> Bill:
    ended_on = date.fromisoformat(given["ended_on"])
    started_on = date.fromisoformat(given["started_on"]) if "started_on" in given else ended_on - timedelta(days=5)
    transferred = given.get("transferred_deductible")
    return Bill(
        insurance_type=given["insurance_type"],
        care=Care(given["care"]),
        level=Level(given["level"]),
        place=Place(given["place"]),
        referral=Referral(given["referral"]),
        started_on=started_on,
        ended_on=ended_on,
        total=Decimal(given["total"]),
        outside_catalogue=Decimal(given.get("outside_catalogue", 0)),
        above_limits=Decimal(given.get("above_limits", 0)),
        first_share=Decimal(given.get("first_share", 0)),
        disease_code=given.get("disease_code", ""),
        transferred_deductible=None if transferred is None else Decimal(transferred),
    )


def _person(document: dict[str, Any], case: dict[str, Any], given: dict[str, Any]) -> Person:
    spans = case.get("insured", {given["insurance_type"]: [EVER]})
    approvals = document.get("approvals", {})
    return Person(
        born_on=date.fromisoformat(case.get("born_on", "1960-01-01")),
        groups=frozenset(given.get("groups", case.get("groups", []))),
        insured={scheme: tuple(_span(span) for span in found) for scheme, found in spans.items()},
        approvals={disease: _span(span) for disease, span in approvals.items()},
        personal_account=Decimal(case.get("personal_account", 0)),
    )


def _span(texts: Any) -> tuple[date, date]:
    first, last = (day if isinstance(day, date) else date.fromisoformat(day) for day in texts)
    return first, last


def _settle_year(document: dict[str, Any], case: dict[str, Any]) -> Settlement:
    """Every bill of the case in turn; the last settlement. The counters begin anew with each benefit year."""
    policy = _policy(tuple(document["layers"]))
    used, year, settled = Used(), None, None
    for given in ({**document["usual"], **bill} for bill in case["bills"]):
        bill = _bill(given)
        rules = rules_of(policy, bill.insurance_type, bill.ended_on)
        used = used if year == rules.year_from else Used()
        year = rules.year_from
        settled = settle(bill, _person(document, case, given), used, rules)
        used = settled.after
    assert settled is not None
    return settled


@pytest.mark.parametrize(("document", "case"), [param for param in _worked() if "expect" in param.values[1]])
def test_the_office_s_worked_case_comes_out_as_written(document: dict[str, Any], case: dict[str, Any]) -> None:
    settled = _settle_year(document, case)
    came_out = {name: str(getattr(settled, name)) for name in case["expect"]}
    assert came_out == case["expect"], case["say"]
    assert sum(getattr(settled, name) for name in PAYERS) == settled.total
    assert [step.code for step in settled.steps][-1] == "cash"


@pytest.mark.parametrize(("document", "case"), [param for param in _worked() if "refused" in param.values[1]])
def test_what_the_office_refuses_is_refused(document: dict[str, Any], case: dict[str, Any]) -> None:
    with pytest.raises(YigongtiError) as error:
        _settle_year(document, case)
    assert error.value.code == case["refused"], case["say"]


def test_there_are_worked_cases_for_every_scheme_and_kind_of_care() -> None:
    bills = [{**param.values[0]["usual"], **bill} for param in _worked() for bill in param.values[1]["bills"]]
    assert {bill["insurance_type"] for bill in bills} >= {"310", "380", "390"}
    assert {bill["care"] for bill in bills} == set(Care)
    assert {bill["referral"] for bill in bills} == set(Referral)
    assert {bill["level"] for bill in bills} == set(Level)
