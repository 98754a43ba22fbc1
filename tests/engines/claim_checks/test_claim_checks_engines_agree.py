"""The reading of one bill in Python, the table of many in Ibis and the one pass over all say the same."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from invented_facts import all_line_checks, facts, line_checks
from made_checks import as_rows, found, in_order, judged

from yigongti.engines.claim_checks.check import Check
from yigongti.engines.claim_checks.facts import Facts
from yigongti.engines.claim_checks.handler import LooksAt, handler, handler_names, narrow_of
from yigongti.engines.claim_checks.table import find_all
from yigongti.engines.claim_checks.tables_of import tables_of

# no shrinking: an example takes a while, and the assertion shows the rows by itself
_UNHURRIED = settings(
    deadline=None, suppress_health_check=list(HealthCheck), phases=(Phase.explicit, Phase.reuse, Phase.generate)
)


@pytest.mark.parametrize("made", line_checks().values(), ids=list(line_checks()))
@settings(_UNHURRIED, max_examples=25)
@given(given_facts=facts())
def test_the_table_of_a_kind_finds_what_its_reference_finds(made: Check, given_facts: Facts, duck: Any) -> None:
    expected = as_rows(judged(made, *given_facts.bills, moves=given_facts.stock_moves))
    assert found(made, given_facts, duck) == expected


@settings(_UNHURRIED, max_examples=10)
@given(given_facts=facts())
def test_one_pass_over_all_lines_finds_what_every_check_finds_by_itself(given_facts: Facts, duck: Any) -> None:
    checks = all_line_checks()
    tables = tables_of(given_facts, checks)
    plain = in_order(duck, find_all(tables, checks, fast=False))
    assert in_order(duck, find_all(tables, checks)) == plain
    references = [
        row for check in checks for row in as_rows(judged(check, *given_facts.bills, moves=given_facts.stock_moves))
    ]
    assert sorted(references, key=repr) == plain


@settings(_UNHURRIED, max_examples=3)
@given(given_facts=facts())
def test_lines_that_are_kept_in_the_database_give_the_same(given_facts: Facts, duck: Any) -> None:
    checks = all_line_checks()
    tables = tables_of(given_facts, checks)
    kept = in_order(duck, find_all(tables, checks, connection=duck))
    assert kept == in_order(duck, find_all(tables, checks))


def test_every_kind_that_looks_at_a_line_is_among_the_invented_checks_and_narrows() -> None:
    of_a_line = {name for name in handler_names() if handler(name).looks_at is LooksAt.LINE}
    assert {check.handler for check in all_line_checks()} == of_a_line
    assert all(narrow_of(name) for name in of_a_line)
