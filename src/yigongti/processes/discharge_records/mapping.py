"""One front page, and its settlement list where there is one, as FHIR resources. Pure: a row in, resources out.

Ids are made of institution and case, so that the same stay gives the same resources however often it is collected; a
corrected page becomes the next version of them.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from yigongti.kernel.records import naming

Resource = dict[str, Any]
Row = Mapping[str, Any]

_NAMESPACE = uuid.UUID("7f0a3c52-3f5e-5d0b-9a43-1f6a8f2f6a10")
_PARTS = (
    ("pool_fund", "统筹基金支付"),
    ("supplementary_fund", "补充保险支付"),
    ("medical_assistance", "医疗救助支付"),
    ("personal_account", "个人账户支付"),
    ("cash", "个人现金支付"),
)
_DISPOSITIONS = {
    "1": "医嘱离院",
    "2": "医嘱转院",
    "3": "医嘱转社区卫生服务机构/乡镇卫生院",
    "4": "非医嘱离院",
    "5": "死亡",
    "9": "其他",
}
_ON_ADMISSION = {"1": "有", "2": "临床未确定", "3": "情况不明", "4": "无"}
_ACT = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
_CATEGORY = "http://terminology.hl7.org/CodeSystem/condition-category"
_CLAIM = "http://terminology.hl7.org/CodeSystem/claim-type"
_CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"


def resource_id(institution_code: str, case_id: str, what: str) -> str:
    """The id of one resource of a stay: the same for the same stay, whoever asks."""
    return str(uuid.uuid5(_NAMESPACE, f"{institution_code}|{case_id}|{what}"))


def instant(value: datetime) -> str:
    """An instant as FHIR writes it, in the county's own time. A value without a zone is the county's time."""
    aware = value if value.tzinfo else value.replace(tzinfo=naming.SHANGHAI)
    return aware.astimezone(naming.SHANGHAI).isoformat(timespec="seconds")


def resources_of(
    row: Row, settlement: Row | None, *, patient_id: str, organisation: str, names: Mapping[str, str]
) -> list[Resource]:
    """All resources of a stay. patient_id: id of the Patient; organisation: the institution's name; names: code → name
    of diagnoses and procedures, as far as the county has loaded its dictionaries."""
    stay = _Stay(row, patient_id, organisation, names)
    made = [stay.encounter(), *stay.conditions(), *stay.procedures()]
    if settlement is not None:
        made += [stay.coverage(settlement), stay.bill(settlement)]
    return made


class _Stay:
    """The row with what all its resources name."""

    def __init__(self, row: Row, patient_id: str, organisation: str, names: Mapping[str, str]) -> None:
        self.row, self.names = row, names
        self.code, self.case = str(row["institution_code"]), str(row["case_id"])
        self.patient = {"reference": f"Patient/{patient_id}"}
        self.provider = {
            "identifier": {"system": naming.INSTITUTION, "value": self.code},
            "display": organisation,
        }

    def id(self, what: str) -> str:
        return resource_id(self.code, self.case, what)

    def coded(self, system: str, code: str) -> Resource:
        name = self.names.get(code, "")
        coding = {"system": system, "code": code} | ({"display": name} if name else {})
        return {"coding": [coding], "text": name or code}

    @property
    def period(self) -> Resource:
        ends = {"start": self.row.get("admitted_at"), "end": self.row.get("discharged_at")}
        return {name: instant(value) for name, value in ends.items() if isinstance(value, datetime)}

    def encounter(self) -> Resource:
        """The stay itself: when, where, how it ended, the diagnoses in their order."""
        disposition = str(self.row.get("discharge_disposition") or "")
        diagnoses = [
            {"condition": {"reference": f"Condition/{self.id(f'condition-{place}')}"}, "rank": place}
            for place in range(1, len(self.row.get("diagnoses") or ()) + 1)
        ]
        made: Resource = {
            "resourceType": "Encounter",
            "id": self.id("encounter"),
            "identifier": [{"system": naming.case_number(self.code), "value": self.case}],
            "status": "finished",
            "class": {"system": _ACT, "code": "IMP", "display": "inpatient encounter"},
            "subject": self.patient,
            "period": self.period,
            "serviceProvider": self.provider,
        }
        if diagnoses:
            made["diagnosis"] = diagnoses
        if disposition:
            word = _DISPOSITIONS.get(disposition, disposition)
            coding = {"system": naming.DISPOSITION, "code": disposition, "display": word}
            made["hospitalization"] = {"dischargeDisposition": {"coding": [coding], "text": word}}
        if self.row.get("discharge_department_code"):
            made["serviceType"] = {"coding": [{"code": str(self.row["discharge_department_code"])}]}
        return made

    def conditions(self) -> list[Resource]:
        """One for each diagnosis; what was there on admission as it was written."""
        on_admission = list(self.row.get("admission_conditions") or ())
        made = []
        for place, code in enumerate(self.row.get("diagnoses") or (), start=1):
            condition: Resource = {
                "resourceType": "Condition",
                "id": self.id(f"condition-{place}"),
                "clinicalStatus": {"coding": [{"system": _CLINICAL, "code": "active"}]},
                "category": [{"coding": [{"system": _CATEGORY, "code": "encounter-diagnosis"}]}],
                "code": self.coded(naming.ICD10_INSURANCE, str(code)),
                "subject": self.patient,
                "encounter": {"reference": f"Encounter/{self.id('encounter')}"},
            }
            if "end" in self.period:
                condition["recordedDate"] = self.period["end"]
            said = str(on_admission[place - 1]) if place <= len(on_admission) else ""
            if said:
                word = {"system": naming.CONDITION_ON_ADMISSION, "code": said, "display": _ON_ADMISSION.get(said, said)}
                condition["extension"] = [{"url": naming.CONDITION_ON_ADMISSION, "valueCoding": word}]
            made.append(condition)
        return made

    def procedures(self) -> list[Resource]:
        """One for each procedure, on its day where the page says so."""
        days = list(self.row.get("procedure_dates") or ())
        made = []
        for place, code in enumerate(self.row.get("procedures") or (), start=1):
            day = days[place - 1] if place <= len(days) else None
            procedure: Resource = {
                "resourceType": "Procedure",
                "id": self.id(f"procedure-{place}"),
                "status": "completed",
                "code": self.coded(naming.ICD9CM3_INSURANCE, str(code)),
                "subject": self.patient,
                "encounter": {"reference": f"Encounter/{self.id('encounter')}"},
            }
            if isinstance(day, date):
                procedure["performedDateTime"] = day.isoformat()[:10]
            elif self.period:
                procedure["performedPeriod"] = self.period
            made.append(procedure)
        return made

    def coverage(self, settlement: Row) -> Resource:
        """The scheme that the stay was settled under."""
        kind = str(settlement.get("insurance_type") or "")
        words = {"310": "职工基本医疗保险", "390": "城乡居民基本医疗保险"}
        made: Resource = {
            "resourceType": "Coverage",
            "id": self.id("coverage"),
            "status": "active",
            "beneficiary": self.patient,
            "payor": [{"display": "医疗保障局"}],
        }
        if kind:
            coding = {"system": naming.INSURANCE_TYPE, "code": kind, "display": words.get(kind, kind)}
            made["type"] = {"coding": [coding], "text": words.get(kind, kind)}
        if settlement.get("insured_number"):
            made["subscriberId"] = str(settlement["insured_number"])
        return made

    def bill(self, settlement: Row) -> Resource:
        """What the stay cost and who paid which part of it."""
        day = settlement.get("settled_to")
        created = day.isoformat()[:10] if isinstance(day, date) else self.period.get("end", "")
        made: Resource = {
            "resourceType": "ExplanationOfBenefit",
            "id": self.id("bill"),
            "identifier": [{"system": naming.case_number(self.code), "value": str(settlement["settlement_number"])}],
            "status": "active",
            "type": {"coding": [{"system": _CLAIM, "code": "institutional"}]},
            "use": "claim",
            "patient": self.patient,
            "created": created,
            "insurer": {"display": "医疗保障局"},
            "provider": self.provider,
            "outcome": "complete",
            "insurance": [{"focal": True, "coverage": {"reference": f"Coverage/{self.id('coverage')}"}}],
            "total": [
                {"category": {"coding": [{"system": naming.PAID_BY, "code": "total"}], "text": "费用总额"},
                 "amount": _yuan(settlement["total_cost"])},
            ],
        }  # fmt: skip
        for name, word in _PARTS:
            if settlement.get(name):
                category = {"coding": [{"system": naming.PAID_BY, "code": name}], "text": word}
                made["total"].append({"category": category, "amount": _yuan(settlement[name])})
        made["item"] = [
            {"sequence": 1, "productOrService": {"text": "住院费用"},
             "encounter": [{"reference": f"Encounter/{self.id('encounter')}"}]}
        ]  # fmt: skip
        return made


def _yuan(amount: Any) -> Resource:
    return {"value": Decimal(str(amount)), "currency": "CNY"}
