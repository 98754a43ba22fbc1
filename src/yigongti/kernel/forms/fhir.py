"""Forms and answers as FHIR R4 writes them: Questionnaire and QuestionnaireResponse.

What R4 has no element for is told by the standard's own extensions; what no extension tells (findings, calculations) by
one of ours, so that the resource alone is enough to fill the form elsewhere, if not to score it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from yigongti.kernel.forms.definition import NUMBERS, FormVersion, Item, as_json
from yigongti.kernel.forms.expressions import rounded
from yigongti.kernel.forms.scopes import Evaluation, Scope
from yigongti.kernel.forms.validation import bound

HL7 = "http://hl7.org/fhir/StructureDefinition/"
OWN = "urn:yigongti:forms:"
UCUM = "http://unitsofmeasure.org"


def canonical(version: FormVersion) -> str:
    """The name by which a response says what it answers."""
    return f"{OWN}{version.form_id}|{version.name}"


def options_of(version: FormVersion, item: Item) -> str:
    """The code system of an item's options."""
    return f"{OWN}{version.form_id}:{item.id}"


def questionnaire(version: FormVersion, language: str = "zh") -> dict[str, Any]:
    """The form as a FHIR R4 Questionnaire in one language ("zh" or "en")."""
    told = {
        "resourceType": "Questionnaire",
        "language": "en" if language.startswith("en") else "zh-CN",
        "url": f"{OWN}{version.form_id}",
        "version": version.name,
        "name": "".join(part.capitalize() for part in version.form_id.split("_")),
        "title": version.title.in_language(language),
        "status": "active",
        "subjectType": ["Organization"],
        "date": version.name,
        "effectivePeriod": {"start": version.name},
        "item": [_item(item, version, language) for item in version.items],
    }
    if version.description:
        told["description"] = version.description.in_language(language)
    return told


def _item(item: Item, version: FormVersion, language: str) -> dict[str, Any]:
    kind = {"position": "url"}.get(item.type, item.type)
    told: dict[str, Any] = {"linkId": item.id, "text": item.text.in_language(language), "type": kind}
    extensions = _extensions(item, version, language)
    if extensions:
        told["extension"] = extensions
    if item.enable:
        told["enableWhen"] = [_enable_when(condition, version) for condition in item.enable.conditions]
        if len(item.enable.conditions) > 1:
            told["enableBehavior"] = item.enable.behavior
    if item.type != "display":
        told |= {"required": item.required or (item.repeats and item.min_count > 0), "repeats": item.repeats}
    if item.type in ("string", "text", "open-choice") and item.max_length:
        told["maxLength"] = item.max_length
    if item.calculated:
        told["readOnly"] = True
    if item.options:
        told["answerOption"] = [_option(option, version, item, language) for option in item.options]
    inner = [_item(child, version, language) for child in item.items]
    if item.help:
        inner.append(_help(item, language))
    if inner:
        told["item"] = inner
    return told


def _help(item: Item, language: str) -> dict[str, Any]:
    control = {"system": "http://hl7.org/fhir/questionnaire-item-control", "code": "help"}
    extension = {"url": f"{HL7}questionnaire-itemControl", "valueCodeableConcept": {"coding": [control]}}
    text = item.help.in_language(language) if item.help else ""
    return {"linkId": f"{item.id}.help", "type": "display", "text": text, "extension": [extension]}


def _option(option: Any, version: FormVersion, item: Item, language: str) -> dict[str, Any]:
    coding: dict[str, Any] = {
        "system": options_of(version, item), "code": option.code, "display": option.text.in_language(language),
    }  # fmt: skip
    if option.score is not None:
        coding["extension"] = [{"url": f"{HL7}ordinalValue", "valueDecimal": option.score}]
    return {"valueCoding": coding}


def _enable_when(condition: Any, version: FormVersion) -> dict[str, Any]:
    asked = version.by_id[condition.item]
    told: dict[str, Any] = {"question": condition.item, "operator": condition.operator}
    if condition.operator == "exists":
        return told | {"answerBoolean": condition.answer == "yes"}
    answer: Any = condition.answer
    key = {
        "boolean": "answerBoolean", "decimal": "answerDecimal", "integer": "answerInteger", "date": "answerDate",
        "dateTime": "answerDateTime", "time": "answerTime", "quantity": "answerQuantity",
    }.get(asked.type, "answerString")  # fmt: skip
    if asked.type == "boolean":
        answer = condition.answer == "true"
    elif asked.type in NUMBERS:
        answer = Decimal(condition.answer)
        answer = {"integer": int(answer), "decimal": answer, "quantity": {"value": answer}}[asked.type]
    elif asked.type == "time":
        answer = condition.answer if condition.answer.count(":") == 2 else f"{condition.answer}:00"
    elif condition.answer in [option.code for option in asked.options]:
        key, answer = "answerCoding", {"system": options_of(version, asked), "code": condition.answer}
    return told | {key: answer}


