"""Reads of prices, each within what the database shows the actor."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Count, F, Max, Min, Q, QuerySet, Sum

from yigongti.foundation.errors import NotFound
from yigongti.systems.prices.models import Application, Level, Price, PriceItem, Rehearsal, Revision


def catalogue(day: date) -> QuerySet[PriceItem]:
    """Items with their prices on the day: fields price_village, price_township, price_county, price_city."""
    in_force = Q(prices__valid_from__lte=day) & (Q(prices__valid_to__isnull=True) | Q(prices__valid_to__gte=day))
    levels = {
        f"price_{level}": Max("prices__price", filter=in_force & Q(prices__level=level)) for level in Level.values
    }
    since = Min("prices__valid_from", filter=in_force)
    return PriceItem.objects.filter(in_force).distinct().annotate(since=since, **levels)


def the_item(code: str) -> PriceItem:
    """Raises NotFound."""
    found = PriceItem.objects.filter(code=code).first()
    if found is None:
        raise NotFound("prices.item_not_found", zh="没有这个项目", en="there is no such item", where=code)
    return found


def history(item: PriceItem) -> QuerySet[Price]:
    """All prices of the item, newest first."""
    return item.prices.order_by("-valid_from", "level")


def revisions() -> QuerySet[Revision]:
    """Revisions that the actor may see, with how many lines raise, lower, add and withdraw."""
    return Revision.objects.annotate(
        count=Count("lines"),
        raised=Count("lines", filter=Q(lines__after__gt=F("lines__before"))),
        lowered=Count("lines", filter=Q(lines__after__lt=F("lines__before"))),
        added=Count("lines", filter=Q(lines__before__isnull=True)),
        ended=Count("lines", filter=Q(lines__after__isnull=True)),
    )


def the_revision(number: int) -> Revision:
    """Raises NotFound, also for one that is not the actor's to see yet."""
    found = revisions().filter(pk=number).select_related("office").first()
    if found is None:
        raise NotFound(
            "prices.revision_not_found", zh="没有这次调价，或尚未公布", en="no such revision, or not published yet",
            where=str(number),
        )  # fmt: skip
    return found


def rehearsed(rehearsal: Rehearsal | None) -> dict[str, Any]:
    """The sums of a rehearsal: before, after, change, fund, patients; empty without one."""
    if rehearsal is None:
        return {}
    sums = rehearsal.rows.aggregate(
        before=Sum("before"), after=Sum("after"), fund=Sum("fund_change"), patients=Sum("patient_change")
    )
    told = {name: value or 0 for name, value in sums.items()}
    return {**told, "change": told["after"] - told["before"]}


def by_institution(rehearsal: Rehearsal) -> QuerySet[Any]:
    """Income before and after for each institution of a rehearsal."""
    return rehearsal.rows.values("institution__name", "institution__name_en", "institution_id").annotate(
        income_before=Sum("before"),
        income_after=Sum("after"),
        change=Sum("after") - Sum("before"),
        fund=Sum("fund_change"),
        patients=Sum("patient_change"),
    )


def applications() -> QuerySet[Application]:
    return Application.objects.select_related("institution")


def the_application(number: int) -> Application:
    """Raises NotFound."""
    found = applications().filter(pk=number).first()
    if found is None:
        raise NotFound(
            "prices.application_not_found", zh="没有这份申请，或您无权查看",
            en="there is no such application, or it is not yours to see", where=str(number),
        )  # fmt: skip
    return found
