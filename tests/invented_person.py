"""The record of an invented person (演示) as FHIR R4 resources: hypertension and diabetes, an admission, a year of
readings, results in and out of range, medicines, an allergy, vaccines, a follow-up and a report."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

LOINC, ICD = "http://loinc.org", "http://hl7.org/fhir/sid/icd-10"
_CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"
_MEANING = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"

Resource = dict[str, Any]


def coded(system: str, code: str, text: str) -> Resource:
    return {"coding": [{"system": system, "code": code, "display": text}], "text": text}


class Story:
    """Makes resources with running ids that all name one patient."""

    def __init__(self, today: date, patient: str = "demo-1") -> None:
        self.today, self.patient, self.count = today, patient, 0

    def made(self, type: str, **elements: Any) -> Resource:
        self.count += 1
        whose = {"patient": {"reference": f"Patient/{self.patient}"}}
        if type in ("AllergyIntolerance", "Immunization", "FamilyMemberHistory"):
            about = whose
        else:
            about = {"subject": whose["patient"]}
        return {"resourceType": type, "id": f"{self.patient}-{self.count}", **about, **elements}

    def ago(self, days: int) -> str:
        return (self.today - timedelta(days=days)).isoformat()

    def pressure(self, days: int, systolic: int, diastolic: int) -> Resource:
        def part(code: str, text: str, value: int) -> Resource:
            return {"code": coded(LOINC, code, text), "valueQuantity": {"value": value, "unit": "mmHg"}}

        return self.made(
            "Observation",
            status="final",
            code=coded(LOINC, "85354-9", "血压"),
            effectiveDateTime=self.ago(days) + "T09:30:00+08:00",
            component=[part("8480-6", "收缩压", systolic), part("8462-4", "舒张压", diastolic)],
        )

    def result(self, days: int, code: str, text: str, value: str, unit: str, low: str = "", high: str = "") -> Resource:
        limits = {
            end: {"value": Decimal(given), "unit": unit} for end, given in (("low", low), ("high", high)) if given
        }
        return self.made(
            "Observation",
            status="final",
            code=coded(LOINC, code, text),
            effectiveDateTime=self.ago(days),
            valueQuantity={"value": Decimal(value), "unit": unit},
            **({"referenceRange": [limits]} if limits else {}),
        )

    def condition(self, days: int, code: str, text: str, status: str = "active") -> Resource:
        return self.made(
            "Condition",
            code=coded(ICD, code, text),
            onsetDateTime=self.ago(days),
            **({"clinicalStatus": {"coding": [{"system": _CLINICAL, "code": status}]}} if status else {}),
        )


def invented_record(today: date, patient: str = "demo-1", readings: int = 13) -> list[Resource]:
    """The whole record, the Patient first."""
    story = Story(today, patient)
    readable = [
        {"resourceType": "Patient", "id": patient, "name": [{"text": "演示·王某"}], "gender": "male"},
        story.condition(3_000, "I10", "高血压"),
        story.condition(2_000, "E11.9", "2 型糖尿病"),
        story.condition(400, "J18.9", "肺炎", "resolved"),
        *_measured(story, readings),
        *_treated(story),
        *_written(story),
    ]
    return readable


def _measured(story: Story, readings: int) -> list[Resource]:
    made: list[Resource] = []
    for n in range(readings):
        made.append(story.pressure(5 + 30 * n, 152 - n % 4 * 5 + n, 94 - n % 3 * 4))
        made.append(story.result(6 + 30 * n, "1558-6", "空腹血糖", f"{7.9 - n * 0.1:.1f}", "mmol/L", "3.9", "6.1"))
    for n in range(4):
        made.append(story.result(8 + 95 * n, "4548-4", "糖化血红蛋白", f"{7.4 + n * 0.2:.1f}", "%", "4.0", "6.0"))
        made.append(story.result(8 + 95 * n, "2160-0", "血肌酐", f"{82 + 3 * n}", "µmol/L", "57", "111"))
        made.append(story.result(9 + 95 * n, "2093-3", "总胆固醇", f"{5.6 - n * 0.2:.2f}", "mmol/L", "", "5.20"))
    made.append(story.result(9, "718-7", "血红蛋白", "128", "g/L", "130", "175"))
    made.append(
        story.made(
            "Observation",
            status="final",
            code={"text": "尿蛋白"},
            effectiveDateTime=story.ago(9),
            valueString="阴性",
            interpretation=[{"coding": [{"system": _MEANING, "code": "N"}]}],
        )
    )
    return made


def _treated(story: Story) -> list[Resource]:
    actcode = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
    return [
        story.made(
            "Encounter", status="finished", **{"class": {"system": actcode, "code": "IMP"}},
            period={"start": story.ago(73), "end": story.ago(65)}, reasonCode=[coded(ICD, "I63.9", "脑梗死")],
            serviceProvider={"display": "示范县人民医院"},
        ),
        story.made(
            "Encounter", status="finished", **{"class": {"system": actcode, "code": "AMB"}},
            period={"start": story.ago(5), "end": story.ago(5)}, reasonCode=[{"text": "复诊取药"}],
            serviceProvider={"display": "东村卫生室"},
        ),
        story.made("Procedure", status="completed", code={"text": "颅脑 CT 平扫"}, performedDateTime=story.ago(73)),
        story.made(
            "MedicationRequest", status="active", intent="order", authoredOn=story.ago(20),
            medicationCodeableConcept={"text": "氨氯地平片 5mg"}, dosageInstruction=[{"text": "每日一次，每次 1 片"}],
            dispenseRequest={"expectedSupplyDuration": {"value": 30, "unit": "d"}},
            requester={"display": "演示·李医生"},
        ),
        story.made(
            "MedicationRequest", status="active", intent="order", authoredOn=story.ago(20),
            medicationCodeableConcept={"text": "二甲双胍缓释片 0.5g"}, dosageInstruction=[{"text": "每日两次，随餐"}],
        ),
        story.made(
            "MedicationRequest", status="completed", intent="order", authoredOn=story.ago(400),
            medicationCodeableConcept={"text": "头孢呋辛酯片"}, dosageInstruction=[{"text": "每日两次，共 7 日"}],
        ),
        story.made(
            "AllergyIntolerance", code={"text": "青霉素"}, criticality="high", recordedDate=story.ago(1_000),
            clinicalStatus={"coding": [
                {"system": "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical", "code": "active"}
            ]},
            reaction=[{"manifestation": [{"text": "皮疹"}, {"text": "呼吸困难"}], "severity": "severe"}],
        ),
        story.made(
            "Immunization", status="completed", vaccineCode={"text": "流感疫苗"}, occurrenceDateTime=story.ago(40),
            lotNumber="L2026", protocolApplied=[{"doseNumberPositiveInt": 1}],
        ),
    ]  # fmt: skip


def _written(story: Story) -> list[Resource]:
    return [
        story.made(
            "QuestionnaireResponse", status="completed", questionnaire="urn:yigongti:forms:chronic-follow-up",
            authored=story.ago(5), item=[
                {"linkId": "salt", "text": "每日食盐（克）", "answer": [{"valueInteger": 6}]},
                {"linkId": "smoke", "text": "吸烟", "answer": [{"valueBoolean": False}]},
                {"linkId": "group", "text": "服药", "item": [
                    {"linkId": "taken", "text": "按时服药", "answer": [{"valueCoding": {"display": "规律"}}]}
                ]},
            ],
        ),
        story.made(
            "DiagnosticReport", status="final", code={"text": "颅脑 CT"}, effectiveDateTime=story.ago(72),
            conclusion="左侧基底节区腔隙性脑梗死",
        ),
        story.made(
            "FamilyMemberHistory", status="completed", relationship={"text": "父亲"},
            condition=[{"code": {"text": "高血压"}}],
        ),
    ]  # fmt: skip
