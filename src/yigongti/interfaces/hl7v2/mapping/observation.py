"""OBX as an Observation: value by its type, reference range, interpretation, notes.

What a laboratory sends as a number and is none ("<0.05", "阴性") keeps its meaning: a comparator where there is one,
else the text. A value is never dropped because its type is unknown.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from yigongti.interfaces.hl7v2.mapping.datatypes import coded, looked_up, staff, system_of
from yigongti.interfaces.hl7v2.mapping.moments import date_time, time_of_day
from yigongti.interfaces.hl7v2.mapping.translation import Draft, Identifier, Resource, without_empty
from yigongti.interfaces.hl7v2.message import Element, Segment
from yigongti.interfaces.hl7v2.problems import Condition, Refused, missing_field, warning

INTERPRETATION = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
ABSENT = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
UCUM = "http://unitsofmeasure.org"
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
_COMPARED = re.compile(r"(<=|>=|<|>|≤|≥|＜|＞)\s*([+-]?\d+(?:\.\d+)?)")
_RANGE = re.compile(r"([+-]?\d+(?:\.\d+)?)\s*(?:-|--|~|～|—|–|至)\s*([+-]?\d+(?:\.\d+)?)")
_COMPARATORS = {"≤": "<=", "≥": ">=", "＜": "<", "＞": ">"}
_TEXTS = {"ST", "TX", "FT", "IS", "ID", "SI", ""}


def read_observation(obx: Segment, notes: list[str], report: Identifier, draft: Draft) -> Resource:
    """The Observation of an OBX, without its patient. Raises Refused (AE) when it says not what was observed."""
    code = coded(obx.first(3), draft)
    if not code:
        raise Refused(missing_field(obx.place(3), "检验项目", "observation identifier"))
    results, clock = draft.choices.results, draft.choices.clock
    status = results["observation_status"].get(obx.text(11), results["observation_status_when_unknown"])
    named = obx.text(3, 1) or obx.text(3, 4) or obx.text(3, 2)
    sub_identifier = obx.first(4).whole()
    key = draft.own("result", "/".join([report.value, named, sub_identifier]))
    observation = without_empty(
        {
            "resourceType": "Observation",
            "identifier": [key.as_fhir()],
            "status": status,
            "code": code,
            "effectiveDateTime": date_time(obx.text(14), clock),
            "performer": [who for element in obx.all(16) if (who := staff(element, draft))],
            "interpretation": _interpretations(obx, draft),
            "note": [{"text": text} for text in notes],
            "bodySite": coded(obx.first(20), draft),
            "method": coded(obx.first(17), draft),
            "referenceRange": _ranges(obx, draft),
        }
    )
    value = read_value(obx, draft)
    if value:
        return observation | value
    if status not in {"cancelled", "registered", "entered-in-error"}:
        observation["dataAbsentReason"] = {"coding": [{"system": ABSENT, "code": "unknown"}]}
    return observation


def attachment(obx: Segment, draft: Draft) -> Resource:
    """ED (a file inside of the message) or RP (a pointer to one) as an Attachment; {} for other types."""
    kind, element = obx.text(2), obx.first(5)
    title = obx.text(3, 2) or obx.text(3)
    subtype = element.text(3).lower() or "octet-stream"
    content_type = {"pdf": "application/pdf", "jpeg": "image/jpeg", "png": "image/png", "xml": "application/xml"}.get(
        subtype, f"application/{subtype}"
    )
    if kind == "ED" and element.text(4).lower() == "base64":
        data = re.sub(r"\s", "", element.text(5))
        if re.fullmatch(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?", data):
            return without_empty({"contentType": content_type, "data": data, "title": title})
    if kind == "RP" and element.text(1):
        return without_empty({"contentType": content_type, "url": element.text(1), "title": title})
    return {}


def read_value(obx: Segment, draft: Draft) -> Resource:
    """The value by OBX-2, as value[x]; {} when OBX-5 says nothing."""
    kind, elements = obx.text(2), obx.all(5)
    if not elements:
        return {}
    if kind in {"NM", "SN"}:
        return _number(kind, elements[0], obx, draft)
    if kind in {"CE", "CWE", "CNE", "CF"}:
        concept = coded(elements[0], draft)
        return {"valueCodeableConcept": concept} if concept else {}
    if kind in {"DT", "TS", "DTM"}:
        stamp = date_time(elements[0].text(1), draft.choices.clock)
        return {"valueDateTime": stamp} if stamp else _as_text(kind, elements, obx, draft)
    if kind == "TM":
        clock = time_of_day(elements[0].text(1))
        return {"valueTime": clock} if clock else _as_text(kind, elements, obx, draft)
    if kind in _TEXTS:
        return without_empty({"valueString": _joined(elements)})
    return _as_text(kind, elements, obx, draft)


def _joined(elements: list[Element]) -> str:
    return "\n".join(element.whole() for element in elements)


def _as_text(kind: str, elements: list[Element], obx: Segment, draft: Draft) -> Resource:
    draft.warnings.append(
        warning(
            Condition.DATA_TYPE,
            "value_kept_as_text",
            f"结果值不是 {kind} 类型，按文字保存",
            f"the value is not of type {kind}; it was kept as text",
            obx.place(5),
        )
    )
    return without_empty({"valueString": _joined(elements)})


def _number(kind: str, element: Element, obx: Segment, draft: Draft) -> Resource:
    unit = _unit(obx, draft)
    if kind == "SN":
        return _structured(element, unit, obx, draft)
    text = element.text(1)
    if _NUMBER.fullmatch(text):
        return {"valueQuantity": {"value": _decimal(text)} | unit}
    compared = _COMPARED.fullmatch(text)
    if compared:
        comparator = _COMPARATORS.get(compared[1], compared[1])
        return {"valueQuantity": {"value": _decimal(compared[2]), "comparator": comparator} | unit}
    return _as_text(kind, [element], obx, draft)


def _structured(element: Element, unit: Resource, obx: Segment, draft: Draft) -> Resource:
    comparator, first, separator, second = (element.text(place) for place in (1, 2, 3, 4))
    numbers = [text for text in (first, second) if _NUMBER.fullmatch(text)]
    if len(numbers) == 2 and separator == "-":
        return {"valueRange": {"low": {"value": _decimal(first)} | unit, "high": {"value": _decimal(second)} | unit}}
    if len(numbers) == 2 and separator in {":", "/"}:
        return {"valueRatio": {"numerator": {"value": _decimal(first)}, "denominator": {"value": _decimal(second)}}}
    if len(numbers) == 1 and not second and comparator in {"", "<", ">", "<=", ">=", "="}:
        said = {"comparator": comparator} if comparator not in {"", "="} else {}
        return {"valueQuantity": {"value": _decimal(first)} | said | unit}
    return _as_text("SN", [element], obx, draft)


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text.removeprefix("+"))
    except InvalidOperation as error:  # cannot happen for what the pattern let through
        raise ValueError(text) from error


def _unit(obx: Segment, draft: Draft) -> Resource:
    element = obx.first(6)
    code, words = element.text(1), element.text(2)
    unit = without_empty({"unit": words or code})
    if code and system_of(element.text(3), draft) == UCUM and element.text(3):
        unit |= {"system": UCUM, "code": code}
    return unit


def _interpretations(obx: Segment, draft: Draft) -> list[Resource]:
    table = draft.choices.results["interpretation"]
    return [found for element in obx.all(8) if (found := looked_up(element, table, INTERPRETATION, draft))]


def _ranges(obx: Segment, draft: Draft) -> list[Resource]:
    text = obx.first(7).whole()
    if not text:
        return []
    unit, found = _unit(obx, draft), {"text": text}
    between, compared = _RANGE.fullmatch(text), _COMPARED.fullmatch(text)
    if between and _decimal(between[1]) <= _decimal(between[2]):
        return [{"low": {"value": _decimal(between[1])} | unit, "high": {"value": _decimal(between[2])} | unit} | found]
    if compared:
        side = "high" if compared[1] in {"<", "<=", "≤", "＜"} else "low"
        return [{side: {"value": _decimal(compared[2])} | unit} | found]
    return [found]
