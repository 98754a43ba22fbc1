"""The starter knowledge of the claim checks is what the demo lists say, and the engine reads all of it."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from yigongti.demo.county.clinical_lists import read_lists
from yigongti.demo.lists.starter_knowledge import knowledge, text_of
from yigongti.engines.claim_checks.public import ClaimChecks, load_checks
from yigongti.foundation.policy import Policy

FOLDER = "checks/claim_checks/knowledge"


@pytest.fixture(scope="module")
def checks(policy_root: Path) -> ClaimChecks:
    return load_checks(Policy.load(policy_root))


@pytest.mark.parametrize("check", sorted(knowledge(read_lists())))
def test_a_table_is_what_the_lists_make_of_it(policy_root: Path, check: str) -> None:
    columns, rows = knowledge(read_lists())[check]
    with (policy_root / FOLDER / f"{check}.csv").open(encoding="utf-8", newline="") as file:
        assert [tuple(row) for row in csv.reader(file)] == text_of(check, columns, rows)


def test_there_is_no_table_that_no_check_reads(policy_root: Path) -> None:
    files = {path.stem for path in (policy_root / FOLDER).glob("*.csv")}
    assert files == set(knowledge(read_lists()))


def test_every_check_of_the_contract_is_in_force(checks: ClaimChecks) -> None:
    assert len(checks) == 39
    assert all(check.on(check.versions[0].valid_from) for check in checks)


def test_every_service_has_a_ceiling_at_every_level(checks: ClaimChecks) -> None:
    rows = checks.check("price_above_ceiling").knowledge.rows
    levels: dict[object, set[object]] = {}
    for row in rows:
        levels.setdefault(row["item_code"], set()).add(row["level"])
    assert len(levels) > 500
    assert all(found == {"county", "township", "village"} for found in levels.values())
