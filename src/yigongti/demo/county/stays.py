"""Who is admitted with what, where and for how long: the stays of a month, before anything is written down."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np

from yigongti.demo.county.clinical_lists import ClinicalLists, Diagnosis, Procedure
from yigongti.demo.county.departments import nearest_department
from yigongti.demo.county.institutions import CountyHouse, Institution
from yigongti.demo.county.plan import CountyPlan
from yigongti.demo.county.profiles import (
    ADMISSIONS_PER_RESIDENT_YEAR,
    MONTH_FACTORS,
    choose_institution,
    department_factor,
    institution_profile,
)
from yigongti.demo.county.residents import CHRONIC, EPOCH, Residents
from yigongti.demo.county.streams import array_stream, case_stream
from yigongti.foundation.period import Month, completed_years

LONGEST_STAY_DAYS = 58
QUIET_DAYS = 31
"""A resident who was discharged is not drawn again within so many days: a split admission is then a planted one."""

DAYS_BEFORE_ADMISSION = 3
"""Nobody is seen as an outpatient in so many days before an admission, nor during it: what is then charged apart is a
planted fault."""

_CHRONIC_CATEGORIES = ("I10", "E11", "I25", "I69", "J44", "N18", "F20")
_COMMON_COMPANIONS = {
    "E78": 30,
    "I70": 14,
    "I67": 12,
    "M81": 10,
    "M19": 12,
    "K76": 10,
    "E79": 8,
    "H26": 6,
    "G47": 8,
    "K64": 6,
    "Z98": 5,
    "Z86": 6,
    "Z91": 10,
    "E87": 14,
    "I50": 12,
    "I48": 5,
    "D64": 8,
    "E77": 8,
    "J98": 10,
    "J96": 5,
    "N28": 5,
    "L89": 2,
}
"""Categories that are noted beside any illness of adults, by how often; about a third of them raise a group."""

_ONE_OR_THE_OTHER = frozenset(
    (
        ("E10", "E11"),
        ("E11", "E10"),
        ("I11", "I10"),
        ("I12", "I10"),
        ("I13", "I10"),
        ("I10", "I11"),
        ("I10", "I12"),
        ("I10", "I13"),
    )
)
"""Categories that do not stand on one page: two types of diabetes, hypertension beside its combined codes."""

assert len(_CHRONIC_CATEGORIES) == len(CHRONIC)


@dataclass(slots=True)
class Stay:
    """One stay as it happened. resident: position among the residents; cost_factor multiplies the list's mean."""

    resident: int
    sex: str
    institution: Institution
    department: str
    principal: Diagnosis
    secondary: list[Diagnosis]
    procedures: list[Procedure]
    admitted_on: date
    discharged_on: date
    disposition: str
    cost_factor: float
    lines_factor: float
    traditional: float
    split_part: int = 0  # 1 first, 2 second half of a split admission
    fault: str = ""  # the claim check that the stay is planted for; nothing else is planted on it
    births: list[int] = field(default_factory=list)

    @property
    def is_planned(self) -> bool:
        """Whether the page must not say that the patient came as an emergency."""
        return self.fault in ("admission_without_need", "check_up_admission")

    @property
    def days(self) -> int:
        """Days in hospital as the front page counts them: at least one."""
        return max(1, (self.discharged_on - self.admitted_on).days)


def admission_rate(age: int) -> float:
    """How often people of an age are admitted, against the mean resident."""
    for last, rate in ((0, 2.6), (4, 1.7), (14, 0.6), (24, 0.45), (44, 0.7), (54, 0.85), (64, 1.3), (74, 2.1)):
        if age <= last:
            return rate
    return 2.8


