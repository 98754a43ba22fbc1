"""The year before the demo's is cleared: computed by the accountant, confirmed by the communities' directors, posted;
this year is computed as far as it has come, as a look ahead that nobody can confirm yet.

Scores and fees are invented, everything else is read from what was published. What is there is kept.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from yigongti.demo.acting import moment, people
from yigongti.foundation.policy import Policy
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.scope import scope
from yigongti.processes.year_end_clearing.actions.compute_clearing import compute_clearing
from yigongti.processes.year_end_clearing.actions.confirm_clearing import confirm_clearing
from yigongti.processes.year_end_clearing.actions.post_clearing import post_clearing
from yigongti.processes.year_end_clearing.gathering import Given, gather
from yigongti.processes.year_end_clearing.models import ClearingRun
from yigongti.systems.fund.models import Contract, PublishedFundMonth
from yigongti.systems.fund.public import communities

_BULK = "bulk"
SCORES = {"community": Decimal("93.5"), "community2": Decimal("88.0")}
"""Of the communities' assessments, by the account of their directors."""
FEES = Decimal("24000.00")
"""Paid for contracts with family doctors, yuan."""
_MONTHS = 12


def clear_years(this_year: int, *, policy: Policy, at: datetime) -> int:
    """Clear the year before for every community and compute this one, as far as that has not been done; how many
    clearings there are.

    Does nothing for a year before of which a month was not published, or where an account of the story is missing.
    """
    there = people("accountant", *SCORES, at=at)
    before = this_year - 1
    published = PublishedFundMonth.objects.using(_BULK).filter(month__startswith=f"{before}-").count()
    if len(there) == 1 + len(SCORES) and published == _MONTHS:
        for director, score in SCORES.items():
            _clear(before, there["accountant"], there[director], score, policy, at)
            _compute(this_year, there["accountant"], there[director], score, policy, at)
    return ClearingRun.objects.using(_BULK).count()


def _clear(year: int, accountant: Actor, director: Actor, score: Decimal, policy: Policy, at: datetime) -> None:
    """All three steps, each by whoever it belongs to."""
    begins = date(year + 1, 2, 24)
    run = _compute(year, accountant, director, score, policy, moment(begins, 10, at=at))
    if run is not None and run.state == ClearingRun.State.DRAFT:
        with scope(director):
            run = confirm_clearing(director, run.pk, at=moment(begins + timedelta(days=6), 15, at=at))
    if run is not None and run.state == ClearingRun.State.CONFIRMED:
        with scope(accountant):
            post_clearing(accountant, run.pk, at=moment(begins + timedelta(days=9), 11, at=at))


def _compute(
    year: int, accountant: Actor, director: Actor, score: Decimal, policy: Policy, at: datetime
) -> ClearingRun | None:
    """The clearing that stands, computed where there is none; None without a contract in force."""
    own = {post.institution_id for post in director.posts}
    if not Contract.objects.using(_BULK).filter(institution_id__in=own, year=year, state="in_force").exists():
        return None
    standing = ClearingRun.objects.using(_BULK).filter(
        institution_id__in=own, year=year, state__in=ClearingRun.STANDING
    )
    if found := standing.first():
        return found
    with scope(accountant):
        community = next(place for place in communities() if place.pk in own)
        inputs = gather(year, community, Given(score, contract_fees=FEES), policy)
        return compute_clearing(accountant, inputs, policy=policy, at=at)
