"""An invented record of an invented resident, as laboratories and hospitals would have sent it."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils import timezone

HOSPITAL = {"display": "示范县人民医院"}


def codeable(text, code="", system="http://loinc.org"):
    return {"text": text, "coding": [{"system": system, "code": code or text}]}


def measured(key, name, value, unit, when, low=None, high=None, category="laboratory"):
    usual = {side: {"value": edge, "unit": unit} for side, edge in (("low", low), ("high", high)) if edge is not None}
    return {
        "resourceType": "Observation", "id": f"{key}-{when}", "status": "final", "code": codeable(name, key),
        "effectiveDateTime": f"{when}T08:10:00+08:00", "valueQuantity": {"value": value, "unit": unit},
        "referenceRange": [usual] if usual else [], "performer": [{"display": "示范县人民医院检验科"}],
        "category": [{"coding": [{"code": category}]}],
    }  # fmt: skip


def pressure(upper, lower, when):
    def part(name, value, high):
        return {"code": codeable(name), "valueQuantity": {"value": value, "unit": "mm[Hg]"},
                "referenceRange": [{"high": {"value": high}}]}  # fmt: skip

    return {
        "resourceType": "Observation", "id": f"bp-{when}", "status": "final", "code": codeable("血压", "85354-9"),
        "effectiveDateTime": f"{when}T09:00:00+08:00", "performer": [{"display": "东村卫生室"}],
        "component": [part("收缩压", upper, 139), part("舒张压", lower, 89)],
        "category": [{"coding": [{"code": "vital-signs"}]}],
    }  # fmt: skip


def resources(today):
    """Everything, dated back from today."""
    days = [(today - timedelta(days=back)).isoformat() for back in (400, 310, 220, 130, 40)]
    sugar = zip(days, ("6.3", "7.4", "8.9", "7.2", "7.8"), strict=True)
    blood = zip(days, ((146, 92), (138, 88), (152, 94), (134, 86), (148, 90)), strict=True)
    found = [measured("14771-0", "空腹血糖", float(value), "mmol/L", day, 3.9, 6.1) for day, value in sugar]
    found += [pressure(upper, lower, day) for day, (upper, lower) in blood]
    found += [
        measured("4548-4", "糖化血红蛋白", 7.1, "%", days[4], 4.0, 6.0),
        measured("2160-0", "血肌酐", 68, "umol/L", days[4], 41, 81),
        measured("2571-8", "甘油三酯", 1.42, "mmol/L", days[4], 0.45, 1.69),
        {"resourceType": "DiagnosticReport", "id": "lab-1", "status": "final", "code": codeable("生化检验"),
         "effectiveDateTime": days[4], "performer": [{"display": "示范县人民医院检验科"}],
         "result": [{"reference": f"Observation/{key}-{days[4]}"} for key in ("14771-0", "4548-4", "2160-0", "2571-8")],
         "conclusion": "空腹血糖、糖化血红蛋白高于参考区间，请结合临床。"},
        {"resourceType": "DiagnosticReport", "id": "ct-1", "status": "final", "code": codeable("胸部 CT 平扫"),
         "effectiveDateTime": days[3], "performer": [{"display": "示范县人民医院影像科"}],
         "conclusion": "双肺纹理增多，未见明显实质性病变。"},
        {"resourceType": "AllergyIntolerance", "id": "a1", "code": codeable("青霉素"), "criticality": "high",
         "clinicalStatus": {"coding": [{"code": "active"}]},
         "reaction": [{"manifestation": [{"text": "皮疹、呼吸困难"}], "severity": "severe"}]},
        {"resourceType": "Condition", "id": "c1", "code": codeable("2 型糖尿病"), "onsetDateTime": "2019-05",
         "clinicalStatus": {"coding": [{"code": "active"}]}},
        {"resourceType": "Condition", "id": "c2", "code": codeable("高血压病 2 级"), "onsetDateTime": "2016",
         "clinicalStatus": {"coding": [{"code": "active"}]}},
        {"resourceType": "Condition", "id": "c3", "code": codeable("社区获得性肺炎"), "onsetDateTime": "2023-11-02",
         "abatementDateTime": "2023-11-20", "clinicalStatus": {"coding": [{"code": "resolved"}]}},
        {"resourceType": "MedicationRequest", "id": "m1", "status": "active", "authoredOn": days[3],
         "medicationCodeableConcept": codeable("二甲双胍缓释片 0.5 g"), "requester": {"display": "演示·医师"},
         "dosageInstruction": [{"text": "每次 1 片，每天 2 次，随餐服用"}]},
        {"resourceType": "MedicationRequest", "id": "m2", "status": "active", "authoredOn": days[2],
         "medicationCodeableConcept": codeable("苯磺酸氨氯地平片 5 mg"), "requester": {"display": "演示·村医"},
         "dosageInstruction": [{"text": "每次 1 片，每天早上 1 次"}]},
        {"resourceType": "MedicationRequest", "id": "m3", "status": "stopped", "authoredOn": "2023-11-02",
         "medicationCodeableConcept": codeable("左氧氟沙星片 0.5 g")},
        {"resourceType": "Encounter", "id": "e1", "status": "finished", "class": {"code": "IMP"},
         "period": {"start": "2023-11-02T10:00:00+08:00", "end": "2023-11-10T09:00:00+08:00"},
         "serviceProvider": HOSPITAL, "reasonCode": [{"text": "社区获得性肺炎"}]},
        {"resourceType": "Encounter", "id": "e2", "status": "finished", "class": {"code": "AMB"},
         "period": {"start": f"{days[4]}T08:00:00+08:00"}, "serviceProvider": HOSPITAL,
         "reasonCode": [{"text": "糖尿病复诊"}]},
        {"resourceType": "Immunization", "id": "i1", "status": "completed", "vaccineCode": codeable("流感疫苗"),
         "occurrenceDateTime": days[2], "location": {"display": "城关镇卫生院"},
         "protocolApplied": [{"doseNumberPositiveInt": 1}]},
        {"resourceType": "DocumentReference", "id": "d1", "status": "current", "type": codeable("出院小结"),
         "date": "2023-11-10T09:30:00+08:00", "custodian": HOSPITAL},
        {"resourceType": "ExplanationOfBenefit", "id": "b1", "status": "active", "type": codeable("住院结算"),
         "provider": HOSPITAL, "billablePeriod": {"start": "2023-11-02", "end": "2023-11-10"},
         "total": [{"category": {"coding": [{"code": code}]}, "amount": {"value": value, "currency": "CNY"}}
                   for code, value in (("submitted", 5860.42), ("benefit", 4102.3), ("copay", 1758.12))],
         "item": [{"productOrService": codeable("床位费"), "net": {"value": 320}},
                  {"productOrService": codeable("药品费"), "net": {"value": 2470.42}}]},
        {"resourceType": "Task", "id": "t1", "status": "requested", "code": codeable("高血压、糖尿病随访"),
         "executionPeriod": {"start": (today + timedelta(days=9)).isoformat()}, "owner": {"display": "东村卫生室"},
         "description": "请带上血压、血糖记录本"},
    ]  # fmt: skip
    return found


def give_record(resident, institution_id, found=None, *, today=None):
    """Store resources as the resident's, over the bulk connection."""
    from yigongti.kernel.records.models import Resource

    now, today = timezone.now(), today or date.today()  # noqa: DTZ011 (the day only moves the invented dates)
    for resource in found if found is not None else resources(today):
        body = {**resource, "id": f"{resource['id']}-{resident.pk}"}
        for reference in body.get("result", []):
            reference["reference"] += f"-{resident.pk}"
        Resource.objects.using("bulk").create(
            type=body["resourceType"], fhir_id=body["id"], resident_id=resident.pk, institution_id=institution_id,
            category="clinical", updated_at=now, body=body,
        )  # fmt: skip
