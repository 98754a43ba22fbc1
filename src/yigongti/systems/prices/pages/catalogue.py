"""What everything may cost on a day, one item's prices over time, and the public list without sign-in."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yigongti.foundation.errors import InvalidInput
from yigongti.foundation.schemas import FEE_ITEMS
from yigongti.kernel.access.guard import permitted
from yigongti.kernel.presentation.tables import Column, Table
from yigongti.systems.prices import queries
from yigongti.systems.prices.models import Level

FEE_ITEM_WORDS = {item.name: item.label for item in FEE_ITEMS}


def language() -> str:
    return get_language() or "zh-hans"


def fee_item_word(row: Any) -> str:
    found = FEE_ITEM_WORDS.get(row["fee_item"])
    return found.in_language(language()) if found else ""


def chosen_day(request: HttpRequest, name: str = "on") -> date:
    """The day in the address, today when it names none. Raises InvalidInput."""
    text = request.GET.get(name, "")
    try:
        return date.fromisoformat(text) if text else timezone.localdate()
    except ValueError:
        raise InvalidInput(
            "prices.day_unreadable", zh=f"“{text}”不是日期", en=f"“{text}” is no date", where=name
        ) from None


def _columns(item_link: bool) -> list[Column]:
    link = (lambda row: f"/prices/items/{quote(row['code'])}") if item_link else None
    kinds = [(name, label.in_language(language())) for name, label in FEE_ITEM_WORDS.items()]
    return [
        Column("code", _("Item code"), link=link),
        Column("name", _("Item")),
        Column("unit", _("Unit")),
        Column("fee_item", _("Fee item"), value=fee_item_word, choices=kinds),
        *(Column(f"price_{level.value}", level.label, "number", filterable=False) for level in Level),
        Column("since", _("Since"), "date", filterable=False),
    ]


@permitted("prices.see")
def catalogue(request: HttpRequest) -> HttpResponse:
    """The catalogue on a day (?on=2026-10-01)."""
    return _list(request, "prices/catalogue.html", item_link=True)


def public_list(request: HttpRequest) -> HttpResponse:
    """价格公示: the same list for everybody, without sign-in."""
    return _list(request, "prices/public.html", item_link=False)


public_list.guarded_by = None  # type: ignore[attr-defined]  # prices are public by law


def _list(request: HttpRequest, template: str, *, item_link: bool) -> HttpResponse:
    day = chosen_day(request)
    rows = queries.catalogue(day)
    table = Table("prices", _columns(item_link), key="code", order="code", size=100)
    return table.respond(request, rows, template, {"on": day, "count": rows.count(), "table_keep": ["on"]})


@permitted("prices.see")
def item(request: HttpRequest, code: str) -> HttpResponse:
    """One item: what it includes, and every price that it had, with the revision that set it."""
    found = queries.the_item(code)
    columns = [
        Column("level", _("Level"), value=lambda row: str(Level(row["level"]).label), choices=Level.choices),
        Column("price", _("Price"), "number", places=4),
        Column("valid_from", _("In force from"), "date"),
        Column("valid_to", _("In force to"), "date"),
        Column(
            "revision_number", _("Revision"), "count",
            link=lambda row: f"/prices/revisions/{row['revision_number']}" if row["revision_number"] else "",
        ),
    ]  # fmt: skip
    table = Table("item-prices", columns, order="-valid_from")
    return table.respond(request, queries.history(found), "prices/item.html", {"item": found})
