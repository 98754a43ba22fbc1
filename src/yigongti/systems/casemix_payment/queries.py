"""Reads of the published month. Row security lets through the actor's institutions; the department of a post, which
the database does not know of, is asked here: every read of rows begins with `own_rows`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet, Sum

from yigongti.foundation.errors import NotFound
from yigongti.foundation.period import Month
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.queries import own_rows
from yigongti.kernel.organisations.models import Department, Institution
from yigongti.kernel.organisations.queries import at_institutions
from yigongti.systems.casemix_payment.definitions import SUMS
from yigongti.systems.casemix_payment.models import (
    AdjustmentRequest,
    DepartmentScore,
    GroupInForce,
    PricedCase,
    PublishedMonth,
    StatementRow,
    UpcodingSignal,
)

SEE, SEE_CASES = "casemix_payment.see", "casemix_payment.see_cases"


def published(month: Month) -> PublishedMonth | None:
    """What the month rests on; None before its first close."""
    return PublishedMonth.objects.filter(month=str(month)).first()


def statement(actor: Actor, month: Month, institution_ids: Iterable[int]) -> QuerySet[StatementRow]:
    """The month's sums of these institutions, as far as they are the actor's to see."""
    return StatementRow.objects.filter(own_rows(actor, SEE), at_institutions(institution_ids), month=str(month))


def totals_by_month(
    actor: Actor, months: Iterable[Month], institution_ids: Iterable[int]
) -> dict[Month, dict[str, Any]]:
    """The sums of each of the months, zero for a month without rows; one query for all of them."""
    wanted = list(months)
    rows = StatementRow.objects.filter(
        own_rows(actor, SEE), at_institutions(institution_ids), month__in=[str(month) for month in wanted]
    )
    found = {row["month"]: row for row in summed(rows, "month")}
    nothing = dict.fromkeys(SUMS)
    return {month: {name: found.get(str(month), nothing)[name] or Decimal(0) for name in SUMS} for month in wanted}


def cases(actor: Actor, month: Month, institution_ids: Iterable[int]) -> QuerySet[PricedCase]:
    """The month's cases of these institutions, as far as they are the actor's to see."""
    return PricedCase.objects.filter(own_rows(actor, SEE_CASES), at_institutions(institution_ids), month=str(month))


def the_case(actor: Actor, month: Month, institution_code: str, case_id: str) -> PricedCase:
    """One case. Raises NotFound when there is none or it is not the actor's to see."""
    found = (
        PricedCase.objects.filter(own_rows(actor, SEE_CASES), month=str(month), case_id=case_id)
        .filter(institution__code=institution_code)
        .select_related("institution")
        .first()
    )
    if found is None:
        raise NotFound(
            "casemix.case_not_found",
            zh="没有这份病例，或您无权查看",
            en="there is no such case, or it is not yours to see",
            where=f"{month} {case_id}",
        )
    return found


def requests(actor: Actor, month: Month, institution_ids: Iterable[int]) -> QuerySet[AdjustmentRequest]:
    """The month's requests to change a grouping."""
    return AdjustmentRequest.objects.filter(
        own_rows(actor, SEE_CASES), at_institutions(institution_ids), month=str(month)
    )


def the_request(actor: Actor, number: int, *, for_change: bool = False) -> AdjustmentRequest:
    """One request. Raises NotFound when there is none or it is not the actor's to see."""
    rows = AdjustmentRequest.objects.filter(own_rows(actor, SEE_CASES), pk=number)
    rows = rows.select_for_update(of=("self",)) if for_change else rows
    found = rows.select_related("institution").first()
    if found is None:
        raise NotFound(
            "casemix.request_not_found",
            zh="没有这条异议，或您无权查看",
            en="there is no such request, or it is not yours to see",
            where=str(number),
        )
    return found


def scores(actor: Actor, month: Month, institution_ids: Iterable[int]) -> QuerySet[DepartmentScore]:
    """The departments' scores of the month."""
    return DepartmentScore.objects.filter(own_rows(actor, SEE), at_institutions(institution_ids), month=str(month))


def signals(actor: Actor, month: Month, institution_ids: Iterable[int]) -> QuerySet[UpcodingSignal]:
    """The month's up-coding patterns."""
    permission = "casemix_payment.see_signals"
    return UpcodingSignal.objects.filter(
        own_rows(actor, permission), at_institutions(institution_ids), month=str(month)
    )


def groups_in_force(month: Month) -> QuerySet[GroupInForce]:
    """Every group with its weight and the county's means."""
    return GroupInForce.objects.filter(month=str(month))


def group_names(month: Month) -> dict[str, str]:
    """Group code → name; the cases without a group under "0000"."""
    return dict(groups_in_force(month).values_list("drg", "name"))


def summed(rows: QuerySet[StatementRow], *by: str) -> list[dict[str, Any]]:
    """The sums of SUMS for each combination of the columns `by`, one dict each, in their order."""
    totals = {f"sum_{name}": Sum(name) for name in SUMS}
    found = rows.order_by(*by).values(*by).annotate(**totals)
    return [{**{key: row[key] for key in by}, **{name: row[f"sum_{name}"] for name in SUMS}} for row in found]


def total(rows: QuerySet[StatementRow]) -> dict[str, Any]:
    """The sums over all rows; zero where there is none."""
    found = rows.order_by().aggregate(**{f"sum_{name}": Sum(name) for name in SUMS})
    return {name: found[f"sum_{name}"] or Decimal(0) for name in SUMS}


def months_before(month: Month, count: int) -> list[Month]:
    """The published months up to and including this one, oldest first, at most `count`."""
    rows = PublishedMonth.objects.filter(month__lte=str(month)).order_by("-month").values_list("month", flat=True)
    return [Month.parse(text) for text in reversed(rows[:count])]


def department_names(institution_ids: Sequence[int]) -> dict[tuple[int, str], Department]:
    """(institution id, department code) → department."""
    rows = Department.objects.filter(institution_id__in=list(institution_ids))
    return {(row.institution_id, row.code): row for row in rows}


def institutions(ids: Iterable[int]) -> dict[int, Institution]:
    """Institutions by id."""
    return Institution.objects.in_bulk(list(ids))
