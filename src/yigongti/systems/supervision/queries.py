"""Reads of supervision, each within what the database shows the actor: the office all of its cases, an institution its
own from the day on which they are shown to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone

from yigongti.foundation.errors import NotFound
from yigongti.kernel.access.actor import NOBODY, Actor
from yigongti.kernel.access.scope import scope
from yigongti.kernel.matters.public import MATTERS
from yigongti.kernel.organisations.queries import at_institutions
from yigongti.systems.supervision.models import Case, EthicsEntry, Points, Publication, Recovery

SEE = "supervision.see"


def places(actor: Actor) -> Q:
    """The condition on institution_id that it lies where a post of the actor's may see cases."""
    own = Q(pk__in=[])
    for post in actor.posts:
        if SEE in post.role.permissions:
            for first, end in post.reach:
                own |= Q(institution_id__gte=first, institution_id__lt=end)
    return own


def cases(actor: Actor) -> QuerySet[Case]:
    """The cases that are the actor's to see, the newest first."""
    return Case.objects.filter(places(actor)).select_related("institution")


def the_case(actor: Actor, number: int) -> Case:
    """One case. Raises NotFound when there is none or it is not the actor's to see."""
    found = Case.objects.filter(places(actor), pk=number).select_related("institution", "office").first()
    if found is None:
        raise NotFound(
            "supervision.case_not_found",
            zh="没有这个案件，或您无权查看",
            en="there is no such case, or it is not yours to see",
            where=str(number),
        )
    return found


def case_of(source_key: str) -> Case | None:
    """The case that was opened from this source, None while there is none or it is not the actor's to see."""
    return Case.objects.filter(source_key=source_key).first()


@dataclass(frozen=True, slots=True)
class CaseDays:
    """A case about checks: the days of its order to correct and of its ruling, None while there is none."""

    case_id: int
    number: str
    institution_id: int
    check_ids: tuple[str, ...]
    ordered_on: date | None
    ruled_on: date | None


def orders_and_rulings(actor: Actor) -> list[CaseDays]:
    """The cases about claim checks that were ordered or ruled on, as far as they are the actor's to see, by day."""
    rows = cases(actor).filter(Q(ordered_at__isnull=False) | Q(ruled_at__isnull=False)).exclude(check_ids=[])
    return [
        CaseDays(
            row.pk, row.number, row.institution_id, tuple(row.check_ids),
            timezone.localdate(row.ordered_at) if row.ordered_at else None,
            timezone.localdate(row.ruled_at) if row.ruled_at else None,
        )
        for row in rows.order_by("ordered_at", "id")
    ]  # fmt: skip


def recoveries_due(month: str) -> list[Recovery]:
    """What the clearing of the month is to deduct: due in it or before and not settled. Read by the product itself."""
    with scope(NOBODY, purpose=MATTERS):
        rows = Recovery.objects.filter(state=Recovery.State.DUE, month__lte=month).select_related("institution")
        return list(rows.order_by("month", "id"))


def recoveries(actor: Actor) -> QuerySet[Recovery]:
    """The recoveries that are the actor's to see."""
    return Recovery.objects.filter(places(actor)).select_related("institution", "case")


def points(actor: Actor, year: int) -> QuerySet[Points]:
    """The lines of points of a calendar year."""
    return Points.objects.filter(places(actor), day__gte=date(year, 1, 1), day__lte=date(year, 12, 31))


def ethics_entries(actor: Actor) -> QuerySet[EthicsEntry]:
    """The lines of the ethics files."""
    return EthicsEntry.objects.filter(places(actor))


def published() -> QuerySet[Publication]:
    """What the public is told now."""
    return Publication.objects.filter(withdrawn_at__isnull=True).select_related("institution")


def year_totals(actor: Actor, year: int) -> list[dict[str, Any]]:
    """The points of a calendar year added up by institution and practitioner, the highest first: keys institution_id,
    who, staff_code, staff_name, total, lines."""
    rows = points(actor, year).order_by().values("institution_id", "who", "staff_code", "staff_name")
    found = rows.annotate(total=Sum("score"), lines=Count("id"))
    return sorted(found, key=lambda row: (-row["total"], row["institution_id"], row["staff_code"]))


def sums(rows: QuerySet[Case]) -> dict[str, dict[str, Any]]:
    """State → {"cases", "claimed", "ruled"} of these cases; states without a case are there with zeros."""
    found = {
        row["state"]: row
        for row in rows.order_by()
        .values("state")
        .annotate(cases=Count("id"), claimed=Sum("amount_claimed"), ruled=Sum("amount_ruled"))
    }
    nothing: dict[str, Any] = {"cases": 0, "claimed": Decimal(0), "ruled": Decimal(0)}
    return {
        str(state): {name: (found.get(str(state), nothing)[name] or nothing[name]) for name in nothing}
        for state in Case.State
    }


def recovered_between(actor: Actor, first: datetime, end: datetime, institution_ids: Iterable[int]) -> Decimal:
    """Yuan that these institutions lost or paid back from one instant up to before another."""
    settled = (Recovery.State.DEDUCTED, Recovery.State.PAID)
    rows = recoveries(actor).filter(at_institutions(institution_ids))
    rows = rows.filter(state__in=settled, settled_at__gte=first, settled_at__lt=end)
    return rows.aggregate(total=Sum("amount"))["total"] or Decimal(0)
