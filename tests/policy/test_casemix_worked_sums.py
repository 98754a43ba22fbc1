"""The worked cases of policy/cases/casemix that are sums over many cases: weights, pools, scores, coefficients."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from yigongti.engines.casemix.dip.coefficients import additions_of, year_coefficient
from yigongti.engines.casemix.dip.public import DipCase, DipRules, build_catalogue, score_case
from yigongti.engines.casemix.performance.public import DepartmentRules, score_department
from yigongti.engines.casemix.pricing.public import (
    GroupedCase,
    PastCase,
    PaymentRules,
    WeighingRules,
    price_pool,
    weigh,
    weights_from_rows,
)
from yigongti.foundation.policy import Policy, read_yaml

ROOT = Path(__file__).resolve().parents[2] / "policy"


def read(name: str) -> tuple[dict[str, Any], Policy, date]:
    document = read_yaml((ROOT / "cases" / "casemix" / f"{name}.yaml").read_text("utf-8"), name)
    policy = Policy.load([ROOT, *(ROOT / layer for layer in document["layers"])])
    return document, policy, date.fromisoformat(document["on"])


def test_weights_come_out_as_worked_by_hand() -> None:
    document, policy, day = read("weights")
    past = [
        PastCase(int(row["year"]), row["drg"], Decimal(cost), 7) for row in document["past"] for cost in row["costs"]
    ]
    table = weigh(past, WeighingRules.from_policy(policy, on=day), newest=int(document["newest"]))
    assert str(table.overall_mean_cost) == document["expect"]["overall_mean_cost"]
    written = {row["drg"]: row for row in table.to_rows()}
    for expected in document["expect"]["groups"]:
        assert {name: written[expected["drg"]][name] for name in expected} == expected


def test_a_pool_is_handed_out_as_worked_by_hand() -> None:
    document, policy, day = read("floating_rate")
    weights = weights_from_rows(document["weights"], overall_mean_cost=Decimal(document["overall_mean_cost"]))
    cases = [
        GroupedCase(
            row["given"]["case_id"],
            "demo",
            row["given"]["institution_level"],
            "390",
            row["given"]["drg"],
            Decimal(row["given"]["total_cost"]),
            None,
            int(row["given"].get("length_of_stay_days", "7")),
        )
        for row in document["cases"]
    ]
    priced = price_pool(cases, Decimal(document["pool"]), weights, PaymentRules.from_policy(policy, on=day))
    found = [
        {"category": one.category.value, "points": str(points), "payment": str(one.payment)}
        for one, points in zip(priced.cases, priced.points, strict=True)
    ]
    assert found == [row["expect"] for row in document["cases"]]
    assert sum(one.payment or 0 for one in priced.cases) == Decimal(document["pool"])


def test_departments_are_scored_as_worked_by_hand() -> None:
    document, policy, day = read("department_scores")
    rules = DepartmentRules.from_policy(policy, on=day)
    for case in document["cases"]:
        row = {name: Decimal(value) for name, value in case["given"].items()}
        score = score_department({"institution_code": "H1", "department_code": "cardiology", **row}, rules)
        if "not_assessed" in case["expect"]:
            assert (score.assessed, score.reason.zh) == (False, case["expect"]["not_assessed"])
        else:
            assert {name: str(getattr(score, name)) for name in case["expect"]} == case["expect"], case["say"]


def test_institution_coefficients_come_out_as_worked_by_hand() -> None:
    document, policy, day = read("dip_coefficients")
    bases = DipRules.from_policy(policy, on=day).coefficients
    for case in document["cases"]:
        level = case["given"].pop("institution_level")
        values = {name: Decimal(value) for name, value in case["given"].items()}
        means = {name: Decimal(value) for name, value in case["means"].items()}
        found = year_coefficient(bases[level], additions_of(policy, level, on=day), values, means)
        assert found.value == Decimal(case["expect"]), case["say"]
        assert len(found.trace) == 4


def dip_case(row: dict[str, Any]) -> DipCase:
    return DipCase(
        "1",
        "H1",
        row.get("institution_level", "county"),
        (row["diagnosis"],),
        tuple(row["procedures"]),
        "none",
        False,
        50,
        8,
        Decimal(row["cost"]),
    )


@pytest.mark.parametrize("number", range(5))
def test_dip_scores_come_out_as_worked_by_hand(number: int) -> None:
    document, policy, day = read("dip_scores")
    rules = DipRules.from_policy(policy, on=day)
    past = [dip_case(row) for row in document["past"] for _ in range(int(row["count"]))]
    case = document["cases"][number]
    scored = score_case(dip_case(case["given"]), build_catalogue(past, rules), rules)
    found = {"kind": scored.kind, "deviation": scored.deviation, "score": str(scored.score)}
    assert found == case["expect"], case["say"]


def test_every_worked_case_of_the_folder_is_run_by_some_test() -> None:
    known = {
        "casemix.price",
        "casemix.weigh",
        "casemix.pool",
        "casemix.departments",
        "casemix.dip_coefficient",
        "casemix.dip_score",
    }
    paths = sorted((ROOT / "cases" / "casemix").glob("*.yaml"))
    assert {read_yaml(path.read_text("utf-8"), path.name)["engine"] for path in paths} == known
    assert len(read("dip_scores")[0]["cases"]) == 5
