"""From the lake before the pages: the month's sums into PostgreSQL in one transaction, in the place of what was
published of that month, and the forecast of the year with it. Runs in the close, with the connection that bypasses row
security.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa
from django.db import models, transaction

from yigongti.engines.fund.public import category_of
from yigongti.facts.public import Lake, Snapshot, read_derived
from yigongti.foundation.errors import InvalidInput
from yigongti.foundation.period import Month
from yigongti.foundation.policy import Policy
from yigongti.kernel.ledger.public import fund_book
from yigongti.kernel.matters.public import complaints_of
from yigongti.kernel.organisations.models import Institution
from yigongti.systems.fund import month as steps
from yigongti.systems.fund.forecasting import forecast_of
from yigongti.systems.fund.models import (
    CounterIndicator,
    Forecast,
    FundMonth,
    InstitutionMonth,
    InsuredCount,
    LateBills,
    PublishedFundMonth,
)

BULK = "bulk"
_BATCH = 2000
_KINDS_ABOVE = (Institution.Kind.TOWNSHIP_HOSPITAL,)


@dataclass(frozen=True, slots=True)
class Published:
    """How many rows stand before the pages now."""

    spending: int
    owed: int
    insured: int
    communities: int


def register(month: Month) -> steps.Register:
    """Which township hospital and which community every institution belongs to, from the tree of institutions; and the
    complaints of the month by community."""
    everything = {place.pk: place for place in Institution.objects.using(BULK).all()}
    townships, communities = {}, {}
    for place in everything.values():
        above = _upwards(place, everything)
        township = next((each for each in above if each.kind in _KINDS_ABOVE), None)
        leader = next((each for each in above if each.leads_community), None)
        if leader is not None:
            communities[place.code] = leader.code
        townships[place.code] = (township or place).code
    codes = tuple(sorted(place.code for place in everything.values()))
    raised: dict[str, int] = {}
    for number, count in complaints_of(month, using=BULK).items():
        if leader_code := communities.get(everything[number].code):
            raised[leader_code] = raised.get(leader_code, 0) + count
    return steps.Register(
        dict(sorted(townships.items())), dict(sorted(communities.items())), codes, dict(sorted(raised.items()))
    )


def _upwards(place: Institution, everything: dict[int, Institution]) -> list[Institution]:
    found = [place]
    while (parent := found[-1].parent_id) and len(found) < 20:
        found.append(everything[parent])
    return found


def publish_month(
    month: Month, lake: Lake, snapshot: Snapshot, policy: Policy, insured: pa.Table, at: datetime
) -> Published:
    """Put the month before the pages; run_month has written it before for the same insured table.

    Raises NotFound when it has not, and InvalidInput for a community that the register does not know.
    """
    wide = steps.wider(month, lake, snapshot, policy)
    key = steps.result_key(wide, policy, insured, register(month))
    results = {name: read_derived(lake, name, month, key).to_pylist() for name in steps.RESULTS}
    known, office = places(), fund_book(using=BULK)
    require_known(known, results[steps.SPENDING] + results[steps.LATE])
    text = str(month)
    with transaction.atomic(using=BULK):
        for model in (FundMonth, InstitutionMonth, InsuredCount, CounterIndicator, Forecast):
            model._default_manager.using(BULK).filter(month=text).delete()
        LateBills.objects.using(BULK).filter(month__in=[str(each) for each in wide.months]).delete()
        there = set(FundMonth.objects.using(BULK).order_by().values_list("month", flat=True).distinct())
        # months before the first close, which were never closed themselves, are shown with it
        rows = [row for row in results[steps.SPENDING] if row["month"] not in there]
        create(FundMonth, (spent_of(row, known, office) for row in rows))
        spending = sum(1 for row in rows if row["month"] == text)
        owed = create(InstitutionMonth, (owed_of(row, known, office, text) for row in results[steps.OWED]))
        create(LateBills, (late_of(row, known, office) for row in results[steps.LATE]))
        insured_rows = create(InsuredCount, (people_of(row, known, office, text) for row in results[steps.INSURED]))
        create(CounterIndicator, (_indicator(row, known, text) for row in results[steps.INDICATORS]))
        forecasts = create(Forecast, forecasts_of(month, results[steps.LATE], known, policy))
        PublishedFundMonth.objects.using(BULK).update_or_create(
            month=text,
            defaults={
                "snapshot_digest": wide.digest, "release": policy.release.digest, "published_at": at,
                "rows": sum(row["cases"] for row in results[steps.OWED]),
            },
        )  # fmt: skip
    return Published(spending, owed, insured_rows, forecasts)


def places() -> dict[str, Institution]:
    """Code → institution, of the whole register."""
    return {place.code: place for place in Institution.objects.using(BULK).all()}


def require_known(places: dict[str, Institution], rows: list[dict[str, Any]]) -> None:
    """Raises InvalidInput for a community that the register does not know."""
    named = {row["community_code"] for row in rows} - {""}
    if unknown := sorted(named - set(places)):
        raise InvalidInput(
            "fund.community_unknown",
            zh=f"机构登记中没有：{'、'.join(unknown)}，请先登记牵头医院",
            en=f"the register has no institution {', '.join(unknown)}: register it first",
        )


def create(model: type[models.Model], rows: Iterable[models.Model]) -> int:
    """Write the rows; how many."""
    return len(model._default_manager.using(BULK).bulk_create(rows, batch_size=_BATCH))


def _community(row: dict[str, Any], places: dict[str, Institution], office: Institution) -> int:
    return places[row["community_code"]].pk if row["community_code"] else office.pk


def _place(code: str, places: dict[str, Institution]) -> int | None:
    return places[code].pk if code in places else None


def spent_of(row: dict[str, Any], places: dict[str, Institution], office: Institution) -> FundMonth:
    """A row of `spending`."""
    return FundMonth(
        institution_id=_community(row, places, office), month=row["month"],
        category=str(category_of(row["care"], row["place"])), care=row["care"], place=row["place"],
        referral=row["referral"], township_id=_place(row["township_code"], places),
        treated_at_id=None if row["outside"] else _place(row["treated_code"], places),
        treated_code=row["treated_code"], chapter=row["chapter"], cases=row["cases"], people=row["people"],
        total_cost=row["total_cost"], outside_catalogue=row["outside_catalogue"], pool=row["pool"],
        other_insurance=row["other_insurance"], patient=row["patient"],
    )  # fmt: skip


def owed_of(row: dict[str, Any], places: dict[str, Institution], office: Institution, month: str) -> InstitutionMonth:
    """A row of `owed_of_month`."""
    return InstitutionMonth(
        institution_id=_place(row["owed_to"], places) or office.pk, month=month, outside=row["outside"],
        cases=row["cases"], total_cost=row["total_cost"], pool_packaged=row["pool_packaged"],
        pool_other=row["pool_other"], critical_illness=row["critical_illness"],
        medical_assistance=row["medical_assistance"], other_funds=row["other_funds"],
        personal_account=row["personal_account"], cash=row["cash"],
    )  # fmt: skip


def late_of(row: dict[str, Any], places: dict[str, Institution], office: Institution) -> LateBills:
    """A row of `late_bills`."""
    return LateBills(
        institution_id=_community(row, places, office), month=row["month"], occurred=row["occurred"],
        cases=row["cases"], pool=row["pool"],
    )  # fmt: skip


def people_of(row: dict[str, Any], places: dict[str, Institution], office: Institution, month: str) -> InsuredCount:
    """A row of `insured_of`."""
    return InsuredCount(
        institution_id=_place(row["community_code"], places) or office.pk, month=month,
        township_id=_place(row["township_code"], places), insurance_type=row["insurance_type"],
        age_band=row["age_band"], sex=row["sex"], people=row["people"],
    )  # fmt: skip


def _indicator(row: dict[str, Any], places: dict[str, Institution], month: str) -> CounterIndicator:
    return CounterIndicator(
        institution_id=places[row["community_code"]].pk, month=month, name=row["name"], numerator=row["numerator"],
        denominator=row["denominator"],
    )  # fmt: skip


def forecasts_of(
    month: Month, late: list[dict[str, Any]], places: dict[str, Institution], policy: Policy
) -> Iterable[Forecast]:
    """The forecast of every community from the late bills that were known at the month's end."""
    for code in sorted({row["community_code"] for row in late} - {""}):
        own = [row for row in late if row["community_code"] == code]
        place = places[code].pk
        yield Forecast(institution_id=place, month=str(month), **forecast_of(month, own, policy))
