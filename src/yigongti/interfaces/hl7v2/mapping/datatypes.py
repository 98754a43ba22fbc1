"""Data types of HL7 v2 as data types of FHIR R4: codes, names, addresses, telephones, identifiers, staff."""

from __future__ import annotations

import re

from yigongti.interfaces.hl7v2.identifier_systems import is_object_identifier, of_authority, of_codes
from yigongti.interfaces.hl7v2.mapping.moments import date_time
from yigongti.interfaces.hl7v2.mapping.translation import Draft, Identifier, Resource, without_empty
from yigongti.interfaces.hl7v2.message import Element, Segment

_V2_TABLE = re.compile(r"HL7(\d{4})")
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_CODE = re.compile(r"[^\s]+(\s[^\s]+)*")
REPRESENTATION = "http://hl7.org/fhir/StructureDefinition/iso21090-EN-representation"
_REPRESENTATIONS = {"A": "ABC", "I": "IDE", "P": "SYL"}


def system_of(name: str, draft: Draft, given: str = "") -> str:
    """The address of a code system from its HL7 name; `given` is its OID where the message says it (CWE.14)."""
    known = draft.choices.code_systems.get(name.upper())
    if known:
        return known
    table = _V2_TABLE.fullmatch(name)
    if table:
        return f"http://terminology.hl7.org/CodeSystem/v2-{table[1]}"
    if not name and is_object_identifier(given):
        return f"urn:oid:{given}"
    return of_codes(draft.institution_code, "" if name in {"", "L", "99LOC"} else name)


def coded(element: Element, draft: Draft) -> Resource:
    """CWE, CE or CNE as CodeableConcept: the code, its translation, and the words of the sender; {} when empty."""
    codings = []
    for code, text, system, version, oid in ((1, 2, 3, 7, 14), (4, 5, 6, 8, 17), (10, 11, 12, 13, 20)):
        value = element.text(code)
        if value and _CODE.fullmatch(value):
            codings.append(
                without_empty(
                    {
                        "system": system_of(element.text(system), draft, element.text(oid)),
                        "version": element.text(version),
                        "code": value,
                        "display": element.text(text),
                    }
                )
            )
    words = element.text(9) or element.text(2) or element.text(5)
    return without_empty({"coding": codings, "text": words or (element.text(1) if not codings else "")})


def looked_up(element: Element, table: dict[str, str], system: str, draft: Draft) -> Resource:
    """A coded field whose code the policy knows: the code of the record first, the sender's own beside it."""
    concept = coded(element, draft)
    meant = table.get(element.text(1))
    if not meant:
        return concept
    own = concept.get("coding", [])
    return {**concept, "coding": [{"system": system, "code": meant}, *own]}


def human_name(element: Element, draft: Draft) -> Resource:
    """XPN. A Chinese name is written without a space, and may stand whole in the family name."""
    family, given, more = element.text(1), element.text(2), element.text(3)
    chinese = bool(_CHINESE.search(family + given))
    prefix, suffix = element.text(5), element.text(4)
    words = [family, given, more] if chinese else [prefix, given, more, family, suffix]
    name = without_empty(
        {
            "use": draft.choices.people["name_use"].get(element.text(7)),
            "text": ("" if chinese else " ").join(word for word in words if word),
            "family": family,
            "given": [word for word in (given, more) if word],
            "prefix": [prefix] if prefix else [],
            "suffix": [suffix] if suffix else [],
        }
    )
    representation = _REPRESENTATIONS.get(element.text(8))
    if name.get("text") and representation:
        name["extension"] = [{"url": REPRESENTATION, "valueCode": representation}]
    return name if name.get("text") else {}


def address(element: Element, draft: Draft) -> Resource:
    """XAD."""
    people = draft.choices.people
    lines = [element.text(1), element.text(2)]
    city, province, county = element.text(3), element.text(4), element.text(9)
    place = [province, city, county, *lines]
    chinese = bool(_CHINESE.search("".join(place)))
    text = "".join(place) if chinese else ", ".join(part for part in [*lines, city, province, element.text(5)] if part)
    found = without_empty(
        {
            "text": text,
            "line": [line for line in lines if line],
            "city": city,
            "district": county,
            "state": province,
            "postalCode": element.text(5),
            "country": element.text(6),
        }
    )
    if not found:
        return {}
    kind = element.text(7)
    return without_empty({"use": people["address_use"].get(kind), "type": people["address_type"].get(kind)}) | found


def telephone(element: Element, draft: Draft) -> Resource:
    """XTN: the number as it was written, else put together from its parts; an e-mail address from its own component."""
    people = draft.choices.people
    email = element.text(4)
    parts = [f"+{element.text(5)}" if element.text(5) else "", element.text(6), element.text(7)]
    number = element.text(12) or element.text(1) or " ".join(part for part in parts if part)
    if element.text(7) and element.text(8):
        number += f" x{element.text(8)}"
    wished = people["telephone_system"].get(element.text(3), "phone")
    if email and (wished == "email" or not number):
        wished, number = "email", email
    if not number:
        return {}
    use = people["telephone_use"].get(element.text(2)) or ("mobile" if element.text(3) == "CP" else None)
    return without_empty({"system": wished, "value": number, "use": use})


def entity(segment: Segment, number: int, kind: str, draft: Draft) -> Identifier | None:
    """EI (placer and filler numbers): the institution's own numbers of that kind, or another assigner's."""
    element = segment.first(number)
    value = element.text(1)
    if not value:
        return None
    namespace, universal, universal_type = element.text(2), element.text(3), element.text(4)
    if (not namespace and not universal) or namespace in draft.facility or universal in draft.facility:
        return draft.own(kind, value)
    return Identifier(of_authority(draft.institution_code, namespace, universal, universal_type), value)


def staff(element: Element, draft: Draft) -> Resource:
    """XCN as a reference by name and number; {} when it names nobody."""
    number, family, given = element.text(1), element.text(2), element.text(3)
    chinese = bool(_CHINESE.search(family + given))
    display = "".join([family, given]) if chinese else " ".join(word for word in (given, family) if word)
    if not number and not display:
        return {}
    authority = element.component(9)
    system = draft.own("staff", "").system
    if authority:
        system = of_authority(draft.institution_code, authority.text(1), authority.text(2), authority.text(3))
    return without_empty(
        {
            "type": "Practitioner",
            "identifier": {"system": system, "value": number} if number else {},
            "display": display or number,
        }
    )


def place_name(element: Element) -> str:
    """PL in words: facility, building, floor, point of care, room, bed, as far as they are said."""
    described = element.text(9)
    parts = [element.component(number).text(1) for number in (4, 7, 8, 1, 2, 3)]
    return " ".join(part for part in parts if part) or described


def period(start: str, end: str, draft: Draft) -> Resource:
    """A period from two stamps; {} when both are empty."""
    clock = draft.choices.clock
    return without_empty({"start": date_time(start, clock), "end": date_time(end, clock)})
