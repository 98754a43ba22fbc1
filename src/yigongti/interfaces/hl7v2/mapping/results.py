"""ORU R01: results of laboratories and of imaging.

OBR        DiagnosticReport, and the ServiceRequest that the order numbers name
OBX        Observation with value, unit, reference range and interpretation; ED and RP go into the report's forms
SPM        Specimen (OBR-15 where a message has none)
NTE        notes of the report or of the observation that it follows
"""

from __future__ import annotations

from dataclasses import dataclass, field

from yigongti.interfaces.hl7v2.mapping.datatypes import coded, entity, staff
from yigongti.interfaces.hl7v2.mapping.moments import date_time, instant
from yigongti.interfaces.hl7v2.mapping.observation import attachment, read_observation
from yigongti.interfaces.hl7v2.mapping.patient import class_of, mentioned_visit, read_patient
from yigongti.interfaces.hl7v2.mapping.specimen import read_specimens
from yigongti.interfaces.hl7v2.mapping.translation import Draft, Identifier, Resource, Translation, without_empty
from yigongti.interfaces.hl7v2.message import Message, Segment
from yigongti.interfaces.hl7v2.problems import Condition, Refused, missing_field, warning

SECTION = "http://terminology.hl7.org/CodeSystem/v2-0074"


@dataclass(slots=True)
class Group:
    """One report of a message: its OBR with the ORC before it and what follows."""

    obr: Segment
    orc: Segment | None
    observations: list[tuple[Segment, list[str]]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    specimens: list[Segment] = field(default_factory=list)


def translate(message: Message, draft: Draft) -> Translation:
    """The transaction of a result message. Raises Refused (AE)."""
    resource, key = read_patient(message, draft)
    patient = draft.mention(resource, key)
    encounter = mentioned_visit(message, draft, patient, class_of(message.first("PV1"), draft))
    for group in groups_of(message):
        _report(group, message, patient, encounter, draft)
    return Translation(draft.bundle(), None, key.token, tuple(draft.warnings))


def groups_of(message: Message) -> list[Group]:
    """The reports of a message, in their order. An ORC belongs to the OBR after it."""
    groups: list[Group] = []
    orc: Segment | None = None
    notes: list[str] | None = None
    for segment in message.segments:
        if segment.name == "ORC":
            orc, notes = segment, None
        elif segment.name == "OBR":
            groups.append(Group(segment, orc))
            orc, notes = None, groups[-1].notes
        elif segment.name == "OBX" and groups:
            notes = []
            groups[-1].observations.append((segment, notes))
        elif segment.name == "NTE" and notes is not None:
            notes += [text for element in segment.all(3) if (text := element.whole())]
        elif segment.name == "SPM" and groups:
            groups[-1].specimens.append(segment)
            notes = None
    return groups


def _report(group: Group, message: Message, patient: Resource, encounter: Resource | None, draft: Draft) -> None:
    obr, orc, results = group.obr, group.orc, draft.choices.results
    code = coded(obr.first(4), draft)
    if not code:
        raise Refused(missing_field(obr.place(4), "检查项目", "universal service"))
    filler, placer = _number(obr, orc, 3, "filler", draft), _number(obr, orc, 2, "placer", draft)
    key = filler or placer or draft.own("filler", f"{message.control_id}/{obr.occurrence}")
    if filler is None and placer is None:
        draft.warnings.append(
            warning(
                Condition.REQUIRED_FIELD,
                "report_number",
                "报告没有申请号或执行号，按报文号记录，后续更正不能识别",
                "the report has neither a placer nor a filler number; corrections will not find it again",
                obr.place(3),
            )
        )
    request = _request(group, placer, key, code, patient, encounter, draft)
    specimens = read_specimens(group.specimens, obr, key, patient, draft)
    clock = draft.choices.clock
    times = {"taken": date_time(obr.text(7), clock), "issued": instant(obr.text(22), clock)}
    references, forms = [], []
    for obx, notes in group.observations:
        form = attachment(obx, draft)
        if form:
            forms.append(form)
            continue
        references.append(
            read_observation(obx, notes, key, draft)
            | without_empty({"basedOn": [request] if request else [], "specimen": specimens[0] if specimens else None})
            | {"_patient": patient, "_encounter": encounter, "_taken": times["taken"]}
        )
    results_of_report = [_file(observation, key, number, draft) for number, observation in enumerate(references, 1)]
    section = obr.text(24)
    category = {"coding": [{"system": SECTION, "code": section}]} if section in results["sections"] else {}
    report = without_empty(
        {
            "resourceType": "DiagnosticReport",
            "identifier": [number.as_fhir() for number in dict.fromkeys([key, *filter(None, [filler, placer])])],
            "basedOn": [request] if request else [],
            "status": _status(obr, draft),
            "category": [category] if category else [],
            "code": code,
            "subject": patient,
            "encounter": encounter,
            "effectiveDateTime": times["taken"],
            "issued": times["issued"],
            "performer": [_performer(group, draft)],
            "resultsInterpreter": _interpreters(obr, draft),
            "specimen": specimens,
            "result": results_of_report,
            "conclusion": "\n".join(group.notes),
            "presentedForm": forms,
        }
    )
    draft.put(report, Identifier(key.system, key.value))


def _number(obr: Segment, orc: Segment | None, place: int, kind: str, draft: Draft) -> Identifier | None:
    return entity(obr, place, kind, draft) or (entity(orc, place, kind, draft) if orc else None)


def _request(
    group: Group,
    placer: Identifier | None,
    key: Identifier,
    code: Resource,
    patient: Resource,
    encounter: Resource | None,
    draft: Draft,
) -> Resource | None:
    if placer is None:
        return None
    obr, orc = group.obr, group.orc
    requester = staff(obr.first(16), draft) or (staff(orc.first(12), draft) if orc else {})
    reason = [reason for element in obr.all(31) if (reason := coded(element, draft))]
    request = without_empty(
        {
            "resourceType": "ServiceRequest",
            "identifier": [placer.as_fhir()],
            "status": "active",
            "intent": "order",
            "code": code,
            "subject": patient,
            "encounter": encounter,
            "authoredOn": date_time(orc.text(9), draft.choices.clock) if orc else None,
            "requester": requester,
            "reasonCode": reason,
        }
    )
    return draft.mention(request, placer)


def _file(observation: Resource, key: Identifier, number: int, draft: Draft) -> Resource:
    patient, encounter, taken = (observation.pop(name) for name in ("_patient", "_encounter", "_taken"))
    resource = observation | without_empty({"subject": patient, "encounter": encounter})
    if "effectiveDateTime" not in resource and taken:
        resource["effectiveDateTime"] = taken
    return draft.put(resource, Identifier(**resource["identifier"][0]))


def _status(obr: Segment, draft: Draft) -> str:
    results = draft.choices.results
    return str(results["report_status"].get(obr.text(25), results["report_status_when_unknown"]))


def _performer(group: Group, draft: Draft) -> Resource:
    laboratory = next((obx.text(23) for obx, _notes in group.observations if obx.text(23)), "")
    return {"display": laboratory} if laboratory else draft.organisation


def _interpreters(obr: Segment, draft: Draft) -> list[Resource]:
    found = []
    for element in obr.all(32):
        # NDL: its first component is a CNN (number, family, given) with subcomponents
        number, family, given = (element.text(1, place) for place in (1, 2, 3))
        display = " ".join(word for word in (given, family) if word)
        if display or number:
            found.append({"display": display or number})
    return found
