"""The table of cases, and one case as a timeline through its steps with letters, points and recoveries."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from yigongti.foundation.errors import Text
from yigongti.kernel.access.guard import permitted
from yigongti.kernel.access.limits import policy
from yigongti.kernel.access.roles import PERMISSIONS
from yigongti.kernel.matters.public import Letter, Matter, Step, kind_of
from yigongti.kernel.organisations.queries import at_institutions
from yigongti.kernel.presentation.focus import focus_of
from yigongti.kernel.presentation.tables import Column, Table
from yigongti.systems.supervision import queries
from yigongti.systems.supervision.course import STEPS
from yigongti.systems.supervision.kinds.accountability import PARTS, parts_done
from yigongti.systems.supervision.models import Case
from yigongti.systems.supervision.pages import sentences
from yigongti.systems.supervision.pages.columns import institution, labelled

OUTCOME_MARKS = {"dismissed": "", "corrected": "good", "withdrawn": "good", "cleared": "good", "ruled": "bad"}


def address(number: int, query: str = "") -> str:
    """The page of a case."""
    return reverse("supervision:case", args=[number]) + (f"?{query}" if query else "")


@permitted("supervision.see")
def cases(request: HttpRequest) -> HttpResponse:
    """All cases of the focus, open and closed; filters and sort stand in the address."""
    focus, actor, today = focus_of(request), request.actor, timezone.localdate()  # type: ignore[attr-defined]
    late = Matter.objects.filter(subject_case(), kind__in=STEPS, closed_at__isnull=True, due_on__lt=today)
    rows = queries.cases(actor).filter(at_institutions(focus.institution_ids)).annotate(late=Exists(late))
    sources, states = Case.Source.choices, Case.State.choices
    outcomes = [choice for choice in Case.Outcome.choices if choice[0]]
    columns = [
        Column("title_zh", _("Supervision case"), fields=["title_en"],
               value=lambda row: Text(row["title_zh"], row["title_en"]),
               link=lambda row: address(row["id"], focus.query)),
        institution(),
        Column("source", _("Source"), choices=sources, value=lambda row: labelled(sources, row, "source")),
        Column("state", _("Step"), choices=states, value=lambda row: labelled(states, row, "state"),
               mark=lambda row: "bad" if row["late"] else "good" if row["state"] == "closed" else "", fields=["late"]),
        Column("late", _("Late"), value=lambda row: _("Late") if row["late"] else "",
               choices=[("1", _("Late")), ("0", _("On time"))], sortable=False),
        Column("outcome", _("Outcome"), choices=outcomes, value=lambda row: labelled(outcomes, row, "outcome"),
               mark=lambda row: OUTCOME_MARKS.get(row["outcome"], "")),
        Column("month", _("Month of the facts")),
        Column("amount_claimed", _("At stake (yuan)"), "money", total=True),
        Column("amount_ruled", _("Ruled (yuan)"), "money", total=True),
        Column("opened_at", _("Case opened"), "instant"),
        Column("closed_at", _("Case closed"), "instant", hidden=True),
    ]  # fmt: skip
    counted = rows.order_by().values_list("state", flat=True)
    still_open = sum(1 for state in counted if state != Case.State.CLOSED)
    table = Table(
        "supervision-cases", columns, order="-opened_at", row_link=lambda row: address(row["id"], focus.query)
    )
    return table.respond(
        request, rows, "supervision/cases.html",
        {"focus": focus, "open": still_open, "all": len(counted)},
    )  # fmt: skip


def subject_case() -> Any:
    """The condition that a matter is about the case of the outer query."""
    from django.db.models import CharField, Q, Value
    from django.db.models.functions import Cast, Concat

    return Q(subject=Concat(Value("case/"), Cast(OuterRef("pk"), CharField()), output_field=CharField()))


def timeline(case: Case) -> list[dict[str, Any]]:
    """The matters of the case in their order, each with its kind, state, hands, steps and letters, as far as seen."""
    links = list(case.steps.order_by("number").values_list("matter_id", flat=True))
    matters = Matter.objects.select_related("holder", "institution").in_bulk(links)  # what is not shown is left out
    steps: dict[int, list[Step]] = {}
    for step in Step.objects.filter(matter_id__in=list(matters)).order_by("matter_id", "number"):
        steps.setdefault(step.matter_id, []).append(step)
    letters: dict[int, list[Letter]] = {}
    for letter in Letter.objects.filter(matter_id__in=list(matters)).order_by("id"):
        letters.setdefault(letter.step_id, []).append(letter)
    return [
        _leg(matters[number], steps.get(number, []), letters, position)
        for position, number in enumerate(links, start=1)
        if number in matters
    ]


def _leg(matter: Matter, steps: list[Step], letters: dict[int, list[Letter]], position: int) -> dict[str, Any]:
    kind = kind_of(matter.kind)
    labels = {transition.id: transition.label for transition in kind.transitions}
    names = {state.id: state for state in kind.states}
    return {
        "number": position,
        "matter": matter,
        "kind": kind,
        "state": names[matter.state],
        "hands": "" if matter.closed_at else hands(matter),
        "events": [
            {
                "step": step,
                "label": labels.get(step.action) or OTHER_STEPS.get(step.action) or Text(step.action, step.action),
                "articles": [article(each) for each in step.articles],
                "letters": letters.get(step.pk, []),
            }
            for step in steps
        ],
    }


OTHER_STEPS = {
    "opened": Text("立项", "Opened"),
    "comment": Text("说明", "Comment"),
    "assigned": Text("指定经办人", "Assigned"),
    "reminded": Text("提醒", "Reminded"),
    "escalated": Text("上报催办", "Escalated"),
}
"""Steps that every kind of matter may have beside its own."""


def hands(matter: Matter) -> str:
    """In whose hands a matter is: a desk at an institution, or somebody by name."""
    language = sentences.language()
    names = matter.data.get("inspector_names") if matter.holder_account_id else None
    if names:
        return "、".join(names)
    place = matter.holder.in_language(language) if matter.holder else ""
    desk = PERMISSIONS[matter.desk].in_language(language) if matter.desk in PERMISSIONS else ""
    return f"{place} · {desk}" if desk else place


def article(reference: str) -> Text:
    """“source#第三十八条” in words: the document's title with the article."""
    source_id, _sign, part = reference.partition("#")
    source = policy().sources.get(source_id)
    title = source.title if source else Text(source_id, source_id)
    return Text(f"《{title.zh}》{part}", f"{title.en} {part}".strip())


