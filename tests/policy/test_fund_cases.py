"""The worked cases of policy/cases/fund: each sum of the fund as the office works it by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from yigongti.engines.fund.public import (
    BudgetRules,
    CasePaymentRules,
    CaseSum,
    CaseYear,
    Cause,
    ClearingRules,
    CommunityPeople,
    Deduction,
    DistributionRules,
    ForecastRules,
    LateAmount,
    Member,
    OutsideItem,
    ReasonablePart,
    RunningRules,
    SchemeFinancing,
    ShareRules,
    YearOfCommunity,
    build_triangle,
    clear,
    clear_cases,
    climb,
    forecast_year,
    hand_down,
    make_budget,
    pay_fixed,
    pay_month,
    pay_pooled,
    prepay,
    share_out,
)
from yigongti.foundation.errors import YigongtiError
from yigongti.foundation.period import Month
from yigongti.foundation.policy import Policy, read_yaml
from yigongti.foundation.policy.parameters import read_parameter

ROOT = Path(__file__).resolve().parents[2] / "policy"
Given = Mapping[str, Any]


def budget(given: Given, policy: Policy, on: date) -> dict[str, Any]:
    schemes = [
        SchemeFinancing(row["insurance_type"], int(row["people"]), Decimal(row["per_head"])) for row in given["schemes"]
    ]
    outside = [OutsideItem(row["name"], Decimal(row["amount"])) for row in given["outside"]]
    found = make_budget(schemes, outside, BudgetRules.from_policy(policy, on=on))
    assert sum(step.amount for step in found.steps if step.name in SIGNED) == found.packaged
    return {"packaged": found.packaged}


SIGNED = {"packaged_financing", "critical_illness_premium", "reserve", "adjustment", "outside"}


def shares(given: Given, policy: Policy, on: date) -> dict[str, Any]:
    communities = [
        CommunityPeople(
            row["code"],
            {(kind, band, sex): int(people) for kind, band, sex, people in row["cells"]},
            Decimal(row.get("past_spending", "0.00")),
        )
        for row in given["communities"]
    ]
    found = share_out(Decimal(given["fund"]), communities, ShareRules.from_policy(policy, on=on))
    assert sum(found.quotas.values()) == Decimal(given["fund"])
    return dict(found.quotas)


def clearing(given: Given, policy: Policy, on: date) -> dict[str, Any]:
    year = YearOfCommunity(
        Decimal(given["quota"]),
        Decimal(given["spending"]),
        Decimal(given["score"]) if "score" in given else None,
        given.get("insurance_type", "390"),
        tuple(ReasonablePart(Cause(row["cause"]), Decimal(row["amount"])) for row in given.get("reasonable", ())),
    )
    found = clear(year, ClearingRules.from_policy(policy, on=on))
    assert found.kept + found.returned == found.surplus
    assert found.fund_share + found.community_share == found.overrun
    return {name: getattr(found, name) for name in found.__slots__}


def distribution(given: Given, policy: Policy, on: date) -> dict[str, Any]:
    members = [
        Member(
            row["code"],
            row["tier"],
            int(row.get("people", "0")),
            Decimal(row.get("workload", "0")),
            Decimal(row.get("score", "0")),
            Decimal(row.get("contribution", "0.00")),
        )
        for row in given["members"]
    ]
    found = hand_down(Decimal(given["pool"]), members, DistributionRules.from_policy(policy, on=on))
    assert sum(found.by_member.values()) == sum(found.by_tier.values()) == Decimal(given["pool"])
    return dict(found.by_member)


def prepayment(given: Given, policy: Policy, on: date) -> dict[str, Any]:
    due = [
        Deduction(row["key"], date.fromisoformat(row["decided_on"]), Decimal(row["amount"]))
        for row in given.get("due", ())
    ]
    found = prepay(
        Decimal(given["quota"]),
        Month.parse(given["month"]),
        RunningRules.from_policy(policy, on=on),
        due=due,
        rolled_in=Decimal(given.get("rolled_in", "0.00")),
    )
    return {name: getattr(found, name) for name in found.__slots__}


def forecast(given: Given, policy: Policy, on: date) -> dict[str, Any]:
    rules = ForecastRules.from_policy(policy, on=on)
    amounts = [
        LateAmount(Month.parse(occurred), Month.parse(settled), Decimal(amount))
        for occurred, settled, amount in given["amounts"]
    ]
    until = Month.parse(given["until"])
    found = forecast_year(amounts, until, rules)
    ladder = climb(build_triangle(amounts, until, rules.development_months), rules.least_months)
    return {
        **{name: getattr(found, name) for name in found.__slots__},
        "completeness": {str(month.month): month.completeness for month in found.months},
        "errors": {str(month.month): month.error for month in ladder.months},
        "cannot": "；".join(reason.zh for reason in found.cannot),
    }


def case_month(given: Given, policy: Policy, on: date) -> dict[str, Any]:
    rules = CasePaymentRules.from_policy(policy, on=on)
    cases = [
        CaseSum(
            row["institution"],
            row["insurance_type"],
            int(row["cases"]),
            Decimal(row["points"]),
            Decimal(row["cost"]),
            Decimal(row["patients"]),
            Decimal(row["standard"]) if "standard" in row else None,
            Decimal(row.get("negotiated", "0.00")),
        )
        for row in given["cases"]
    ]
    pools = {kind: Decimal(amount) for kind, amount in given.get("pools", {}).items()}
    paid = pay_pooled(cases, pools) if pools else pay_fixed(cases)
    if pools:
        assert sum(payment.payment for payment in paid.values()) == sum(pools.values())
    found: dict[str, dict[str, Any]] = {}
    for (institution, _), payment in paid.items():
        month = pay_month(payment, Decimal(given["prepaid"][institution]), rules)
        own = found.setdefault(institution, {})
        for name, amount in (
            *((name, getattr(payment, name)) for name in ("by_group", "payment", "fund", "point_value")),
            ("deposit", month.deposit),
            ("due", month.due),
        ):
            own[name] = amount if own.get(name) is None else own[name] + amount
    return found


def case_year(given: Given, policy: Policy, on: date) -> dict[str, Any]:
    amounts = {name: Decimal(text) for name, text in given.items()}
    found = clear_cases(CaseYear("H1", "390", **amounts), CasePaymentRules.from_policy(policy, on=on))
    return {name: getattr(found, name) for name in found.__slots__}


ENGINES = {
    "fund.budget": budget,
    "fund.shares": shares,
    "fund.clearing": clearing,
    "fund.distribution": distribution,
    "fund.prepayment": prepayment,
    "fund.forecast": forecast,
}


def _worked() -> list[Any]:
    found = []
    for path in sorted((ROOT / "cases" / "fund").glob("*.yaml")):
        document = read_yaml(path.read_text("utf-8"), path.name)
        for number, case in enumerate(document["cases"], start=1):
            found.append(pytest.param(document, case, id=f"{path.stem}-{number}"))
    return found


@pytest.fixture(scope="module")
def policies() -> dict[tuple[str, ...], Policy]:
    return {}


def _policy(policies: dict[tuple[str, ...], Policy], layers: list[str], rules: Given) -> Policy:
    """The policy of the layers, with the case's own values in place of the files'."""
    key = tuple(layers)
    if key not in policies:
        policies[key] = Policy.load([ROOT, *(ROOT / layer for layer in layers)])
    policy, changed = policies[key], {}
    for name, value in rules.items():
        was = policy.parameters[f"fund.{name}"]
        file = {
            "id": was.id,
            "label": {"zh": was.label.zh, "en": was.label.en},
            "unit": was.unit,
            "selected_by": was.selected_by,
            "varies_by": list(was.varies_by),
            "values": [{"from": "2012-01-01", "value": value, "source": was.values[0].source}],
        }
        changed[was.id] = read_parameter(file, was.path, was.id)
    return replace(policy, parameters={**policy.parameters, **changed})


def _compute(document: Given, case: Given, policy: Policy) -> dict[str, Any]:
    on = date.fromisoformat(document["on"])
    if document["engine"] == "fund.case_payment":
        return case_month(case["month"], policy, on) if "month" in case else case_year(case["year"], policy, on)
    return ENGINES[document["engine"]](case["given"], policy, on)


def _written(value: Any, expected: Any) -> Any:
    """What was found, as the case writes it: only what it names, amounts as text."""
    if isinstance(expected, dict):
        return {name: _written(value[name], inner) for name, inner in expected.items()}
    return value if isinstance(value, str) else f"{value:f}"


@pytest.mark.parametrize(("document", "case"), _worked())
def test_the_office_s_sum_comes_out_as_written(
    policies: dict[tuple[str, ...], Policy], document: dict[str, Any], case: dict[str, Any]
) -> None:
    policy = _policy(policies, document["layers"], case.get("rules", {}))
    if "refuse" in case:
        with pytest.raises(YigongtiError) as refused:
            _compute(document, case, policy)
        assert refused.value.code == case["refuse"], case["say"]
        return
    expected = {"cannot": case["cannot"]} if "cannot" in case else case["expect"]
    assert _written(_compute(document, case, policy), expected) == expected, case["say"]


def test_there_are_cases_for_every_sum() -> None:
    engines = {param.values[0]["engine"] for param in _worked()}
    assert engines == {*ENGINES, "fund.case_payment"}
