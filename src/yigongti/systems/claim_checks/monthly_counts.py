"""How often a check found something at each institution, month by month, and how much was looked at there.

For whoever compares months and institutions (processes/closed_loop). A month counts from the check's first version on:
before it nothing was judged, which is not the same as nothing found. Only posts without a department read it, as what
was looked at is counted for whole institutions.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q, Sum

from yigongti.foundation.period import Month
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.limits import policy
from yigongti.kernel.organisations.models import Institution
from yigongti.systems.claim_checks.checks_in_force import own_checks
from yigongti.systems.claim_checks.models import CheckSum, InstitutionVolume
from yigongti.systems.claim_checks.publishing import place_of


@dataclass(frozen=True, slots=True)
class MonthlyCount:
    """One institution, month and check. findings and counted (yuan) may be 0; lines and claimed (yuan): looked at."""

    institution_id: int
    month: Month
    check_id: str
    findings: int
    counted: Decimal
    lines: int
    claimed: Decimal


def monthly_counts(
    actor: Actor, permission: str, check_ids: Collection[str], first: Month, last: Month
) -> list[MonthlyCount]:
    """The counts from one month to another, both included, of institutions where a post has the permission."""
    own = _institutions(actor, permission)
    between = Q(month__gte=str(first), month__lte=str(last))
    rows = CheckSum.objects.filter(own, between, check_id__in=list(check_ids)).order_by()
    found = {
        (row["institution_id"], row["month"], row["check_id"]): (row["sum_findings"], row["sum_counted"])
        for row in rows.values("institution_id", "month", "check_id").annotate(
            sum_findings=Sum("findings"), sum_counted=Sum("counted")
        )
    }
    begins = {
        check.id: str(Month.of(min(version.valid_from for version in check.versions))) for check in own_checks(policy())
    }
    counts = []
    for volume in InstitutionVolume.objects.filter(own, between):
        for check_id in sorted(check_ids):
            if volume.month >= begins.get(check_id, ""):
                key = volume.institution_id, volume.month, check_id
                findings, counted = found.get(key, (0, Decimal(0)))
                month = Month.parse(volume.month)
                counts.append(MonthlyCount(key[0], month, check_id, findings, counted, volume.lines, volume.claimed))
    return counts


def levels(institution_ids: Collection[int]) -> dict[int, str]:
    """Institution → its level as the checks see it: village, township, county; "" where it is not known."""
    rows = Institution.objects.filter(pk__in=list(institution_ids))
    return {row.pk: place_of(row).level for row in rows}


def _institutions(actor: Actor, permission: str) -> Q:
    own = Q(pk__in=[])
    for post in actor.posts:
        if permission in post.role.permissions and not post.department_code:
            for first, end in post.reach:
                own |= Q(institution_id__gte=first, institution_id__lt=end)
    return own
