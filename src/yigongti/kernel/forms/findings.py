"""What an answered checklist found: the items whose answers are to be put right."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from yigongti.foundation.errors import Text
from yigongti.kernel.forms.definition import FormVersion
from yigongti.kernel.forms.scopes import Evaluation, Scope

_KEPT = re.compile(r"^/attachments/\d{1,18}$")


@dataclass(frozen=True, slots=True)
class FormFinding:
    """One thing to be put right.

    link_id: the item; path: the same with the number of a repeated group ("rooms#1/clean"). sentence: what is wrong;
    note: what whoever inspected wrote; days: until it must be put right; photographs: urls in the response.
    """

    link_id: str
    path: str
    severity: str
    sentence: Text
    days: int
    note: str = ""
    photographs: tuple[str, ...] = ()

    @property
    def attachment_ids(self) -> list[int]:
        """The attachments of the photographs (kernel/attachments), once the answer was received."""
        return [int(url.rpartition("/")[2]) for url in self.photographs if _KEPT.match(url)]


def findings(version: FormVersion, items: Sequence[Mapping[str, Any]], on: date) -> list[FormFinding]:
    """The findings of a response in the order of the form. on: what "today" means in its conditions."""
    evaluation, found = Evaluation(version, items, on), []
    for filled in evaluation.every():
        rule = filled.item.finding
        if rule and evaluation.enabled(filled) and evaluation.holds(rule.when, filled.scope):
            notes = _told(evaluation, filled.scope, rule.note)
            pictures = [one.get("url", "") for one in _told(evaluation, filled.scope, rule.photographs)]
            found.append(
                FormFinding(
                    filled.item.id, filled.path, rule.severity, rule.sentence, rule.days, "\n".join(notes),
                    tuple(url for url in pictures if url),
                )
            )  # fmt: skip
    return found


def _told(evaluation: Evaluation, scope: Scope, name: str) -> list[Any]:
    filled = scope.filled.get(name)
    return evaluation.values_of(filled) if filled else []
