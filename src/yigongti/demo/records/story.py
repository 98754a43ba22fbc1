"""What happened to one invented resident outside of hospital: readings, results, medicines, visits, vaccines.

Pure and repeatable: the same resident of the same seed has the same story, with the same resource ids.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

from yigongti.demo.county.streams import case_stream
from yigongti.demo.records import vocabulary as words
from yigongti.kernel.records import naming

Resource = dict[str, Any]
_NAMESPACE = uuid.UUID("1b2f5f8e-2a56-5d7c-8b1e-90c8c7f5a001")
_ZONE = timezone(timedelta(hours=8))
_CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
_CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"
_KIND = "http://terminology.hl7.org/CodeSystem/condition-category"
_ALLERGY = "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical"
_MEANING = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
MONTHS_BACK = 13
FOLLOW_UP = "urn:yigongti:forms:chronic-follow-up"


@dataclass(frozen=True, slots=True)
class Person:
    """The resident of whom the story tells. clinic, township, hospital: (institution code, name)."""

    source_number: str
    patient_id: str
    sex: str
    birth_date: date
    conditions: tuple[str, ...]
    clinic: tuple[str, str]
    township: tuple[str, str]
    hospital: tuple[str, str]
    was_admitted: bool


def story_of(person: Person, seed: int, today: date) -> dict[str, list[Resource]]:
    """Institution code → the resources that it wrote about the resident, until today."""
    return _Story(person, case_stream(seed, "records", person.source_number), today).told()


class _Story:
    def __init__(self, person: Person, draw: random.Random, today: date) -> None:
        self.person, self.draw, self.today = person, draw, today
        self.age = (today - person.birth_date).days // 365
        self.made: dict[str, list[Resource]] = {}
        self.count = 0

    def told(self) -> dict[str, list[Resource]]:
        self._conditions()
        self._allergy()
        if {"hypertension", "diabetes"} & set(self.person.conditions):
            for day in self._days(MONTHS_BACK, 24, 38):
                self._follow_up(day)
        if self.age >= 65 or self.person.was_admitted:
            self._check_up(self.today - timedelta(days=self.draw.randrange(20, 330)))
        if self.person.was_admitted:
            self._laboratory(self.person.hospital, self.today - timedelta(days=self.draw.randrange(5, 90)))
        self._vaccines()
        return self.made

    # ---- how

    def _days(self, months: int, least: int, most: int) -> Iterator[date]:
        day = self.today - timedelta(days=months * 30)
        while True:
            day += timedelta(days=self.draw.randint(least, most))
            if day > self.today:
                return
            yield day

    def _at(self, day: date) -> str:
        moment = time(self.draw.randrange(8, 17), self.draw.randrange(60))
        return datetime.combine(day, moment, _ZONE).isoformat(timespec="seconds")

    def _add(self, institution: tuple[str, str], resource: Resource) -> str:
        """Give the resource its id and its patient, and put it with what the institution wrote; answers the id."""
        self.count += 1
        made = str(uuid.uuid5(_NAMESPACE, f"{self.person.source_number}|{resource['resourceType']}|{self.count}"))
        names_patient = "patient" if resource["resourceType"] in {"AllergyIntolerance", "Immunization"} else "subject"
        resource = {**resource, "id": made, names_patient: {"reference": f"Patient/{self.person.patient_id}"}}
        self.made.setdefault(institution[0], []).append(resource)
        return made

    def _conditions(self) -> None:
        for condition in self.person.conditions:
            code, name, medicines = words.CONDITIONS[condition]
            since = self.today - timedelta(days=self.draw.randrange(500, 3600))
            coding = {"system": naming.ICD10_INSURANCE, "code": code, "display": name}
            self._add(self.person.township, {
                "resourceType": "Condition", "code": {"coding": [coding], "text": name},
                "clinicalStatus": {"coding": [{"system": _CLINICAL, "code": "active"}]},
                "category": [{"coding": [{"system": _KIND, "code": "problem-list-item"}]}],
                "onsetDateTime": since.isoformat(),
            })  # fmt: skip
            medicine, dose = self.draw.choice(medicines)
            self._add(self.person.clinic, {
                "resourceType": "MedicationRequest", "status": "active", "intent": "order",
                "medicationCodeableConcept": {"text": medicine}, "dosageInstruction": [{"text": dose}],
                "authoredOn": (self.today - timedelta(days=self.draw.randrange(3, 30))).isoformat(),
                "requester": self._author(self.person.clinic),
            })  # fmt: skip

    def _allergy(self) -> None:
        if self.draw.random() < 0.08:
            substance, reaction = self.draw.choice(words.ALLERGIES)
            self._add(self.person.township, {
                "resourceType": "AllergyIntolerance", "code": {"text": substance},
                "clinicalStatus": {"coding": [{"system": _ALLERGY, "code": "active"}]},
                "reaction": [{"manifestation": [{"text": reaction}]}],
                "recordedDate": (self.today - timedelta(days=self.draw.randrange(200, 3000))).isoformat(),
            })  # fmt: skip

    def _author(self, institution: tuple[str, str]) -> Resource:
        return {"identifier": {"system": naming.INSTITUTION, "value": institution[0]}, "display": institution[1]}

    def _follow_up(self, day: date) -> None:
        """One visit of the village doctor: readings, and the form that was filled in."""
        clinic, at = self.person.clinic, self._at(day)
        said: list[Resource] = []
        if "hypertension" in self.person.conditions:
            high = round(self.draw.gauss(139, 12))
            low = round(self.draw.gauss(84, 7))
            self._add(clinic, {
                "resourceType": "Observation", "status": "final", "effectiveDateTime": at,
                "category": [{"coding": [{"system": _CATEGORY, "code": "vital-signs"}]}],
                "code": {"coding": [{"system": naming.LOINC, "code": naming.BLOOD_PRESSURE}], "text": "血压"},
                "component": [self._part(naming.SYSTOLIC, "收缩压", high), self._part(naming.DIASTOLIC, "舒张压", low)],
                "performer": [self._author(clinic)],
            })  # fmt: skip
            controlled = high < 140 and low < 90
            said.append(
                {
                    "linkId": "control",
                    "text": "血压控制",
                    "answer": [{"valueString": "满意" if controlled else "不满意"}],
                }
            )
        if "diabetes" in self.person.conditions:
            value = max(3.6, self.draw.gauss(7.2, 1.4))
            self._observe(clinic, words.GLUCOSE, value, at)
            said.append({"linkId": "glucose", "text": "空腹血糖", "answer": [{"valueDecimal": _decimal(value, 1)}]})
        said.append(
            {
                "linkId": "medicine",
                "text": "服药依从性",
                "answer": [{"valueString": self.draw.choice(("规律", "规律", "间断"))}],
            }
        )
        self._add(clinic, {
            "resourceType": "QuestionnaireResponse", "status": "completed", "questionnaire": FOLLOW_UP,
            "authored": at, "author": self._author(clinic), "item": said,
        })  # fmt: skip

    def _part(self, code: str, name: str, value: int) -> Resource:
        return {
            "code": {"coding": [{"system": naming.LOINC, "code": code}], "text": name},
            "valueQuantity": {"value": value, "unit": "mmHg", "system": naming.UCUM, "code": "mm[Hg]"},
        }

    def _observe(self, place: tuple[str, str], test: words.LaboratoryTest, value: float, at: str) -> str:
        amount = _decimal(value, test.places)
        limits = {"low": test.low, "high": test.high}
        bounds = {
            name: {"value": _decimal(limit, test.places), "unit": test.unit, "system": naming.UCUM, "code": test.unit}
            for name, limit in limits.items()
            if limit is not None
        }
        flag = "L" if test.low is not None and value < test.low else "N"
        flag = "H" if test.high is not None and value > test.high else flag
        return self._add(place, {
            "resourceType": "Observation", "status": "final", "effectiveDateTime": at,
            "category": [{"coding": [{"system": _CATEGORY, "code": "laboratory"}]}],
            "code": {"coding": [{"system": naming.LOINC, "code": test.code}], "text": test.name},
            "valueQuantity": {"value": amount, "unit": test.unit, "system": naming.UCUM, "code": test.unit},
            "referenceRange": [bounds], "interpretation": [{"coding": [{"system": _MEANING, "code": flag}]}],
            "performer": [self._author(place)],
        })  # fmt: skip

    def _panel(self, place: tuple[str, str], name: str, tests: Sequence[words.LaboratoryTest], day: date) -> None:
        at = self._at(day)
        ids = [self._observe(place, test, max(0.1, self.draw.gauss(test.mean, test.spread)), at) for test in tests]
        self._add(place, {
            "resourceType": "DiagnosticReport", "status": "final", "code": {"text": name}, "effectiveDateTime": at,
            "issued": at, "performer": [self._author(place)],
            "category": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0074", "code": "LAB"}]}],
            "result": [{"reference": f"Observation/{number}"} for number in ids],
        })  # fmt: skip

    def _laboratory(self, place: tuple[str, str], day: date) -> None:
        self._panel(place, "血常规", words.BLOOD_COUNT, day)
        self._panel(place, "肝肾功能", words.CHEMISTRY, day)
        if "diabetes" in self.person.conditions:
            self._observe(place, words.GLYCATED, max(4.4, self.draw.gauss(7.4, 1.1)), self._at(day))

    def _check_up(self, day: date) -> None:
        """The yearly check-up at the township: results, and the document that was given to the resident."""
        self._panel(self.person.township, "血脂", words.LIPIDS, day)
        self._add(self.person.township, {
            "resourceType": "DocumentReference", "status": "current", "type": {"text": "年度健康体检表"},
            "date": self._at(day), "author": [self._author(self.person.township)],
            "content": [{"attachment": {"contentType": "text/plain", "title": "年度健康体检表（演示）",
                                        "data": "5ryU56S677ya5L2T5qOA57uT6K665peg5byC5bi444CC"}}],
        })  # fmt: skip

    def _vaccines(self) -> None:
        given: list[tuple[str, date]] = []
        if self.age < 7:
            given = [
                (name, self.person.birth_date + timedelta(days=30 * month + 3)) for name, month in words.CHILD_VACCINES
            ]
        elif self.age >= 65 and self.draw.random() < 0.4:
            given = [
                (self.draw.choice(words.ELDER_VACCINES), self.today - timedelta(days=self.draw.randrange(15, 300)))
            ]
        for name, day in given:
            if day <= self.today:
                self._add(self.person.township, {
                    "resourceType": "Immunization", "status": "completed", "vaccineCode": {"text": name},
                    "occurrenceDateTime": day.isoformat(),
                })  # fmt: skip


def _decimal(value: float, places: int) -> Decimal:
    return Decimal(f"{value:.{places}f}")
