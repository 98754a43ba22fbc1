"""The door of forms: hand out a checklist, learn of its answer, read what it found.

    assign(actor, "village_clinic_inspection", on=today, subject="supervision.Inspection/12", title=Text(…),
           institution_id=clinic, owner_institution_id=township, account_id=0, due_on=friday, at=now)
    register_subject("supervision.Inspection", inspection_answered)     # in apps.ready(); see subjects.py
    findings_of(form_on("village_clinic_inspection", today), answer.response)

All of it runs in the caller's transaction. An answer that is in conflict with an earlier one is told to nobody until a
person has decided; then the system is told again, with `replaces`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils import timezone

from yigongti.kernel.forms.actions.assign import assign, cancel_assignment, show_to_institution
from yigongti.kernel.forms.definition import Form, FormVersion
from yigongti.kernel.forms.fhir import questionnaire, response
from yigongti.kernel.forms.findings import FormFinding, findings
from yigongti.kernel.forms.library import form_named, form_on, forms, version_named
from yigongti.kernel.forms.models import Answer, Assignment
from yigongti.kernel.forms.queries import answers_of
from yigongti.kernel.forms.subjects import Accepted, register_subject

__all__ = [
    "Accepted",
    "Answer",
    "Assignment",
    "Form",
    "FormFinding",
    "FormVersion",
    "answers_of",
    "assign",
    "cancel_assignment",
    "findings_of",
    "form_named",
    "form_on",
    "forms",
    "questionnaire",
    "register_subject",
    "response",
    "show_to_institution",
    "version_named",
]


def findings_of(version: FormVersion, answered: Mapping[str, Any], on: date | None = None) -> list[FormFinding]:
    """What a QuestionnaireResponse found, in the order of the form. on: what "today" means in its conditions; left out,
    the day on which the response was received (`authored`)."""
    if on is None:
        from datetime import datetime

        on = timezone.localdate(datetime.fromisoformat(str(answered["authored"])))
    return findings(version, answered.get("item") or [], on)
