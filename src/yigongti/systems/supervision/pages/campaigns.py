"""Campaigns of inspection: the list, a new one, and one with its progress, its map and what may be done."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yigongti.foundation.errors import InvalidInput, NotFound, Text, YigongtiError
from yigongti.kernel.access.guard import permitted
from yigongti.kernel.access.models import Account
from yigongti.kernel.forms.public import forms
from yigongti.kernel.jobs.public import start
from yigongti.kernel.organisations.models import Institution
from yigongti.kernel.presentation.focus import focus_of
from yigongti.kernel.presentation.numbers import row_number
from yigongti.kernel.presentation.tables import Column, Table
from yigongti.systems.supervision import campaign_figures as figures
from yigongti.systems.supervision.actions.make_campaign import choose_institutions, make_campaign, township_of
from yigongti.systems.supervision.actions.order_from_inspection import inspect_again, order_from_inspection, to_order
from yigongti.systems.supervision.actions.take_inspection import not_reached
from yigongti.systems.supervision.inspectors import inspectors_at
from yigongti.systems.supervision.jobs import ORDERS
from yigongti.systems.supervision.models import Campaign
from yigongti.systems.supervision.pages import sentences
from yigongti.systems.supervision.pages.cases import address as case_address
from yigongti.systems.supervision.schematic_map import COLOURS, SIGNS, drawn

MAY = "supervision.campaign"
_STATE_MARKS = {"draft": "", "running": "due", "closed": "good"}
KINDS_TO_CHOOSE = ("village_clinic", "township_hospital", "county_hospital", "tcm_hospital", "maternal_child_hospital")


def the_campaign(number: int) -> Campaign:
    """Raises NotFound when there is none or it is not the actor's to see."""
    found = Campaign.objects.select_related("office").filter(pk=number).first()
    if found is None:
        raise NotFound("supervision.no_campaign", zh="没有这次检查，或您无权查看", en="there is no such campaign")
    return found


def address(number: int) -> str:
    return reverse("supervision:campaign", args=[number])


@permitted("supervision.see")
def campaigns(request: HttpRequest) -> HttpResponse:
    """All campaigns, the newest first."""
    columns = [
        Column("title_zh", _("Campaign"), fields=["title_en"], link=lambda row: address(row["id"]),
               value=lambda row: Text(row["title_zh"], row["title_en"])),
        Column("form", _("Checklist"), value=lambda row: _form_label(row["form"])),
        Column("starts_on", _("From"), "date"),
        Column("ends_on", _("Until"), "date"),
        Column("shifts", _("Shifts a day"), "count", value=lambda row: row["shifts"] or None),
        Column("state", _("State"), choices=Campaign.State.choices, mark=lambda row: _STATE_MARKS[row["state"]],
               value=lambda row: str(Campaign.State(row["state"]).label)),
    ]  # fmt: skip
    rows = Campaign.objects.all()
    context = {
        "focus": focus_of(request),
        "sentence": sentences.campaigns(rows.count(), rows.filter(state="running").count()),
    }
    table = Table("supervision-campaigns", columns, order="-starts_on", row_link=lambda row: address(row["id"]))
    return table.respond(request, rows, "supervision/campaigns.html", context)


def _form_label(form_id: str) -> Text | str:
    found = forms().get(form_id)
    return found.label if found else form_id


@permitted("supervision.campaign")
def new(request: HttpRequest) -> HttpResponse:
    """Make a campaign: title, checklist, days, shifts; its institutions are chosen on its own page."""
    actor, problem = request.actor, None  # type: ignore[attr-defined]
    if request.method == "POST":
        try:
            given = request.POST
            made = make_campaign(
                actor, _office(actor), title=Text(given.get("title", ""), given.get("title_en", "")),
                form=given.get("form", ""), starts_on=_day(given.get("starts_on", "")),
                ends_on=_day(given.get("ends_on", "")), shifts=row_number(given.get("shifts", "") or "0"),
                at=timezone.now(),
            )  # fmt: skip
            return HttpResponseRedirect(address(made.pk))
        except YigongtiError as error:  # shown at the form, with what was typed
            problem = error
    context = {"focus": focus_of(request), "forms": list(forms().values()), "problem": problem, "given": request.POST}
    return render(request, "supervision/new_campaign.html", context, status=400 if problem else 200)


