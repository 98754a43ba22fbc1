"""Bills that insurance settles: those of the county's own stays and visits, and, for months that have no other facts,
bills drawn cheaply in the same shape. Amounts in fen."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from yigongti.demo.county.departments import DEPARTMENT_KINDS
from yigongti.demo.county.institutions import CountyHouse, Institution
from yigongti.demo.county.outpatient import VISITS_PER_RESIDENT_YEAR, Visit, VisitDrawer
from yigongti.demo.county.plan import CountyPlan
from yigongti.demo.county.profiles import MONTH_FACTORS
from yigongti.demo.county.residents import CHRONIC, Residents
from yigongti.demo.county.stays import Crowd, Drawer, Stay
from yigongti.demo.county.streams import array_stream, case_stream
from yigongti.foundation.period import Month

_CHRONIC_AT = {name: bit for bit, (name, *_) in enumerate(CHRONIC)}
_TWO_DISEASES = {"I10": "hypertension", "E11": "diabetes"}
_SPECIAL = {"I25": "coronary_disease", "I69": "stroke_sequel", "J44": "copd", "F20": "severe_mental_illness"}
_OF_EMPLOYEES = frozenset({"coronary_disease"})
_REFERRED_UP = 0.18
_VISIT_YUAN = {"village": 52.0, "township": 88.0, "county": 186.0}
"""About the mean of the visits of the full months, so that the year has no step where they begin."""
_STAY_FACTOR = 0.98


@dataclass(frozen=True, slots=True)
class InsuredBill:
    """One bill of an insured resident. submitter: who settles and submits it; treated_at: the code of where the care
    was given. care, level, place, referral: as in foundation/schemas/settlements.py. classes: fen of class A, B and
    outside. origin: ("stay" or "visit", its position in the month) for a bill whose lines are submitted as well."""

    resident: int
    submitter: Institution
    treated_at: str
    level: str
    place: str
    referral: str
    care: str
    disease: str
    diagnosis: str
    department: str
    case_id: str
    started_on: date
    ended_on: date
    settled_on: date
    classes: tuple[int, int, int]
    origin: tuple[str, int] = ("", 0)


class BillMaker:
    """Makes bills of stays and visits, and draws those of months without other facts."""

    def __init__(
        self, plan: CountyPlan, house: CountyHouse, residents: Residents, drawer: Drawer, visits: VisitDrawer
    ) -> None:
        self.plan, self.house, self.residents = plan, house, residents
        self.drawer, self.visit_drawer = drawer, visits
        self.by_code = {place.code: place for place in house.institutions}

    def of_stay(
        self, draw: random.Random, stay: Stay, case_id: str, classes: tuple[int, int, int], at: int | None
    ) -> InsuredBill | None:
        """The bill of a stay; None for somebody who is not insured."""
        if not self.residents.insured[stay.resident]:
            return None
        place = stay.institution
        referred = place.level == "county" and draw.random() < _REFERRED_UP
        return InsuredBill(
            stay.resident, place, place.code, place.level, self.place_of(stay.resident, place),
            "up" if referred else "none", "inpatient", "", stay.principal.code, DEPARTMENT_KINDS[stay.department].code,
            case_id, stay.admitted_on, stay.discharged_on, stay.discharged_on, classes,
            ("stay", at) if at is not None else ("", 0),
        )  # fmt: skip

    def of_visit(
        self, resident: int, place: Institution, diagnosis: str, department: str, on: date, case_id: str,
        classes: tuple[int, int, int], at: int | None,
    ) -> InsuredBill | None:  # fmt: skip
        """The bill of a visit; None for somebody who is not insured. A clinic's is settled by its township hospital."""
        if not self.residents.insured[resident]:
            return None
        submitter = self.by_code[place.parent_code] if place.level == "village" else place
        care, disease = self.benefit_of(resident, diagnosis[:3])
        return InsuredBill(
            resident, submitter, place.code, place.level, self.place_of(resident, place), "none", care, disease,
            diagnosis, department, case_id, on, on, on, classes, ("visit", at) if at is not None else ("", 0),
        )  # fmt: skip

    def benefit_of(self, resident: int, category: str) -> tuple[str, str]:
        """The kind of benefit and the disease of a visit: those with the disease on record have it approved."""
        employed = int(self.residents.insurance_type[resident]) == 310
        two = _TWO_DISEASES.get(category)
        if two and not employed and self.residents.has(resident, _CHRONIC_AT[two]):
            return "two_diseases", two
        special = _SPECIAL.get(category)
        covered = special and (not employed or special in _OF_EMPLOYEES)
        if special and covered and self.residents.has(resident, _CHRONIC_AT[special]):
            return "special_disease", special
        return "outpatient", ""

    def place_of(self, resident: int, place: Institution) -> str:
        """community for the resident's own; county for the other one and for what stands in none."""
        lead = 101 if int(self.residents.township[resident]) % 2 == 0 else 102
        own = place.community and self.by_code[place.community].number == lead
        return "community" if own else "county"

    def drawn(self, month: Month) -> Iterator[InsuredBill]:
        """The bills of a month that has no other facts."""
        yield from self._drawn_stays(month)
        yield from self._drawn_visits(month)

    def _drawn_stays(self, month: Month) -> Iterator[InsuredBill]:
        draw = case_stream(self.plan.seed, "drawn stays", month)
        for number, stay in enumerate(self.drawer.month(month), start=1):
            liable = stay.principal.of_injury and draw.random() < 0.12  # somebody else is: no settlement with the fund
            total = round(stay.principal.mean_cost_yuan * stay.cost_factor * _STAY_FACTOR * 100)
            outside = draw.betavariate(2, 22)
            share_b = draw.uniform(0.34, 0.55)
            case_id = f"Y{stay.discharged_on:%y%m}{stay.institution.number:04d}{number:06d}"
            bill = self.of_stay(draw, stay, case_id, classes_of(total, share_b, outside), None)
            if bill is not None and not liable:
                yield bill

    def _drawn_visits(self, month: Month) -> Iterator[InsuredBill]:
        draw = case_stream(self.plan.seed, "drawn visits", month)
        crowd = Crowd(self.residents, month, array_stream(self.plan.seed, "drawn visit crowd", month))
        chronic = self.visit_drawer.chronic(month)
        count = round(len(self.residents) * VISITS_PER_RESIDENT_YEAR / 12 * MONTH_FACTORS[month.number - 1])
        complaints = self.visit_drawer.complaints
        for number, complaint in enumerate(draw.choices(complaints, [c.weight for c in complaints], k=count)):
            person = self.visit_drawer.person(draw, complaint, crowd, chronic)
            if person is None:
                continue
            place, department = self.visit_drawer.place_for(draw, complaint, person)
            on = month.first_day + timedelta(days=draw.randrange(month.last_day.day))
            total = round(_VISIT_YUAN[place.level] * 100 * math.exp(draw.gauss(-0.18, 0.6)))
            code = DEPARTMENT_KINDS[department].code if department else ""
            case_id = f"Y{on:%y%m}{number:08d}"
            bill = self.of_visit(
                person, place, complaint.diagnosis.code, code, on, case_id,
                classes_of(total, draw.uniform(0.2, 0.5), 0.1 * draw.random()), None,
            )  # fmt: skip
            if bill is not None:
                yield bill


