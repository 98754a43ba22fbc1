"""Reads of the counter's pages and of whoever asks for its sums. Row security keeps institutions and people apart; each
query has its own filter besides."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from yigongti.foundation.errors import NotFound
from yigongti.kernel.access.actor import Actor, covers
from yigongti.kernel.organisations.queries import at_institutions
from yigongti.systems.benefits.models import Admission, Approval, BenefitYear, HeldInjury, OfflineBill, Settlement

SETTLE, SEE = "benefits.settle", "benefits.see"


def own_counters(actor: Actor, permission: str = SETTLE) -> list[int]:
    """The institutions at which the actor settles, or holds another permission of the counter."""
    return sorted({post.institution_id for post in actor.posts if permission in post.role.permissions})


def at_my_counters(actor: Actor) -> Q:
    return Q(institution_id__in=own_counters(actor))


def settlements_of_day(actor: Actor, on: date) -> QuerySet[Settlement]:
    """What was settled and taken back at the actor's counters on a day, the latest first."""
    rows = Settlement.objects.filter(at_my_counters(actor), settled_on=on)
    return rows.select_related("institution").order_by("-id")


def day_sums(rows: QuerySet[Settlement]) -> dict[str, Any]:
    """Bills, yuan, what insurance and patients bear, and how many own parts are still to be paid."""
    told = rows.aggregate(
        bills=Count("id", filter=Q(reverses__isnull=True)), total=Sum("total_cost"), pool=Sum("pool_fund"),
        critical=Sum("critical_illness"), assistance=Sum("medical_assistance"), other=Sum("other_funds"),
        own=Sum("cash"), unpaid=Count("id", filter=Q(state="settled", paid_at__isnull=True, cash__gt=0)),
    )  # fmt: skip
    funds = (told.pop(name) or 0 for name in ("pool", "critical", "assistance", "other"))
    return {**told, "insurance": sum(funds), "total": told["total"] or 0, "cash": told.pop("own") or 0}


def settlements_overseen(institution_ids: Iterable[int], first: date, last: date) -> QuerySet[Settlement]:
    """The settlements of a month at these institutions."""
    return Settlement.objects.filter(at_institutions(institution_ids), settled_on__gte=first, settled_on__lte=last)


def the_settlement(number: int) -> Settlement:
    """One with its institution and what it is linked with. Raises NotFound."""
    linked = ("institution", "reverses", "replaces")
    found = Settlement.objects.select_related(*linked).filter(pk=number).first()
    if found is None:
        raise NotFound("benefits.no_settlement", zh="没有查到这笔结算", en="there is no such settlement")
    return found


def open_admissions(actor: Actor) -> QuerySet[Admission]:
    """Stays at the actor's counters that are not settled yet."""
    return Admission.objects.filter(at_my_counters(actor), state=Admission.State.OPEN).order_by("-id")


def the_approval(number: int) -> Approval:
    """Raises NotFound."""
    found = Approval.objects.select_related("institution").filter(pk=number).first()
    if found is None:
        raise NotFound("benefits.no_approval", zh="没有这份申请", en="there is no such request")
    return found


def the_injury(number: int) -> HeldInjury:
    """Raises NotFound."""
    found = HeldInjury.objects.select_related("institution", "settlement").filter(pk=number).first()
    if found is None:
        raise NotFound("benefits.no_injury", zh="没有这张外伤账单", en="there is no such bill")
    return found


def offline_bills(actor: Actor) -> QuerySet[OfflineBill]:
    """What the actor's clinics accepted without a network, the latest first."""
    return OfflineBill.objects.filter(at_my_counters(actor)).select_related("settlement").order_by("-id")


def years_of(resident_id: int) -> list[BenefitYear]:
    """The counters of a resident, the latest year first; for the resident's own page."""
    return list(BenefitYear.objects.filter(resident_id=resident_id).order_by("-year", "insurance_type"))


def settlements_of(resident_id: int) -> QuerySet[Settlement]:
    """A resident's own settlements, without those that were taken back."""
    rows = Settlement.objects.filter(resident_id=resident_id, state=Settlement.State.SETTLED)
    return rows.select_related("institution").order_by("-ended_on", "-id")


def oversees(actor: Actor, institution_id: int) -> bool:
    """Whether a post with benefits.see reaches the institution."""
    return any(covers(post.reach, institution_id) for post in actor.posts if SEE in post.role.permissions)