class Drawer:
    """Draws the stays of the months, first to last: it remembers who is in hospital and who has died."""

    def __init__(self, plan: CountyPlan, house: CountyHouse, residents: Residents, lists: ClinicalLists) -> None:
        self.plan, self.house, self.residents, self.lists = plan, house, residents, lists
        self.free_from = np.full(len(residents), -(10**6), dtype=np.int32)
        self.seen_on = np.full(len(residents), -(10**6), dtype=np.int32)  # the last visit of the months before
        self.principals = [
            d
            for d in lists.with_role("principal", "both")
            if d.weight > 0 and d.mean_stay_days > 0 and not d.code.startswith("R")
        ]  # a page with a symptom as principal diagnosis is doubtful
        self.by_category: dict[str, Diagnosis] = {}
        of_category: dict[str, list[Diagnosis]] = {}
        for diagnosis in lists.with_role("secondary", "both"):
            self.by_category.setdefault(diagnosis.category, diagnosis)
            of_category.setdefault(diagnosis.category, []).append(diagnosis)
        met = [category for category in _COMMON_COMPANIONS if category in of_category]
        self.companions = ([of_category[c] for c in met], [_COMMON_COMPANIONS[c] for c in met])

    def month(self, month: Month) -> list[Stay]:
        """The stays that end in the month, ordered by discharge day and institution."""
        draw = case_stream(self.plan.seed, "stays", month)
        crowd = Crowd(self.residents, month, array_stream(self.plan.seed, "crowd", month))
        count = round(len(self.residents) * ADMISSIONS_PER_RESIDENT_YEAR / 12 * MONTH_FACTORS[month.number - 1])
        weights = [d.weight * d.season[month.number - 1] for d in self.principals]
        stays: list[Stay] = []
        # newborns are scarce in a small county: a draw that finds nobody is drawn again as another illness
        for _ in range(count * 20):
            if len(stays) == count:
                break
            principal = draw.choices(self.principals, weights)[0]
            stay = self._draw_stay(draw, month, principal, crowd)
            if stay is not None:
                stays.append(stay)
        stays.sort(key=lambda s: (s.institution.number, s.discharged_on, s.resident))
        return stays

    def _draw_stay(self, draw: random.Random, month: Month, principal: Diagnosis, crowd: Crowd) -> Stay | None:
        discharged_on = month.first_day + timedelta(days=draw.randrange(month.last_day.day))
        if discharged_on.weekday() == 6 and draw.random() < 0.5:  # few go home on a Sunday
            discharged_on -= timedelta(days=1 if discharged_on.day > 1 else 0)
        found = crowd.newborn(draw, discharged_on) if principal.of_newborns else crowd.person(draw, principal)
        if found is None:
            return None
        person, sex = found, str(int(self.residents.sex[found]))
        place = choose_institution(
            draw, self.house, int(self.residents.township[person]), principal.level, principal.department
        )
        if place is None or (place.level == "township" and principal.of_newborns):
            return None
        department = nearest_department(principal.department, frozenset(self.house.departments[place.code]))
        if department is None:
            return None
        whole, part = institution_profile(place), department_factor(place, department)
        length = round(principal.mean_stay_days * whole.stay * part.stay * math.exp(draw.gauss(-0.06, 0.36)))
        length = min(max(length, 1), LONGEST_STAY_DAYS)
        born = self.residents.birth_date(person)
        admitted_on = discharged_on - timedelta(days=length)
        if admitted_on < born:
            admitted_on = born  # a newborn is admitted on the day of its birth
            if (discharged_on - admitted_on).days < 1:
                return None
        age = completed_years(born, admitted_on)
        if not principal.fits(sex, age, (admitted_on - born).days):
            return None
        secondary = self._secondary(draw, principal, person, sex, age, (admitted_on - born).days)
        if principal.category == "Z51" and not any(d.of_tumour for d in secondary):
            return None  # none of the tumours that are treated this way befalls this person
        if (admitted_on - EPOCH).days <= int(self.free_from[person]) + QUIET_DAYS:
            return None
        if (admitted_on - EPOCH).days <= int(self.seen_on[person]) + DAYS_BEFORE_ADMISSION:
            return None
        disposition = self._disposition(draw, principal, place, whole.mortality, age)
        self.free_from[person] = 10**6 if disposition == "5" else (discharged_on - EPOCH).days
        stay_days = max(1, (discharged_on - admitted_on).days)
        spread = math.exp(draw.gauss(-0.05, 0.34)) * (stay_days / principal.mean_stay_days) ** 0.55
        return Stay(
            resident=person,
            sex=sex,
            institution=place,
            department=department,
            principal=principal,
            secondary=secondary,
            procedures=self._procedures(draw, principal, place),
            admitted_on=admitted_on,
            discharged_on=discharged_on,
            disposition=disposition,
            cost_factor=whole.cost * part.cost * spread,
            lines_factor=whole.lines * part.lines * (stay_days / 7.0) ** 0.8,
            traditional=min(0.9, whole.traditional * part.traditional),
        )

    def _disposition(
        self, draw: random.Random, principal: Diagnosis, place: Institution, factor: float, age: int
    ) -> str:
        if draw.random() < principal.mortality * factor * (1.6 if age >= 75 else 0.8):
            return "5"
        chance = draw.random()
        if chance < 0.015:
            return "4"
        if place.level == "township":
            return "2" if chance < 0.045 else "1"
        if chance < 0.030:
            return "2"
        return "3" if chance < 0.060 and age >= 50 else "1"

    def _secondary(
        self, draw: random.Random, principal: Diagnosis, person: int, sex: str, age: int, age_days: int
    ) -> list[Diagnosis]:
        share = 0.42 if age >= 60 else 0.28
        wanted = [code for code in principal.typical_secondary if draw.random() < share]
        if principal.category == "Z51" and principal.typical_secondary:  # the tumour that is treated is always named
            wanted = list(principal.typical_secondary)
            draw.shuffle(wanted)
        for bit, category in enumerate(_CHRONIC_CATEGORIES):
            if self.residents.has(person, bit) and category in self.by_category and draw.random() < 0.8:
                wanted.append(self.by_category[category].code)
        if not principal.of_pregnancy and not principal.of_newborns:
            wanted += self._companions(draw, age)
        chosen: list[Diagnosis] = []
        seen = {principal.category}
        for code in wanted:
            diagnosis = self.lists.diagnoses.get(code)
            if diagnosis is None or diagnosis.category in seen or not diagnosis.fits(sex, age, age_days):
                continue
            if (diagnosis.of_tumour and "C" in seen) or not _may_accompany(principal, diagnosis):
                continue
            if any((earlier.category, diagnosis.category) in _ONE_OR_THE_OTHER for earlier in chosen):
                continue
            seen.add("C" if diagnosis.of_tumour else diagnosis.category)
            chosen.append(diagnosis)
        return chosen[:10]

    def _companions(self, draw: random.Random, age: int) -> list[str]:
        """What else is noted on the page, the more the older the patient."""
        count = draw.choice((0, 1, 1, 2, 2, 3) if age >= 60 else (0, 0, 1, 1, 2) if age >= 40 else (0, 0, 0, 0, 1))
        if age < 18 or not self.companions[0]:
            return []
        return [draw.choice(codes).code for codes in draw.choices(*self.companions, k=count)]

    def _procedures(self, draw: random.Random, principal: Diagnosis, place: Institution) -> list[Procedure]:
        known = [self.lists.procedures[c] for c in principal.typical_procedures if c in self.lists.procedures]
        if place.level == "township":  # minor work only
            known = [
                p
                for p in known
                if p.level in ("1", "2")
                and p.anaesthesia == "99"
                and not p.is_operation
                and not p.code.startswith(("99.03", "99.04"))
            ]
        if not known or draw.random() >= principal.procedure_share:
            return []
        first = known[0] if draw.random() < 0.6 else draw.choice(known)
        rest = [p for p in known if p is not first and draw.random() < 0.18]
        return sorted([first, *rest[:3]], key=lambda p: not p.is_operation)