def bills_of_month(
    maker: BillMaker,
    month: Month,
    stays: Sequence[Stay],
    stay_cases: Sequence[str],
    stay_classes: Sequence[Sequence[int]],
    liable: Sequence[bool],
    visits: Sequence[Visit],
    visit_cases: Sequence[str],
    visit_classes: Sequence[Sequence[int]],
) -> Iterator[InsuredBill]:
    """The bills of the month's own stays and visits. liable: whether somebody else pays for the stay."""
    draw = case_stream(maker.plan.seed, "insured bills", month)
    for at, stay in enumerate(stays):
        a, b, outside = (int(fen) for fen in stay_classes[at])
        bill = maker.of_stay(draw, stay, stay_cases[at], (a, b, outside), at)
        if bill is not None and not liable[at]:
            yield bill
    for at, visit in enumerate(visits):
        a, b, outside = (int(fen) for fen in visit_classes[at])
        bill = maker.of_visit(
            visit.resident, visit.institution, visit.diagnoses[0], visit.department_code, visit.visited_on,
            visit_cases[at], (a, b, outside), at,
        )  # fmt: skip
        if bill is not None:
            yield bill


def classes_of(total: int, share_b: float, share_outside: float) -> tuple[int, int, int]:
    """A total in fen divided into class A, B and outside."""
    outside = int(total * share_outside)
    b = int((total - outside) * share_b)
    return total - outside - b, b, outside
