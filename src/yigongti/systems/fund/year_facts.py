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
    CasePayment,
    Contract,
    FundMonth,
    InstitutionMonth,
    InsuredCount,
    MonthSettlement,
    PaidCase,
    PublishedFundMonth,
)


@dataclass(frozen=True, slots=True)
class GroupedYear:
    """The year's cases of an institution and scheme that are paid by group. cost: of their bills; fund: what the fund
    pays for them, month by month; patients: what others bear. packaged: whether the packaged fund bears the scheme."""

    insurance_type: str
    packaged: bool
    cost: Decimal
    fund: Decimal
    patients: Decimal


@dataclass(frozen=True, slots=True)
class MemberFacts:
    """An institution of the community. people: insured people registered with it at the last published month; cases,
    pool: settled in the year, yuan of the packaged fund; retained: kept back for the assessment; grouped: its cases
    that are paid by group, by scheme; deposit: kept back of these."""

    institution: Institution
    people: int
    cases: int
    pool: Decimal
    retained: Decimal
    grouped: tuple[GroupedYear, ...] = ()
    deposit: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class YearFacts:
    """quota: of the contract in force, None without one. months: published, of the year, oldest first, each with the
    digest of the facts behind it. spending: (care, place) → yuan of the packaged fund as bills claimed them. by_group:
    what payment by group added to that, for the community's people: (at its own hospitals, at others)."""

    community: Institution
    quota: Decimal | None
    months: Mapping[str, str]
    spending: Mapping[tuple[str, str], Decimal]
    members: tuple[MemberFacts, ...]
    by_group: tuple[Decimal, Decimal] = (ZERO, ZERO)


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
    places = {place.pk: place for place in _below(community)}
    members = _members(community, places, year, max(digests, default=""), list(digests))
    quota = contract.quota if contract else None
    return YearFacts(community, quota, digests, spending, members, _by_group(community, places, list(digests)))


def _by_group(community: Institution, places: Mapping[int, Institution], months: list[str]) -> tuple[Decimal, Decimal]:
    rows = PaidCase.objects.filter(community_id=community.pk, packaged=True, month__in=months).order_by()
    sums = dict(rows.values_list("institution_id").annotate(sum=Sum("difference")))
    own = sum((amount for number, amount in sums.items() if number in places), ZERO)
    return own, sum(sums.values(), ZERO) - own


def _grouped(places: Mapping[int, Institution], months: list[str]) -> dict[int, list[GroupedYear]]:
    rows = CasePayment.objects.filter(month__in=months, institution_id__in=places)
    found: dict[int, list[GroupedYear]] = {}
    keys = ("institution_id", "insurance_type", "packaged")
    for number, scheme, packaged, cost, claimed, added in (
        rows.order_by(*keys).values_list(*keys).annotate(c=Sum("cost"), p=Sum("claimed"), d=Sum("difference"))
    ):
        found.setdefault(number, []).append(GroupedYear(scheme, packaged, cost, claimed + added, cost - claimed))
    return found


def _members(
    community: Institution, places: Mapping[int, Institution], year: int, last: str, months: list[str]
) -> tuple[MemberFacts, ...]:
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
    kept = {
        number: (retained, deposit)
        for number, retained, deposit in MonthSettlement.objects.filter(
            month__startswith=f"{year:04d}-", outside=False, institution_id__in=places
        )
        .order_by("institution_id").values_list("institution_id").annotate(r=Sum("retained"), d=Sum("deposit"))
    }  # fmt: skip
    grouped = _grouped(places, months)
    return tuple(
        MemberFacts(
            place, people.get(number, 0), done.get(number, (0, ZERO))[0], done.get(number, (0, ZERO))[1],
            *kept.get(number, (ZERO, ZERO))[:1], tuple(grouped.get(number, ())), kept.get(number, (ZERO, ZERO))[1],
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
