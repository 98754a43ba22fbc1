"""The board: who has submitted what of the month, complete and on time; and every file that was ever brought."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from yigongti.foundation.period import Month
from yigongti.foundation.schemas import FACT_TABLES
from yigongti.kernel.access.guard import permitted
from yigongti.kernel.access.limits import policy
from yigongti.kernel.organisations.models import Institution
from yigongti.kernel.presentation.focus import focus_of
from yigongti.kernel.presentation.tables import Column, Table
from yigongti.systems.front_pages import queries
from yigongti.systems.front_pages.deadline import Deadline, deadline_of
from yigongti.systems.front_pages.models import Submission
from yigongti.systems.front_pages.pages import sentences
from yigongti.systems.front_pages.pages.columns import language

State = Submission.State
STATE_MARKS = {
    State.COMMITTED: "good", State.READY: "due", State.CHECKING: "due", State.WRONG: "bad", State.UNREADABLE: "bad",
}  # fmt: skip
KINDS = list(FACT_TABLES)


@permitted("front_pages.see")
def board(request: HttpRequest) -> HttpResponse:
    """Institutions by kinds of fact: what is in force, what waits, what is missing."""
    focus = focus_of(request)
    deadline = deadline_of(focus.month, policy())
    rows = board_rows(focus.month, focus.institution_ids, deadline, timezone.localdate())
    complete = [row for row in rows if row["complete"]]
    actor = request.actor  # type: ignore[attr-defined]
    context = {
        "focus": focus,
        "deadline": deadline,
        "sentence": sentences.board(focus.month, rows, deadline, timezone.localdate()),
        "waited_for": len(rows),
        "complete": len(complete),
        "on_time": sum(row["on_time"] for row in complete),
        "late": len(complete) - sum(row["on_time"] for row in complete),
        "missing": len(rows) - len(complete),
        "may_submit": actor.may("front_pages.submit"),
    }
    columns = [
        Column("institution", _("Institution"), link=lambda row: row["href"]),
        Column(
            "state",
            _("Submission state"),
            choices=sentences.BOARD_STATES(),
            value=lambda row: row["state_label"],
            mark=lambda row: row["mark"],
        ),
        *[_kind_column(kind) for kind in KINDS],
        Column("last_at", _("Last submitted"), "instant"),
        Column("case_difference", _("Cases without a settlement list"), "count", hidden=True),
    ]
    table = Table("submission-board", columns, key="code", order="order", row_link=lambda row: row["href"], size=200)
    return table.respond(request, rows, "front_pages/board.html", context)


def _kind_column(kind: str) -> Column:
    return Column(
        kind, FACT_TABLES[kind].label.in_language(language()), value=lambda row: row["cells"][kind]["text"],
        link=lambda row: row["cells"][kind]["href"], mark=lambda row: row["cells"][kind]["mark"],
    )  # fmt: skip


def board_rows(month: Month, institution_ids: Sequence[int], deadline: Deadline, today: date) -> list[dict[str, Any]]:
    """A row for each institution whose month is waited for."""
    found: dict[tuple[int, str], list[Submission]] = {}
    rows = queries.submissions(institution_ids).filter(month=str(month))
    for submission in rows.exclude(state__in=(State.REPLACED, State.WITHDRAWN)):
        found.setdefault((submission.institution_id, submission.kind), []).append(submission)
    institutions = queries.submitting_institutions(institution_ids, month)
    before = queries.kinds_submitted_before([institution.pk for institution in institutions], month)
    return [
        _row(place, institution, expected_kinds(before.get(institution.pk, set())), found, deadline, today)
        for place, institution in enumerate(institutions)
    ]


def expected_kinds(submitted_before: set[str]) -> list[str]:
    """The kinds that an institution's month is waited for with: those of everybody, and what it has brought before."""
    return [kind for kind, table in FACT_TABLES.items() if table.expected or kind in submitted_before]


