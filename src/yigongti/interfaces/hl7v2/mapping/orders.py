"""ORM O01 and OML O21: orders for examinations.

ORC, OBR, TQ1   ServiceRequest, by the placer's number
SPM, OBR-15     Specimen
DG1, OBR-31     why it is asked for            NTE   its notes
"""

from __future__ import annotations

from dataclasses import dataclass, field

from yigongti.interfaces.hl7v2.mapping.datatypes import coded, entity, staff
from yigongti.interfaces.hl7v2.mapping.moments import date_time
from yigongti.interfaces.hl7v2.mapping.patient import class_of, mentioned_visit, read_patient
from yigongti.interfaces.hl7v2.mapping.specimen import read_specimens
from yigongti.interfaces.hl7v2.mapping.translation import Draft, Resource, Translation, without_empty
from yigongti.interfaces.hl7v2.message import Message, Segment
from yigongti.interfaces.hl7v2.problems import Condition, Refused, missing_field, warning


@dataclass(slots=True)
class Order:
    """One order of a message: its ORC with what follows."""

    orc: Segment
    obr: Segment | None = None
    timing: Segment | None = None
    diagnoses: list[Segment] = field(default_factory=list)
    specimens: list[Segment] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def translate(message: Message, draft: Draft) -> Translation:
    """The transaction of an order message. Raises Refused (AE)."""
    resource, key = read_patient(message, draft)
    patient = draft.mention(resource, key)
    encounter = mentioned_visit(message, draft, patient, class_of(message.first("PV1"), draft))
    for order in orders_of(message):
        _request(order, patient, encounter, draft)
    return Translation(draft.bundle(), None, key.token, tuple(draft.warnings))


def orders_of(message: Message) -> list[Order]:
    """The orders of a message. A second OBR below one ORC is an order of its own with the same ORC."""
    orders: list[Order] = []
    observed = False  # notes after an OBX belong to it, not to the order
    for segment in message.segments:
        if segment.name == "ORC":
            orders.append(Order(segment))
            observed = False
        elif not orders:
            continue
        elif segment.name == "OBR":
            if orders[-1].obr is not None:
                orders.append(Order(orders[-1].orc))
            orders[-1].obr = segment
            observed = False
        elif segment.name == "TQ1":
            orders[-1].timing = segment
        elif segment.name == "DG1":
            orders[-1].diagnoses.append(segment)
        elif segment.name == "SPM":
            orders[-1].specimens.append(segment)
        elif segment.name == "OBX":
            observed = True
        elif segment.name == "NTE" and not observed:
            orders[-1].notes += [text for element in segment.all(3) if (text := element.whole())]
    return orders


def _request(order: Order, patient: Resource, encounter: Resource | None, draft: Draft) -> None:
    orc, obr, clock = order.orc, order.obr, draft.choices.clock
    sources = [segment for segment in (obr, orc) if segment]
    placer = next((number for s in sources if (number := entity(s, 2, "placer", draft))), None)
    filler = next((number for s in sources if (number := entity(s, 3, "filler", draft))), None)
    key = placer or filler
    if key is None:
        raise Refused(missing_field(orc.place(2), "申请单号", "placer order number"))
    code = coded(obr.first(4), draft) if obr else {}
    if not code:
        raise Refused(missing_field((obr or orc).place(4), "检查项目", "universal service"))
    reasons = [reason for element in (obr.all(31) if obr else []) if (reason := coded(element, draft))]
    reasons += [reason for dg1 in order.diagnoses if (reason := coded(dg1.first(3), draft))]
    specimens = read_specimens(order.specimens, obr, key, patient, draft) if obr else []
    wished = (order.timing.text(7) if order.timing else "") or (
        obr.text(36) or obr.text(27, 4) or obr.text(6) if obr else ""
    )
    resource = without_empty(
        {
            "resourceType": "ServiceRequest",
            "identifier": [number.as_fhir() for number in (placer, filler) if number],
            "requisition": _group_number(orc, draft),
            "status": _status(orc, draft),
            "intent": "order",
            "priority": _priority(order, draft),
            "code": code,
            "subject": patient,
            "encounter": encounter,
            "occurrenceDateTime": date_time(wished, clock),
            "authoredOn": date_time(orc.text(9), clock),
            "requester": staff(orc.first(12), draft) or (staff(obr.first(16), draft) if obr else {}),
            "reasonCode": reasons,
            "specimen": specimens,
            "note": [{"text": text} for text in order.notes],
        }
    )
    draft.put(resource, key)


def _group_number(orc: Segment, draft: Draft) -> Resource | None:
    number = entity(orc, 4, "placer", draft)
    return number.as_fhir() if number else None


def _status(orc: Segment, draft: Draft) -> str:
    orders = draft.choices.orders
    found = orders["order_status"].get(orc.text(5)) or orders["control"].get(orc.text(1))
    if not found:
        draft.warnings.append(
            warning(
                Condition.TABLE_VALUE,
                "order_control",
                f"医嘱控制码“{orc.text(1)}”未在对照中，状态记为未知",
                f"the order control “{orc.text(1)}” is not in the choices; the status is filed as unknown",
                orc.place(1),
            )
        )
    return str(found or orders["status_when_unknown"])


def _priority(order: Order, draft: Draft) -> str | None:
    given = [
        order.timing.text(9) if order.timing else "",
        order.orc.text(7, 6),
        order.obr.text(27, 6) if order.obr else "",
        order.obr.text(5) if order.obr else "",
    ]
    table = draft.choices.orders["priority"]
    return next((table[code] for code in given if code in table), None)
