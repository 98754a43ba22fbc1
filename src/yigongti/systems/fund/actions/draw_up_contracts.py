"""Draw up the year: the packaged fund by the engine, shared to the communities, and a contract with each of them.

Nobody types a quota: people and past spending are read from what was published, the financing a head and what lies
outside the package are given, and the engine does the rest, keeping every step.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Sum

from yigongti.engines.fund.public import (
    BudgetRules,
    CommunityPeople,
    OutsideItem,
    SchemeFinancing,
    ShareRules,
    make_budget,
    share_out,
)
from yigongti.foundation.errors import Conflict, InvalidInput, Text
from yigongti.foundation.money import ZERO
from yigongti.foundation.policy import Policy
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.matters.public import open_matter
from yigongti.kernel.organisations.models import Institution
from yigongti.kernel.trail.public import record
from yigongti.systems.fund.models import Contract, FundMonth, FundYear, InsuredCount

PERMISSION = "fund.contract"


@dataclass(frozen=True, slots=True)
class YearAsked:
    """What somebody gives for a year. per_head: insurance type → yuan of financing. outside: what the package leaves
    out, name → yuan."""

    year: int
    per_head: Mapping[str, Decimal]
    outside: Mapping[str, Decimal]


def draw_up_contracts(
    actor: Actor, office: Institution, asked: YearAsked, *, policy: Policy, at: datetime
) -> list[Contract]:
    """The contracts of all communities, each with its matter, in preparation. In the actor's scope.

    Raises NotPermitted, Conflict when a contract of the year is not withdrawn, InvalidInput without insured people or
    financing, PolicyError where a rule is missing.
    """
    actor.require(PERMISSION, office.pk)
    if standing := Contract.objects.filter(year=asked.year).exclude(state=Contract.State.WITHDRAWN).first():
        raise Conflict(
            "fund.year_drawn_up",
            zh=f"{asked.year} 年的协议已拟定；要重拟，请先撤回",
            en=f"the contracts of {asked.year} are drawn up: withdraw them before drawing them up again",
            where=str(standing.pk),
        )
    first = date(asked.year, 1, 1)
    schemes = tuple(policy.value("fund.packaged_schemes", on=first))  # type: ignore[arg-type]
    places, communities = _communities(asked.year, schemes)
    people = _people(communities)
    financing = [SchemeFinancing(kind, people[kind], _per_head(asked, kind)) for kind in schemes if people.get(kind)]
    outside = [OutsideItem(name, amount) for name, amount in asked.outside.items() if amount]
    budget = make_budget(financing, outside, BudgetRules.from_policy(policy, on=first))
    shares = share_out(budget.packaged, communities, ShareRules.from_policy(policy, on=first))
    retained = Decimal(str(policy.value("fund.retained_ratio", on=first)))
    steps = [step.as_json() for step in budget.steps]
    year = FundYear.objects.create(
        office_id=office.pk, year=asked.year, people=sum(people.values()), pool=budget.packaged, steps=steps,
        inputs={
            "per_head": {kind: str(amount) for kind, amount in asked.per_head.items()},
            "outside": {name: str(amount) for name, amount in asked.outside.items()},
            "people": people,
            "past_spending": {each.code: str(each.past_spending) for each in communities},
        },
        release=policy.release.digest, made_by_name=actor.display_name, made_at=at,
    )  # fmt: skip
    made = [
        _contract(
            actor, office, year, places[each.code], each.people, shares.quotas[each.code], retained,
            steps + [step.as_json() for step in shares.steps[each.code]], at,
        )
        for each in communities
    ]  # fmt: skip
    record(actor, PERMISSION, subject=f"fund year {asked.year}", at=at, institution_id=office.pk)
    return made


def _per_head(asked: YearAsked, kind: str) -> Decimal:
    amount = asked.per_head.get(kind)
    if amount is None or amount <= 0:
        raise InvalidInput(
            "fund.financing_missing",
            zh=f"请填写险种 {kind} 的人均筹资",
            en=f"give the financing a head of scheme {kind}",
            where=f"per_head_{kind}",
        )
    return amount


def _communities(year: int, schemes: Sequence[str]) -> tuple[dict[str, Institution], list[CommunityPeople]]:
    """The communities with their insured people as last counted before the year ends, and what the year before cost."""
    places = {place.pk: place for place in Institution.objects.filter(leads_community=True).order_by("code")}
    counted = InsuredCount.objects.filter(institution_id__in=places, insurance_type__in=schemes)
    month = counted.filter(month__lte=f"{year}-12").order_by("-month").values_list("month", flat=True).first()
    cells: dict[int, dict[tuple[str, str, str], int]] = {number: {} for number in places}
    for row in counted.filter(month=month or "").order_by("insurance_type", "age_band", "sex"):
        own = cells[row.institution_id]
        key = (row.insurance_type, row.age_band, row.sex)
        own[key] = own.get(key, 0) + row.people
    spent = dict(
        FundMonth.objects.filter(institution_id__in=places, month__startswith=f"{year - 1}-")
        .order_by().values("institution_id").annotate(spent=Sum("pool")).values_list("institution_id", "spent")
    )  # fmt: skip
    found = [
        CommunityPeople(place.code, cells[number], spent.get(number, ZERO))
        for number, place in places.items()
        if cells[number]
    ]
    if not found:
        raise InvalidInput(
            "fund.nobody_insured",
            zh="还没有任何医共体的参保人数：请先完成一次月结",
            en="no insured people are counted for any community yet: close a month first",
        )
    return {place.code: place for place in places.values()}, found


def _people(communities: Sequence[CommunityPeople]) -> dict[str, int]:
    found: dict[str, int] = {}
    for each in communities:
        for (kind, _band, _sex), count in each.cells.items():
            found[kind] = found.get(kind, 0) + count
    return dict(sorted(found.items()))


def _contract(
    actor: Actor, office: Institution, year: FundYear, place: Institution, people: int, quota: Decimal,
    retained: Decimal, steps: list[dict[str, object]], at: datetime,
) -> Contract:  # fmt: skip
    made = Contract.objects.create(
        fund_year=year, office_id=office.pk, institution_id=place.pk, year=year.year, people=people, quota=quota,
        retained_ratio=retained, steps=steps, made_at=at,
    )  # fmt: skip
    matter = open_matter(
        actor, "fund.contract", subject=f"contract/{made.pk}",
        title=Text(f"{year.year} 年总额协议：{place.name}", f"Contract of {year.year}: {place.in_language('en')}"),
        institution=place, owner=office, at=at, amount=quota, data={"contract": made.pk},
    )  # fmt: skip
    made.matter_id = matter.pk
    made.save(update_fields=["matter_id"])
    return made
