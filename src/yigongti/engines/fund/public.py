"""The door of the fund's arithmetic. Explained in docs/algorithms/fund.md.

    make_budget(schemes, outside, BudgetRules.from_policy(policy, on=day))      the year's packaged fund
    share_out(fund, communities, ShareRules.from_policy(policy, on=day))        quotas of the communities
    prepay(quota, month, RunningRules.from_policy(policy, on=day), due=…)       a month's prepayment
    run_out(quota, months)                                                      the day on which the quota is used up
    forecast_year(amounts, month, ForecastRules.from_policy(policy, on=day))    the year's end, with its interval
    case_now(bills, payment, before); month_of(cases)                           a month's cases and their bills
    pay_fixed(cases) | pay_pooled(cases, pools); pay_month(…); clear_cases(…)   payment by group
    clear(year, ClearingRules.from_policy(policy, on=day))                      surplus kept, overrun shared
    hand_down(pool, members, DistributionRules.from_policy(policy, on=day))     down to the institutions
    rows = attributed(settlements, insured, …); spending(rows); owed_of_month(…) tables: who spent what, where
    counter_indicators(rows, people, month, complaints, days); deaths(…)        tables: signs of under-service

Every answer in money carries `steps`: the formula with its numbers, the amount, the parameter and its source.
"""

from __future__ import annotations

from yigongti.engines.fund.budget import Budget, BudgetRules, OutsideItem, SchemeFinancing, make_budget
from yigongti.engines.fund.case_month import NOTHING, CaseSoFar, case_now, month_of
from yigongti.engines.fund.case_payment import (
    CaseClearing,
    CasePaymentRules,
    CaseSum,
    CaseYear,
    GroupPayment,
    MonthPayment,
    clear_cases,
    deposit_of,
    pay_fixed,
    pay_month,
    pay_pooled,
    returned_deposit,
)
from yigongti.engines.fund.chain_ladder import Ladder, MonthOfCare, climb
from yigongti.engines.fund.clearing import (
    Band,
    Cause,
    Clearing,
    ClearingRules,
    ReasonablePart,
    YearOfCommunity,
    clear,
)
from yigongti.engines.fund.counter_indicators import counter_indicators, deaths
from yigongti.engines.fund.distribution import Distribution, DistributionRules, Member, hand_down
from yigongti.engines.fund.explanation import Step, Steps
from yigongti.engines.fund.forecast import ForecastRules, MonthForecast, YearForecast, forecast_year
from yigongti.engines.fund.running import (
    CATEGORY_LABELS,
    Category,
    Deduction,
    Prepayment,
    RunningRules,
    RunOut,
    category_of,
    due_in,
    even_months,
    month_shares,
    prepay,
    rolled_into,
    run_out,
)
from yigongti.engines.fund.shares import CommunityPeople, ShareRules, Shares, share_out
from yigongti.engines.fund.spending import (
    INSURED_COLUMNS,
    SPENDING_KEYS,
    ChapterOfDiseases,
    attributed,
    insured_of,
    late_bills,
    owed_by_month,
    owed_of_month,
    spending,
)
from yigongti.engines.fund.triangle import LateAmount, Triangle, build_triangle

__all__ = [
    "CATEGORY_LABELS",
    "INSURED_COLUMNS",
    "NOTHING",
    "SPENDING_KEYS",
    "Band",
    "Budget",
    "BudgetRules",
    "CaseClearing",
    "CasePaymentRules",
    "CaseSoFar",
    "CaseSum",
    "CaseYear",
    "Category",
    "Cause",
    "ChapterOfDiseases",
    "Clearing",
    "ClearingRules",
    "CommunityPeople",
    "Deduction",
    "Distribution",
    "DistributionRules",
    "ForecastRules",
    "GroupPayment",
    "Ladder",
    "LateAmount",
    "Member",
    "MonthForecast",
    "MonthOfCare",
    "MonthPayment",
    "OutsideItem",
    "Prepayment",
    "ReasonablePart",
    "RunOut",
    "RunningRules",
    "SchemeFinancing",
    "ShareRules",
    "Shares",
    "Step",
    "Steps",
    "Triangle",
    "YearForecast",
    "YearOfCommunity",
    "attributed",
    "build_triangle",
    "case_now",
    "category_of",
    "clear",
    "clear_cases",
    "climb",
    "counter_indicators",
    "deaths",
    "deposit_of",
    "due_in",
    "even_months",
    "forecast_year",
    "hand_down",
    "insured_of",
    "late_bills",
    "make_budget",
    "month_of",
    "month_shares",
    "owed_by_month",
    "owed_of_month",
    "pay_fixed",
    "pay_month",
    "pay_pooled",
    "prepay",
    "returned_deposit",
    "rolled_into",
    "run_out",
    "share_out",
    "spending",
]
