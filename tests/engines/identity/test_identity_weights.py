"""The weights in force: what the policy files hold, what is refused, and how they are trained."""

from __future__ import annotations

import copy
from dataclasses import replace
from datetime import date
from typing import Any

import pyarrow as pa
import pytest
import yaml
from invented_registrations import as_table, number

from yigongti.engines.identity.public import (
    COMPARISONS,
    Matching,
    Registration,
    load_matching,
    read_weights,
    train,
    untrained,
    weights_document,
)
from yigongti.foundation.errors import InvalidInput, PolicyError
from yigongti.foundation.policy import Policy, read_yaml

ON = date(2026, 11, 24)


@pytest.fixture
def document(policy: Policy) -> Any:
    [found] = policy.documents("identity")
    return copy.deepcopy(found.data)


def test_the_weights_in_force_say_on_what_they_were_trained(policy: Policy, matching: Matching) -> None:
    assert "invented demo county" in matching.weights.trained_on
    assert not policy.sources[matching.weights.source].checked


def test_before_the_first_day_nothing_is_in_force(policy: Policy) -> None:
    with pytest.raises(PolicyError, match="no matching weights"):
        load_matching(policy, date(1999, 12, 31))


@pytest.mark.parametrize("name", ["name", "number", "phone", "place", "sex"])
def test_the_less_alike_the_less_it_weighs(matching: Matching, name: str) -> None:
    weights = [number_.weight for number_ in matching.weights.levels[name].values()]
    assert weights == sorted(weights, reverse=True)
    assert weights[0] > 0 > weights[-1]


def test_what_is_written_is_what_was_read(matching: Matching) -> None:
    text = weights_document(matching.weights)
    again = read_weights(read_yaml(yaml.safe_dump(text, sort_keys=False), "x"), "x")
    assert again.levels == {name: dict(levels) for name, levels in matching.weights.levels.items()}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("registrations",), "1"),
        (("registered_twice",), "0.9"),
        (("near_days",), "many"),
        (("from",), "soon"),
        (("comparisons", "name", "same", "m"), "0"),
        (("comparisons", "name", "same", "u"), "1.5"),
        (("comparisons", "number", "slip"), {"m": "0.1"}),
    ],
    ids=lambda value: ".".join(value) if isinstance(value, tuple) else str(value),
)
def test_an_absurd_value_is_refused(document: Any, path: tuple[str, ...], value: Any) -> None:
    place = document
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    with pytest.raises(PolicyError):
        read_weights(document, "identity/weights.yaml")


def test_a_level_that_the_engine_does_not_know_is_refused(document: Any) -> None:
    document["comparisons"]["name"]["same_tone"] = {"m": "0.1", "u": "0.1"}
    with pytest.raises(PolicyError, match="levels of name"):
        read_weights(document, "identity/weights.yaml")


def test_thresholds_out_of_order_are_refused(matching: Matching) -> None:
    with pytest.raises(PolicyError):
        replace(matching, same_from=0.1, doubtful_from=0.2)


def _people(count: int) -> list[Registration]:
    """Invented people, every tenth registered twice, the second time without a number."""
    found = []
    for place in range(count):
        born = date(1950 + place % 60, 1 + place % 12, 1 + place % 28)
        person = {
            "name": "王李张刘陈杨黄赵吴周"[place % 10] + "伟强军勇杰涛磊斌超鹏"[place // 10 % 10] + "明华"[place % 2],
            "sex": "12"[place % 2],
            "birth_date": born,
            "phone": f"1990000{place % 997:04d}",
            "village_code": f"6099210010{place % 37:02d}",
            "address": f"村{place % 41}号",
        }
        running = f"{place % 499 * 2 + 1 + place % 2:03d}"
        found.append(Registration(f"K{place:05d}", resident_number=number(born, running), **person))
        if place % 10 == 0:
            found.append(Registration(f"L{place:05d}", **person))
    return found


@pytest.fixture(scope="module")
def people() -> pa.Table:
    return as_table(_people(1_500))


@pytest.fixture(scope="module")
def known() -> pa.Table:
    keys = range(0, 1_500, 10)
    return pa.table({"key_l": [f"K{place:05d}" for place in keys], "key_r": [f"L{place:05d}" for place in keys]})


START = untrained(ON, "identity-weights-demo", "invented", registered_twice=0.05, near_days=7)


def test_the_same_seed_trains_the_same_weights(people, known, connection) -> None:
    first = train(people, connection, START, seed=5, known_pairs=known, sampled_pairs=1e5)
    second = train(people, connection, START, seed=5, known_pairs=known, sampled_pairs=1e5)
    assert first.levels == second.levels


def test_training_finds_what_tells_persons_apart(people, known, connection) -> None:
    trained = train(people, connection, START, seed=5, known_pairs=known, sampled_pairs=1e5)
    assert trained.levels["birth_date"]["same"].weight > 3
    assert trained.levels["birth_date"]["other"].weight < 0
    assert trained.levels["household"] == START.levels["household"]
    assert {comparison.id for comparison in COMPARISONS} == set(trained.levels)


def test_without_known_pairs_em_finds_likewise(people, connection) -> None:
    trained = train(people, connection, START, seed=5, sampled_pairs=1e5)
    assert trained.levels["phone"]["same"].weight > 3 > 0 > trained.levels["phone"]["other"].weight


def test_where_nobody_is_alike_em_says_so(connection) -> None:
    strangers = [
        Registration("A", "王伟", "1", date(1970, 1, 2)),
        Registration("B", "李强", "1", date(1980, 3, 4)),
    ]
    with pytest.raises(InvalidInput, match="nothing_to_train_on"):
        train(as_table(strangers), connection, START, seed=5, sampled_pairs=1e3)
