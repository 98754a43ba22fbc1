"""Opening a record beyond care: in an emergency by oneself, for a matter by another person; and who did."""

from __future__ import annotations

from datetime import date, datetime, time
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yigongti.foundation.errors import InvalidInput, YigongtiError
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.guard import permitted
from yigongti.kernel.access.models import Account
from yigongti.kernel.access.scope import scope
from yigongti.kernel.people.actions.open_record import close_opening, open_for_matter, open_in_emergency
from yigongti.kernel.people.limits import limit
from yigongti.kernel.people.masking import identities
from yigongti.kernel.people.models import Opening, Resident
from yigongti.kernel.people.queries import openings_at
from yigongti.kernel.people.relations import live_opening
from yigongti.kernel.presentation.focus import focus_of
from yigongti.kernel.presentation.tables import Column, Table
from yigongti.kernel.presentation.tables.column import Row
from yigongti.systems.health_records.finding import find, masked_registration
from yigongti.systems.health_records.pages.guarding import person_page
from yigongti.systems.health_records.pages.registering import institution_in_focus
from yigongti.systems.health_records.pages.residents import person_address


@permitted("records.break_glass")
def emergency(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What follows from opening a record in an emergency, the reason, and the act."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    institution_id = institution_in_focus(request)
    now = timezone.now()
    problem: YigongtiError | None = None
    reason = request.POST.get("reason", "")
    if request.method == "POST":
        try:
            open_in_emergency(actor, institution_id, public_id, reason=reason, at=now)
            return HttpResponseRedirect(person_address(public_id) + f"?{focus_of(request).query}")
        except YigongtiError as error:
            problem = error
    context = {
        "candidate": masked_registration(actor, public_id),
        "public_id": public_id,
        "reason": reason,
        "problem": problem,
        "hours": limit("records.emergency_hours", timezone.localdate(now)),
    }
    return render(request, "health_records/emergency.html", context, status=400 if problem else 200)


@require_POST
@person_page
def close(request: HttpRequest, number: int) -> HttpResponse:
    """End an opening: by whom it was opened, to whom, or by who guards there."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    close_opening(actor, number, at=timezone.now())
    where = "openings" if actor.may("trail.see_views") else "residents"
    return HttpResponseRedirect(reverse(f"health_records:{where}") + f"?{focus_of(request).query}")


@permitted("trail.see_views")
def openings(request: HttpRequest) -> HttpResponse:
    """Every opening at the institutions that the actor guards; ?live=1 only those that hold now."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    now = timezone.now()
    rows = openings_at(actor, live_at=now if request.GET.get("live") else None)
    everything = openings_at(actor)
    since = timezone.make_aware(datetime.combine(timezone.localdate(now), time.min))
    columns = [
        Column("started_at", _("Opened"), "instant", filterable=False),
        Column(
            "kind",
            _("Kind of opening"),
            choices=Opening.Kind.choices,
            value=lambda row: Opening.Kind(row["kind"]).label,
            mark=lambda row: "bad" if row["kind"] == Opening.Kind.EMERGENCY else "due",
        ),
        Column("account", _("To whom"), value=lambda row: row["account_name"], sortable=False, filterable=False),
        Column("institution__name", _("Institution")),
        Column("resident", _("Resident"), value=lambda row: row["resident_name"], sortable=False, filterable=False),
        Column("reason", _("Reason")),
        Column("ends_at", _("Ends"), "instant", filterable=False),
        Column(
            "closed_at",
            _("State"),
            value=lambda row: _state(row, now),
            mark=lambda row: "bad" if row["closed_at"] is None and row["ends_at"] > now else "",
            filterable=False,
        ),
        Column(
            "opened_by",
            _("Opened by"),
            value=lambda row: row["opener_name"],
            sortable=False,
            filterable=False,
            hidden=True,
        ),
    ]
    table = Table("openings", columns, order="-started_at", prepare=lambda found: _named(actor, found, now))
    live = everything.filter(live_opening(now)).order_by()
    opened_number = request.GET.get("open", "")
    context = {
        "today": everything.filter(started_at__gte=since).order_by().count(),
        "emergencies_today": everything.filter(started_at__gte=since, kind="emergency").order_by().count(),
        "live": live.count(),
        "live_openings": [_shown(row, actor, now) for row in live.order_by("-started_at")[:20]],
        "only_live": bool(request.GET.get("live")),
        "may_open": actor.may("records.open_for_matter"),
        "opened_number": opened_number,
    }
    return table.respond(request, rows, "health_records/openings.html", context)


def _state(row: Row, now: datetime) -> str:
    if row["closed_at"] is not None:
        return _("ended by hand %(at)s") % {"at": f"{timezone.localtime(row['closed_at']):%m-%d %H:%M}"}
    return _("open") if row["ends_at"] > now else _("ended by itself")


def _named(actor: Actor, rows: list[Row], at: datetime) -> list[Row]:
    """The rows with the names of accounts (whoever guards must know who looked) and of residents, masked."""
    accounts = {row["account"] for row in rows} | {row["opened_by"] for row in rows}
    with scope(actor, purpose="accounts"):
        names = dict(Account.objects.filter(pk__in=accounts).values_list("pk", "display_name"))
    residents = Resident.objects.in_bulk({row["resident"] for row in rows})
    shown = identities(actor, residents.values(), at=at)
    return [
        {
            **row,
            "account_name": names.get(row["account"], f"#{row['account']}"),
            "opener_name": names.get(row["opened_by"], f"#{row['opened_by']}"),
            "resident_name": shown[row["resident"]].name if row["resident"] in shown else "—",
        }
        for row in rows
    ]


def _shown(opening: Opening, actor: Actor, at: datetime) -> dict[str, object]:
    row = {"account": opening.account_id, "opened_by": opening.opened_by_id, "resident": opening.resident_id}
    (named,) = _named(actor, [row], at)
    return {"opening": opening, **named}


@permitted("records.open_for_matter")
def open_to_another(request: HttpRequest) -> HttpResponse:
    """Open a record to an account for a matter in hand: whose record, to whom, why, until when."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    institution_id = institution_in_focus(request)
    now = timezone.now()
    today = timezone.localdate(now)
    problem: YigongtiError | None = None
    if request.method == "POST":
        try:
            given = request.POST
            open_for_matter(
                actor,
                institution_id,
                _whose(actor, institution_id, given.get("number", ""), now),
                username=given.get("username", "").strip()[:64],
                reason=given.get("reason", ""),
                last_day=_last_day(given.get("last_day", "")),
                at=now,
            )
            return HttpResponseRedirect(reverse("health_records:openings") + f"?{focus_of(request).query}&live=1")
        except YigongtiError as error:
            problem = error
    context = {
        "given": request.POST,
        "problem": problem,
        "today": today,
        "longest": limit("records.matter_days", today),
    }
    return render(request, "health_records/open_for_matter.html", context, status=400 if problem else 200)


def _whose(actor: Actor, institution_id: int, text: str, at: datetime) -> UUID:
    found = find(actor, institution_id, text[:400], at=at)
    if len(found.own) == 1:
        return found.own[0].public_id
    if found.public_id is not None:
        return found.public_id
    raise InvalidInput(
        "health_records.number_leads_to_nobody",
        zh="没有居民登记了这个证件号码，请核对",
        en="nobody is registered under this identity number; look at it again",
        where="number",
    )


def _last_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInput(
            "people.matter_day", zh="请选择截止日期", en="choose the last day", where="last_day"
        ) from None
