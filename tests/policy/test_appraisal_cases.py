"""The worked cases of policy/cases/appraisal, and the ready cards against the measures that there are."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from yigongti.engines.appraisal.public import (
    Factor,
    IncomeWords,
    Observed,
    Receiver,
    Score,
    State,
    known_measures,
    lint,
    load_cards,
    read_card,
    score_all,
    score_one,
    share_pool,
)
from yigongti.foundation.errors import Text, YigongtiError
from yigongti.foundation.policy import Policy, read_yaml

ROOT = Path(__file__).resolve().parents[2] / "policy"
NAME = {"zh": "项目", "en": "item"}
ON = date(2026, 10, 1)
AWAITED = {"appraisal.measure_unknown", "appraisal.measure_not_for_the_subject"}
"""Cards name measures before these are written: at department grain, and public health for single institutions."""


@pytest.fixture(scope="module")
def policy() -> Policy:
    return Policy.load(ROOT)


def worked(engine: str) -> list[Any]:
    document = read_yaml((ROOT / "cases" / "appraisal" / f"{engine}.yaml").read_text("utf-8"), engine)
    return [pytest.param(document, case, id=f"{engine}-{n}") for n, case in enumerate(document["cases"], start=1)]


def observed(given: Mapping[str, str]) -> Observed:
    numbers = {name: Decimal(given[name]) if name in given else None for name in ("value", "n", "target")}
    return Observed(State(given.get("state", "value")), **numbers)


def one_item_card(case: Mapping[str, Any]) -> Any:
    """A card of one item of the case's scoring."""
    item = {"id": "it", "label": NAME, "asks": NAME, "weight": case["weight"], "scoring": case["scoring"],
            "minimum_cases": case.get("minimum_cases", "0")}  # fmt: skip
    states = {str(state): "others" for state in State if state is not State.VALUE}
    version = {
        "from": "2026-01-01", "source": "x", "full_score": case["weight"], "least_assessed": "0", "publish_days": "1",
        "objection_days": "1", "not_assessed": states, "money": {"kind": "none", "label": NAME},
        "sections": [{"id": "all", "label": NAME, "weight": case["weight"], "items": [item]}],
    }  # fmt: skip
    return read_card(
        {"id": "one", "label": NAME, "why": NAME, "period": "quarter", "subjects": {"kind": "team"},
         "versions": [version]},
        "one.yaml",
    )  # fmt: skip


def plain(number: Decimal | None) -> str:
    return "" if number is None else f"{number.normalize():f}"


def refused_or(case: Mapping[str, Any], work: Any) -> Any:
    """What the work gives; None where the case wants it refused and it is."""
    if "refuse" not in case:
        return work()
    with pytest.raises(YigongtiError) as refused:
        work()
    assert refused.value.code == case["refuse"], case["say"]
    return None


@pytest.mark.parametrize(("document", "case"), worked("scoring"))
def test_an_item_earns_what_the_office_works_out(document: Any, case: Any) -> None:
    card, given = one_item_card(case), case["given"]
    subjects = {"S": {"it": observed({name: text for name, text in given.items() if name != "others"})}}
    subjects |= {f"S{n}": {"it": observed({"value": text})} for n, text in enumerate(given.get("others", ()))}
    scores = refused_or(case, lambda: score_all(card, subjects, date.fromisoformat(document["on"])))
    if scores is None:
        return
    item = scores[0].items[0]
    found = {"state": str(item.observed.state), "points": plain(item.points)}
    change = item.changes[0] if item.changes else None
    found |= {"next": plain(change.distance) if change else "", "next_points": plain(change.points) if change else ""}
    assert {name: found[name] for name in case["expect"]} == case["expect"], case["say"]


@pytest.mark.parametrize(("document", "case"), worked("cards"))
def test_a_card_comes_to_the_score_that_the_office_works_out(policy: Policy, document: Any, case: Any) -> None:
    card = load_cards(policy)[case["card"]]
    given = {item: observed(value) for item, value in case["given"].items()}
    on = date.fromisoformat(case.get("on", document["on"]))
    score: Score | None = refused_or(case, lambda: score_one(card, "S", given, on))
    if score is None:
        return
    expected = dict(case["expect"])
    assert expected.pop("reason", "") in score.reason.zh, case["say"]
    found = {
        "score": "" if score.score is None else str(score.score),
        "grade": score.grade.id if score.grade else "",
        "coefficient": "" if score.coefficient is None else str(score.coefficient),
        "vetoes": ",".join(score.vetoes),
    }
    assert {name: found[name] for name in expected} == expected, case["say"]


def receivers(rows: Any) -> list[Receiver]:
    label = Text(zh="某", en="somebody")
    return [
        Receiver(
            row["code"],
            label,
            tuple(Factor(label, Decimal(text)) for text in row["factors"]),
            Decimal(row["floor"]) if "floor" in row else None,
            Decimal(row["cap"]) if "cap" in row else None,
            Decimal(row.get("kept", "0")),
            tuple(receivers(row.get("members", ()))),
        )
        for row in rows
    ]


@pytest.mark.parametrize(("document", "case"), worked("pools"))
def test_a_pool_is_shared_as_the_office_works_it_out(document: Any, case: Any) -> None:
    shared = refused_or(case, lambda: share_pool(Decimal(case["pool"]), receivers(case["receivers"])))
    if shared is not None:
        assert {code: f"{amount:f}" for code, amount in shared.ends.items()} == case["expect"], case["say"]
        assert sum(shared.ends.values()) == Decimal(case["pool"])


@pytest.mark.parametrize("card", sorted(path.stem for path in (ROOT / "scorecards" / "appraisal").glob("*.yaml")))
def test_a_ready_card_makes_sense(policy: Policy, card: str) -> None:
    words = IncomeWords.from_policy(policy, on=ON)
    forms = {document.data["id"] for document in policy.documents("forms")}
    found = lint(load_cards(policy)[card], known_measures(policy), words, on=ON, forms=forms)
    assert [str(each) for each in found if each.code not in AWAITED] == []


def test_the_department_card_has_the_bands_of_case_mix_payment(policy: Policy) -> None:
    """One idea in two files: the card's edges in percent are the parameters' as ratios."""
    items = {item.id: item for _, item in load_cards(policy)["department_monthly"].version_on(ON).items}
    for item, parameter in (("entry_rate", "entry_rate_bands"), ("balance", "balance_bands")):
        edges = policy.parameter(f"casemix.department_{parameter}").value_on(ON).content
        points = policy.parameter("casemix.department_points").value_on(ON).content
        bands = [band for band in reversed(items[item].scoring.bands) if band.range.from_ is not None]
        assert [(band.range.from_ / 100, band.points) for band in bands] == list(zip(edges, points, strict=True))
        least = policy.parameter("casemix.department_minimum_cases").value_on(ON).content
        assert items[item].minimum_cases == least
