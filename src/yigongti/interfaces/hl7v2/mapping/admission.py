"""ADT A01 admit, A03 discharge, A04 register, A08 update, and A40 merge.

PID, NK1   Patient (as it now is)           DG1   Condition, a diagnosis of the visit
PV1, PV2   Encounter (as it now is)         AL1   AllergyIntolerance
IN1        Coverage                         MRG   with A40: which registration ends
"""

from __future__ import annotations

from yigongti.interfaces.hl7v2.identifier_systems import DISPOSITION, INSTITUTION
from yigongti.interfaces.hl7v2.mapping.datatypes import coded, period, place_name, staff
from yigongti.interfaces.hl7v2.mapping.moments import date_time, moment
from yigongti.interfaces.hl7v2.mapping.patient import class_of, identifiers_of, key_of, read_patient, visit_key
from yigongti.interfaces.hl7v2.mapping.translation import (
    Draft,
    Identifier,
    Merge,
    Resource,
    Translation,
    without_empty,
)
from yigongti.interfaces.hl7v2.message import Message, Segment
from yigongti.interfaces.hl7v2.problems import Condition, Refused, missing_field, warning

ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
PARTICIPATION = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"
DIAGNOSIS_ROLE = "http://terminology.hl7.org/CodeSystem/diagnosis-role"
CONDITION_CATEGORY = "http://terminology.hl7.org/CodeSystem/condition-category"
ALLERGY_STATUS = "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical"
_PARTICIPANTS = ((7, "ATND"), (8, "REF"), (9, "CON"), (17, "ADM"))


def translate(message: Message, draft: Draft) -> Translation:
    """The transaction of an admission, discharge, registration or update. Raises Refused (AE)."""
    resource, key = read_patient(message, draft)
    patient = draft.put(resource, key)
    pv1 = message.first("PV1")
    visit = visit_key(message, draft)
    if pv1 is not None and visit is None and message.event != "A08":
        raise Refused(missing_field(pv1.place(19), "就诊号", "visit number"))
    encounter = None
    if pv1 is not None and visit is not None:
        resource = _encounter(message, pv1, visit, patient, draft)
        encounter = draft.put(resource, visit)
        diagnoses = _diagnoses(message, visit, patient, encounter, draft)
        if diagnoses:
            resource["diagnosis"] = diagnoses
    _allergies(message, key, patient, encounter, draft)
    _coverages(message, key, patient, draft)
    return Translation(draft.bundle(), None, key.token, tuple(draft.warnings))


def merge(message: Message, draft: Draft) -> Translation:
    """A40: the registration of MRG-1 ends in that of PID-3. Raises Refused (AE)."""
    pid, mrg = message.first("PID") or message.header, message.first("MRG") or message.header
    survivors = identifiers_of(pid, 3, draft) if pid.name == "PID" else []
    retired = identifiers_of(mrg, 1, draft) if mrg.name == "MRG" else []
    if not survivors:
        raise Refused(missing_field(pid.place(3), "保留的患者标识", "surviving identifier"))
    if not retired:
        raise Refused(missing_field(mrg.place(1), "被合并的患者标识", "retired identifier"))
    survivor, ends = key_of(survivors, draft), key_of(retired, draft)
    if survivor == ends:
        raise Refused(missing_field(mrg.place(1), "与保留者不同的标识", "a number unlike the survivor's"))
    evn = message.first("EVN")
    occurred = moment((evn.text(6) or evn.text(2)) if evn else "", draft.choices.clock)
    return Translation(None, Merge(tuple(survivors), tuple(retired), occurred), survivor.token, tuple(draft.warnings))


def _encounter(message: Message, pv1: Segment, visit: Identifier, patient: Resource, draft: Draft) -> Resource:
    encounters, event = draft.choices.encounters, message.event
    span = period(pv1.text(44), pv1.text(45), draft)
    evn = message.first("EVN")
    happened = (evn.text(6) or evn.text(2)) if evn else ""
    if event == "A03" and "end" not in span:
        span |= without_empty({"end": date_time(happened, draft.choices.clock)})
    if event in {"A01", "A04"} and "start" not in span:
        span |= without_empty({"start": date_time(happened, draft.choices.clock)})
    status = "finished" if span.get("end") else encounters["status"].get(event, encounters["status_elsewhere"])
    pv2 = message.first("PV2")
    reason = coded(pv2.first(3), draft) if pv2 else {}
    return without_empty(
        {
            "resourceType": "Encounter",
            "identifier": [visit.as_fhir()],
            "status": status,
            "class": {"system": ACT_CODE, "code": class_of(pv1, draft)},
            "type": [kind] if (kind := coded(pv1.first(4), draft)) else [],
            "serviceType": coded(pv1.first(10), draft),
            "subject": patient,
            "participant": _participants(pv1, draft),
            "period": _in_order(span, pv1, draft),
            "reasonCode": [reason] if reason else [],
            "hospitalization": _hospitalization(pv1, draft),
            "location": _locations(pv1),
            "serviceProvider": draft.organisation,
        }
    )


