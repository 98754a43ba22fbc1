"""Revisions: the list, one with its lines and rehearsal, and what is done to a draft."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yigongti.foundation.errors import InvalidInput, YigongtiError
from yigongti.foundation.period import Month
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.guard import permitted
from yigongti.kernel.access.limits import policy
from yigongti.kernel.organisations.models import Institution
from yigongti.kernel.presentation.focus import focus_of
from yigongti.kernel.presentation.tables import Column, Table
from yigongti.systems.prices import queries
from yigongti.systems.prices.actions.draft_revision import draft_revision
from yigongti.systems.prices.actions.rehearse_revision import ask_for_rehearsal
from yigongti.systems.prices.actions.set_lines import Wanted, remove_line, set_lines
from yigongti.systems.prices.models import Level, Revision, RevisionLine
from yigongti.systems.prices.pages.catalogue import language
from yigongti.systems.prices.workbook import read_prices

State = Revision.State
_MARKS = {State.DRAFT: "", State.SIGNING: "due", State.PUBLISHED: "good", State.WITHDRAWN: "bad"}
LARGEST_WORKBOOK = 8 * 1024 * 1024


def office_of(actor: Actor, permission: str) -> Institution:
    """The uppermost institution at which the actor holds the permission. Raises NotPermitted without one."""
    actor.require(permission)
    posts = [post for post in actor.posts if permission in post.role.permissions]
    return Institution.objects.get(pk=min(post.institution_id for post in posts))


@permitted("prices.see")
def revisions(request: HttpRequest) -> HttpResponse:
    """All revisions that the actor may see, newest first."""
    rows = queries.revisions()
    columns = [
        Column("id", _("Number"), "count", link=lambda row: reverse("prices:revision", args=[row["id"]])),
        Column("title", _("Title"), link=lambda row: reverse("prices:revision", args=[row["id"]])),
        Column("document_number", _("Document number")),
        Column("effective_on", _("In force from"), "date"),
        Column("state", _("State"), choices=State.choices, value=lambda row: str(State(row["state"]).label),
               mark=lambda row: _MARKS[State(row["state"])]),
        Column("count", _("Lines"), "count", filterable=False),
        Column("raised", _("Raised"), "count", filterable=False),
        Column("lowered", _("Lowered"), "count", filterable=False),
        Column("added", _("New"), "count", filterable=False),
        Column("ended", _("Ended"), "count", filterable=False),
    ]  # fmt: skip
    waiting = rows.filter(state=State.SIGNING).count()
    table = Table("revisions", columns, order="-id")
    context = {"count": rows.count(), "waiting": waiting, "may_prepare": request.actor.may("prices.prepare")}  # type: ignore[attr-defined]
    return table.respond(request, rows, "prices/revisions.html", context)


@permitted("prices.prepare")
def draft(request: HttpRequest) -> HttpResponse:
    """Begin a revision."""
    actor = request.actor  # type: ignore[attr-defined]
    problem: YigongtiError | None = None
    if request.method == "POST":
        try:
            made = draft_revision(
                actor, office_of(actor, "prices.prepare"), title=request.POST.get("title", ""),
                document_number=request.POST.get("document_number", ""),
                effective_on=_day(request.POST.get("effective_on", "")), at=timezone.now(),
            )  # fmt: skip
            return HttpResponseRedirect(reverse("prices:revision", args=[made.pk]))
        except YigongtiError as error:
            problem = error
    return render(
        request, "prices/draft.html", {"problem": problem, "given": request.POST, "today": timezone.localdate()},
        status=400 if problem else 200,
    )  # fmt: skip


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInput(
            "prices.day_unreadable", zh="请填写生效日期", en="give the day", where="effective_on"
        ) from None


@permitted("prices.see")
def revision(request: HttpRequest, number: int) -> HttpResponse:
    """One revision: what it changes, what it would have cost, and what can be done next."""
    return _shown(request, number, None)


def _shown(request: HttpRequest, number: int, problem: YigongtiError | None) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    found = queries.the_revision(number)
    rehearsal = found.rehearsals.first()
    may_change = found.state == State.DRAFT and actor.may("prices.prepare", found.office_id)
    columns = [
        Column("code", _("Item code")),
        Column("name", _("Item")),
        Column("level", _("Level"), value=lambda row: str(Level(row["level"]).label), choices=Level.choices),
        Column("before", _("Before"), "number"),
        Column("after", _("After"), "number"),
        Column("change", _("Change"), value=_change, fields=("before", "after"), sortable=False, filterable=False,
               mark=lambda row: "" if row["after"] is None or row["before"] is None
               else "due" if row["after"] > row["before"] else "good"),
    ]  # fmt: skip
    context: dict[str, Any] = {
        "revision": found,
        "rehearsal": rehearsal,
        "is_current": rehearsal is not None and rehearsal.seen_at >= found.changed_at,
        "sums": queries.rehearsed(rehearsal),
        "by_institution": [
            {**row, "name": row["institution__name_en"] if language().startswith("en") and row["institution__name_en"]
             else row["institution__name"]}
            for row in (queries.by_institution(rehearsal) if rehearsal else ())
        ],
        "may_change": may_change,
        "months": focus_of(request).months,
        "levels": Level.choices,
        "problem": problem,
    }  # fmt: skip
    table = Table("revision-lines", columns, order="code")
    answer = table.respond(request, RevisionLine.objects.filter(revision=found), "prices/revision.html", context)
    if problem:
        answer.status_code = 400
    return answer


def _change(row: Any) -> str:
    if row["before"] is None:
        return str(_("new"))
    if row["after"] is None:
        return str(_("ended"))
    if not row["before"]:
        return f"{row['after'] - row['before']:+.2f}"
    return f"{row['after'] - row['before']:+.2f} ({(row['after'] / row['before'] - 1) * 100:+.1f} %)"


@require_POST
@permitted("prices.prepare")
def add_lines(request: HttpRequest, number: int) -> HttpResponse:
    """From a workbook, or one line typed."""
    actor = request.actor  # type: ignore[attr-defined]
    found = queries.the_revision(number)
    try:
        set_lines(actor, found, _wanted(request), at=timezone.now())
    except YigongtiError as error:
        return _shown(request, number, error)
    return HttpResponseRedirect(reverse("prices:revision", args=[number]))


def _wanted(request: HttpRequest) -> list[Wanted]:
    file = request.FILES.get("file")
    if file is not None:
        if file.size > LARGEST_WORKBOOK:
            raise InvalidInput("prices.workbook_large", zh="工作簿超过 8 MB", en="the workbook is larger than 8 MB")
        return read_prices(file.read(), policy())
    given = request.POST
    try:
        after = None if given.get("ends") else Decimal(given.get("after", "").replace(",", ""))
    except InvalidOperation:
        raise InvalidInput("prices.price_unreadable", zh="请填写价格", en="give the price", where="after") from None
    return [
        Wanted(
            given.get("code", "").strip(), given.get("level", ""), after, given.get("name", ""), given.get("unit", "")
        )
    ]


@require_POST
@permitted("prices.prepare")
def remove(request: HttpRequest, number: int, line: int) -> HttpResponse:
    """Take a line out of a draft."""
    remove_line(request.actor, queries.the_revision(number), line, at=timezone.now())  # type: ignore[attr-defined]
    return HttpResponseRedirect(reverse("prices:revision", args=[number]))


@require_POST
@permitted("prices.prepare")
def rehearse(request: HttpRequest, number: int) -> HttpResponse:
    """Start a rehearsal over the months chosen."""
    found = queries.the_revision(number)
    try:
        months = [Month.parse(text) for text in request.POST.getlist("months")]
        ask_for_rehearsal(request.actor, found, months, at=timezone.now())  # type: ignore[attr-defined]
    except YigongtiError as error:
        return _shown(request, number, error)
    return HttpResponseRedirect(reverse("prices:revision", args=[number]) + "?started=1")
