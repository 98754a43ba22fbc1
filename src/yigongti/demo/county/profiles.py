"""How the demo institutions differ: how dear, how long, how deadly, and the story that the month should show.

The story, written down in docs/guides/demo-county.md: the orthopaedics of the People's Hospital loses money (dear
supplies, long stays); the Hospital of Traditional Chinese Medicine codes heavier than it treats from a given month;
one township hospital discharges and readmits the same patients (split admissions).
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from yigongti.demo.county.departments import nearest_department
from yigongti.demo.county.institutions import CountyHouse, Institution

ADMISSIONS_PER_RESIDENT_YEAR = 0.065
"""Admissions within the county; about 40,000 a year among 614,000 residents."""

MONTH_FACTORS = (1.08, 0.92, 1.06, 1.01, 1.00, 0.96, 0.97, 0.96, 0.98, 0.97, 1.03, 1.06)
"""Admissions of a month against the mean month: the weeks of the spring festival are quiet, the winter is busy."""

SPLITTING_TOWNSHIP = 207
"""The number of the township hospital that splits admissions."""

UPCODING_HOSPITAL = 102
LOSING_HOSPITAL, LOSING_DEPARTMENT = 101, "orthopaedics"


_TESTS = ("fee_laboratory", "fee_imaging", "fee_clinical_diagnosis")
SKEWED_TOWNSHIPS: dict[int, tuple[str, dict[str, float]]] = {
    209: ("ratio_outlier_examination", dict.fromkeys(_TESTS, 1.45)),
    203: ("ratio_outlier_medicine", dict.fromkeys((*_TESTS, "fee_non_surgical", "fee_treatment_supplies"), 0.4)),
    211: ("ratio_outlier_supplies", {"fee_treatment_supplies": 4.0}),
    204: ("ratio_outlier_treatment", {"fee_non_surgical": 3.0, "fee_general_treatment": 7.0}),
}
"""Township hospitals that spend on one thing out of proportion: the check that shows it, and factors by fee item."""


@dataclass(frozen=True, slots=True)
class Profile:
    """Factors against the clinical lists. lines: fee lines of a stay against the county's mean."""

    cost: float
    stay: float
    mortality: float
    lines: float
    traditional: float  # share of the medicine money that goes to herbal and patent medicines


def institution_profile(place: Institution) -> Profile:
    """The profile of an institution as a whole; township hospitals differ among themselves in a fixed pattern."""
    if place.kind == "county_hospital":
        return Profile(cost=1.04, stay=1.0, mortality=1.15, lines=1.22, traditional=0.12)
    if place.kind == "tcm_hospital":
        return Profile(cost=0.96, stay=1.12, mortality=0.8, lines=1.12, traditional=0.45)
    if place.kind == "maternal_child_hospital":
        return Profile(cost=0.93, stay=0.92, mortality=0.3, lines=0.86, traditional=0.06)
    step = (place.number * 7) % 5  # 0-4: the most efficient township hospital to the least
    return Profile(cost=0.40 + step * 0.045, stay=0.84 + step * 0.06, mortality=0.15, lines=0.44, traditional=0.30)


def department_factor(place: Institution, department: str) -> Profile:
    """What a department does on top of its institution."""
    if place.number == LOSING_HOSPITAL and department == LOSING_DEPARTMENT:
        return Profile(cost=1.42, stay=1.18, mortality=1.0, lines=1.1, traditional=1.0)
    if place.number == 101 and department == "cardiology":
        return Profile(cost=0.86, stay=0.9, mortality=1.0, lines=0.95, traditional=1.0)
    if place.number == 102 and department in ("tcm", "rehabilitation"):
        return Profile(cost=0.9, stay=1.05, mortality=1.0, lines=1.0, traditional=1.6)
    return Profile(1.0, 1.0, 1.0, 1.0, 1.0)


def choose_institution(
    draw: random.Random, house: CountyHouse, township: int, level: str, department: str
) -> Institution | None:
    """Where a resident of that township goes with a case of that level ("county", "township", "both") and
    department; None where nobody takes the case."""
    by_number = {place.number: place for place in house.hospitals}
    township_hospital = by_number[201 + township]
    lead = by_number[101 if township % 2 == 0 else 102]
    at_township = {"township": 0.85, "both": 0.60, "county": 0.0}[level]
    if township == 0:
        at_township *= 0.35  # the county seat: the county hospitals are as near
    if draw.random() < at_township:
        chosen = township_hospital
    elif department in ("obstetrics", "gynaecology", "paediatrics", "neonatology") and draw.random() < 0.42:
        chosen = by_number[103]
    elif draw.random() < (0.80 if lead.number == 101 else 0.58):
        chosen = lead
    else:
        chosen = by_number[203 - lead.number]
    for place in (chosen, by_number[101]):
        if nearest_department(department, frozenset(house.departments[place.code])):
            return place
    return None
