"""What a table finds over random small worlds is what the reference finds: rows, fen, evidence and words."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from random_stays import CHECKS, random_check, worlds
from small_stays import Prepared, by_reference, sorted_findings

from yigongti.engines.claim_checks.facts import Facts

FEW = 5
"""Different random checks a handler: an expression is compiled once for each, then run over many worlds."""


@pytest.mark.parametrize("name", sorted(CHECKS))
def test_a_table_finds_what_the_reference_finds(name: str, duck: Any) -> None:
    checks = [Prepared(random_check(name, seed), duck) for seed in range(FEW)]
    found = 0

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(worlds(), st.sampled_from(checks))
    def holds(facts: Facts, prepared: Prepared) -> None:
        nonlocal found
        expected = sorted_findings(by_reference(facts, prepared.check))
        found += len(expected)
        assert sorted_findings(prepared.findings(facts)) == expected

    holds()
    assert found, "the random worlds never broke this rule: the comparison said nothing"
