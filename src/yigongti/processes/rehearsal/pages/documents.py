"""The files of a rehearsal: workbook, text document, page to be printed."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.guard import permitted
from yigongti.kernel.trail.public import record
from yigongti.processes.rehearsal import queries
from yigongti.processes.rehearsal.labels import Labels
from yigongti.processes.rehearsal.models import Rehearsal, RehearsalRow
from yigongti.processes.rehearsal.paper import as_document, as_page
from yigongti.processes.rehearsal.report import as_workbook, report_of

KINDS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}


@permitted("rehearsal.run")
def workbook(request: HttpRequest, number: int) -> HttpResponse:
    """Every row."""
    found, rows = _kept(request, number, "xlsx")
    return _file(found, "xlsx", as_workbook(found, rows, Labels.of_register()))


@permitted("rehearsal.run")
def document(request: HttpRequest, number: int) -> HttpResponse:
    """The paper as DOCX."""
    found, rows = _kept(request, number, "docx")
    return _file(
        found, "docx", as_document(report_of(found, rows, Labels.of_register()), found.ran_at or found.made_at)
    )


@permitted("rehearsal.run")
def paper(request: HttpRequest, number: int) -> HttpResponse:
    """The paper as PDF."""
    found, rows = _kept(request, number, "pdf")
    return _file(found, "pdf", as_page(report_of(found, rows, Labels.of_register())))


def _kept(request: HttpRequest, number: int, kind: str) -> tuple[Rehearsal, list[RehearsalRow]]:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = queries.the_rehearsal(actor, number)
    record(
        actor, "rehearsal.run", subject=f"rehearsal {number} {kind}", at=timezone.now(), institution_id=found.office_id
    )
    return found, list(found.rows.all())


def _file(found: Rehearsal, kind: str, content: bytes) -> HttpResponse:
    answer = HttpResponse(content, content_type=KINDS[kind])
    answer.headers["Content-Disposition"] = f'attachment; filename="rehearsal-{found.pk}.{kind}"'
    return answer
