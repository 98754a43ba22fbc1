"""All rehearsals, and the beginning of a new one."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yigongti.foundation.errors import InvalidInput, YigongtiError
from yigongti.foundation.period import Month
from yigongti.kernel.access.guard import permitted
from yigongti.kernel.presentation.tables import Column, Table
from yigongti.processes.rehearsal import queries
from yigongti.processes.rehearsal.actions.begin_rehearsal import begin_rehearsal, office_of
from yigongti.processes.rehearsal.models import Rehearsal

State = Rehearsal.State
MARKS = {
    State.FAILED: "bad", State.WITHDRAWN: "bad", State.SIGNING: "due", State.SIGNED: "due", State.PUBLISHED: "good",
}  # fmt: skip


@permitted("rehearsal.run")
def rehearsals(request: HttpRequest) -> HttpResponse:
    """All that the actor may see, newest first."""
    found = queries.rehearsals(request.actor)  # type: ignore[attr-defined]
    columns = [
        Column("id", _("Number"), "count", link=lambda row: reverse("rehearsal:one", args=[row["id"]])),
        Column("title", _("Title"), link=lambda row: reverse("rehearsal:one", args=[row["id"]])),
        Column("state", _("State"), choices=State.choices, value=lambda row: str(State(row["state"]).label),
               mark=lambda row: MARKS.get(State(row["state"]), "")),
        Column("effective_on", _("In force from"), "date"),
        Column("first_month", _("From month")),
        Column("last_month", _("To month")),
        Column("count", _("Files"), "count", filterable=False),
        Column("made_by_name", _("Prepared by")),
        Column("signed_by_name", _("Signed by")),
        Column("made_at", _("When"), "instant"),
    ]  # fmt: skip
    table = Table("rehearsals", columns, order="-id")
    return table.respond(request, found, "rehearsal/list.html", {"sentence": _sentence(found.count(), found)})


def _sentence(count: int, found: object) -> str:
    if not count:
        return _("No change of policy has been rehearsed yet.")
    waiting = found.filter(state=State.SIGNING).count()  # type: ignore[attr-defined]
    told = ngettext("%(count)s change rehearsed", "%(count)s changes rehearsed", count) % {"count": count}
    return _("%(told)s; %(waiting)s waiting for the second person.") % {"told": told, "waiting": waiting}


@permitted("rehearsal.run")
def begin(request: HttpRequest) -> HttpResponse:
    """The form of a new one: title, reason, day, months."""
    actor = request.actor  # type: ignore[attr-defined]
    problem: YigongtiError | None = None
    if request.method == "POST":
        try:
            made = begin_rehearsal(
                actor, office_of(actor), title=request.POST.get("title", ""), reason=request.POST.get("reason", ""),
                effective_on=day_of(request.POST.get("effective_on", "")),
                first_month=month_of(request.POST.get("first_month", ""), "first_month"),
                last_month=month_of(request.POST.get("last_month", ""), "last_month"), at=timezone.now(),
            )  # fmt: skip
            return HttpResponseRedirect(reverse("rehearsal:parameters", args=[made.pk]))
        except InvalidInput as error:
            problem = error
    today = timezone.localdate()
    last = Month.of(today).plus(-1)
    given = {
        "title": "", "reason": "", "effective_on": date(today.year + 1, 1, 1).isoformat(),
        "first_month": str(last.plus(-11)), "last_month": str(last), **request.POST.dict(),
    }  # fmt: skip
    return render(request, "rehearsal/begin.html", {"problem": problem, "given": given}, status=400 if problem else 200)


def day_of(text: str) -> date:
    """A day from a form. Raises InvalidInput."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise InvalidInput(
            "rehearsal.day_unreadable", zh="请填写生效日期", en="give the day", where="effective_on"
        ) from None


def month_of(text: str, field: str) -> Month:
    """A month from a form. Raises InvalidInput at its field."""
    try:
        return Month.parse(text.strip())
    except InvalidInput as error:
        raise InvalidInput(error.code, zh=error.text.zh, en=error.text.en, where=field) from None
