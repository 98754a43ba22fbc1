"""The door of the fund's arithmetic. Explained in docs/algorithms/fund.md.

    make_budget(schemes, outside, BudgetRules.from_policy(policy, on=day))    the year's packaged fund
    share_out(fund, communities, ShareRules.from_policy(policy, on=day))      quotas of the communities
    clear(year, ClearingRules.from_policy(policy, on=day))                    surplus kept, overrun shared
    hand_down(pool, members, DistributionRules.from_policy(policy, on=day))   down to the institutions

Every answer carries `steps`: the formula with its numbers, the amount, the parameter and its source.
"""

from __future__ import annotations

from yigongti.engines.fund.budget import Budget, BudgetRules, OutsideItem, SchemeFinancing, make_budget
from yigongti.engines.fund.clearing import (
    Band,
    Cause,
    Clearing,
    ClearingRules,
    ReasonablePart,
    YearOfCommunity,
    clear,
)
from yigongti.engines.fund.distribution import Distribution, DistributionRules, Member, hand_down
from yigongti.engines.fund.explanation import Step, Steps
from yigongti.engines.fund.shares import CommunityPeople, ShareRules, Shares, share_out

__all__ = [
    "Band",
    "Budget",
    "BudgetRules",
    "Cause",
    "Clearing",
    "ClearingRules",
    "CommunityPeople",
    "Distribution",
    "DistributionRules",
    "Member",
    "OutsideItem",
    "ReasonablePart",
    "SchemeFinancing",
    "ShareRules",
    "Shares",
    "Step",
    "Steps",
    "YearOfCommunity",
    "clear",
    "hand_down",
    "make_budget",
    "share_out",
]