@permitted("supervision.see")
def case(request: HttpRequest, number: int) -> HttpResponse:
    """One case: where it is, what was found, each step with its letters, what followed from the ruling."""
    actor, today = request.actor, timezone.localdate()  # type: ignore[attr-defined]
    found = queries.the_case(actor, number)
    legs = timeline(found)
    last = legs[-1] if legs else None
    now = last["matter"] if last and not last["matter"].closed_at else None
    language = sentences.language()
    sentence = sentences.case(
        found,
        last["state"].label.in_language(language) if last and now else str(found.get_state_display()),
        last["hands"] if last and now else found.office.in_language(language),
        sentences.due(now.due_on, today) if now else "",
    )
    return render(
        request,
        "supervision/case.html",
        {
            "focus": focus_of(request),
            "case": found,
            "title": found.title(language),
            "sentence": sentence,
            "is_late": bool(now and now.due_on and now.due_on < today),
            "now": now,
            "findings": [
                {"row": row, "said": row.said(language), "articles": [article(each) for each in row.articles]}
                for row in found.findings.all()
            ],
            "legs": legs,
            "parts": _parts(found, now),
            "recoveries": list(found.recoveries.order_by("id")),
            "points": list(found.points.order_by("id")),
            "ethics": list(found.ethics_entries.order_by("id")),
            "publication": getattr(found, "publication", None),
            "may_account": actor.may("supervision.account", found.office_id),
            "may_publish": actor.may("supervision.publish", found.office_id),
            "inspections": list(found.inspections.select_related("campaign").order_by("round")),
        },
    )


def _parts(found: Case, now: Matter | None) -> list[dict[str, Any]]:
    """The parts of accountability, with whether each is done; none before a ruling."""
    if found.state != Case.State.ACCOUNTABILITY or now is None:
        return []
    not_needed = now.data.get("not_needed", {})
    done = parts_done(found, not_needed)
    return [{"label": PARTS[part], "done": done[part], "why": not_needed.get(part, "")} for part in PARTS]
