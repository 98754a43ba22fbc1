"""Reads of the pages: what was computed again in a month, by institution, and what differs. Row security is the net."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet, Sum

from yigongti.foundation.period import Month
from yigongti.processes.settled_bills.models import BenefitDifference, RecomputedMonth


def recomputed(institution_ids: Iterable[int], month: Month) -> list[dict[str, Any]]:
    """By institution: settlements, yuan the funds paid, how many differ and what was paid too much in all."""
    own = list(institution_ids)
    sums = dict(
        BenefitDifference.objects.filter(institution_id__in=own, month=str(month))
        .order_by()
        .values_list("institution_id")
        .annotate(sum=Sum("difference"))
    )
    rows = RecomputedMonth.objects.filter(institution_id__in=own, month=str(month)).select_related("institution")
    return [
        {
            "id": row.institution_id,
            "code": row.institution.code,
            "name": row.institution.name,
            "name_en": row.institution.name_en,
            "settlements": row.settlements,
            "funds_paid": row.funds_paid,
            "differing": row.differing,
            "difference": sums.get(row.institution_id, Decimal("0.00")),
        }
        for row in rows.order_by("institution__code")
    ]


def differences(institution_ids: Iterable[int], month: Month) -> QuerySet[BenefitDifference, dict[str, Any]]:
    """The settlements that differ."""
    return BenefitDifference.objects.filter(institution_id__in=list(institution_ids), month=str(month)).values(
        "id", "institution__name", "institution__name_en", "settlement_number", "insured_number", "care", "settled_on",
        "total_cost", "deductible_paid", "deductible_right", "pool_fund_paid", "pool_fund_right",
        "critical_illness_paid", "critical_illness_right", "medical_assistance_paid", "medical_assistance_right",
        "difference", "refused",
    )  # fmt: skip
