"""Doubtful pairs: the queue, two registrations side by side, the decision by one key; merges and taking them back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yigongti.foundation.errors import NotFound
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.guard import permitted
from yigongti.kernel.people.actions.decide_pair import decide_different, decide_same, survivor_of
from yigongti.kernel.people.actions.unmerge import unmerge
from yigongti.kernel.people.jobs import KIND as MATCH
from yigongti.kernel.people.jobs import start_matching
from yigongti.kernel.people.masking import Identity, identities
from yigongti.kernel.people.models import DoubtfulPair, Merge, Resident
from yigongti.kernel.presentation.figures import percent
from yigongti.kernel.presentation.focus import focus_of
from yigongti.kernel.presentation.tables import Column, Table
from yigongti.kernel.presentation.tables.column import Row
from yigongti.systems.health_records import queries
from yigongti.systems.health_records.actions.clear_pairs import CLEAR, clear_certain_pairs
from yigongti.systems.health_records.pages.pair_words import Compared, judge, rule_words

PERMISSION = "people.match"


@permitted(PERMISSION)
def pairs(request: HttpRequest) -> HttpResponse:
    """The queue, the likeliest pairs first."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    now = timezone.now()
    rows = queries.open_pairs()
    columns = [
        Column("weight", _("Weight (bits)"), "number", places=1, link=_href),
        Column("probability", _("Probability"), "percent", places=1),
        Column("first", _("First registration"), value=lambda row: row["first_name"], sortable=False, filterable=False),
        Column(
            "second", _("Second registration"), value=lambda row: row["second_name"], sortable=False, filterable=False
        ),
        Column(
            "certain",
            _("Sure"),
            choices=[("True", _("yes")), ("False", _("no"))],
            value=lambda row: _("yes") if row["certain"] else _("no"),
            mark=lambda row: "good" if row["certain"] else "",
        ),
        Column("rule", _("Rule"), value=lambda row: rule_words(row["rule"]), filterable=False),
        Column("found_at", _("Found"), "instant", filterable=False),
    ]
    table = Table("pairs", columns, order="-weight", row_link=_href, prepare=lambda found: _named(actor, found, now))
    context = {
        "open": rows.count(),
        "certain": rows.filter(certain=True).count(),
        "decided_today": queries.pairs_decided_since(actor, _midnight(now)),
        "first": rows.first(),
        "jobs": queries.jobs_of((MATCH, CLEAR), focus_of(request).institution_ids),
    }
    return table.respond(request, rows, "health_records/pairs.html", context)


def _midnight(now: datetime) -> datetime:
    return timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)


def _href(row: Row) -> str:
    return reverse("health_records:pair", args=[row["id"]])


def _named(actor: Actor, rows: list[Row], at: datetime) -> list[Row]:
    residents = Resident.objects.in_bulk({row[side] for row in rows for side in ("first", "second")})
    shown = identities(actor, residents.values(), at=at)

    def name(number: int) -> str:
        born = residents[number].birth_date if number in residents else None
        return f"{shown[number].name} {born or ''}".strip() if number in shown else "—"

    return [{**row, "first_name": name(row["first"]), "second_name": name(row["second"])} for row in rows]


@dataclass(frozen=True)
class Side:
    """One field of both registrations beside each other. compared: what the engine says of it, if it compares it."""

    label: str
    first: str
    second: str
    compared: Compared | None = None

    @property
    def tone(self) -> str:
        """The engine's judgement; what it does not compare speaks neither for nor against."""
        return self.compared.tone if self.compared is not None else ""


