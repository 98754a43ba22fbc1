"""PID (and NK1, PV1) as the patient and the visit of a message, shared by all families.

A patient is found again by a number of the sending institution; the resident number, the insurance number and the
health card go with it, so that the master index can tell who it is. A resident number that breaks its own check is
left out with a warning: a wrong number would tie two people together.
"""

from __future__ import annotations

from collections.abc import Sequence

from yigongti.foundation.identifiers import read_resident_number
from yigongti.interfaces.hl7v2.identifier_systems import COUNTRY_WIDE, RESIDENT_NUMBER, of_authority, of_numbers
from yigongti.interfaces.hl7v2.mapping.datatypes import address, coded, human_name, looked_up, telephone
from yigongti.interfaces.hl7v2.mapping.moments import date_time, day
from yigongti.interfaces.hl7v2.mapping.translation import Draft, Identifier, Resource, without_empty
from yigongti.interfaces.hl7v2.message import Element, Message, Segment
from yigongti.interfaces.hl7v2.problems import Condition, Refused, missing_field, warning
from yigongti.kernel.records.naming import record_number

MARITAL_STATUS = "http://terminology.hl7.org/CodeSystem/v3-MaritalStatus"


def identifiers_of(segment: Segment, field: int, draft: Draft) -> list[Identifier]:
    """The numbers of a CX field that can be used, each once, in their order."""
    found = [_identifier(element, segment, field, draft) for element in segment.all(field)]
    return list(dict.fromkeys(identifier for identifier in found if identifier))


def key_of(identifiers: Sequence[Identifier], draft: Draft) -> Identifier:
    """The number by which the institution finds its patient: its own record number first, else the first of its."""
    own = record_number(draft.institution_code)
    return next((i for i in identifiers if i.system == own), identifiers[0])


def read_patient(message: Message, draft: Draft) -> tuple[Resource, Identifier]:
    """The patient of PID and the key. Raises Refused (AE) without a usable number."""
    pid = message.first("PID")
    identifiers = identifiers_of(pid, 3, draft) if pid else []
    if pid is None or not identifiers:
        place = pid.place(3) if pid else message.header.place()
        raise Refused(missing_field(place, "患者标识", "patient identifier"))
    people, clock = draft.choices.people, draft.choices.clock
    names = [name for name in (human_name(element, draft) for element in pid.all(5)) if name]
    resource = without_empty(
        {
            "resourceType": "Patient",
            "identifier": [identifier.as_fhir() for identifier in identifiers],
            "active": True,
            "name": names,
            "telecom": [t for n in (13, 14) for t in (telephone(e, draft) for e in pid.all(n)) if t],
            "gender": people["sex"].get(pid.text(8), "unknown" if pid.text(8) else None),
            "birthDate": day(pid.text(7)),
            "address": [a for a in (address(e, draft) for e in pid.all(11)) if a],
            "maritalStatus": looked_up(pid.first(16), people["marital_status"], MARITAL_STATUS, draft),
            "contact": _contacts(message, draft),
            "managingOrganization": draft.organisation,
        }
    )
    died = date_time(pid.text(29), clock)
    if died:
        resource["deceasedDateTime"] = died
    elif pid.text(30) in {"Y", "N"}:
        resource["deceasedBoolean"] = pid.text(30) == "Y"
    _warn_of_what_was_left_out(pid, resource, draft)
    return resource, key_of(identifiers, draft)


def visit_key(message: Message, draft: Draft) -> Identifier | None:
    """The visit's number: PV1-19, else the account number PID-18; None when the message names no visit."""
    pv1, pid = message.first("PV1"), message.first("PID")
    number = (pv1.text(19) if pv1 else "") or (pid.text(18) if pid and pv1 else "")
    return draft.own("visit", number) if number else None


