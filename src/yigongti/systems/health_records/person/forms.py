"""Forms that were filled in at follow-ups: how a form is called, and its answers in words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from yigongti.kernel.records.reading.elements import Resource, amount, at, display, every
from yigongti.kernel.records.reading.moments import moment


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of a questionnaire, in words."""

    question: str
    said: str


def answers_of(resource: Resource) -> list[Answer]:
    """All questions with an answer, in the form's order, those within groups too."""
    found: list[Answer] = []
    _walk(resource.get("item"), found)
    return found


def _walk(items: Any, found: list[Answer]) -> None:
    for item in every(items):
        said = [text for answer in every(item.get("answer")) if (text := _answer(answer))]
        if said:
            found.append(Answer(str(item.get("text") or item.get("linkId") or ""), "、".join(said)))
        for answer in every(item.get("answer")):
            _walk(answer.get("item"), found)
        _walk(item.get("item"), found)


def _answer(answer: Resource) -> str:
    for name, value in answer.items():
        if not name.startswith("value"):
            continue
        if isinstance(value, bool):
            return str(_("yes") if value else _("no"))
        if name == "valueQuantity":
            return amount(value)
        if name == "valueCoding":
            return str(value.get("display") or value.get("code") or "")
        if name in ("valueDate", "valueDateTime"):
            return moment(value).text
        if name == "valueReference":
            return display(value)
        return str(value)
    return ""


def form_name(resource: Resource) -> str:
    """How the form is called: its title where it was sent along, else the end of its address."""
    titled = at(resource, "_questionnaire.extension")
    for extension in every(titled):
        if str(extension.get("url", "")).endswith("display"):
            return str(extension.get("valueString", ""))
    name = re.split(r"[/:]", str(resource.get("questionnaire") or "").split("|")[0].rstrip("/"))[-1]
    named = {"chronic-follow-up": _("Follow-up of a chronic disease"), "": _("Follow-up")}
    return str(named.get(name, name))
