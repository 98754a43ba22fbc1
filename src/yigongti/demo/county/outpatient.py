"""Visits of a month at county hospitals, township hospitals and some village clinics: who, where, with what, and what
is charged. Drawn from demo/lists/outpatient.csv; all of it keeps to the limits of claim_limits.py."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

import numpy as np

from yigongti.demo.county.claim_limits import ClaimLimits
from yigongti.demo.county.clinical_lists import LISTS_FOLDER, ClinicalLists, Diagnosis
from yigongti.demo.county.departments import DEPARTMENT_KINDS, nearest_department
from yigongti.demo.county.institutions import TOWNSHIPS, CountyHouse, Institution
from yigongti.demo.county.orders import WHOLE, Order
from yigongti.demo.county.plan import CountyPlan
from yigongti.demo.county.profiles import MONTH_FACTORS
from yigongti.demo.county.residents import CHRONIC, EPOCH, Residents
from yigongti.demo.county.stays import DAYS_BEFORE_ADMISSION, Crowd, Stay
from yigongti.demo.county.streams import array_stream, case_stream
from yigongti.foundation.period import Month, completed_years

VISITS_PER_RESIDENT_YEAR = 1.47
"""About 900,000 a year among 614,000 residents."""

EMERGENCY = "3"
_AT = {"v": 0.25, "t": 0.45, "c": 0.30}
_TEST_CHANCE = 0.4
_HERBS_OF_A_PRESCRIPTION = 9
_HERBS = tuple(f"DY{number:04d}" for number in range(301, 319))
_HERB_BORNE_BY_PATIENT = "DY0326"
_CHRONIC_AT = {name: bit for bit, (name, *_) in enumerate(CHRONIC)}


@dataclass(frozen=True, slots=True)
class Complaint:
    """One row of outpatient.csv, ready to be drawn from. medicines: code and days of supply."""

    diagnosis: Diagnosis
    weight: float
    chronic: str
    places: str
    department: str
    setting: str
    medicines: tuple[tuple[str, int], ...]
    tests: tuple[str, ...]


@dataclass(slots=True)
class Visit:
    """One visit as it happened. department: the code word, "" at a clinic; fault: the check it is planted for."""

    resident: int
    institution: Institution
    department: str
    setting: str
    visited_on: date
    diagnoses: list[str]
    orders: list[Order]
    fault: str = ""

    @property
    def department_code(self) -> str:
        return DEPARTMENT_KINDS[self.department].code if self.department else ""


def read_complaints(lists: ClinicalLists) -> tuple[Complaint, ...]:
    """The rows of outpatient.csv."""
    with (LISTS_FOLDER / "outpatient.csv").open(encoding="utf-8", newline="") as file:
        return tuple(_complaint(row, lists) for row in csv.DictReader(file))


def _complaint(row: dict[str, str], lists: ClinicalLists) -> Complaint:
    diagnosis = lists.diagnoses[row["diagnosis"]]
    medicines = [part.split(":") for part in row["medicines"].split("|") if part]
    return Complaint(
        diagnosis=replace(diagnosis, age_min=int(row["age_min"]), age_max=int(row["age_max"])),
        weight=float(row["weight"]),
        chronic=row["chronic"],
        places=row["places"],
        department=row["department"],
        setting=row["setting"],
        medicines=tuple((code, int(days)) for code, days in medicines),
        tests=tuple(part for part in row["tests"].split("|") if part),
    )


class VisitDrawer:
    """Draws the visits of a month among residents who are alive and not in hospital."""

    def __init__(
        self,
        plan: CountyPlan,
        house: CountyHouse,
        residents: Residents,
        lists: ClinicalLists,
        limits: ClaimLimits,
    ) -> None:
        self.plan, self.house, self.residents, self.limits = plan, house, residents, limits
        self.complaints = read_complaints(lists)
        by_number = {place.number: place for place in house.institutions}
        self.by_number = by_number
        clinics = [place for place in house.institutions if place.kind == "village_clinic"]
        self.clinic_of = [
            next(c for c in clinics if c.parent_code == by_number[201 + township].code)
            for township in range(len(TOWNSHIPS))
        ]

    def month(self, month: Month, stays: Sequence[Stay], away: np.ndarray) -> list[Visit]:
        """The visits of the month, ordered by institution and day. away: who died (True), by resident."""
        draw = case_stream(self.plan.seed, "visits", month)
        crowd = Crowd(self.residents, month, array_stream(self.plan.seed, "visit crowd", month))
        in_hospital = days_in_hospital(stays)
        chronic = self.chronic(month)
        count = round(len(self.residents) * VISITS_PER_RESIDENT_YEAR / 12 * MONTH_FACTORS[month.number - 1])
        drawn = draw.choices(self.complaints, [c.weight for c in self.complaints], k=count)
        visits: list[Visit] = []
        taken: set[tuple[int, date]] = set()
        for complaint in drawn:
            person = self.person(draw, complaint, crowd, chronic)
            on = month.first_day + timedelta(days=draw.randrange(month.last_day.day))
            if person is None or away[person] or (person, on) in taken or in_hospital.holds(person, on):
                continue
            taken.add((person, on))
            visits.append(self.visit(draw, complaint, person, on))
        visits.sort(key=lambda v: (v.institution.number, v.visited_on, v.resident))
        return visits

    def chronic(self, month: Month) -> dict[Complaint, np.ndarray]:
        """Who has the disease of a complaint that only those with it have."""
        age = ((month.first_day - EPOCH).days - self.residents.born_on) // 365.2425
        found = {}
        for complaint in self.complaints:
            if complaint.chronic:
                has = self.residents.chronic >> _CHRONIC_AT[complaint.chronic] & 1
                fits = (age > complaint.diagnosis.age_min) & (age < complaint.diagnosis.age_max)
                found[complaint] = np.flatnonzero((has == 1) & fits)
        return found

    def person(
        self, draw: random.Random, complaint: Complaint, crowd: Crowd, chronic: dict[Complaint, np.ndarray]
    ) -> int | None:
        """Somebody who comes with the complaint."""
        if complaint.chronic:
            found = chronic[complaint]
            return int(found[draw.randrange(len(found))]) if len(found) else None
        return crowd.person(draw, complaint.diagnosis)

    def place_for(self, draw: random.Random, complaint: Complaint, person: int) -> tuple[Institution, str]:
        """Where a resident goes with a complaint, and the department there ("" at a clinic)."""
        township = int(self.residents.township[person])
        where = draw.choices(complaint.places, [_AT[letter] for letter in complaint.places])[0]
        if where == "v":
            return self.clinic_of[township], ""
        lead = 101 if (township % 2 == 0) == (draw.random() < 0.8) else 102
        wants_103 = complaint.department in ("obstetrics", "gynaecology", "paediatrics") and draw.random() < 0.4
        number = 201 + township if where == "t" else 103 if wants_103 else lead
        for place in (self.by_number[number], self.by_number[101]):
            department = nearest_department(complaint.department, frozenset(self.house.departments[place.code]))
            if department:
                return place, department
        raise LookupError(complaint.department)

    def visit(self, draw: random.Random, complaint: Complaint, person: int, on: date) -> Visit:
        """The visit with what is charged for it."""
        place, department = self.place_for(draw, complaint, person)
        setting = complaint.setting if place.level != "village" else "1"
        fee = ("D010190" if setting == EMERGENCY else "D010180") if place.level == "county" else "D010170"
        orders = [self.service(fee, place.level)]
        if place.level != "village":
            orders += [self.service(code, place.level) for code in complaint.tests if draw.random() < _TEST_CHANCE]
        for code, days in complaint.medicines:
            if code == "herbs":
                orders += self._herbs(draw, days, place)
            else:
                orders.append(self.medicine(code, days))
        visit = Visit(person, place, department, setting, on, [complaint.diagnosis.code], orders)
        age = completed_years(self.residents.birth_date(person), on)
        barred = self.limits.barred(str(int(self.residents.sex[person])), age, place.level)
        # the herbs of a prescription are the wards' only exception: there they come as ready-made formulas
        visit.orders = [o for o in orders if o.entry not in barred or o.prescription == 2]
        return visit

    def service(self, code: str, level: str, quantity: int = 1, **more: int) -> Order:
        """A service at the price of the level."""
        at = self.limits.at[code]
        claimed = 0 if self.limits.prices.entries[at].insurance_class == "3" else 1
        return Order(
            at, 0, 1, 1, quantity * WHOLE, self.limits.prices.by_level[level][at],
            **({"claimed": claimed} | more),
        )  # fmt: skip

    def medicine(self, code: str, days: int, **more: int) -> Order:
        """A medicine for so many days at its usual dose, in the visit's first prescription."""
        at = self.limits.at[code]
        entry = self.limits.prices.entries[at]
        usual, _ = self.limits.doses.get(at, (Decimal(0), Decimal(0)))
        given = {
            "supply": days,
            "dose": int(usual * WHOLE),
            "prescription": 1,
            "claimed": 0 if entry.insurance_class == "3" else 1,
        }
        return Order(at, 0, 1, 1, days * WHOLE, entry.price, **(given | more))

    def _herbs(self, draw: random.Random, days: int, place: Institution) -> list[Order]:
        found = [self.medicine(code, days, prescription=2) for code in draw.sample(_HERBS, _HERBS_OF_A_PRESCRIPTION)]
        if place.level == "county" and draw.random() < 0.06:  # said to be the patient's own expense, as it must be
            found.append(self.medicine(_HERB_BORNE_BY_PATIENT, days, prescription=2, claimed=0))
        return found


class DaysInHospital:
    """Who is in hospital when, with the days before the admission."""

    def __init__(self, stays: Iterable[Stay]) -> None:
        self._of: dict[int, list[Stay]] = {}
        for stay in stays:
            self._of.setdefault(stay.resident, []).append(stay)

    def holds(self, resident: int, on: date) -> bool:
        """Whether a visit on the day would fall into a stay or the days before one."""
        return any(
            stay.admitted_on - timedelta(days=DAYS_BEFORE_ADMISSION) <= on <= stay.discharged_on
            for stay in self._of.get(resident, ())
        )


def days_in_hospital(stays: Iterable[Stay]) -> DaysInHospital:
    """The stays by resident."""
    return DaysInHospital(stays)