def _extensions(item: Item, version: FormVersion, language: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if item.repeats:
        found.append({"url": f"{HL7}questionnaire-minOccurs", "valueInteger": item.min_count})
        found.append({"url": f"{HL7}questionnaire-maxOccurs", "valueInteger": item.max_count})
    for name, told in (("minValue", item.low), ("maxValue", item.high)):
        if told and item.type in ("decimal", "integer", "quantity"):
            key = "valueInteger" if item.type == "integer" else "valueDecimal"
            found.append({"url": f"{HL7}{name}", key: int(told) if item.type == "integer" else Decimal(told)})
        elif told and item.type in ("date", "dateTime") and not told.startswith("today"):
            found.append({"url": f"{HL7}{name}", "valueDate": bound(told, version.from_on)})
    if item.type in ("decimal", "quantity"):
        found.append({"url": f"{HL7}maxDecimalPlaces", "valueInteger": item.decimals})
    if item.pattern:
        found.append({"url": f"{HL7}regex", "valueString": item.pattern})
    for unit in item.units:
        name = "questionnaire-unitOption" if item.type == "quantity" else "questionnaire-unit"
        coding = {"system": UCUM, "code": unit.code, "display": unit.text.in_language(language)}
        found.append({"url": f"{HL7}{name}", "valueCoding": coding})
    own = next((one for one in _found_in(as_json(version)["items"], item.id)), {})
    for name in ("calculated", "finding"):
        if own.get(name):
            text = json.dumps(own[name], ensure_ascii=False, sort_keys=True)
            found.append({"url": f"{OWN}{name}", "valueString": text})
    return found


def _found_in(items: Sequence[Mapping[str, Any]], name: str) -> list[Mapping[str, Any]]:
    here = [item for item in items if item["id"] == name]
    return here or [found for item in items for found in _found_in(item.get("items", ()), name)]


def response(
    version: FormVersion,
    items: Sequence[Mapping[str, Any]],
    *,
    on: date,
    authored_at: datetime,
    subject: str = "",
    language: str = "zh",
    identifier: str = "",
) -> dict[str, Any]:
    """The answers as a FHIR R4 QuestionnaireResponse: in the order of the form, with the calculated values, without
    what is not asked. The answers must have no faults (validation.py)."""
    evaluation = Evaluation(version, items, on)
    told: dict[str, Any] = {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": canonical(version),
        "status": "completed",
        "authored": authored_at.isoformat(),
        "item": _answered(evaluation, evaluation.root, language),
    }
    if subject:
        told["subject"] = {"identifier": {"system": f"{OWN}subject", "value": subject}}
    if identifier:
        told["identifier"] = {"system": f"{OWN}answer", "value": identifier}
    return told


def _answered(evaluation: Evaluation, scope: Scope, language: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for filled in scope.filled.values():
        item = filled.item
        head: dict[str, Any] = {"linkId": item.id, "text": item.text.in_language(language)}
        if not evaluation.enabled(filled):
            continue
        if item.is_group:
            for filling in filled.fillings:
                inner = _answered(evaluation, filling, language)
                if inner:
                    found.append(head | {"item": inner})
        elif item.calculated:
            number = evaluation.number_of(filled)
            if number is not None:
                value = rounded(number, item.decimals)
                key = "valueInteger" if item.type == "integer" else "valueDecimal"
                found.append(head | {"answer": [{key: int(value) if item.type == "integer" else value}]})
        elif filled.answers:
            found.append(head | {"answer": [_with_display(answer, evaluation.version, item, language)
                                            for answer in filled.answers]})  # fmt: skip
    return found


def _with_display(answer: Mapping[str, Any], version: FormVersion, item: Item, language: str) -> dict[str, Any]:
    """The answer as it was given; codes and units with their words."""
    told = dict(answer)
    if "valueCoding" in told:
        code = told["valueCoding"]["code"]
        chosen = next(option for option in item.options if option.code == code)
        told["valueCoding"] = {
            "system": options_of(version, item), "code": code, "display": chosen.text.in_language(language),
        }  # fmt: skip
    if "valueQuantity" in told:
        code = told["valueQuantity"]["code"]
        unit = next(unit for unit in item.units if unit.code == code)
        told["valueQuantity"] = {
            "value": told["valueQuantity"]["value"], "unit": unit.text.in_language(language), "system": UCUM,
            "code": code,
        }  # fmt: skip
    if item.type == "time" and told["valueTime"].count(":") == 1:
        told["valueTime"] += ":00"
    return told
