"""One entry with its postings, and everything that one cause brought about."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from yigongti.foundation.errors import NotFound
from yigongti.kernel.access.guard import permitted
from yigongti.kernel.ledger.causes import cause_link
from yigongti.kernel.ledger.models import Entry
from yigongti.kernel.ledger.pages.chosen import SEE, account_label, language
from yigongti.kernel.presentation.tables import Column, Table


@permitted(SEE)
def entry(request: HttpRequest, number: int) -> HttpResponse:
    """What happened, on which accounts, brought about by what, posted by whom and when, and whether it was taken back.

    Raises NotFound ("ledger.entry_unknown") for an entry that there is not, or that is not the actor's to see.
    """
    found = Entry.objects.select_related("book", "reverses").filter(pk=number).first()
    if found is None:
        raise NotFound(
            "ledger.entry_unknown",
            zh="没有这笔分录，或您无权查看",
            en="there is no such entry, or it is not yours to see",
        )
    lines: list[dict[str, Any]] = [
        {"posting": line, "label": account_label(line.account)}
        for line in found.postings.select_related("partner").order_by("line")
    ]
    others = Entry.objects.filter(cause=found.cause).exclude(pk=found.pk).count()
    context = {
        "entry": found, "lines": lines, "said": found.said(language()), "cause": cause_link(found.cause),
        "reversed_by": Entry.objects.filter(reverses=found).first(), "others": others,
    }  # fmt: skip
    return render(request, "ledger/entry.html", context)


@permitted(SEE)
def cause(request: HttpRequest) -> HttpResponse:
    """?of=settlement:H1/S1: the entries that it brought about, in every book that the actor reads."""
    told = request.GET.get("of", "").replace("\x00", "")[:160]
    rows = Entry.objects.filter(cause=told)
    english = language().startswith("en")
    columns = [
        Column("on", _("Day"), "date", link=_entry),
        Column("said", _("What happened"), value=lambda row: row["said_en" if english else "said_zh"],
               fields=("said_zh", "said_en"), link=_entry, sortable=False, filterable=False),
        Column("book__name", _("Book")),
        Column("key", _("Key"), hidden=True),
        Column("posted_at", _("Posted"), "instant", filterable=False),
        Column("posted_by", _("Posted by")),
    ]  # fmt: skip
    table = Table("entries-of-a-cause", columns, key="id", order="on")
    return table.respond(
        request, rows, "ledger/cause.html", {"told": told, "count": rows.count(), "link": cause_link(told)}
    )


def _entry(row: Any) -> str:
    return reverse("ledger:entry", args=[row["id"]])
