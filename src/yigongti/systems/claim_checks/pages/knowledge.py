"""Knowledge: what each check knows on a day, published workbooks read and put before a second person, batches."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yigongti.engines.claim_checks.public import Layouts, handler, load_layouts
from yigongti.foundation.errors import InvalidInput
from yigongti.foundation.period import Month
from yigongti.kernel.access.guard import permitted
from yigongti.kernel.access.limits import limit, policy
from yigongti.kernel.matters.models import Matter
from yigongti.kernel.presentation.focus import focus_of
from yigongti.kernel.presentation.tables import Column, Table
from yigongti.systems.claim_checks import queries
from yigongti.systems.claim_checks.actions.propose_knowledge import (
    discard_draft,
    propose_knowledge,
    propose_withdrawal,
)
from yigongti.systems.claim_checks.actions.read_knowledge import NotReadable, Published, read_knowledge
from yigongti.systems.claim_checks.actions.rehearse import rehearse_batch
from yigongti.systems.claim_checks.checks_in_force import in_force
from yigongti.systems.claim_checks.models import CheckedMonth, KnowledgeBatch
from yigongti.systems.claim_checks.names import check_labels
from yigongti.systems.claim_checks.pages import sentences
from yigongti.systems.claim_checks.pages.rehearsals import rehearsal_of
from yigongti.systems.claim_checks.stored_bills import lake

SUFFIXES = (".xlsx", ".xls", ".ods")
MOST_HEADINGS = 40


@permitted("claim_checks.see")
def knowledge(request: HttpRequest) -> HttpResponse:
    """By check: rows in force on the day, and the batches that brought them. ?on=2026-10-31 asks for another day."""
    focus = focus_of(request)
    day = _day(request.GET.get("on", ""), focus.month.last_day)
    rows = []
    for check in in_force(policy(), Month.of(day)):
        if not handler(check.handler).knowledge:
            continue
        known = [row for row in check.knowledge.rows if row.in_force(day)]
        rows.append({
            "id": check.id, "label": check.label.in_language(sentences.language()), "known": len(known),
            "own": sum(not row.source.startswith("batch-") for row in known),
            "taken": sum(row.source.startswith("batch-") for row in known),
            "ending": sum(row.valid_to is not None for row in known),
            "href": reverse("claim_checks:check", args=[check.id]) + f"?month={Month.of(day)}",
        })  # fmt: skip
    columns = [
        Column("label", _("Check"), link=lambda row: row["href"]),
        Column("known", _("Rows in force"), "count", total=True),
        Column("own", _("From policy files"), "count", total=True),
        Column("taken", _("From batches taken over"), "count", total=True),
        Column("ending", _("With an end"), "count", total=True),
    ]
    table = Table("claim-checks-knowledge", columns, key="id", order="-known", size=200)
    context = {
        "focus": focus,
        "day": day,
        "sentence": sentences.knowledge(sum(row["known"] for row in rows), len(rows), day),
        "batches": queries.batches().exclude(state=KnowledgeBatch.State.DRAFT)[:50],
        "labels": check_labels(),
        "may_manage": request.actor.may("claim_checks.manage_knowledge"),  # type: ignore[attr-defined]
    }
    return table.respond(request, rows, "claim_checks/knowledge.html", context)


def _day(text: str, otherwise: date) -> date:
    try:
        return date.fromisoformat(text) if text else otherwise
    except ValueError:
        raise InvalidInput(
            "claim_checks.day_not_readable", zh="日期应写成 2026-01-31", en="write days as 2026-01-31", where=text[:40]
        ) from None


@permitted("claim_checks.manage_knowledge")
def upload(request: HttpRequest) -> HttpResponse:
    """The form that takes a workbook; what is wrong with it, row by row; for new headings, what they mean."""
    layouts = load_layouts(policy())
    problem: InvalidInput | None = None
    reading = None
    if request.method == "POST":
        try:
            return _received(request, layouts)
        except NotReadable as error:
            problem, reading = error, error.reading
        except InvalidInput as error:
            problem = error
    headings = [heading for _sheet, found in reading.headings for heading in found] if reading else []
    context = {
        "problem": problem,
        "problems": reading.problems[:200] if reading else (),
        "problems_more": max(0, len(reading.problems) - 200) if reading else 0,
        "headings": list(dict.fromkeys(headings))[:MOST_HEADINGS] if reading and reading.kind is None else [],
        "concepts": sorted(set(layouts.concepts.values())),
        "kinds": [(kind.id, kind.label) for kind in layouts.kinds],
        "given": request.POST,
        "suffixes": ",".join(SUFFIXES),
        "today": timezone.localdate(),
    }
    return render(request, "claim_checks/upload.html", context, status=400 if problem else 200)


def _received(request: HttpRequest, layouts: Layouts) -> HttpResponse:
    file = request.FILES.get("file")
    most = limit("claim_checks.largest_workbook_megabytes") * 1024**2
    if file is None or not (file.name or "").lower().endswith(SUFFIXES) or (file.size or 0) > most:
        raise InvalidInput(
            "claim_checks.no_workbook",
            zh=f"请选择不超过 {most // 1024**2} MB 的工作簿（xlsx、xls、ods）",
            en=f"choose a workbook (xlsx, xls, ods) of at most {most // 1024**2} MB",
        )
    given = request.POST
    told = Published(
        title=given.get("title", ""), url=given.get("url", ""), file_name=file.name or "",
        published_on=_day(given.get("published_on", ""), timezone.localdate()),
        valid_from=_day(given.get("valid_from", ""), timezone.localdate()), whole=given.get("whole") == "yes",
        kind=given.get("kind", "") if given.get("kind", "") in {kind.id for kind in layouts.kinds} else "",
        headings={
            given[f"heading_{n}"]: given.get(f"concept_{n}", "")
            for n in range(MOST_HEADINGS)
            if given.get(f"heading_{n}") and given.get(f"concept_{n}", "") in {"", *layouts.concepts.values()}
        },
    )  # fmt: skip
    checks = in_force(policy(), Month.of(told.valid_from))
    drafts = read_knowledge(
        request.actor,
        file.read(),
        told,
        checks,
        layouts,
        at=timezone.now(),  # type: ignore[attr-defined]
    )
    return HttpResponseRedirect(reverse("claim_checks:batch", args=[drafts[0].pk]))


@permitted("claim_checks.see")
def batch(request: HttpRequest, number: int) -> HttpResponse:
    """One batch: what it adds, changes and ends, what was told of its rows, and in whose hands it is."""
    found = queries.the_batch(number)
    labels = check_labels()
    rows = found.entries.all()
    language = sentences.language()
    columns = [
        Column("key", _("Number")),
        Column(
            "ends",
            _("What happens"),
            value=lambda row: _("ends") if row["ends"] else _("changes") if row["before"] else _("is added"),
            mark=lambda row: "due" if row["ends"] else "",
            fields=["before"],
            filterable=False,
        ),
        Column("values", _("Row"), value=lambda row: _cells(row["values"]), sortable=False, filterable=False),
        Column("before", _("Before"), value=lambda row: _cells(row["before"]), sortable=False, filterable=False),
        Column("valid_from", _("Holds from"), "date", hidden=True),
        Column("valid_to", _("Until"), "date", hidden=True),
    ]
    context = {
        "batch": found,
        "check_label": labels.get(found.check_id, found.check_id),
        "sentence": sentences.batch(found),
        "beside": [
            (other, labels.get(other.check_id, other.check_id))
            for other in queries.batches().filter(upload=found.upload).exclude(pk=found.pk)
        ],
        "problems": [
            (p["sheet"], p["row"], p["en"] if language.startswith("en") else p["zh"]) for p in found.problems[:200]
        ],
        "problems_more": max(0, len(found.problems) - 200),
        "matter": Matter.objects.filter(pk=found.matter_id).first() if found.matter_id else None,
        "may_manage": request.actor.may("claim_checks.manage_knowledge"),  # type: ignore[attr-defined]
    }
    context["rehearsal"] = rehearsal_of(found, request.actor)  # type: ignore[attr-defined]
    context["may_rehearse"] = context["may_manage"] and found.state in _NOT_IN_FORCE_YET
    context["months"] = list(CheckedMonth.objects.values_list("month", flat=True)[:12])
    table = Table("claim-checks-batch", columns, order="key")
    return table.respond(request, rows, "claim_checks/batch.html", context)


_NOT_IN_FORCE_YET = (KnowledgeBatch.State.DRAFT, KnowledgeBatch.State.PROPOSED)


def _cells(values: dict[str, Any]) -> str:
    return " · ".join(f"{name}={value}" for name, value in values.items() if value)


@require_POST
@permitted("claim_checks.manage_knowledge")
def propose(request: HttpRequest, number: int) -> HttpResponse:
    """Put a draft before a second person, put it aside, or ask for a batch to be withdrawn."""
    actor, now = request.actor, timezone.now()  # type: ignore[attr-defined]
    asked = request.POST.get("do", "")
    if asked == "discard":
        discard_draft(actor, number)
    elif asked == "withdraw":
        propose_withdrawal(actor, number, request.POST.get("words", ""), at=now)
    else:
        propose_knowledge(actor, number, at=now)
    return HttpResponseRedirect(reverse("claim_checks:batch", args=[number]))


@require_POST
@permitted("claim_checks.manage_knowledge")
def rehearse(request: HttpRequest, number: int) -> HttpResponse:
    """Try a batch on past months; what is computed in the background the page of the batch shows."""
    months = [Month.parse(text) for text in request.POST.getlist("of_month")]
    rehearse_batch(request.actor, number, months, lake=lake(), policy=policy(), at=timezone.now())  # type: ignore[attr-defined]
    return HttpResponseRedirect(reverse("claim_checks:batch", args=[number]))
