"""待办: what waits for somebody, of all systems; the late first, what was done today below."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.guard import signed_in
from yigongti.kernel.matters import registry
from yigongti.kernel.matters.hands import MOST, in_hands, open_count, visible
from yigongti.kernel.matters.pages import sentences
from yigongti.kernel.matters.pages.filters import Wanted, choices_of
from yigongti.kernel.matters.pages.lines import FIELDS, Line, export_columns, exported, lines_of
from yigongti.kernel.matters.pages.one import detail
from yigongti.kernel.matters.reading import FEW_DAYS, calendar, done_on, the_matter
from yigongti.kernel.matters.words import OTHER_STEPS
from yigongti.kernel.presentation.focus import focus_of
from yigongti.kernel.presentation.numbers import row_number
from yigongti.kernel.presentation.tables.export import as_csv, as_workbook
from yigongti.kernel.presentation.tables.joined import JoinedSource
from yigongti.kernel.presentation.tables.sources import QuerySource

LINES_AT_ONCE = 50
DONE_AT_ONCE = 20
KEPT = ("institution", "month", "q", "kind", "about", "of_month", "late", "amount", "sort", "scope", "after", "before")
ORDER_WORDS = (("due_on", _("Due first")), ("-id", _("Newest first")), ("-amount", _("Largest amount first")))


@signed_in
def inbox(request: HttpRequest) -> HttpResponse:
    """The open matters in the actor's hands; ?scope=all: all that the actor may read; ?open=: one of them beside."""
    actor, today = request.actor, timezone.localdate()  # type: ignore[attr-defined]
    focus, wanted = focus_of(request), Wanted.of(request.GET)
    everything = request.GET.get("scope") == "all"
    conditions = wanted.conditions(today, focus)
    source = _everything(actor, conditions) if everything else in_hands(actor, today, FIELDS, *conditions)
    order = "-id" if everything and wanted.order == "due_on" else wanted.order
    answer = _file(request, source, order, actor, today)
    if answer is not None:
        return answer
    page = source.page(order, LINES_AT_ONCE, request.GET.get("after", ""), request.GET.get("before", ""))
    lines = lines_of(page.rows, actor, today)
    opened = row_number(request.GET.get("open", ""))
    kept = urlencode([(name, request.GET[name]) for name in KEPT if request.GET.get(name)])
    waiting = _counted(request, actor, today)
    context = {
        "focus": focus,
        "wanted": wanted,
        "everything": everything,
        "sentence": sentences.inbox(waiting["open"], waiting["late"], waiting["soon"]),
        "waiting": waiting,
        "late_counted": sentences.counted(waiting["late"]),
        "shown": sentences.counted(source.count()) if wanted.is_any or everything else None,
        "lines": lines,
        "orders": ORDER_WORDS,
        "before": page.before,
        "after": page.after,
        "choices": choices_of(actor, sentences.language()),
        "bulk": _bulk(lines),
        "done": [] if wanted.is_any or everything else _done(actor, today),
        "kept": kept,
        "told": _told_of_many(request),
        "opened": detail(request, the_matter(actor, opened, today), back=f"{request.path}?{kept}") if opened else None,
    }
    return render(request, "matters/inbox.html", context)


def _everything(actor: Actor, conditions: list[Q]) -> JoinedSource:
    rows = visible(actor).filter(*conditions)
    return JoinedSource([QuerySource(rows, FIELDS, "id")], most=MOST)


def _file(request: HttpRequest, source: JoinedSource, order: str, actor: Actor, today: date) -> HttpResponse | None:
    """The whole list as a file, where the address asks for one."""
    wanted = request.GET.get("export", "")
    if wanted not in ("csv", "xlsx"):
        return None
    rows = exported(source.everything(order), actor, today)
    if wanted == "csv":
        return as_csv("matters", export_columns(), rows)
    found = list(rows)
    return as_workbook("matters", export_columns(), found, len(found))


def waiting_count(request: HttpRequest) -> int:
    """How many matters wait for the actor (at most MOST + 1): asked once for each request, by the rail and the page."""
    kept: int | None = getattr(request, "_matters_waiting", None)
    if kept is None:
        kept = open_count(request.actor, timezone.localdate())  # type: ignore[attr-defined]
        request._matters_waiting = kept  # type: ignore[attr-defined]
    return kept


def in_the_rail(request: HttpRequest) -> str:
    """The count beside the entry of the rail; nothing for none."""
    count = waiting_count(request)
    return sentences.counted(count) if count else ""


def _counted(request: HttpRequest, actor: Actor, today: date) -> dict[str, int]:
    """Open, late and soon due; the last two are asked only where something is open."""
    count = waiting_count(request)
    if not count:
        return {"open": 0, "late": 0, "soon": 0}
    soon = calendar().due(today, FEW_DAYS).day
    late = in_hands(actor, today, ["id"], Q(due_on__lt=today)).count()
    near = in_hands(actor, today, ["id"], Q(due_on__gte=today, due_on__lte=soon)).count()
    return {"open": count, "late": late, "soon": near}


def _bulk(lines: list[Line]) -> list[dict[str, Any]]:
    """The steps that may be taken for many of the lines at once, each once."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for line in lines:
        for step in line.bulk:
            key = (line.matter.kind, step.id)
            told = found.setdefault(key, {"kind": line.kind, "step": step, "value": "~".join(key), "count": 0})
            told["count"] += 1
    return list(found.values())


def _done(actor: Actor, today: date) -> list[dict[str, Any]]:
    """What the actor did today, for the foot of the page."""
    midnight = datetime.combine(today, datetime.min.time(), tzinfo=timezone.get_current_timezone())
    return [_done_line(row) for row in done_on(actor, midnight, DONE_AT_ONCE)]


def _done_line(row: dict[str, Any]) -> dict[str, Any]:
    kind = registry.kinds().get(row["matter__kind"])
    step = next((t for t in kind.transitions if t.id == row["action"]), None) if kind else None
    title = row["matter__title_en"] if sentences.language().startswith("en") else row["matter__title_zh"]
    return {
        "href": reverse("matters:matter", args=[row["matter_id"]]), "title": title, "at": row["at"],
        "verb": step.label if step else OTHER_STEPS.get(row["action"]), "closed": row["matter__closed_at"] is not None,
    }  # fmt: skip


def _told_of_many(request: HttpRequest) -> tuple[int, int] | None:
    """After a step for many: how many were done and how many were not, as the address tells."""
    done, not_done = request.GET.get("many_done", ""), request.GET.get("many_left", "")
    return (row_number(done), row_number(not_done)) if done else None
