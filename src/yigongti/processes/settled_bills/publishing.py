"""From the lake before the pages: the month's differences into PostgreSQL, in the place of what was there of it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from yigongti.facts.public import Lake, Snapshot, read_derived
from yigongti.foundation.errors import NotFound
from yigongti.foundation.period import Month
from yigongti.foundation.policy import Policy
from yigongti.kernel.organisations.models import Institution
from yigongti.processes.settled_bills.models import BenefitDifference, RecomputedMonth
from yigongti.processes.settled_bills.month import DIFFERENCES, VOLUMES, result_key

_BULK = "bulk"


def publish_month(month: Month, lake: Lake, snapshot: Snapshot, policy: Policy, at: datetime) -> int:
    """How many differences stand before the pages now. Raises NotFound when the month was not computed for these facts
    and this policy, or an institution is not registered; then what was published before stays."""
    key = result_key(month, lake, snapshot, policy)
    differences = read_derived(lake, DIFFERENCES, month, key).to_pylist()
    volumes = read_derived(lake, VOLUMES, month, key).to_pylist()
    ids = dict(Institution.objects.using(_BULK).values_list("code", "id"))
    unknown = sorted({row["institution_code"] for row in volumes} - set(ids))
    if unknown:
        raise NotFound(
            "settled_bills.institution_unknown",
            zh=f"机构登记中没有 {unknown[0]}，请先登记再入账",
            en=f"{unknown[0]} is not in the register: register it before its settlements are posted",
        )
    with transaction.atomic(using=_BULK):
        for model in (BenefitDifference, RecomputedMonth):
            model.objects.using(_BULK).filter(month=str(month)).delete()
        BenefitDifference.objects.using(_BULK).bulk_create(
            [
                BenefitDifference(
                    institution_id=ids[row.pop("institution_code")], month=str(month),
                    **{name: "" if value is None else value for name, value in row.items()},
                )
                for row in differences
            ],
            batch_size=2000,
        )  # fmt: skip
        RecomputedMonth.objects.using(_BULK).bulk_create(
            [
                RecomputedMonth(
                    institution_id=ids[row.pop("institution_code")], month=str(month),
                    release=policy.release.digest, published_at=at, **row,
                )
                for row in volumes
            ]
        )  # fmt: skip
    return len(differences)
