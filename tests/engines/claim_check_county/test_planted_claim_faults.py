"""The checks in force against what the demo county was planted with: nearly all is found, and hardly anything else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from yigongti.demo.claim_truth import Comparison, compare, found_in, open_county
from yigongti.demo.county.public import generate
from yigongti.engines.claim_checks.public import ClaimChecks, Strength, load_checks
from yigongti.foundation.period import Month
from yigongti.foundation.policy import Policy

pytestmark = pytest.mark.slow

SEED = 31  # not one of those that the county and the knowledge were tuned with


@pytest.fixture(scope="module")
def checks(policy_root: Path) -> ClaimChecks:
    return load_checks(Policy.load(policy_root))


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory, checks: ClaimChecks) -> Callable[[bool], Comparison]:
    """judged(planted) compares a small county of two months with its truth; False: a county without any fault."""

    def county(planted: bool) -> Comparison:
        folder = tmp_path_factory.mktemp("county") / "county"
        generate(folder, 60_000, 2, Month(2026, 10), SEED, fee_lines_per_stay=200, planted=planted)
        connection = open_county(folder)
        try:
            return compare(folder, found_in(connection, checks))
        finally:
            connection.disconnect()

    return county


@pytest.fixture(scope="module")
def planted(judged: Callable[[bool], Comparison]) -> Comparison:
    return judged(True)


def _of(checks: ClaimChecks, strength: Strength) -> list[str]:
    return [check.id for check in checks if check.strength is strength]


def test_every_check_but_the_clues_has_planted_faults(planted: Comparison, checks: ClaimChecks) -> None:
    wanted = {*_of(checks, Strength.VIOLATION), *_of(checks, Strength.DOUBTFUL)}
    assert wanted - {name for name, found in planted.by_check.items() if found.planted} == set()


def test_violations_are_found_and_nobody_is_blamed_falsely(planted: Comparison, checks: ClaimChecks) -> None:
    found = planted.of(_of(checks, Strength.VIOLATION))
    assert found.planted > 100
    assert (found.precision or 0) >= 0.99 and (found.recall or 0) >= 0.99, sorted(planted.false_alarms)


def test_doubtful_cases_are_found_and_most_are_faults(planted: Comparison, checks: ClaimChecks) -> None:
    found = planted.of(_of(checks, Strength.DOUBTFUL))
    assert found.planted > 80
    assert (found.precision or 0) >= 0.80 and (found.recall or 0) >= 0.80, sorted(planted.false_alarms)


def test_no_doubtful_check_by_itself_misses_most_of_its_faults(planted: Comparison, checks: ClaimChecks) -> None:
    low = {
        name: found
        for name in _of(checks, Strength.DOUBTFUL)
        if (found := planted.by_check[name]).recall is not None and (found.recall or 0) < 0.8
    }
    assert low == {}


def test_a_county_without_faults_has_none(judged: Callable[[bool], Comparison], checks: ClaimChecks) -> None:
    clues = set(_of(checks, Strength.CLUE))
    assert {key for key in judged(False).false_alarms if key[0] not in clues} == set()