@permitted(PERMISSION)
def pair(request: HttpRequest, number: int) -> HttpResponse:
    """Two registrations side by side, what speaks for one person and what against."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    now = timezone.now()
    found = DoubtfulPair.objects.select_related("first__institution", "second__institution").filter(pk=number).first()
    if found is None:
        raise NotFound(
            "people.no_pair", zh="没有这对登记，或您无权查看", en="there is no such pair, or it is not yours to see"
        )
    shown = identities(actor, [found.first, found.second], at=now)
    judged = judge(found.first, found.second, timezone.localdate(now))
    before, after = queries.neighbours_of(found)
    context = {
        "pair": found,
        "judged": judged,
        "probability": chance(judged.probability),
        "sides": _sides(found, shown, {compared.id: compared for compared in judged.compared}),
        "first": shown[found.first_id],
        "second": shown[found.second_id],
        "survivor": survivor_of(found),
        "before": before,
        "after": after,
        "is_open": found.state == DoubtfulPair.State.OPEN,
        "left": queries.open_pairs().count(),
    }
    return render(request, "health_records/pair.html", context)


def chance(probability: float) -> str:
    """A probability in percent that never says 100 %."""
    return _("more than 99.99 in a hundred") if probability > 0.9999 else percent(probability, 2)


def _sides(found: DoubtfulPair, shown: dict[int, Identity], compared: dict[str, Compared]) -> list[Side]:
    one, two = found.first, found.second
    first, second = shown[one.pk], shown[two.pk]

    def day(value: object) -> str:
        return str(value or "")

    return [
        Side(_("Full name"), first.name, second.name, compared.get("name")),
        Side(_("Sex"), str(Resident.Sex(one.sex).label), str(Resident.Sex(two.sex).label), compared.get("sex")),
        Side(_("Birth date"), day(one.birth_date), day(two.birth_date), compared.get("birth_date")),
        Side(_("Identity number"), first.number, second.number, compared.get("number")),
        Side(_("Telephone"), first.phone, second.phone, compared.get("phone")),
        Side(_("Address"), first.address, second.address, compared.get("place")),
        Side(_("Household"), str(one.household or ""), str(two.household or ""), compared.get("household")),
        Side(_("Insured person's number"), one.insured_number, two.insured_number, compared.get("insured")),
        Side(_("Kept by"), one.institution.name, two.institution.name),
        Side(_("Registered on"), f"{one.registered_at:%Y-%m-%d}", f"{two.registered_at:%Y-%m-%d}"),
    ]


@require_POST
@permitted(PERMISSION)
def decide(request: HttpRequest, number: int) -> HttpResponse:
    """One person (merged at once, and can be taken back) or two; then the next pair."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    given, now = request.POST, timezone.now()
    found = DoubtfulPair.objects.filter(pk=number).first()
    _before, after = queries.neighbours_of(found) if found else (None, None)
    if given.get("decision") == "same":
        decide_same(actor, number, reason=given.get("reason", ""), at=now, survivor=given.get("survivor") or None)
    else:
        decide_different(actor, number, reason=given.get("reason", ""), at=now)
    following = after or queries.open_pairs().values_list("pk", flat=True).first()
    where = reverse("health_records:pair", args=[following]) if following else reverse("health_records:pairs")
    return HttpResponseRedirect(f"{where}?{focus_of(request).query}&done={given.get('decision', '')[:9]}")


@permitted(PERMISSION)
def merges(request: HttpRequest) -> HttpResponse:
    """Every merge, newest first, with what it moved; each can be taken back."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    now = timezone.now()
    rows = queries.merges()
    columns = [
        Column("merged_at", _("Merged"), "instant", filterable=False),
        Column("survivor", _("Stays"), value=lambda row: row["first_name"], sortable=False, filterable=False),
        Column("retired", _("Merged into it"), value=lambda row: row["second_name"], sortable=False, filterable=False),
        Column("moved_rows", _("Rows moved"), "count", filterable=False),
        Column("reason", _("Reason")),
        Column(
            "undone_at",
            _("State"),
            value=lambda row: _("taken back") if row["undone_at"] else _("in force"),
            mark=lambda row: "due" if row["undone_at"] else "good",
            filterable=False,
        ),
        Column("id", _("Number"), "count", link=lambda row: f"?open={row['id']}", beside="detail"),
    ]
    opened = request.GET.get("open", "")
    detail = queries.the_merge(opened) if opened else None
    detail_names = {}
    if detail is not None:
        (detail_names,) = _named(actor, [{"first": detail.survivor_id, "second": detail.retired_id}], now)
    table = Table(
        "merges",
        columns,
        order="-merged_at",
        prepare=lambda found: _named(
            actor, [{**r, "first": r["survivor"], "second": r["retired"]} for r in found], now
        ),
    )
    context = {
        "count": rows.count(),
        "undone": rows.filter(undone_at__isnull=False).count(),
        "detail": detail,
        "names": detail_names,
    }
    return table.respond(request, rows, "health_records/merges.html", context)


@require_POST
@permitted(PERMISSION)
def take_back(request: HttpRequest, number: int) -> HttpResponse:
    """Un-merge: every row goes back to where it was."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    undone: Merge = unmerge(actor, number, reason=request.POST.get("reason", ""), at=timezone.now())
    where = reverse("health_records:merges")
    return HttpResponseRedirect(f"{where}?{focus_of(request).query}&open={undone.pk}")


@require_POST
@permitted(PERMISSION)
def start(request: HttpRequest) -> HttpResponse:
    """Start the work in the background: search the register for pairs, or merge all sure ones."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    institution = focus_of(request).institution
    act = clear_certain_pairs if request.POST.get("work") == "certain" else start_matching
    act(actor, institution.pk if institution else 0, at=timezone.now())
    return HttpResponseRedirect(f"{reverse('health_records:pairs')}?{focus_of(request).query}")
