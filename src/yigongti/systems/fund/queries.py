"""Reads of the fund, each with its own condition on institutions; row security is the net beneath.

A community reads its own rows, the bureau all, a township the spending on the people registered with it: `spending`
finds a row by either, so that the same page serves them all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet, Sum

from yigongti.foundation.errors import NotFound
from yigongti.foundation.period import Month
from yigongti.kernel.organisations.models import Institution
from yigongti.kernel.organisations.queries import at_institutions
from yigongti.systems.fund.forecasting import runs_out
from yigongti.systems.fund.models import (
    Contract,
    CounterIndicator,
    Forecast,
    FundMonth,
    MonthSettlement,
    Prepayment,
    PublishedFundMonth,
)

SUMS = ("cases", "total_cost", "pool", "other_insurance", "patient")


def published(month: Month) -> PublishedFundMonth | None:
    """What the month rests on; None before its first close."""
    return PublishedFundMonth.objects.filter(month=str(month)).first()


def communities(institution_ids: Iterable[int]) -> list[Institution]:
    """The hospitals that lead a community among these institutions."""
    return list(Institution.objects.filter(pk__in=list(institution_ids), leads_community=True).order_by("id"))


def spending(institution_ids: Sequence[int], months: Iterable[Month]) -> QuerySet[FundMonth]:
    """Spending on the people of these institutions in the months."""
    ids = list(institution_ids)
    own = at_institutions(ids) | Q(township_id__in=ids)
    return FundMonth.objects.filter(own, month__in=[str(month) for month in months])


def summed(rows: QuerySet[FundMonth], *by: str) -> list[dict[str, Any]]:
    """SUMS for each combination of the columns."""
    found = rows.order_by(*by).values(*by).annotate(**{f"sum_{name}": Sum(name) for name in SUMS})
    return [{**{key: row[key] for key in by}, **{name: row[f"sum_{name}"] or 0 for name in SUMS}} for row in found]


def pool_of(rows: QuerySet[FundMonth]) -> Decimal:
    """What the packaged fund paid."""
    return rows.aggregate(found=Sum("pool"))["found"] or Decimal("0.00")


def contracts(institution_ids: Iterable[int], year: int) -> list[Contract]:
    """The year's contracts of these communities, without withdrawn ones."""
    rows = Contract.objects.filter(at_institutions(institution_ids), year=year).select_related("institution")
    return list(rows.exclude(state=Contract.State.WITHDRAWN).order_by("institution_id"))


def in_force(institution_ids: Iterable[int], year: int) -> dict[int, Contract]:
    """Leading hospital → its contract in force."""
    found = contracts(institution_ids, year)
    return {each.institution_id: each for each in found if each.state == Contract.State.IN_FORCE}


def the_contract(number: int) -> Contract:
    """Raises NotFound, also for one that is not the actor's to see yet."""
    found = Contract.objects.filter(pk=number).select_related("institution", "office", "fund_year").first()
    if found is None:
        raise NotFound(
            "fund.contract_not_found", zh="没有这份协议，或您无权查看",
            en="there is no such contract, or it is not yours to see", where=str(number),
        )  # fmt: skip
    return found


@dataclass(frozen=True, slots=True)
class YearSoFar:
    """How a community's year looked at the end of a month, by the contract that is in force now. quota: None without
    one. run_out_on: the first day beyond it, None when it lasts or nothing can be said; over: yuan beyond it."""

    forecast: Forecast
    quota: Decimal | None
    run_out_on: date | None
    over: Decimal | None
    steps: list[dict[str, Any]]

    def __getattr__(self, name: str) -> Any:
        """What the forecast says: settled, late, expected, low, high, by_month, institution…"""
        return getattr(self.forecast, name)


def years(institution_ids: Iterable[int], month: Month) -> list[YearSoFar]:
    """The year of each community among these, in the order of the register."""
    ids = list(institution_ids)
    rows = Forecast.objects.filter(at_institutions(ids), month=str(month)).select_related("institution")
    quotas = in_force(ids, month.year)
    return [_year(row, quotas.get(row.institution_id)) for row in rows.order_by("institution_id")]


def _year(row: Forecast, contract: Contract | None) -> YearSoFar:
    if contract is None or row.expected is None:
        return YearSoFar(row, contract.quota if contract else None, None, None, row.steps)
    out = runs_out(contract.quota, row.by_month)
    return YearSoFar(row, contract.quota, out.on, out.over, row.steps + [step.as_json() for step in out.steps])


def indicators(institution_ids: Iterable[int], months: Iterable[Month]) -> QuerySet[CounterIndicator]:
    return CounterIndicator.objects.filter(
        at_institutions(institution_ids), month__in=[str(month) for month in months]
    ).select_related("institution")


def prepayments(institution_ids: Iterable[int], year: int) -> QuerySet[Prepayment]:
    rows = Prepayment.objects.filter(at_institutions(institution_ids), month__startswith=f"{year}-")
    return rows.select_related("institution").prefetch_related("deductions")


def settlements(institution_ids: Iterable[int], year: int) -> QuerySet[MonthSettlement]:
    """Settled months of institutions and of those in a community of these."""
    ids = list(institution_ids)
    own = at_institutions(ids) | Q(community_id__in=ids)
    return MonthSettlement.objects.filter(own, month__startswith=f"{year}-").select_related("institution", "community")


def names(ids: Iterable[int | None], language: str) -> dict[int, str]:
    """Institution id → name."""
    found = Institution.objects.in_bulk([number for number in set(ids) if number])
    return {number: place.short_name or place.in_language(language) for number, place in found.items()}
