"""Whether an order to correct helped: before and after by check and institution, against peers, with an interval."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from yigongti.foundation.period import Month
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.guard import permitted
from yigongti.kernel.access.limits import policy
from yigongti.kernel.presentation.focus import Focus, focus_of
from yigongti.kernel.presentation.tables import Column, Table
from yigongti.processes.closed_loop.effects import PER, SEE, SINCE, Effects, Ordered, effects_of_orders
from yigongti.processes.closed_loop.pages import charts, sentences
from yigongti.systems.claim_checks.public import check_labels

KEPT = ["since", "per", "check", "at"]


@permitted(SEE)
def effect(request: HttpRequest) -> HttpResponse:
    """?since=order or ruling; ?per=lines or yuan; ?check and ?at (an institution) choose one, else the latest."""
    focus, actor = focus_of(request), request.actor  # type: ignore[attr-defined]
    since = _chosen(request, "since", SINCE)
    unit = _chosen(request, "per", tuple(PER))
    found = effects_of_orders(
        actor, focus.institution_ids, since=since, unit=unit, policy=policy(), today=timezone.localdate()
    )
    labels = check_labels()
    rows = [_row(one, labels, focus, since, unit) for one in found.ordered]
    one = _one_of(request, found)
    context: dict[str, Any] = {
        "focus": focus,
        "since": since,
        "unit": unit,
        "choices": _choices(since, unit),
        "table_keep": KEPT,
        "one": one,
        "sentence": sentences.nothing(since),
    }
    if one is not None:
        label = labels.get(one.check_id, one.check_id)
        context |= _detail(actor, found, one, label, since, unit)
        context["sentence"] = sentences.effect(one, label, since, unit, found.settings.level)
    table = Table("closed-loop-effect", _columns(), key="key", order="-event", row_link=lambda row: row["href"])
    return table.respond(request, rows, "closed_loop/effect.html", context)


def _chosen(request: HttpRequest, name: str, allowed: tuple[str, ...]) -> str:
    asked = request.GET.get(name, "")
    return asked if asked in allowed else allowed[0]


def _one_of(request: HttpRequest, found: Effects) -> Ordered | None:
    """The chosen one; with only a check or only an institution chosen the latest of them; else the latest of all."""
    check, at = request.GET.get("check", ""), request.GET.get("at", "")
    fits = [
        one for one in found.ordered if (not check or one.check_id == check) and (not at or one.institution.code == at)
    ]
    return next(iter(fits or found.ordered), None)


def _choices(since: str, unit: str) -> list[tuple[str, str, Any, bool]]:
    """What the page may be asked for: name, value, label, whether it is chosen."""
    told = [
        ("since", "order", _("Since the order to correct"), since == "order"),
        ("since", "ruling", _("Since the ruling"), since == "ruling"),
        ("per", "lines", _("Findings for 1,000 lines"), unit == "lines"),
        ("per", "yuan", _("Yuan for 10,000 yuan claimed"), unit == "yuan"),
    ]
    return told


def _columns() -> list[Column]:
    return [
        Column("institution", _("Institution"), link=lambda row: row["href"]),
        Column("check", _("Check")),
        Column("event", _("Day of the event"), "date"),
        Column("cases", _("Supervision cases"), "count"),
        Column("before", _("Rate before"), "number"),
        Column("after", _("Rate after"), "number"),
        Column("peers_before", _("Peers before"), "number"),
        Column("peers_after", _("Peers after"), "number"),
        Column("effect", _("Difference in differences"), "number"),
        Column("low", _("Interval from"), "number"),
        Column("high", _("Interval to"), "number"),
        Column("verdict", _("What can be said"), mark=lambda row: row["mark"]),
        Column("why", _("Why not"), hidden=True),
        Column("peers", _("Peers compared with"), "count", hidden=True),
    ]


def _row(one: Ordered, labels: dict[str, str], focus: Focus, since: str, unit: str) -> dict[str, Any]:
    found = one.effect
    interval = found.interval
    chosen = urlencode({"since": since, "per": unit, "check": one.check_id, "at": one.institution.code})
    tone = "" if interval is None or not interval.shows_a_change else "good" if interval.high < 0 else "bad"
    return {
        "key": f"{one.institution.code}/{one.check_id}",
        "institution": one.institution.in_language(sentences.language()),
        "check": labels.get(one.check_id, one.check_id),
        "event": one.event, "cases": len(one.cases), "before": found.before, "after": found.after,
        "peers_before": found.peers_before, "peers_after": found.peers_after, "effect": found.effect,
        "low": None if interval is None else interval.low, "high": None if interval is None else interval.high,
        "verdict": sentences.verdict(found), "why": sentences.why_not(found), "mark": tone, "peers": len(found.peers),
        "href": f"{reverse('closed_loop:effect')}?{focus.query}&{chosen}",
    }  # fmt: skip


def _detail(actor: Actor, found: Effects, one: Ordered, label: str, since: str, unit: str) -> dict[str, Any]:
    months = found.months_of(one)
    event = Month.of(one.event)
    findings = reverse("claim_checks:findings") if actor.may("claim_checks.see") else ""
    code = one.institution.code
    name = one.institution.in_language(sentences.language())
    rate = _("Findings for 1,000 lines") if unit == "lines" else _("Yuan for 10,000 yuan claimed")
    what = _("Order to correct") if since == "order" else _("Ruling")
    return {
        "name": name,
        "label": label,
        "rate": rate,
        "months": [
            (
                row,
                row.month == event,
                f"{findings}?institution={code}&month={row.month}&where_check_id={one.check_id}" if findings else "",
            )
            for row in months
        ],
        "chart": charts.months(months, event, name, rate, what),
        "cases": [(case.number, reverse("supervision:case", args=[case.case_id])) for case in one.cases],
        "change": reverse("claim_checks:propose", args=[one.check_id]) if actor.may("claim_checks.change") else "",
    }
