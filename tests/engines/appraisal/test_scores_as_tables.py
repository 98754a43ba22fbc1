"""Hypothesis holds the reference and the table together: the same score, points and states, to the last place."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yigongti.engines.appraisal.public import (
    Card,
    NotAssessed,
    Observed,
    State,
    load_cards,
    read_card,
    score_all,
    score_table,
)
from yigongti.foundation.errors import InvalidInput
from yigongti.foundation.policy import Policy

LAST_DAY = date(2026, 9, 30)
EVERY_WAY = """
bands: {bands: [{below: 5, points: 2}, {from: 5, below: 7.5, points: 10}, {from: 7.5, points: 3.3}]}
line: {line: [{at: -1, points: 0}, {at: 3, points: 7}, {at: 10.5, points: 10}]}
target: {target: {zero_at: 1, value: 8}}
falling: {target: {zero_at: 8, value: 1}}
own_target: {target: {zero_share: 0.6}}
own_limit: {target: {zero_share: 1.5}}
events: {events: {each: 1.7}}
rank: {rank: {tops: [{top: 0.3, points: 10}, {top: 0.7, points: 6}, {top: 1, points: 1}], higher_first: yes, least: 3}}
rank_low: {rank: {tops: [{top: 0.5, points: 10}, {top: 1, points: 0}], higher_first: no, least: 1}}
graded: {graded: {of: 7}}
"""
DECIMAL = pa.decimal128(18, 4)


def every_way() -> Card:
    """An invented card with every way of scoring, weights of 10, a veto and two adjustments."""
    from yigongti.foundation.policy import read_yaml

    ways = read_yaml(EVERY_WAY, "ways")
    text = {"zh": "项", "en": "item"}

    def item(name: str, scoring: Any, **more: Any) -> dict[str, Any]:
        return {"id": name, "label": text, "asks": text, "scoring": scoring, **more}

    items = [item(name, way, weight="10", minimum_cases="5" if n % 3 == 0 else "0")
             for n, (name, way) in enumerate(ways.items())]  # fmt: skip
    beside = [
        item("bonus", {"adjustment": {"each": "1.5", "most": "4"}}),
        item("malus", {"adjustment": {"each": "-2", "most": "9"}}),
        item("veto", {"veto": {"from": "6", "caps_at": "59"}}),
    ]
    states = {str(state): "others" for state in State if state is not State.VALUE}
    return read_card(
        {
            "id": "every_way", "label": text, "why": text, "period": "quarter", "subjects": {"kind": "team"},
            "versions": [{
                "from": "2026-01-01", "source": "x", "full_score": "100", "least_assessed": "30", "publish_days": "1",
                "objection_days": "1", "not_assessed": states, "left_out": ["S3"],
                "money": {"kind": "none", "label": text},
                "sections": [
                    {"id": "one", "label": text, "weight": "40", "items": items[:4]},
                    {"id": "two", "label": text, "weight": "60", "items": items[4:]},
                    {"id": "beside", "label": text, "weight": "0", "items": beside},
                ],
            }],
        },
        "every_way.yaml",
    )  # fmt: skip


def number(least: int, most: int) -> st.SearchStrategy[Decimal]:
    return st.decimals(min_value=least, max_value=most, places=4)


VALUES = st.one_of(
    st.builds(
        lambda value, n, target: Observed(State.VALUE, value, n, target),
        number(0, 12),
        st.integers(0, 12).map(Decimal),
        st.one_of(st.none(), number(-2, 12)),
    ),
    st.sampled_from([state for state in State if state is not State.VALUE]).map(Observed),
)
RULES = st.dictionaries(
    st.sampled_from([state for state in State if state is not State.VALUE]), st.sampled_from(list(NotAssessed))
)


@st.composite
def counties(draw: st.DrawFn) -> tuple[Card, dict[str, dict[str, Observed]]]:
    card = every_way()
    version = card.versions[0]
    version = replace(version, not_assessed={**version.not_assessed, **draw(RULES)})
    names = [item.id for _, item in version.items]
    people = {f"S{number}": draw(st.dictionaries(st.sampled_from(names), VALUES, min_size=1)) for number in range(10)}
    return replace(card, versions=(version,)), people


def as_table(people: dict[str, dict[str, Observed]]) -> Any:
    rows = [(s, item, str(o.state), o.value, o.n, o.target) for s, own in people.items() for item, o in own.items()]
    columns = list(zip(*rows, strict=True))
    types = [pa.string()] * 3 + [DECIMAL] * 3
    names = ["subject", "item", "state", "value", "n", "target"]
    return ibis.memtable(
        pa.table({name: pa.array(list(c), kind) for name, c, kind in zip(names, columns, types, strict=True)})
    )


@pytest.fixture(scope="module")
def connection() -> Any:
    return ibis.duckdb.connect()


@given(county=counties())
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_table_scores_as_the_reference_does(connection: Any, county: tuple[Card, Any]) -> None:
    card, people = county
    told = {score.subject: score for score in score_all(card, people, LAST_DAY, explain=False)}
    found = {
        row["subject"]: row for row in connection.to_pyarrow(score_table(as_table(people), card, LAST_DAY)).to_pylist()
    }
    assert found.keys() == told.keys()
    for subject, score in told.items():
        row = found[subject]
        assert (row["score"], row["assessed"], row["vetoed"]) == (score.score, score.assessed, bool(score.vetoes))
        for item in score.items:
            assert row[f"state_{item.item}"] == str(item.observed.state)
            expected = Decimal(0) if item.item == "veto" and item.points is not None else item.points
            assert row[f"points_{item.item}"] == expected


@given(county=counties())
@settings(max_examples=60, deadline=None)
def test_a_score_lies_between_nothing_and_full_and_every_change_gains(county: tuple[Card, Any]) -> None:
    card, people = county
    for score in score_all(card, people, LAST_DAY):
        assert score.score is None or 0 <= score.score <= 100
        weights = sum(item.counts_for for item in score.items)
        assert score.score is None or abs(weights - 100) < Decimal("0.01")
        for item in score.items:
            if item.item not in ("bonus", "malus") and item.points is not None:
                assert 0 <= item.points <= item.weight
            for change in item.changes:
                assert change.gain >= 0 or item.observed.state is not State.VALUE


def test_large_values_do_not_overflow(connection: Any) -> None:
    card = every_way()
    huge = Observed(State.VALUE, Decimal("9999999999999.9999"), Decimal(100), Decimal("99999999.9999"))
    people = {name: {item.id: huge for _, item in card.versions[0].items} for name in ("A", "B", "C")}
    told = {score.subject: score.score for score in score_all(card, people, LAST_DAY, explain=False)}
    rows = connection.to_pyarrow(score_table(as_table(people), card, LAST_DAY)).to_pylist()
    assert {row["subject"]: row["score"] for row in rows} == told


def test_values_without_their_columns_are_refused() -> None:
    with pytest.raises(InvalidInput) as refused:
        score_table(ibis.memtable({"subject": ["A"], "item": ["bands"]}), every_way(), LAST_DAY)
    assert refused.value.code == "appraisal.columns_missing"


@pytest.mark.parametrize("card", ["township_quarterly", "person_monthly", "department_monthly"])
def test_a_ready_card_scores_two_thousand_subjects_alike(connection: Any, policy_root: Path, card: str) -> None:
    ready = load_cards(Policy.load(policy_root))[card]
    items = [item for _, item in ready.versions[0].items]
    people = {
        f"S{s:04}": {
            item.id: Observed(
                State.VALUE, Decimal((s * 7919 + n * 104729) % 10000) / 100, Decimal(s % 150), Decimal(40)
            )
            for n, item in enumerate(items)
            if (s + n) % 11
        }
        for s in range(2000)
    }
    rows = connection.to_pyarrow(score_table(as_table(people), ready, LAST_DAY)).to_pylist()
    told = {score.subject: score.score for score in score_all(ready, people, LAST_DAY, explain=False)}
    assert {row["subject"]: row["score"] for row in rows} == told
