"""A community of a hospital, a township hospital and a village clinic, with a year to clear; all sums are invented.

Quota 1,000,000.00; spent 900,000.00; score 93: kept 93,000.00, that is 55,800 + 27,900 + 9,300 by 6 : 3 : 1.
"""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

AT = datetime(2027, 1, 12, 2, 0, tzinfo=UTC)
MONTHS = {f"2026-{number:02d}": "f" * 64 for number in range(1, 13)}


@pytest.fixture(scope="session")
def clearing_policy(policy_root):
    from yigongti.foundation.policy import Policy

    return Policy.load(policy_root)


@pytest.fixture
def inputs(county):
    """inputs(spending="1070000.00", …): the year as the sums take it."""
    from yigongti.processes.year_end_clearing.inputs import ClearingInputs, InstitutionInput

    tiers = {"H1": "county", "T1": "township", "V1": "village"}
    given = ClearingInputs(
        year=2026, community_id=county["H1"].pk, community_code="H1", office_id=county["C"].pk, office_code="C",
        quota=Decimal("1000000.00"), spending={}, score=Decimal(93), months=MONTHS,
        institutions=tuple(
            InstitutionInput(county[code].pk, code, tier, 1000, Decimal(100), Decimal(93), Decimal("0.00"),
                             Decimal("1000.00"))
            for code, tier in tiers.items()
        ),
    )  # fmt: skip

    def make(spending="900000.00", **changed):
        return replace(given, spending={"inside": Decimal(spending)}, **changed)

    return make


@pytest.fixture
def people(actor):
    """Who computes and posts, who confirms for the community, and who has no part in it."""
    return {
        "accountant": actor("fund_accountant", "C", username="one"),
        "director": actor("community_director", "H1", username="two"),
        "stranger": actor("community_director", "H2", username="three"),
    }


@pytest.fixture
def acting(people, inputs, clearing_policy):
    """The steps of a clearing, each in the scope of who takes it: acting.compute(), .confirm(run), .post(run)."""
    from yigongti.kernel.access.scope import scope
    from yigongti.processes.year_end_clearing.actions.compute_clearing import compute_clearing
    from yigongti.processes.year_end_clearing.actions.confirm_clearing import confirm_clearing
    from yigongti.processes.year_end_clearing.actions.post_clearing import post_clearing
    from yigongti.processes.year_end_clearing.actions.withdraw_clearing import withdraw_clearing

    class Acting:
        def compute(self, who="accountant", **changed):
            with scope(people[who]):
                return compute_clearing(people[who], inputs(**changed), policy=clearing_policy, at=AT)

        def confirm(self, run, who="director"):
            with scope(people[who]):
                return confirm_clearing(people[who], run.pk, at=AT)

        def post(self, run, who="accountant"):
            with scope(people[who]):
                return post_clearing(people[who], run.pk, at=AT)

        def withdraw(self, run, why="数据有误", who="accountant"):
            with scope(people[who]):
                return withdraw_clearing(people[who], run.pk, why, at=AT)

    return Acting()


@pytest.fixture
def posted(acting):
    """A year that is in the books."""
    run = acting.compute()
    acting.confirm(run)
    return acting.post(run)
