"""What stands of a community's year when it is cleared: quota, spending by kind of care and place, its institutions.

Read from what the closes published, in the actor's scope: spending as it was settled in the year's months.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum

from yigongti.foundation.money import ZERO
from yigongti.kernel.organisations.models import Institution
from yigongti.systems.fund.models import (
    Contract,
    FundMonth,
    InstitutionMonth,
    InsuredCount,
    MonthSettlement,
    PublishedFundMonth,
)


@dataclass(frozen=True, slots=True)
class MemberFacts:
    """An institution of the community. people: insured people registered with it at the last published month; cases,
    pool: settled in the year, yuan of the packaged fund; retained: kept back for the assessment."""

    institution: Institution
    people: int
    cases: int
    pool: Decimal
    retained: Decimal


@dataclass(frozen=True, slots=True)
class YearFacts:
    """quota: of the contract in force, None without one. months: published, of the year, oldest first, each with the
    digest of the facts behind it. spending: (care, place) → yuan of the packaged fund."""

    community: Institution
    quota: Decimal | None
    months: Mapping[str, str]
    spending: Mapping[tuple[str, str], Decimal]
    members: tuple[MemberFacts, ...]


def communities() -> list[Institution]:
    """The hospitals that lead a community, by code."""
    return list(Institution.objects.filter(leads_community=True).order_by("code"))


def year_facts(community: Institution, year: int) -> YearFacts:
    """What stands of the year."""
    months = PublishedFundMonth.objects.filter(month__startswith=f"{year:04d}-").order_by("month")
    digests = dict(months.values_list("month", "snapshot_digest"))
    contract = Contract.objects.filter(institution_id=community.pk, year=year, state=Contract.State.IN_FORCE).first()
    rows = (
        FundMonth.objects.filter(institution_id=community.pk, month__in=digests)
        .order_by("care", "place").values_list("care", "place").annotate(sum=Sum("pool"))
    )  # fmt: skip
    spending = {(care, place): amount or ZERO for care, place, amount in rows}
    members = _members(community, year, max(digests, default=""), list(digests))
    return YearFacts(community, contract.quota if contract else None, digests, spending, members)


def _members(community: Institution, year: int, last: str, months: list[str]) -> tuple[MemberFacts, ...]:
    places = {place.pk: place for place in _below(community)}
    people = dict(
        InsuredCount.objects.filter(institution_id=community.pk, month=last)
        .order_by("township_id").values_list("township_id").annotate(sum=Sum("people"))
    )  # fmt: skip
    done = {
        number: (cases or 0, pool or ZERO)
        for number, cases, pool in InstitutionMonth.objects.filter(
            month__in=months, outside=False, institution_id__in=places
        )
        .order_by("institution_id").values_list("institution_id").annotate(c=Sum("cases"), p=Sum("pool_packaged"))
    }  # fmt: skip
    retained = dict(
        MonthSettlement.objects.filter(month__startswith=f"{year:04d}-", outside=False, institution_id__in=places)
        .order_by("institution_id").values_list("institution_id").annotate(sum=Sum("retained"))
    )  # fmt: skip
    return tuple(
        MemberFacts(
            place, people.get(number, 0), done.get(number, (0, ZERO))[0], done.get(number, (0, ZERO))[1],
            retained.get(number) or ZERO,
        )
        for number, place in sorted(places.items())
    )  # fmt: skip


def _below(community: Institution) -> list[Institution]:
    """The leading hospital and everything under it, without what another community leads."""
    found, level = [community], [community.pk]
    for _step in range(20):
        under = list(Institution.objects.filter(parent_id__in=level, leads_community=False).order_by("id"))
        if not under:
            break
        found += under
        level = [place.pk for place in under]
    return found