def _office(actor: Any) -> Institution:
    """The office that runs the actor's campaigns: the topmost place where a post allows it."""
    places = [post.institution_id for post in actor.posts if MAY in post.role.permissions]
    return Institution.objects.filter(pk__in=places).order_by("pk")[0]


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInput(
            "supervision.day_not_readable", zh="日期请写成 2026-11-01", en="write the day as 2026-11-01"
        ) from None


@permitted("supervision.see")
def campaign(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """One campaign: how far it is, by township, on the map; every institution; what may be done next."""
    actor, today, language = request.actor, timezone.localdate(), sentences.language()  # type: ignore[attr-defined]
    found = the_campaign(campaign_id)
    rows = figures.rows_of(found)
    institutions = figures.by_institution(rows, today)
    for row in institutions:
        row["href"] = case_address(row["case_id"]) if row["case_id"] else ""
        row["name"] = row["institution"].in_language(language)
    townships = figures.by_township(rows, today)
    may = actor.may(MAY, found.office_id)
    context = {
        "focus": focus_of(request),
        "campaign": found,
        "title": found.title(language),
        "sentence": sentences.campaign(figures.progress_of([row for row in rows if row.round == 1], today)),
        "again": figures.progress_of([row for row in rows if row.round == 2], today),
        "townships": townships,
        "map": drawn(_by_field(townships, institutions, language)),
        "legend": [(SIGNS[each], COLOURS[each], sentences.STANDINGS[each]) for each in figures.STANDINGS],
        "to_order": len(to_order(found)) if may else 0,
        "may": may,
        "inspectors": inspectors_at(found.office_id, today) if may else [],
        "kinds": [(kind, Institution.Kind(kind).label) for kind in KINDS_TO_CHOOSE],
        "township_choices": Institution.objects.filter(kind="township_hospital").order_by("id") if may else [],
    }
    columns = [
        Column("name", _("Institution")),
        Column("standing", _("Where it stands"), value=lambda row: str(sentences.STANDINGS[row["standing"]]),
               choices=[(each, sentences.STANDINGS[each]) for each in figures.STANDINGS],
               mark=lambda row: _STANDING_MARKS.get(row["standing"], ""), link=lambda row: row["href"]),
        Column("failed", _("Items failed"), "count", total=True),
        Column("again_failed", _("Failed again"), "count"),
        Column("done_on", _("Inspected on"), "date"),
        Column("inspector", _("Inspector")),
        Column("inspections", _("Inspections"), "count", hidden=True),
        Column("photographs", _("Photographs"), "count", hidden=True),
    ]  # fmt: skip
    table = Table("supervision-campaign", columns, order="name", row_link=lambda row: row["href"], size=100)
    return table.respond(request, institutions, "supervision/campaign.html", context)


_STANDING_MARKS = {
    "late": "bad", "failed": "bad", "ordered": "due", "answered": "due", "met": "good", "corrected": "good",
}  # fmt: skip


def _by_field(
    townships: list[dict[str, Any]], institutions: list[dict[str, Any]], language: str
) -> list[tuple[str, list[dict[str, Any]]]]:
    by_id: dict[int, list[dict[str, Any]]] = {}
    for row in institutions:
        by_id.setdefault(township_of(row["institution"]), []).append(row)
    return [(group["township"].in_language(language), by_id[group["township"].pk]) for group in townships]


@permitted("supervision.see")
def results(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """The share that failed each item of the checklist, in one round."""
    found = the_campaign(campaign_id)
    round_number = 2 if request.GET.get("round") == "2" else 1
    rows = figures.rows_of(found)
    items = figures.by_item(found, rows, round_number)
    for number, item in enumerate(items, start=1):
        item["number"] = number
    columns = [
        Column("number", _("Item"), "count"),
        Column("label", _("What is asked")),
        Column("judged", _("Inspections in which it applied"), "count"),
        Column("failed", _("Failed"), "count"),
        Column("share", _("Share that failed"), "percent"),
    ]
    worst = max(items, key=lambda item: item["share"] or 0, default=None)
    context = {
        "focus": focus_of(request),
        "campaign": found,
        "title": found.title(sentences.language()),
        "round": round_number,
        "has_second": any(row.round == 2 for row in rows),
        "sentence": sentences.results(sum(1 for r in rows if r.round == round_number and r.state == "done"), worst),
    }
    for item in items:  # sorted and filtered as what is read
        item["label"] = item["label"].in_language(sentences.language())
    table = Table("supervision-results", columns, key="number", order="-share", size=100)
    return table.respond(request, items, "supervision/results.html", context)


@require_POST
@permitted("supervision.campaign")
def choose(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Add institutions: all of a kind (in some townships), or by their codes."""
    found, actor = the_campaign(campaign_id), request.actor  # type: ignore[attr-defined]
    places = _places(request)
    choose_institutions(actor, found, places, _inspectors(request, found), at=timezone.now())
    return HttpResponseRedirect(address(found.pk))


def _places(request: HttpRequest) -> list[Institution]:
    codes = request.POST.get("codes", "").split()
    if codes:
        known = {place.code: place for place in Institution.objects.filter(code__in=codes)}
        missing = [code for code in codes if code not in known]
        if missing:
            raise InvalidInput(
                "supervision.no_institution",
                zh=f"没有编号为 {missing[0]} 的机构",
                en=f"there is no institution with the code {missing[0]}",
                where="codes",
            )
        return list(known.values())
    places = Institution.objects.filter(kind=request.POST.get("kind", ""), valid_to__isnull=True)
    townships = [row_number(text) for text in request.POST.getlist("township")]
    return list(places.filter(parent_id__in=townships) if townships else places)


def _inspectors(request: HttpRequest, found: Campaign) -> list[Account]:
    chosen = {row_number(text) for text in request.POST.getlist("inspector")}
    return [each for each in inspectors_at(found.office_id, timezone.localdate()) if each.pk in chosen]


@require_POST
@permitted("supervision.campaign")
def order_all(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Issue every order that is due, in the background."""
    found, actor = the_campaign(campaign_id), request.actor  # type: ignore[attr-defined]
    actor.require(MAY, found.office_id)
    made = start(ORDERS, actor, institution_id=found.office_id, arguments={"campaign": found.pk}, at=timezone.now())
    return HttpResponseRedirect(reverse("jobs:one", args=[made.pk]))


@require_POST
@permitted("supervision.campaign")
def order_one(request: HttpRequest, campaign_id: int, inspection_id: int) -> HttpResponse:
    """Issue the order of one inspection."""
    the_campaign(campaign_id)
    case = order_from_inspection(
        request.actor, inspection_id, at=timezone.now(), words=request.POST.get("words", "")  # type: ignore[attr-defined]
    )  # fmt: skip
    return HttpResponseRedirect(case_address(case.pk))


@require_POST
@permitted("supervision.campaign")
def again(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Inspect those that were ordered to correct once more."""
    found = the_campaign(campaign_id)
    due_on = _day(request.POST.get("due_on", ""))
    inspect_again(request.actor, found, _inspectors(request, found), due_on=due_on, at=timezone.now())  # type: ignore[attr-defined]
    return HttpResponseRedirect(address(found.pk))


@require_POST
@permitted("supervision.inspect")
def say_not_reached(request: HttpRequest, inspection_id: int) -> HttpResponse:
    """The inspector could not get there, and says why."""
    not_reached(request.actor, inspection_id, reason=request.POST.get("reason", ""), at=timezone.now())  # type: ignore[attr-defined]
    return HttpResponseRedirect(reverse("supervision:my_checks"))
