"""SPM, or the older OBR-15, as Specimen."""

from __future__ import annotations

from yigongti.interfaces.hl7v2.identifier_systems import of_authority
from yigongti.interfaces.hl7v2.mapping.datatypes import coded
from yigongti.interfaces.hl7v2.mapping.moments import date_time
from yigongti.interfaces.hl7v2.mapping.translation import Draft, Identifier, Resource, without_empty
from yigongti.interfaces.hl7v2.message import Segment


def read_specimens(
    segments: list[Segment], obr: Segment, owner: Identifier, patient: Resource, draft: Draft
) -> list[Resource]:
    """References to the specimens of an order or a report. owner: whose number names a specimen that has none."""
    if not segments:
        return _older(obr, owner, patient, draft)
    return [_specimen(spm, owner, patient, draft) for spm in segments]


def _specimen(spm: Segment, owner: Identifier, patient: Resource, draft: Draft) -> Resource:
    key = _number(spm, draft) or draft.own("specimen", f"{owner.value}/{spm.occurrence}")
    # SPM-17 is a range of time: its first component begins, its second ends
    begins, ends = spm.text(17, 1), spm.text(17, 2)
    clock = draft.choices.clock
    taken = (
        {"collectedPeriod": without_empty({"start": date_time(begins, clock), "end": date_time(ends, clock)})}
        if ends
        else without_empty({"collectedDateTime": date_time(begins, clock)})
    )
    collection = taken | without_empty({"method": coded(spm.first(7), draft), "bodySite": coded(spm.first(8), draft)})
    resource = without_empty(
        {
            "resourceType": "Specimen",
            "identifier": [key.as_fhir()],
            "type": coded(spm.first(4), draft),
            "subject": patient,
            "receivedTime": date_time(spm.text(18), clock),
            "collection": without_empty(collection),
            "note": [{"text": text} for element in spm.all(14) if (text := element.whole())],
        }
    )
    return draft.put(resource, key)


def _older(obr: Segment, owner: Identifier, patient: Resource, draft: Draft) -> list[Resource]:
    source = obr.first(15)
    kind = coded(source.component(1), draft) if source else {}
    if not kind:
        return []
    clock = draft.choices.clock
    key = draft.own("specimen", f"{owner.value}/{obr.occurrence}")
    collection = without_empty({"collectedDateTime": date_time(obr.text(7), clock)})
    resource = without_empty(
        {
            "resourceType": "Specimen",
            "identifier": [key.as_fhir()],
            "type": kind,
            "subject": patient,
            "receivedTime": date_time(obr.text(14), clock),
            "collection": collection,
        }
    )
    return [draft.put(resource, key)]


def _number(spm: Segment, draft: Draft) -> Identifier | None:
    # SPM-2 is a pair of EI: the filler's number first, because the laboratory keeps the specimen
    pair = spm.first(2)
    for place in (2, 1):
        number = pair.component(place)
        if number.text(1):
            namespace, universal, kind = number.text(2), number.text(3), number.text(4)
            if (not namespace and not universal) or {namespace, universal} & draft.facility:
                return draft.own("specimen", number.text(1))
            return Identifier(of_authority(draft.institution_code, namespace, universal, kind), number.text(1))
    return None