def _in_order(span: Resource, pv1: Segment, draft: Draft) -> Resource:
    start, end = moment(pv1.text(44), draft.choices.clock), moment(pv1.text(45), draft.choices.clock)
    if start and end and end < start:
        draft.warnings.append(
            warning(
                Condition.DATA_TYPE,
                "end_before_start",
                "出院时间早于入院时间，入院时间未采用",
                "the visit ends before it begins; its beginning was left out",
                pv1.place(45),
            )
        )
        return {"end": span["end"]}
    return span


def _participants(pv1: Segment, draft: Draft) -> list[Resource]:
    found = []
    for number, role in _PARTICIPANTS:
        for element in pv1.all(number):
            individual = staff(element, draft)
            if individual:
                found.append(
                    {"type": [{"coding": [{"system": PARTICIPATION, "code": role}]}], "individual": individual}
                )
    return found


def _hospitalization(pv1: Segment, draft: Draft) -> Resource:
    disposition = coded(pv1.first(36), draft)
    words = draft.choices.encounters["discharge_disposition"].get(pv1.text(36))
    if disposition and words:
        national = {"system": DISPOSITION, "code": pv1.text(36), "display": words}
        disposition = {"coding": [national, *disposition.get("coding", [])], "text": words}
    return without_empty({"admitSource": coded(pv1.first(14), draft), "dischargeDisposition": disposition})


def _locations(pv1: Segment) -> list[Resource]:
    words = place_name(pv1.first(3))
    return [{"location": {"display": words}}] if words else []


def _diagnoses(
    message: Message, visit: Identifier, patient: Resource, encounter: Resource, draft: Draft
) -> list[Resource]:
    found = []
    for rank, dg1 in enumerate(message.named("DG1"), start=1):
        code = coded(dg1.first(3), draft) or without_empty({"text": dg1.text(4)})
        if not code:
            raise Refused(missing_field(dg1.place(3), "诊断", "diagnosis"))
        if dg1.text(4) and "text" not in code:
            code["text"] = dg1.text(4)
        kind = dg1.text(6)
        named = dg1.text(3) or code["text"]
        condition = without_empty(
            {
                "resourceType": "Condition",
                "category": [{"coding": [{"system": CONDITION_CATEGORY, "code": "encounter-diagnosis"}]}],
                "code": code,
                "subject": patient,
                "encounter": encounter,
                "recordedDate": date_time(dg1.text(19) or dg1.text(5), draft.choices.clock),
                "recorder": staff(dg1.first(16), draft),
            }
        )
        key = draft.own("diagnosis", f"{visit.value}/{kind}/{named}")
        condition["identifier"] = [key.as_fhir()]
        use = draft.choices.encounters["diagnosis_use"].get(kind)
        place = dg1.text(15)
        entry = {
            "condition": draft.put(condition, key),
            "rank": int(place) if place.isdecimal() and int(place) > 0 else rank,
        }
        if use:
            entry["use"] = {"coding": [{"system": DIAGNOSIS_ROLE, "code": use}]}
        found.append(entry)
    return found


def _allergies(
    message: Message, owner: Identifier, patient: Resource, encounter: Resource | None, draft: Draft
) -> None:
    encounters = draft.choices.encounters
    for al1 in message.named("AL1"):
        code = coded(al1.first(3), draft)
        if not code:
            raise Refused(missing_field(al1.place(3), "过敏原", "allergen"))
        reactions = [text for element in al1.all(5) if (text := element.whole())]
        category = encounters["allergy_category"].get(al1.text(2))
        key = draft.own("allergy", f"{owner.value}/{al1.text(3) or code['text']}")
        resource = without_empty(
            {
                "resourceType": "AllergyIntolerance",
                "identifier": [key.as_fhir()],
                "clinicalStatus": {"coding": [{"system": ALLERGY_STATUS, "code": "active"}]},
                "category": [category] if category else [],
                "criticality": encounters["allergy_criticality"].get(al1.text(4)),
                "code": code,
                "patient": patient,
                "encounter": encounter,
                "onsetDateTime": date_time(al1.text(6), draft.choices.clock),
                "reaction": [{"manifestation": [{"text": text} for text in reactions]}] if reactions else [],
            }
        )
        draft.put(resource, key)


def _coverages(message: Message, owner: Identifier, patient: Resource, draft: Draft) -> None:
    for in1 in message.named("IN1"):
        number = in1.text(36) or in1.text(49) or in1.text(2)
        if not number:
            raise Refused(missing_field(in1.place(36), "保险号", "policy number"))
        company = without_empty({"system": INSTITUTION, "value": in1.text(3)})
        payor = without_empty(
            {"identifier": company if in1.text(3) else {}, "display": in1.text(4) or in1.text(9) or in1.text(3)}
        )
        key = draft.own("coverage", f"{owner.value}/{in1.text(2)}/{number}")
        resource = without_empty(
            {
                "resourceType": "Coverage",
                "identifier": [key.as_fhir()],
                "status": "active",
                "type": coded(in1.first(15), draft) or coded(in1.first(2), draft),
                "subscriberId": in1.text(36),
                "beneficiary": patient,
                "period": period(in1.text(12), in1.text(13), draft),
                "payor": [payor] if payor else [draft.organisation],
            }
        )
        draft.put(resource, key)
