"""A difference above the policy's amount becomes a matter, once, and is closed when the month is put right."""

from __future__ import annotations

import pytest
from settled_rows import AT, MONTH, row

from yigongti.facts.public import take_snapshot
from yigongti.processes.settled_bills.public import open_matters, publish_month, recompute_month


@pytest.fixture
def close(database, county, lake, submit, policy):
    """close(rows): the month submitted, computed, published, its matters brought in line."""

    def run(rows):
        submit(rows, code=county["H1"].code)
        snapshot = take_snapshot(lake, [MONTH])
        recompute_month(MONTH, lake, snapshot, policy)
        publish_month(MONTH, lake, snapshot, policy, AT)
        return open_matters(MONTH, policy, AT)

    return run


def states():
    from yigongti.kernel.matters.public import Matter

    return list(Matter.objects.using("bulk").filter(kind="settled_bills.difference").values_list("state", flat=True))


def test_a_difference_becomes_one_matter_and_is_closed_when_it_is_gone(close):
    wrong = row("S1", deductible="0", pool_fund="700", cash="300")
    assert close([wrong]) == 1 and states() == ["asked"]
    assert close([wrong]) == 0 and states() == ["asked"]
    assert close([row("S2", "P2", total_cost="100", deductible="100", cash="100")]) == 1
    assert states() == ["corrected"]
