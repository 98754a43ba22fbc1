"""Reading the elements of FHIR R4 resources: words of a coded concept, references, numbers and quantities.

Nothing here fails on a resource that lacks an element or holds nonsense in it: what is not there reads as empty.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language

Resource = dict[str, Any]

_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_UNITS = (("mm[Hg]", "mmHg"), ("kg/m2", "kg/m²"), ("m2", "m²"), ("uL", "µL"), ("umol", "µmol"))
_POWER, _RAISED = re.compile(r"10[*^](\d+)"), str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_ANNOTATION = re.compile(r"\{[^}]*\}")


def at(resource: Resource, path: str) -> Any:
    """The element at a path of keys joined by points, through single objects; None where it ends."""
    found: Any = resource
    for key in path.split("."):
        found = found.get(key) if isinstance(found, dict) else None
    return found


def every(value: Any) -> Iterator[dict[str, Any]]:
    """The objects of an element that may be a list, an object, or missing."""
    if isinstance(value, dict):
        yield value
    elif isinstance(value, list):
        yield from (part for part in value if isinstance(part, dict))


def first_of(value: Any) -> dict[str, Any]:
    """The first object of an element, or an empty one."""
    return next(every(value), {})


def words(concept: Any) -> str:
    """What a CodeableConcept or Coding is called: its own text or a coding's display, the one in the reader's language
    first; else a code. Several concepts are joined."""
    return "、".join(filter(None, (_called(found) for found in every(concept))))


def _called(concept: Resource) -> str:
    codings = list(every(concept.get("coding"))) or ([concept] if {"code", "display"} & concept.keys() else [])
    texts = [str(text) for text in (concept.get("text"), *(coding.get("display") for coding in codings)) if text]
    is_english = (get_language() or "").lower().startswith("en")
    wanted = [text for text in texts if bool(_CHINESE.search(text)) != is_english]
    codes = [str(coding["code"]) for coding in codings if coding.get("code")]
    return next(iter([*wanted, *texts, *codes]), "")


def codes(concept: Any) -> set[str]:
    """All codes of a CodeableConcept or of several, whatever their system."""
    return {
        str(coding["code"]) for found in every(concept) for coding in every(found.get("coding")) if coding.get("code")
    }


def first_code(concept: Any) -> str:
    """The first code of a CodeableConcept or of several; "" for none."""
    for found in every(concept):
        for coding in every(found.get("coding")):
            if coding.get("code"):
                return str(coding["code"])
    return ""


def key_of(concept: Any) -> str:
    """What two resources share that are about the same thing: the first code with its system, else the text."""
    for found in every(concept):
        for coding in every(found.get("coding")):
            if coding.get("code"):
                return f"{coding.get('system', '')}|{coding['code']}"
    return words(concept)


def display(reference: Any) -> str:
    """How a Reference (or the first that does) names what it points to; "" where it only points."""
    return next((str(found["display"]) for found in every(reference) if found.get("display")), "")


def displays(references: Any) -> str:
    """All that several references name, joined."""
    return "、".join(filter(None, (display(one) for one in every(references))))


def target_of(reference: Any) -> str:
    """The resource that a Reference names, "Observation/12", without server or version."""
    text = str(first_of(reference).get("reference", "")).split("/_history/")[0]
    return "/".join(text.rsplit("/", 2)[-2:])


def number_of(value: Any) -> Decimal | None:
    """A JSON number as it was written, with every digit; None for what is none."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    found = value if isinstance(value, Decimal) else Decimal(str(value))
    return found if found.is_finite() else None


def quantity(value: Any) -> tuple[Decimal | None, str]:
    """Number and unit of a Quantity."""
    found = first_of(value)
    return number_of(found.get("value")), unit_of(found)


def amount(value: Any) -> str:
    """A Quantity as it is said: "7.8 mmol/L", "< 0.5 mg/L"; "" for none."""
    number, unit = quantity(value)
    return "" if number is None else f"{compared(value)}{shown(number)} {unit}".strip()


def compared(value: Any) -> str:
    """The sign before a Quantity that is only known to lie below or above its number: "< ", or ""."""
    sign = first_of(value).get("comparator")
    return f"{sign} " if sign else ""


def unit_of(value: Resource) -> str:
    """The unit as it is written for people; UCUM's signs for machines are taken out of it."""
    text = str(value.get("unit") or value.get("code") or "")
    for machine, people in _UNITS:
        text = text.replace(machine, people)
    text = _POWER.sub(lambda found: "10" + found[1].translate(_RAISED), text)
    return _ANNOTATION.sub("", text)


def plain(value: Decimal) -> str:
    """A number without an exponent, as many digits as it has."""
    return f"{value:f}"


def shown(value: Decimal) -> str:
    """A number as people read it: its own digits up to three places; more are cut to two, or to three that count."""
    if -int(value.as_tuple().exponent) > 3:
        value = value.quantize(Decimal(1).scaleb(min(-2, value.adjusted() - 2)))
    return plain(value)


def is_mistaken(resource: Resource) -> bool:
    """Entered in error or refuted: no page counts it as a fact of the person."""
    verification = codes(resource.get("verificationStatus"))
    return resource.get("status") == "entered-in-error" or bool(verification & {"entered-in-error", "refuted"})
