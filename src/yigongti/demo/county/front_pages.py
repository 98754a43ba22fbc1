"""Writes the front page of a stay: every column of the discharges, clean under the logic of the front page.

Codes: front page of 2011 (卫医政发〔2011〕84 号); ethnicity GB/T 3304 ("01" Han), occupation of the 2011 list,
nationality CHN; from memory, checked: false. Fee columns are sums of the very fee lines that are submitted.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal

from yigongti.demo.county.clinical_lists import ClinicalLists, Diagnosis, Procedure
from yigongti.demo.county.departments import DEPARTMENT_KINDS
from yigongti.demo.county.fee_lines import CaseSums
from yigongti.demo.county.institutions import CountyHouse
from yigongti.demo.county.names import draw_name
from yigongti.demo.county.orders import procedure_day
from yigongti.demo.county.prices import FEE_ITEM_NAMES, PARTS
from yigongti.demo.county.residents import Residents
from yigongti.demo.county.stays import Stay
from yigongti.foundation.period import completed_years
from yigongti.foundation.schemas import DISCHARGES

CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")
Page = dict[str, object]

_MORPHOLOGY = {  # a plausible morphology by tumour category; the letter M, five places, a slash, the behaviour
    "C34": "M81400/3",
    "C16": "M81400/3",
    "C18": "M81400/3",
    "C20": "M81400/3",
    "C50": "M85000/3",
    "C73": "M82600/3",
    "C22": "M81700/3",
    "C15": "M80700/3",
    "C53": "M80700/3",
    "C61": "M81400/3",
    "C67": "M81200/3",
    "D25": "M88900/0",
    "D24": "M90100/0",
    "D12": "M82110/0",
    "D17": "M88500/0",
    "D18": "M91200/0",
    "D27": "M84410/0",
    "D34": "M83300/0",
}
_BIRTH_WEIGHTS = {"lbw": (1500, 2490), "vlbw": (1000, 1490), "big": (4000, 4700), "nb": (2600, 3950), "": (2600, 3950)}
_DEFAULT_CAUSES = (("T80", "T88", "Y83.900"), ("T66", "T78", "Y57.900"))


def shanghai(day: date, hour: int, minute: int) -> datetime:
    """The instant in UTC of a wall-clock time in China."""
    return datetime.combine(day, time(hour, minute), tzinfo=CHINA).astimezone(UTC)


class PageWriter:
    """Writes pages; it counts each resident's admissions per institution, since they are part of the case's name."""

    def __init__(self, house: CountyHouse, residents: Residents, lists: ClinicalLists) -> None:
        self.house, self.residents, self.lists = house, residents, lists
        self._admissions: dict[tuple[str, int], int] = {}

    def write(self, draw: random.Random, stay: Stay, transfused: bool) -> Page:
        """The page without its fees."""
        page: Page = {column.name: None for column in DISCHARGES}
        self._identity(draw, stay, page)
        self._stay(draw, stay, page)
        self._diagnoses(draw, stay, page)
        self._procedures(draw, stay, page)
        self._newborn(draw, stay, page)
        self._rest(draw, stay, page, transfused)
        return page

    def _identity(self, draw: random.Random, stay: Stay, page: Page) -> None:
        at, people = stay.resident, self.residents
        born = people.birth_date(at)
        age = completed_years(born, stay.admitted_on)
        admission_count = self._admissions.get((stay.institution.code, at), 0) + 1
        self._admissions[(stay.institution.code, at)] = admission_count
        record_number = f"{at + 1:08d}"
        employed = int(people.insurance_type[at]) == 310
        page.update(
            institution_code=stay.institution.code,
            case_id=f"{record_number}-{admission_count}",
            medical_record_number=record_number,
            admission_count=admission_count,
            health_card_number=people.insured_number(at),
            payment_method=_payment(draw, stay, employed, bool(people.insured[at])),
            name=people.names[at],
            sex=stay.sex,
            birth_date=born,
            age_years=age,
            age_days=(stay.admitted_on - born).days if age == 0 else None,
            resident_number=str(people.numbers[at]),
            nationality="CHN",
            ethnicity="01" if at % 23 else "03",
            marital_status=_marital_status(draw, age),
            occupation=_occupation(draw, age, employed),
            address=people.address(at),
            phone=people.phone(at),
            contact_name=draw_name(draw, surname=people.names[at][0], sex=draw.choice("12"), birth_year=1985),
            contact_phone=f"1990000{draw.randrange(10_000):04d}",
        )

    def _stay(self, draw: random.Random, stay: Stay, page: Page) -> None:
        department = DEPARTMENT_KINDS[stay.department].code
        emergency = draw.random() < (0.7 if stay.principal.of_injury or stay.disposition == "5" else 0.28)
        emergency = emergency and not stay.is_planned
        admitted_at = shanghai(
            stay.admitted_on,
            *((draw.randrange(24), draw.randrange(60)) if emergency else (draw.randrange(8, 17), draw.randrange(60))),
        )
        discharged_at = shanghai(stay.discharged_on, draw.randrange(9, 17), draw.randrange(60))
        if stay.admitted_on == stay.discharged_on:
            admitted_at = shanghai(stay.admitted_on, 8, draw.randrange(30))
        elif stay.admitted_on == self.residents.birth_date(stay.resident):
            admitted_at = shanghai(stay.admitted_on, 20, draw.randrange(60))
        readmission = stay.principal.category == "Z51" and stay.disposition == "1" and draw.random() < 0.7
        page.update(
            admission_route="1" if emergency else draw.choices("239", (0.93, 0.05, 0.02))[0],
            admitted_at=admitted_at,
            admission_department_code=department,
            discharged_at=discharged_at,
            discharge_department_code=department,
            ward=f"{DEPARTMENT_KINDS[stay.department].name}{draw.randint(1, 2)}病区",
            length_of_stay_days=stay.days,
            attending_physician=self._one_of(draw, stay, "physician"),
            resident_physician=self._one_of(draw, stay, "resident_physician"),
            department_head=self._one_of(draw, stay, "department_head"),
            coder=self._coder(draw, stay),
            discharge_disposition=stay.disposition,
            receiving_institution=self._receiver(stay),
            readmission_plan=None if stay.disposition == "5" else "2" if readmission else "1",
            readmission_purpose="继续抗肿瘤治疗" if readmission else None,
        )

    def _diagnoses(self, draw: random.Random, stay: Stay, page: Page) -> None:
        codes = [stay.principal.code, *(d.code for d in stay.secondary)]
        if stay.principal.outcome_of_delivery:
            codes.append(stay.principal.outcome_of_delivery)
        conditions = ["1", *(draw.choices("124", (0.86, 0.06, 0.08))[0] for _ in codes[1:])]
        if stay.principal.outcome_of_delivery:
            conditions[-1] = "1"
        tumours = [d for d in (stay.principal, *stay.secondary) if d.of_tumour]
        page.update(
            outpatient_diagnosis=stay.principal.code,
            diagnoses=codes,
            admission_conditions=conditions,
            pathology_code=_pathology(tumours[0]) if tumours else None,
            external_cause=self._external_cause(draw, stay.principal),
        )
        if any(code.startswith("S06") for code in codes):
            page["coma_before_minutes"] = draw.choice((0, 0, 0, 5, 10, 30, 120))
            page["coma_after_minutes"] = draw.choice((0, 0, 0, 0, 20, 60))

    def _external_cause(self, draw: random.Random, principal: Diagnosis) -> str | None:
        if principal.external_causes:
            return draw.choice(principal.external_causes)
        for first, last, cause in _DEFAULT_CAUSES:
            if first <= principal.category <= last:
                return cause
        return "X59.900" if principal.of_injury else None

    def _procedures(self, draw: random.Random, stay: Stay, page: Page) -> None:
        done = stay.procedures
        surgeon = page["attending_physician"]
        head = page["department_head"]
        clean = draw.choices("12", (0.75, 0.25))[0]
        page.update(
            procedures=[p.code for p in done],
            procedure_dates=[stay.admitted_on + timedelta(days=procedure_day(stay, at)) for at in range(len(done))],
            procedure_levels=[p.level for p in done],
            procedure_surgeons=[head if p.level == "4" else surgeon for p in done],
            procedure_incisions=[_incision(draw, p, clean) for p in done],
            procedure_anaesthesia=[p.anaesthesia for p in done],
            procedure_anaesthetists=["" if p.anaesthesia == "99" else self._anaesthetist(draw, stay) for p in done],
            ventilator_hours=(
                draw.randrange(6, max(8, 24 * stay.days - 10)) if any(p.code.startswith("96.7") for p in done) else None
            ),
        )

    def _newborn(self, draw: random.Random, stay: Stay, page: Page) -> None:
        age_days = page["age_days"]
        if isinstance(age_days, int) and age_days <= 28:
            low, high = _BIRTH_WEIGHTS[stay.principal.newborn_weight]
            birth_weight = draw.randrange(low, high + 1, 10)
            gained = -min(age_days, 3) * 40 + max(0, age_days - 3) * 30
            page.update(birth_weight_g=birth_weight, admission_weight_g=max(600, birth_weight + gained))
        elif stay.principal.outcome_of_delivery and not stay.principal.code.startswith("O36"):
            page["birth_weight_g"] = draw.randrange(2600, 3951, 10)  # the mother's page names her child's weight

    def _rest(self, draw: random.Random, stay: Stay, page: Page, transfused: bool) -> None:
        allergic = draw.random() < 0.06
        tested = transfused or draw.random() < 0.8
        page.update(
            drug_allergy="2" if allergic else "1",
            allergy_drugs=draw.choice(("青霉素", "头孢曲松", "磺胺类", "左氧氟沙星")) if allergic else None,
            blood_type=draw.choices("1234", (0.28, 0.26, 0.37, 0.09))[0] if tested else "6",
            rh="2" if tested else "4",
            autopsy="2" if stay.disposition == "5" else None,
            record_quality_grade=draw.choices("12", (0.96, 0.04))[0],
        )

    def _one_of(self, draw: random.Random, stay: Stay, post: str) -> str:
        department = DEPARTMENT_KINDS[stay.department].code
        return draw.choice(self.house.by_post[(stay.institution.code, department, post)])

    def _coder(self, draw: random.Random, stay: Stay) -> str:
        return draw.choice(self.house.by_post[(stay.institution.code, "", "coder")])

    def _anaesthetist(self, draw: random.Random, stay: Stay) -> str:
        theatre = DEPARTMENT_KINDS["anaesthesiology"].code
        found = self.house.by_post.get((stay.institution.code, theatre, "physician"))
        return draw.choice(found) if found else self._one_of(draw, stay, "department_head")

    def _receiver(self, stay: Stay) -> str | None:
        if stay.disposition == "3":
            number = 201 + int(self.residents.township[stay.resident])
            return next(i.name for i in self.house.hospitals if i.number == number)
        if stay.disposition == "2":
            if stay.institution.level == "township":
                return next(i.name for i in self.house.hospitals if i.code == stay.institution.community)
            return "演示市第一人民医院"
        return None


def fill_fees(page: Page, sums: CaseSums, at: int, self_paid_fen: int) -> None:
    """The fee columns of a page, from the sums of its lines."""
    for column, name in enumerate(FEE_ITEM_NAMES):
        page[name] = _yuan(int(sums.fee_items[at, column]))
    for column, name in enumerate(PARTS):
        if name:
            page[name] = _yuan(int(sums.parts[at, column]))
    page["total_cost"] = _yuan(int(sums.total[at]))
    page["self_paid"] = _yuan(self_paid_fen)


def _yuan(fen: int) -> Decimal:
    return Decimal(fen).scaleb(-2)


def _payment(draw: random.Random, stay: Stay, employed: bool, insured: bool) -> str:
    if (stay.principal.of_injury and draw.random() < 0.12) or not insured:
        return "7"  # somebody else is liable, or nobody: no settlement with the fund
    return "1" if employed else "3"


def _marital_status(draw: random.Random, age: int) -> str:
    if age < 22:
        return "1"
    if age < 30:
        return draw.choices("124", (0.4, 0.58, 0.02))[0]
    return draw.choices("1234", (0.03, 0.80, 0.004 * max(0, age - 40) + 0.01, 0.04))[0]


def _occupation(draw: random.Random, age: int, employed: bool) -> str:
    if age < 7:
        return "90"
    if age < 19:
        return "31"
    if age >= 60:
        return "80" if employed else "27"
    if employed:
        return draw.choice(("11", "13", "17", "24"))
    return draw.choices(("27", "51", "54", "70"), (7, 2, 1, 1))[0]


def _incision(draw: random.Random, procedure: Procedure, clean: str) -> str:
    if procedure.code >= "87":  # chapters 87-99 are not operative
        return ""
    if procedure.kind != "手术":
        return "0/1" if procedure.anaesthesia != "99" else ""
    return f"{clean}/{draw.choices('12', (0.985, 0.015))[0]}"


def _pathology(tumour: Diagnosis) -> str:
    behaviour = (
        "3" if tumour.category < "D00" else "2" if tumour.category < "D10" else "0" if tumour.category < "D37" else "1"
    )
    return _MORPHOLOGY.get(tumour.category, f"M80000/{behaviour}")


def page_ids(pages: Sequence[Mapping[str, object]]) -> list[str]:
    """The case numbers of pages, in order."""
    return [str(page["case_id"]) for page in pages]
