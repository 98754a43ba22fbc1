"""One front page: its fields with the defects beside them, its score sheet, the complications it may lack."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from yigongti.kernel.access.guard import permitted
from yigongti.kernel.organisations.models import Department
from yigongti.kernel.presentation.focus import focus_of
from yigongti.kernel.trail.public import record
from yigongti.systems.front_pages import queries
from yigongti.systems.front_pages.pages.columns import (
    GRADE_MARKS,
    GRADE_WORDS,
    department_label,
    language,
    person_label,
    word,
)
from yigongti.systems.front_pages.pages.defects import LISTS
from yigongti.systems.front_pages.rule_words import rulebook, rules_by_id
from yigongti.systems.front_pages.stored_rows import page_row
from yigongti.systems.front_pages.whole_page import faults_of, score_sheet, sections_of

SEE_IDENTITY = "front_pages.correct"
"""Who corrects pages must find the record; everybody else judges without knowing whose it is."""


_DEPARTMENTS = ("admission_department_code", "discharge_department_code")
_PEOPLE = ("attending_physician", "resident_physician", "department_head", "coder")


@permitted("front_pages.see")
def page(request: HttpRequest, institution_code: str, case_id: str) -> HttpResponse:
    """The whole page. ?identity=shown tells whose it is to those who correct pages there, and leaves a trail."""
    focus = focus_of(request)
    actor = request.actor  # type: ignore[attr-defined]
    found = queries.the_page(actor, focus.month, institution_code, case_id)
    month = queries.judged(focus.month)
    row = page_row(found, month)
    may_see_identity = actor.may(SEE_IDENTITY, found.institution_id)
    shown = may_see_identity and request.GET.get("identity") == "shown"
    if shown:
        record(
            actor, "front_pages.identity_seen", subject=f"{found.month} {found.case_id}", at=timezone.now(),
            institution_id=found.institution_id,
        )  # fmt: skip
    book = rulebook(focus.month)
    faults = faults_of(queries.defects_of(found), rules_by_id(focus.month), row or {}, show_identity=shown)
    sheet = score_sheet(faults, book)
    suggestions = {suggestion.id: suggestion for suggestion in book.suggestions}
    departments = queries.department_names([found.institution_id])
    staff = queries.staff_names([found.institution_id])
    context = {
        "focus": focus,
        "month": month,
        "page": found,
        "department": department_label(departments, found.institution_id, found.department_code),
        "physician": person_label(staff, found.institution_id, found.physician),
        "grade": word(GRADE_WORDS, found.grade),
        "grade_mark": GRADE_MARKS.get(found.grade, ""),
        "faults": faults,
        "sections": sections_of(row, faults, _names(row, departments, staff, found.institution_id), show_identity=shown)
        if row
        else [],
        "sheet": sheet,
        "sheet_score": book.card.full_score - sum((part.lost for part in sheet), Decimal(0)),
        "full_score": book.card.full_score,
        "card": book.card,
        "suggestions": [suggestions[name] for name in found.suggestions if name in suggestions],
        "flags": [book.codesets[code].label for flag, code in LISTS.items() if getattr(found, flag)],
        "identity_shown": shown,
        "may_see_identity": may_see_identity,
    }
    return render(request, "front_pages/page.html", context)


def _names(
    row: dict[str, Any],
    departments: dict[tuple[int, str], Department],
    staff: dict[tuple[int, str], str],
    institution_id: int,
) -> dict[str, str]:
    """What the register calls the codes of departments and of those who signed the page."""
    found = {}
    for name in _DEPARTMENTS:
        if (department := departments.get((institution_id, str(row.get(name) or "")))) is not None:
            found[name] = department.in_language(language())
    for name in _PEOPLE:
        found[name] = staff.get((institution_id, str(row.get(name) or "")), "")
    return found