def mentioned_visit(message: Message, draft: Draft, patient: Resource, class_code: str) -> Resource | None:
    """A reference to the visit that an order or a result names: there already, or begun by this message."""
    key = visit_key(message, draft)
    if key is None:
        return None
    return draft.mention(
        {
            "resourceType": "Encounter",
            "identifier": [key.as_fhir()],
            "status": draft.choices.encounters["status_elsewhere"],
            "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": class_code},
            "subject": patient,
            "serviceProvider": draft.organisation,
        },
        key,
    )


def class_of(pv1: Segment | None, draft: Draft) -> str:
    """PV1-2 in the record's words; a warning when the policy does not know it."""
    encounters = draft.choices.encounters
    given = pv1.text(2) if pv1 else ""
    if pv1 and given not in encounters["class"]:
        draft.warnings.append(
            warning(
                Condition.TABLE_VALUE,
                "patient_class",
                f"就诊类别“{given}”未在对照中，按门诊记录",
                f"the patient class “{given}” is not in the choices; filed as ambulatory",
                pv1.place(2),
            )
        )
    return str(encounters["class"].get(given, encounters["class_when_unknown"]))


def _identifier(element: Element, segment: Segment, field: int, draft: Draft) -> Identifier | None:
    value = element.text(1)
    if not value:
        return None
    kind = draft.choices.identifier_kinds.get(element.text(5))
    if kind == "resident_number":
        number = read_resident_number(value)
        if number is None:
            draft.warnings.append(
                warning(
                    Condition.DATA_TYPE,
                    "resident_number",
                    "身份证号不合校验规则，未采用",
                    "the resident number breaks its own check and was left out",
                    segment.place(field, 1),
                )
            )
            return None
        return Identifier(RESIDENT_NUMBER, number.text)
    if kind in COUNTRY_WIDE:
        return Identifier(COUNTRY_WIDE[kind], value)
    if kind is None:  # a kind that the policy does not know is kept apart, as the institution's word for it
        return Identifier(of_numbers(draft.institution_code, element.text(5)), value)
    authority = element.component(4)
    names = {authority.text(1), authority.text(2)} - {""}
    if not names or names & draft.facility:
        return Identifier(record_number(draft.institution_code), value)
    system = of_authority(draft.institution_code, authority.text(1), authority.text(2), authority.text(3))
    return Identifier(system, value)


def _contacts(message: Message, draft: Draft) -> list[Resource]:
    contacts = []
    for nk1 in message.named("NK1"):
        relationship = coded(nk1.first(3), draft)
        contact = without_empty(
            {
                "relationship": [relationship] if relationship else [],
                "name": human_name(nk1.first(2), draft),
                "telecom": [t for n in (5, 6) for t in (telephone(e, draft) for e in nk1.all(n)) if t],
                "address": address(nk1.first(4), draft),
                "gender": draft.choices.people["sex"].get(nk1.text(15)),
            }
        )
        # FHIR asks for more than a relationship (pat-1)
        if contact.keys() & {"name", "telecom", "address"}:
            contacts.append(contact)
    return contacts


def _warn_of_what_was_left_out(pid: Segment, resource: Resource, draft: Draft) -> None:
    for number, part, zh, en in (
        (7, "birthDate", "出生日期", "date of birth"),
        (29, "deceasedDateTime", "死亡时间", "time of death"),
    ):
        if pid.text(number) and part not in resource:
            draft.warnings.append(
                warning(
                    Condition.DATA_TYPE,
                    "not_a_date",
                    f"{zh}“{pid.text(number)}”不是日期，未采用",
                    f"the {en} “{pid.text(number)}” is no date and was left out",
                    pid.place(number),
                )
            )
    if pid.text(8) and pid.text(8) not in draft.choices.people["sex"]:
        draft.warnings.append(
            warning(
                Condition.TABLE_VALUE,
                "sex",
                f"性别代码“{pid.text(8)}”未在对照中，按未知记录",
                f"the sex code “{pid.text(8)}” is not in the choices; filed as unknown",
                pid.place(8),
            )
        )
