"""SIU S12: a booked appointment. SCH, AIS (service), AIL (place), AIP (staff), PID."""

from __future__ import annotations

from datetime import datetime, timedelta

from yigongti.interfaces.hl7v2.mapping.datatypes import coded, entity, place_name, staff
from yigongti.interfaces.hl7v2.mapping.moments import moment
from yigongti.interfaces.hl7v2.mapping.patient import read_patient
from yigongti.interfaces.hl7v2.mapping.translation import Draft, Resource, Translation, without_empty
from yigongti.interfaces.hl7v2.message import Message, Segment
from yigongti.interfaces.hl7v2.problems import Condition, Refused, missing_field, wrong

APPOINTMENT_REASON = "http://terminology.hl7.org/CodeSystem/v2-0276"
_MINUTES = {"": 1, "MIN": 1, "M": 1, "MINUTE": 1, "MINUTES": 1, "分钟": 1, "H": 60, "HR": 60, "HOUR": 60, "小时": 60}


def translate(message: Message, draft: Draft) -> Translation:
    """The transaction of a booking. Raises Refused (AE)."""
    resource, patient_key = read_patient(message, draft)
    patient = draft.mention(resource, patient_key)
    sch = message.first("SCH")
    if sch is None:
        raise Refused(missing_field(message.header.place(), "预约段 SCH", "segment SCH"))
    numbers = [number for place in (2, 1) if (number := entity(sch, place, "appointment", draft))]
    if not numbers:
        raise Refused(missing_field(sch.place(2), "预约号", "appointment number"))
    starts, ends = _times(message, sch, draft)
    orders = draft.choices.orders
    services = [service for ais in message.named("AIS") if (service := coded(ais.first(3), draft))]
    reason = coded(sch.first(7), draft)
    resource = without_empty(
        {
            "resourceType": "Appointment",
            "identifier": [number.as_fhir() for number in dict.fromkeys(numbers)],
            "status": orders["appointment_status"].get(sch.text(25), orders["appointment_status_when_unknown"]),
            "serviceType": services,
            "appointmentType": coded(sch.first(8), draft),
            "reasonCode": [reason] if reason else [],
            "start": starts.isoformat() if starts else None,
            "end": ends.isoformat() if ends else None,
            "comment": "\n".join(t for nte in message.named("NTE") for e in nte.all(3) if (t := e.whole())),
            "participant": [{"actor": patient, "status": "accepted"}, *_others(message, draft)],
        }
    )
    draft.put(resource, numbers[0])
    return Translation(draft.bundle(), None, patient_key.token, tuple(draft.warnings))


def _times(message: Message, sch: Segment, draft: Draft) -> tuple[datetime | None, datetime | None]:
    clock = draft.choices.clock
    ais = message.first("AIS")
    tq1 = message.first("TQ1")
    starts = (
        moment(sch.text(11, 4), clock)
        or (moment(tq1.text(7), clock) if tq1 else None)
        or (moment(ais.text(4), clock) if ais else None)
    )
    ends = moment(sch.text(11, 5), clock) or (moment(tq1.text(8), clock) if tq1 else None)
    if starts is None:
        raise Refused(missing_field(sch.place(11, 4), "预约开始时间", "start of the appointment"))
    if ends is None:
        ends = starts + _duration(sch, ais)
    if ends < starts:
        raise Refused(
            wrong(
                Condition.DATA_TYPE,
                "ends_before_start",
                "预约结束早于开始",
                "the appointment ends before it starts",
                sch.place(11, 5),
            )
        )
    return starts, ends


def _duration(sch: Segment, ais: Segment | None) -> timedelta:
    given = [(sch.text(9), sch.text(10)), (ais.text(7), ais.text(8)) if ais else ("", "")]
    for amount, unit in given:
        if amount.isdecimal() and unit.upper() in _MINUTES and int(amount) * _MINUTES[unit.upper()] <= 60 * 24 * 31:
            return timedelta(minutes=int(amount) * _MINUTES[unit.upper()])
    return timedelta()


def _others(message: Message, draft: Draft) -> list[Resource]:
    actors: list[Resource] = []
    for aip in message.named("AIP"):
        actors += [who for element in aip.all(3) if (who := staff(element, draft))]
    for ail in message.named("AIL"):
        words = place_name(ail.first(3))
        actors += [{"type": "Location", "display": words}] if words else []
    return [{"actor": actor, "status": "accepted"} for actor in actors]
