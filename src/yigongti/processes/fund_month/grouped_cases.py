"""The month's bills of stays beside what case-mix payment says of the same cases (engines/fund/case_month.py).

A case is known by its institution and number. Its bills may come in a later month than its discharge, and may be
corrected later still: what earlier months had of it counts. Cases that are not priced stay as they were claimed, and so
do bills that name no case.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from yigongti.engines.fund.public import NOTHING, CaseSoFar, case_now
from yigongti.foundation.money import ZERO
from yigongti.foundation.period import Month
from yigongti.kernel.organisations.models import Institution
from yigongti.systems.casemix_payment import public as casemix_payment
from yigongti.systems.casemix_payment.public import CasePay
from yigongti.systems.fund.case_payments import Case, cases_before

_BILLS = """
    SELECT institution_code, case_id, min(insurance_type), min(insured_number),
           sum(CASE WHEN coalesce(reverses, '') = '' THEN 1 ELSE -1 END)::BIGINT,
           sum(coalesce(total_cost, 0))::DECIMAL(18, 2), sum(coalesce(pool_fund, 0))::DECIMAL(18, 2)
      FROM settlements
     WHERE care IN ('inpatient', 'major_disease') AND case_id IS NOT NULL AND case_id <> ''
       AND place IN ('community', 'county')
     GROUP BY ALL ORDER BY ALL
"""


@dataclass(frozen=True, slots=True)
class BilledCase:
    """The bills of a case in a month. institution: its id."""

    institution: int
    case_id: str
    insurance_type: str
    insured_number: str
    bills: CaseSoFar

    @property
    def key(self) -> Case:
        return self.institution, self.case_id


@dataclass(frozen=True, slots=True)
class GroupedCase:
    """A billed case with what payment by group makes of it. pay: as it is priced now, None for a case that no longer
    is; before: of earlier months; now: of this one."""

    billed: BilledCase
    pay: CasePay | None
    before: CaseSoFar
    now: CaseSoFar


def billed_cases(connection: Any, *, using: str = "bulk") -> list[BilledCase]:
    """In order of institution and case. connection: Ibis on DuckDB with the settlements of one month."""
    ids = dict(Institution.objects.using(using).values_list("code", "id"))
    rows = connection.raw_sql(_BILLS).fetchall()
    return [
        BilledCase(ids[code], case, scheme or "", person or "", CaseSoFar(count, cost, claimed))
        for code, case, scheme, person, count, cost, claimed in rows
        if code in ids
    ]


def known_of(
    month: Month, billed: Iterable[BilledCase], *, using: str = "bulk"
) -> tuple[Mapping[Case, CasePay], Mapping[Case, CaseSoFar]]:
    """(What the cases are paid by group, what earlier months have of them.)"""
    names = sorted({each.case_id for each in billed})
    return (
        casemix_payment.payments_of(names, month, using=using),
        cases_before(month, names, using=using),
    )


def grouped_cases(month: Month, connection: Any, *, may_be_negative: bool, using: str = "bulk") -> list[GroupedCase]:
    """The month's billed cases that are paid by group, or were by an earlier month."""
    billed = billed_cases(connection, using=using)
    paid, earlier = known_of(month, billed, using=using)
    found = []
    for each in billed:
        pay, before = paid.get(each.key), earlier.get(each.key, NOTHING)
        if pay is None and each.key not in earlier:
            continue
        now = case_now(each.bills, pay.pay if pay else None, before, may_be_negative=may_be_negative)
        found.append(GroupedCase(each, pay, before, now))
    return found


def income_of_cases(month: Month, connection: Any, *, using: str = "bulk") -> dict[int, tuple[Decimal, Decimal]]:
    """Institution → (what groups and patients pay for the month's cases, what their bills claim, whoever pays).

    Told from case-mix payment and the bills, not from what was posted: a case brings the larger of its payment by group
    and what patients bear; one that is not paid by group (any more) what its bills say.
    """
    billed = billed_cases(connection, using=using)
    paid, earlier = known_of(month, billed, using=using)
    found: dict[int, tuple[Decimal, Decimal]] = {}
    for each in billed:
        pay, before = paid.get(each.key), earlier.get(each.key, NOTHING)
        if pay is None and each.key not in earlier:
            continue
        cost, claimed = before.cost + each.bills.cost, before.claimed + each.bills.claimed
        by_group = pay is not None and before.bills + each.bills.bills > 0
        income = max(pay.pay, cost - claimed) if pay is not None and by_group else cost
        left, right = found.get(each.institution, (ZERO, ZERO))
        found[each.institution] = left + income - before.income, right + each.bills.cost
    return found
