"""The indicators of case-mix performance, what each means, and their plain computation over a list of cases.

    CMI             = Σ weight ÷ cases with a weight
    in-group rate   = grouped cases ÷ all cases
    cost index      = Σ over groups (own mean cost ÷ county mean cost × own cases) ÷ grouped cases
    time index      = the same with days of stay
    low-risk mortality = deaths ÷ cases in the groups on the low-risk list

An index of 1 is the county's own practice for the same mix of cases; below 1 is cheaper or quicker. Read beside
docs/algorithms/casemix-payment.md §6; `table.py` computes the same over tables. Source: nhsa-drg-technical-2019.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from yigongti.engines.casemix.pricing.cases import BY_GROUP, UNGROUPABLE_GROUP, Category
from yigongti.engines.casemix.pricing.rounding import divide_half_up, to_ten_thousandths, to_whole_fen
from yigongti.engines.casemix.pricing.weight_table import WeightTable
from yigongti.foundation.errors import Text

MILLION = 1_000_000

MAINTAINED = "maintained"
NOT_MAINTAINED = "not_maintained"
NO_CASES = "no_cases"
LOW_RISK_STATES: dict[str, Text] = {
    MAINTAINED: Text(zh="已维护", en="maintained"),
    NOT_MAINTAINED: Text(zh="未维护低风险组目录", en="no list of low-risk groups is maintained"),
    NO_CASES: Text(zh="没有低风险组病例", en="no cases in low-risk groups"),
}

NOT_ASSESSABLE = frozenset({Category.NO_COST, Category.NO_RATE, Category.NEGOTIATED, Category.EXCLUDED_BY_STAY})
"""Categories that neither help nor harm a department's entry rate: policy took them out of case-mix payment."""


@dataclass(frozen=True, slots=True)
class PerformedCase:
    """A priced case as the indicators read it. Amounts in yuan; None where pricing gave none."""

    drg: str
    category: Category
    relative_weight: Decimal | None
    total_cost: Decimal | None
    length_of_stay_days: int | None
    payment: Decimal | None
    fund_payment: Decimal | None
    balance: Decimal | None
    died: bool = False

    @property
    def is_grouped(self) -> bool:
        return self.drg not in ("", UNGROUPABLE_GROUP)


@dataclass(frozen=True, slots=True)
class Performance:
    """The indicators of one unit. Rates and cmi: four decimals; indices four; low_risk_mortality six (a ratio).
    None: nothing to divide by. assessable_cases: cases that policy leaves in case-mix payment; normal_cases of them."""

    cases: int
    grouped_cases: int
    assessable_cases: int
    normal_cases: int
    by_group_cases: int
    total_weight: Decimal
    cmi: Decimal | None
    in_group_rate: Decimal | None
    cost_index: Decimal | None
    time_index: Decimal | None
    low_risk_state: str
    low_risk_cases: int
    low_risk_deaths: int
    low_risk_mortality: Decimal | None
    mean_stay_days: Decimal | None
    total_cost: Decimal
    payment: Decimal
    fund_payment: Decimal
    balance: Decimal


def performance_of(
    cases: Sequence[PerformedCase], county: Sequence[PerformedCase], weights: WeightTable
) -> Performance:
    """The indicators of the cases, held against the county's group means (county includes the cases themselves)."""
    grouped = [case for case in cases if case.is_grouped]
    weighted = [case.relative_weight for case in cases if case.relative_weight is not None]
    assessable = [case for case in cases if case.category not in NOT_ASSESSABLE]
    low_risk = [case for case in grouped if (group := weights.get(case.drg)) is not None and group.low_risk]
    deaths = sum(case.died for case in low_risk)
    maintained = weights.low_risk_list_is_maintained
    state = NOT_MAINTAINED if not maintained else MAINTAINED if low_risk else NO_CASES
    weight = sum((to_ten_thousandths(one) for one in weighted), 0)
    stays = [case.length_of_stay_days for case in cases if case.length_of_stay_days is not None]
    return Performance(
        cases=len(cases),
        grouped_cases=len(grouped),
        assessable_cases=len(assessable),
        normal_cases=sum(case.category == Category.NORMAL for case in cases),
        by_group_cases=sum(case.category in BY_GROUP for case in cases),
        total_weight=Decimal(weight).scaleb(-4),
        cmi=_places(weight, len(weighted), 1, 4),
        in_group_rate=_places(len(grouped), len(cases), 10_000, 4),
        cost_index=_index(cases, county, "total_cost"),
        time_index=_index(cases, county, "length_of_stay_days"),
        low_risk_state=state,
        low_risk_cases=len(low_risk),
        low_risk_deaths=deaths,
        low_risk_mortality=_places(deaths, len(low_risk), MILLION, 6) if maintained else None,
        mean_stay_days=_places(sum(stays), len(stays), 10, 1),
        total_cost=_sum(case.total_cost for case in cases),
        payment=_sum(case.payment for case in cases),
        fund_payment=_sum(case.fund_payment for case in cases),
        balance=_sum(case.balance for case in cases),
    )


def _sum(amounts: Iterable[Decimal | None]) -> Decimal:
    return sum((one for one in amounts if one is not None), Decimal("0.00"))


def _places(numerator: int, denominator: int, scale: int, places: int) -> Decimal | None:
    if denominator == 0:
        return None
    return Decimal(divide_half_up(numerator * scale, denominator)).scaleb(-places)


def _measured(case: PerformedCase, column: str) -> int | None:
    """The cost in fen, or the days, of a case that counts in the indices: grouped, and above 0."""
    value = getattr(case, column)
    if not case.is_grouped or value is None or value <= 0:
        return None
    return to_whole_fen(value) if column == "total_cost" else int(value)


def _index(cases: Sequence[PerformedCase], county: Sequence[PerformedCase], column: str) -> Decimal | None:
    """Σ over groups (own sum × county cases ÷ county sum) ÷ own cases; each group's term to the millionth."""
    own: dict[str, list[int]] = defaultdict(list)
    whole: dict[str, list[int]] = defaultdict(list)
    for case in cases:
        if (value := _measured(case, column)) is not None:
            own[case.drg].append(value)
    for case in county:
        if (value := _measured(case, column)) is not None:
            whole[case.drg].append(value)
    terms = [divide_half_up(sum(values) * len(whole[drg]) * MILLION, sum(whole[drg])) for drg, values in own.items()]
    number = sum(len(values) for values in own.values())
    if number == 0:
        return None
    return Decimal(divide_half_up(sum(terms), number * 100)).scaleb(-4)


QUADRANTS: dict[str, Text] = {
    "cheaper_and_quicker": Text(zh="费用低、住院短", en="cheaper and quicker"),
    "dearer_and_quicker": Text(zh="费用高、住院短", en="dearer and quicker"),
    "cheaper_and_slower": Text(zh="费用低、住院长", en="cheaper and slower"),
    "dearer_and_slower": Text(zh="费用高、住院长", en="dearer and slower"),
}


def quadrant(cost_index: Decimal | None, time_index: Decimal | None) -> str:
    """Where a unit stands in the chart of time against cost; "" when either index is unknown. An index of exactly 1
    counts as the good side."""
    if cost_index is None or time_index is None:
        return ""
    return f"{'cheaper' if cost_index <= 1 else 'dearer'}_and_{'quicker' if time_index <= 1 else 'slower'}"
