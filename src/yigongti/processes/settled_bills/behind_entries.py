"""From an entry of the books to the settlements whose sum it is, as the lake has them now (docs/adr/0020, point 5)."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from yigongti.facts.public import Lake
from yigongti.foundation.errors import NotFound
from yigongti.foundation.period import Month
from yigongti.foundation.schemas.settlements import INSIDE_COUNTY, SETTLEMENTS
from yigongti.kernel.access.actor import Actor, covers
from yigongti.kernel.ledger.public import CauseLink, register_cause
from yigongti.kernel.organisations.models import Institution
from yigongti.processes.settled_bills.sums import PAID
from yigongti.systems.benefits import public as benefits

_TOLD = ("settlement_number", "insured_number", "care", "place", "case_id", "ended_on", "settled_on", *PAID)


def register() -> None:
    """For the applications' start."""
    register_cause("settlements", _link)


def _link(address: str) -> CauseLink | None:
    month, _slash, rest = address.partition("/")
    code, _slash, care = rest.partition("/")
    query = urlencode({"institution": code, "month": month, "care": care})
    title = _("Settlements of %(month)s at %(institution)s") % {"month": month, "institution": code}
    return CauseLink(title, f"{reverse('settled_bills:behind')}?{query}")


def settlements_behind(actor: Actor, institution: Institution, month: Month, care: str) -> list[dict[str, Any]]:
    """The settlements that the month's sums are made of: those that came by file. care: one kind, "" for all.

    Raises NotFound for an institution whose settlements the actor may not see: the lake has no row security.
    """
    if not covers(actor.spans.get("seeing_settlements", ()), institution.pk):
        raise NotFound(
            "settled_bills.not_yours",
            zh="没有这家机构，或您无权查看其结算",
            en="there is no such institution, or its settlements are not yours to see",
            where=institution.code,
        )
    rows = Lake(Path(settings.LAKE_ROOT)).read(SETTLEMENTS.name, institution.code, month).select(list(_TOLD))
    apart = {row["settlement_number"] for row in benefits.rows_of_month(institution.pk, month, using="default")}
    return [
        row | {"outside": row["place"] not in INSIDE_COUNTY}
        for row in rows.to_pylist()
        if row["settlement_number"] not in apart and care in ("", row["care"])
    ]
