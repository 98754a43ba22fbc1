"""Operations on one resource or type: $validate, $everything, $match."""

from __future__ import annotations

from typing import Any

from yigongti.interfaces.fhir.answering import Answer
from yigongti.interfaces.fhir.asked import Asked
from yigongti.kernel.records import public as records


def validate(asked: Asked, type_name: str, fhir_id: str = "") -> Answer:
    """POST [type]/$validate: the resource, or Parameters with it. The answer is 200 whatever was found."""
    return Answer(200, records.validation(type_name, _parameter(asked.resource(), "resource")))


def everything(asked: Asked, type_name: str, fhir_id: str) -> Answer:
    """GET Patient/[id]/$everything: all of the resident's record that the caller may see, page by page."""
    asked.allow("everything", "Patient")
    found = records.everything(
        fhir_id, asked.query, asked.actor, base=asked.base, viewed=asked.viewed,
        allow=asked.allow if asked.credential else None,
    )  # fmt: skip
    return Answer(200, found)


def match(asked: Asked, type_name: str) -> Answer:
    """POST Patient/$match: who might this be, with a score; masked, and only for those who match registrations."""
    asked.allow("match", "Patient")
    given = asked.resource()
    registers = asked.actor.may("people.register") or not asked.actor.may("records.break_glass")
    institution = asked.institution("people.register" if registers else "records.break_glass")
    found = records.match(
        _parameter(given, "resource"), asked.actor, institution_id=institution, at=asked.at, base=asked.base,
        most=_count(given), viewed=asked.viewed,
    )  # fmt: skip
    return Answer(200, found)


def _parameter(given: dict[str, Any], name: str) -> dict[str, Any]:
    """The resource itself, or the one within Parameters."""
    if given.get("resourceType") != "Parameters":
        return given
    parts = given.get("parameter")
    for part in parts if isinstance(parts, list) else []:
        if isinstance(part, dict) and part.get("name") == name and isinstance(part.get("resource"), dict):
            return dict(part["resource"])
    raise records.Refused(
        400, "required", zh=f"Parameters 中缺少 {name}", en=f"Parameters lacks {name}", where=f"Parameters.{name}"
    )


def _count(given: dict[str, Any]) -> int:
    parts = given.get("parameter") if given.get("resourceType") == "Parameters" else []
    for part in parts if isinstance(parts, list) else []:
        if isinstance(part, dict) and part.get("name") == "count" and isinstance(part.get("valueInteger"), int):
            return max(1, min(int(part["valueInteger"]), 50))
    return 10
