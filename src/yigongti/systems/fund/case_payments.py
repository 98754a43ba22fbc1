"""Cases paid by group, as the fund keeps them: written by the close, read by pages, settlements and the year's end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from django.db.models import QuerySet, Sum

from yigongti.engines.fund.public import CaseSoFar
from yigongti.foundation.money import ZERO
from yigongti.foundation.period import Month
from yigongti.kernel.organisations.queries import at_institutions
from yigongti.systems.fund.models import CasePayment, PaidCase

Case = tuple[int, str]
"""(institution id, case id)"""
_SUMS = ("bills", "cost", "claimed", "payment", "difference")


def cases_before(month: Month, cases: Iterable[str] | None = None, *, using: str = "bulk") -> dict[Case, CaseSoFar]:
    """What earlier months have of each case; cases: only these ids."""
    rows = PaidCase.objects.using(using).filter(month__lt=str(month))
    if cases is not None:
        rows = rows.filter(case_id__in=list(cases))
    sums = rows.order_by().values("institution_id", "case_id").annotate(**{f"sum_{name}": Sum(name) for name in _SUMS})
    return {(row["institution_id"], row["case_id"]): CaseSoFar(*(row[f"sum_{name}"] for name in _SUMS)) for row in sums}


def keep_month(month: Month, sums: Iterable[CasePayment], cases: Iterable[PaidCase], *, using: str = "bulk") -> None:
    """The month's rows in the place of what stood of it; in the caller's transaction."""
    for model in (CasePayment, PaidCase):
        model.objects.using(using).filter(month=str(month)).delete()
    CasePayment.objects.using(using).bulk_create(sums)
    PaidCase.objects.using(using).bulk_create(cases, batch_size=2000)


def case_payments(institution_ids: Iterable[int], months: Iterable[Month]) -> QuerySet[CasePayment]:
    """Payments by group of these institutions, in the actor's scope."""
    rows = CasePayment.objects.filter(at_institutions(institution_ids), month__in=[str(month) for month in months])
    return rows.select_related("institution")


def paid_cases(institution_ids: Iterable[int], month: Month) -> QuerySet[PaidCase]:
    """The cases behind them."""
    rows = PaidCase.objects.filter(at_institutions(institution_ids), month=str(month))
    return rows.select_related("institution")


def added_until(month: Month) -> Mapping[int, dict[str, Decimal]]:
    """Institution → what payment by group adds up to the month: packaged, other (schemes), and fund (paid for them in
    all), in the actor's scope."""
    found: dict[int, dict[str, Decimal]] = {}
    rows = CasePayment.objects.filter(month__lte=str(month)).order_by("institution_id", "packaged")
    sums = rows.values("institution_id", "packaged").annotate(added=Sum("difference"), asked=Sum("claimed"))
    for row in sums:
        own = found.setdefault(row["institution_id"], dict.fromkeys(("packaged", "other", "fund"), ZERO))
        own["packaged" if row["packaged"] else "other"] += row["added"]
        own["fund"] += row["added"] + row["asked"]
    return found
