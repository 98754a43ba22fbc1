"""A step of the close: what groups pay for the month's cases, less what their bills claimed, kept and posted.

Rows of systems/fund (CasePayment, PaidCase) and one entry in each book for every institution whose difference is not
nothing (docs/adr/0020, 6). When the month is closed again and a sum has changed, its entries are reversed and posted
anew with the rows, in one transaction; when nothing has changed, nothing is posted.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from yigongti.engines.fund.public import month_of
from yigongti.foundation.errors import Text
from yigongti.foundation.money import ZERO
from yigongti.foundation.period import Month
from yigongti.foundation.policy import Policy
from yigongti.kernel.access.actor import NOBODY
from yigongti.kernel.ledger.public import Posted, Standing, bring, fund_book
from yigongti.kernel.organisations.models import Institution
from yigongti.processes.fund_month.grouped_cases import GroupedCase, grouped_cases
from yigongti.systems.fund.case_payments import keep_month
from yigongti.systems.fund.entries import CASE_PAYMENT, Side, difference_entries
from yigongti.systems.fund.models import CasePayment, PaidCase

BULK = "bulk"
_CLOSED_AGAIN = Text("重新月结，原差额分录冲销", "closed again: the earlier difference is taken back")


@dataclass(frozen=True, slots=True)
class Kept:
    """cases: that are paid by group; entries: posted and reversed now."""

    cases: int
    entries: Posted


def pay_cases(month: Month, connection: Any, policy: Policy, insured: Any, at: datetime) -> Kept:
    """Keep and post the month's payment by group, over the connection `bulk`.

    connection: Ibis on DuckDB with the month's settlements. insured: an Arrow table with insured_number and
    community_code. at: aware. Raises Conflict "ledger.period_closed" when a sum changes after its books were closed.
    """
    may = policy.value("casemix.fund_part_may_be_negative", on=month.last_day)
    schemes = [str(each) for each in policy.value("fund.packaged_schemes", on=month.last_day)]  # type: ignore[union-attr]
    office = fund_book(using=BULK)
    cases = grouped_cases(month, connection, may_be_negative=bool(may))
    places = {place.pk: place for place in Institution.objects.using(BULK).all()}
    communities = _communities(insured, places)
    rows = [
        PaidCase(
            institution_id=each.billed.institution, month=str(month), insurance_type=each.billed.insurance_type,
            community_id=communities.get(each.billed.insured_number, office.pk), case_id=each.billed.case_id,
            packaged=each.billed.insurance_type in schemes, priced_month=each.pay.month if each.pay else "",
            bills=each.now.bills, cost=each.now.cost, claimed=each.now.claimed, payment=each.now.payment,
            difference=each.now.difference,
        )
        for each in cases
    ]  # fmt: skip
    sums = _sums(month, cases, schemes, policy, at)
    with transaction.atomic(using=BULK):
        keep_month(month, sums, rows, using=BULK)
        posted = _post(month, sums, office, places, at)
    return Kept(len(rows), posted)


def _communities(insured: Any, places: Mapping[int, Institution]) -> dict[str, int]:
    """Insured number → the hospital that leads the person's community."""
    ids = {place.code: number for number, place in places.items()}
    told = zip(insured["insured_number"].to_pylist(), insured["community_code"].to_pylist(), strict=True)
    return {number: ids[code] for number, code in told if code in ids}


def _sums(
    month: Month, cases: list[GroupedCase], schemes: list[str], policy: Policy, at: datetime
) -> list[CasePayment]:
    groups: dict[tuple[int, str], list[GroupedCase]] = {}
    for each in cases:
        groups.setdefault((each.billed.institution, each.billed.insurance_type), []).append(each)
    made = []
    for (institution, scheme), own in sorted(groups.items()):
        added, steps = month_of(each.now for each in own)
        made.append(
            CasePayment(
                institution_id=institution, month=str(month), insurance_type=scheme, packaged=scheme in schemes,
                cases=len(own), cost=added.cost, claimed=added.claimed, payment=added.payment,
                difference=added.difference, steps=[step.as_json() for step in steps],
                release=policy.release.digest, made_at=at,
            )
        )  # fmt: skip
    return made


def _post(
    month: Month, sums: list[CasePayment], office: Institution, places: Mapping[int, Institution], at: datetime
) -> Posted:
    by_place: dict[int, list[CasePayment]] = {}
    for row in sums:
        by_place.setdefault(row.institution_id, []).append(row)
    wanted = []
    for number, own in sorted(by_place.items()):
        difference = sum((row.difference for row in own), ZERO)
        place = places[number]
        sides = Side(office.pk, office.code), Side(place.pk, place.code)
        wanted += difference_entries(*sides, month, difference, _digest(own, difference))
    standing = Standing(CASE_PAYMENT, f"{CASE_PAYMENT}/{month}/", month.last_day, _CLOSED_AGAIN)
    return bring(NOBODY, wanted, standing, at, using=BULK)


def _digest(rows: list[CasePayment], difference: Decimal) -> str:
    names = ("insurance_type", "cost", "claimed", "payment", "difference")
    told = [[str(getattr(row, name)) for name in names] for row in rows]
    return hashlib.sha256(json.dumps([told, str(difference)]).encode()).hexdigest()[:16]