def _may_accompany(principal: Diagnosis, other: Diagnosis) -> bool:
    """Whether the other diagnosis may stand beside the principal one: pregnancies, injuries, tumours and newborn
    diseases keep to their own."""
    if other.role in ("external_cause", "outcome_of_delivery") or (other.of_newborns and not principal.of_newborns):
        return False
    if other.of_pregnancy and not principal.of_pregnancy:
        return False
    if other.of_injury and not principal.of_injury:
        return False
    if (principal.category, other.category) in _ONE_OR_THE_OTHER:
        return False
    return not other.of_tumour or principal.category == "Z51"


class Crowd:
    """The residents of a month by sex and age, so that a fitting one is found in one draw."""

    def __init__(self, residents: Residents, month: Month, stream: np.random.Generator) -> None:
        middle = (month.first_day - EPOCH).days + 14
        age = np.clip((middle - residents.born_on) // 365.2425, -1, 110).astype(np.int64)
        keys = np.where(age < 0, -1, residents.sex.astype(np.int64) * 128 + age)
        shuffled = stream.permutation(len(residents))
        order = shuffled[np.argsort(keys[shuffled], kind="stable")]
        bounds = np.searchsorted(keys[order], np.arange(128 * 3 + 1))
        self._order, self._bounds = order, bounds.tolist()
        self._tables: dict[object, tuple[list[int], list[float]] | None] = {}
        first = (month.first_day - EPOCH).days
        days = residents.born_on
        self._newborns = np.flatnonzero((days >= first - 24) & (days <= first + month.last_day.day - 2))
        self._born_on = residents.born_on

    def person(self, draw: random.Random, principal: Diagnosis) -> int | None:
        """A resident of a sex and age that the diagnosis is seen at."""
        table = self._table(principal)
        if table is None:
            return None
        bucket = draw.choices(table[0], cum_weights=table[1])[0]
        return int(self._order[draw.randrange(self._bounds[bucket], self._bounds[bucket + 1])])

    def newborn(self, draw: random.Random, discharged_on: date) -> int | None:
        """A child that is at most 24 days old at that discharge."""
        if not len(self._newborns):
            return None
        child = int(self._newborns[draw.randrange(len(self._newborns))])
        return child if 1 <= (discharged_on - EPOCH).days - int(self._born_on[child]) <= 24 else None

    def _table(self, principal: Diagnosis) -> tuple[list[int], list[float]] | None:
        key = (principal.sexes, principal.age_min, principal.age_max, principal.of_pregnancy)
        if key not in self._tables:
            buckets, cumulated, total = [], [], 0.0
            for sex in principal.sexes:
                for age in range(principal.age_min, min(principal.age_max, 110) + 1):
                    bucket = int(sex) * 128 + age
                    size = self._bounds[bucket + 1] - self._bounds[bucket]
                    rate = math.exp(-(((age - 28) / 5.0) ** 2)) if principal.of_pregnancy else admission_rate(age)
                    if size and rate > 1e-6:
                        total += size * rate
                        buckets.append(bucket)
                        cumulated.append(total)
            self._tables[key] = (buckets, cumulated) if buckets else None
        return self._tables[key]