def _row(
    place: int,
    institution: Institution,
    expected: list[str],
    found: dict[tuple[int, str], list[Submission]],
    deadline: Deadline,
    today: date,
) -> dict[str, Any]:
    own = {kind: found.get((institution.pk, kind), []) for kind in KINDS}
    standing = {kind: next((s for s in own[kind] if s.state == State.COMMITTED), None) for kind in KINDS}
    days = [_day(s) for kind in expected if (s := standing[kind])]
    complete = len(days) == len(expected)
    on_time = complete and all(deadline.is_met_by(day) for day in days)
    state = (
        "on_time" if on_time else "late" if complete else "overdue" if not deadline.is_met_by(today) else
        "part" if days else "nothing"
    )  # fmt: skip
    counts = [standing[kind].rows if standing[kind] else None for kind in ("discharges", "settlement_lists")]  # type: ignore[union-attr]
    return {
        "order": place,
        "code": institution.code,
        "institution": institution.in_language(language()),
        "href": reverse("front_pages:history") + f"?institution={institution.code}&month={deadline.month}",
        "complete": complete,
        "on_time": on_time,
        "state": state,
        "state_label": dict(sentences.BOARD_STATES())[state],
        "mark": {"on_time": "good", "late": "due", "overdue": "bad", "part": "due", "nothing": "due"}[state],
        "last_at": max((s.committed_at for s in standing.values() if s and s.committed_at), default=None),
        "case_difference": None if None in counts else counts[0] - counts[1],  # type: ignore[operator]
        "cells": {
            kind: _cell(own[kind], standing[kind], deadline, institution, today, kind in expected) for kind in KINDS
        },
        **{kind: standing[kind].rows if standing[kind] else -1 for kind in KINDS},  # type: ignore[union-attr]
    }


def _day(submission: Submission) -> date:
    assert submission.committed_at is not None  # only committed ones come here
    return timezone.localtime(submission.committed_at).date()


def _cell(
    own: list[Submission],
    standing: Submission | None,
    deadline: Deadline,
    institution: Institution,
    today: date,
    expected: bool,
) -> dict[str, str]:
    waiting = own[0] if own and own[0].state != State.COMMITTED else None
    if standing is not None and waiting is not None and waiting.state not in (State.READY, State.CHECKING):
        waiting = None  # what was tried and failed since is in the history; here only what may still replace it
    if standing is None and waiting is None:
        late = not deadline.is_met_by(today)
        href = reverse("front_pages:history") + f"?institution={institution.code}&month={deadline.month}"
        if not expected:
            return {"text": "—", "mark": "", "href": href}
        return {"text": _("overdue") if late else _("not yet"), "mark": "bad" if late else "", "href": href}
    shown = waiting if standing is None else standing
    assert shown is not None
    if standing is None:
        text, mark = str(State(shown.state).label), STATE_MARKS.get(State(shown.state), "")
    else:
        late = not deadline.is_met_by(_day(standing))
        text = sentences.committed_cell(standing.rows, _day(standing), late)
        mark = "due" if late else "good"
        if waiting is not None:
            text += f" · {State(waiting.state).label}"
    return {"text": text, "mark": mark, "href": reverse("front_pages:submission", args=[shown.pk])}


@permitted("front_pages.see")
def history(request: HttpRequest) -> HttpResponse:
    """Every file that the institutions in focus brought, latest first; of the month, or with ?months=all of all."""
    focus = focus_of(request)
    every_month = request.GET.get("months") == "all"
    rows = queries.submissions(focus.institution_ids)
    rows = rows if every_month else rows.filter(month=str(focus.month))
    actor = request.actor  # type: ignore[attr-defined]
    context = {
        "focus": focus,
        "every_month": every_month,
        "sentence": sentences.history(rows.count(), rows.filter(state=State.COMMITTED).count()),
        "may_submit": actor.may("front_pages.submit"),
    }
    table = Table("submissions", history_columns(), order="-checked_at", row_link=_address, fields=["id"])
    return table.respond(request, rows, "front_pages/history.html", context)


def _address(row: Any) -> str:
    return reverse("front_pages:submission", args=[row["id"]])


def history_columns() -> list[Column]:
    """The columns of the history."""
    kinds = [(kind, FACT_TABLES[kind].label.in_language(language())) for kind in KINDS]
    named: Callable[[Any], str] = lambda row: dict(kinds).get(row["kind"], row["kind"])  # noqa: E731  (as a column's value)
    name = "institution__name_en" if language().startswith("en") else "institution__name"
    return [
        Column("file_name", _("File"), link=_address, fields=["id"]),
        Column("kind", _("Kind of fact"), choices=kinds, value=named),
        Column("month", _("Month")),
        Column(name, _("Institution")),
        Column(
            "state", _("State"), choices=State.choices, value=lambda row: str(State(row["state"]).label),
            mark=lambda row: STATE_MARKS.get(State(row["state"]), ""),
        ),
        Column("rows", _("Rows"), "count"),
        Column("amount", _("Amount (yuan)"), "money"),
        Column("errors", _("Errors"), "count"),
        Column("warnings", _("Warnings"), "count", hidden=True),
        Column("checked_by", _("Brought by")),
        Column("checked_at", _("Brought"), "instant"),
        Column("committed_at", _("Committed"), "instant"),
        Column("receipt_number", _("Receipt number")),
        Column("version", _("Version"), "count", hidden=True),
    ]  # fmt: skip
