"""The demo county's price catalogue, and a revision that is being prepared, so that the pages of prices have something.

The first prices are those of the starter knowledge (policy/checks/claim_checks/knowledge/price_above_ceiling.csv), so
that what the county charges, what it may charge and what the checks look for are one list.
"""

from __future__ import annotations

import csv
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.utils import timezone

from yigongti.demo.county.clinical_lists import read_lists
from yigongti.demo.county.prices import PriceList
from yigongti.facts.public import Lake
from yigongti.foundation.period import Month
from yigongti.foundation.policy import Policy
from yigongti.kernel.access.queries import actor_by_username
from yigongti.kernel.access.scope import scope
from yigongti.kernel.organisations.models import Institution
from yigongti.systems.prices.actions.draft_revision import draft_revision
from yigongti.systems.prices.actions.rehearse_revision import rehearse_revision
from yigongti.systems.prices.actions.set_lines import Wanted, set_lines
from yigongti.systems.prices.models import Price, PriceItem, Revision, RevisionLine

KNOWLEDGE = "checks/claim_checks/knowledge/price_above_ceiling.csv"
OFFICER = "insurance"
RAISED = ("fee_nursing", "fee_traditional")
LOWERED = ("fee_laboratory", "fee_imaging")
"""The story of the demo's revision: labour is paid better, tests cheaper."""


def publish_catalogue(policy: Policy) -> int:
    """Load the first catalogue, unless it is there; how many prices it has. Before the close, which checks by it."""
    if not PriceItem.objects.using("bulk").exists():
        _first_catalogue(policy)
    return Price.objects.using("bulk").count()


def begin_revision(*, lake: Lake, month: Month, at: datetime) -> int:
    """Begin a revision and rehearse it over the month, unless there is one; how many lines it has."""
    if not Revision.objects.using("bulk").exists():
        _begin_revision(lake, month, at)
    return RevisionLine.objects.using("bulk").count()


def _first_catalogue(policy: Policy) -> None:
    entries = {entry.code: entry for entry in PriceList(read_lists()).entries}
    with policy.file(KNOWLEDGE).open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if not row["to"]]
    names = {row["item_code"]: row["item_name"] for row in rows}
    items = PriceItem.objects.using("bulk").bulk_create(
        PriceItem(code=code, name=name, fee_item=entries[code].fee_item if code in entries else "")
        for code, name in names.items()
    )
    known = {item.code: item for item in items}
    Price.objects.using("bulk").bulk_create(
        Price(
            item=known[row["item_code"]], level=row["level"], price=Decimal(row["ceiling"]),
            valid_from=date.fromisoformat(row["from"]),
        )
        for row in rows
    )  # fmt: skip


def _begin_revision(lake: Lake, month: Month, at: datetime) -> None:
    today = timezone.localdate(at)
    actor = actor_by_username(OFFICER, today)
    if actor is None:
        return
    with scope(actor):
        county = Institution.objects.filter(kind="county").order_by("id")[0]
        revision = draft_revision(
            actor, county, title="医疗服务价格动态调整（示范）", document_number="",
            effective_on=today + timedelta(days=60), at=at,
        )  # fmt: skip
        changed = Price.objects.filter(item__fee_item__in=(*RAISED, *LOWERED), valid_to__isnull=True)
        wanted = [
            Wanted(price.item.code, price.level, _changed(price))
            for price in changed.select_related("item")
            if _changed(price) != price.price
        ]
        set_lines(actor, revision, wanted, at=at)
    rehearse_revision(actor, revision.pk, [month], lake=lake, at=at)


def _changed(price: Price) -> Decimal:
    factor = Decimal("1.15") if price.item.fee_item in RAISED else Decimal("0.90")
    return (price.price * factor).quantize(Decimal("0.1"), ROUND_HALF_UP)
