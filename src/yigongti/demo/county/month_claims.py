"""Rows of visits, and of the truth about whole bills: what was planted on a stay or visit as such, what follows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Protocol

from yigongti.demo.county.claim_faults import FaultBook
from yigongti.demo.county.outpatient import Visit
from yigongti.demo.county.profiles import SKEWED_TOWNSHIPS
from yigongti.demo.county.residents import Residents
from yigongti.demo.county.stay_faults import CHECK_UP, EMPTY_BED, OVERLAPPING, WITHOUT_NEED
from yigongti.demo.county.stay_line_faults import EXAMINATIONS
from yigongti.demo.county.stays import Stay

ANY_CHECK = "*"
"""In the column `check` of a consequence: it may show under any check."""

_WORDS = {
    OVERLAPPING: "住院期间在另一机构又住院",
    EMPTY_BED: "多数住院日除床位、护理外无任何诊疗",
    WITHOUT_NEED: "轻症、无手术，检查化验费过半",
    CHECK_UP: "检查化验费占七成以上",
    "visit_during_stay": "住院期间在另一机构门诊就诊",
    "cost_shifted": "入院前在同一机构门诊做住院检查",
}
_CHECK_UP_SHARE = Decimal("0.7")
_LONGEST_CHECK_UP = 7


class SeenVisits(Protocol):
    """What visit_rows needs of a month's visits."""

    visits: list[Visit]
    case_ids: list[str]
    physicians: list[str]
    totals: list[int]


def visit_rows(people: Residents, seen: SeenVisits, first: int, last: int) -> list[dict[str, object]]:
    """Rows of the visits first (included) to last (excluded)."""
    rows: list[dict[str, object]] = []
    for at in range(first, last):
        visit = seen.visits[at]
        who = visit.resident
        rows.append(
            {
                "institution_code": visit.institution.code,
                "case_id": seen.case_ids[at],
                "care_setting": visit.setting,
                "visited_on": visit.visited_on,
                "name": people.names[who],
                "resident_number": str(people.numbers[who]),
                "sex": str(int(people.sex[who])),
                "birth_date": people.birth_date(who),
                "insurance_type": str(int(people.insurance_type[who])) if people.insured[who] else None,
                "department_code": visit.department_code,
                "physician": seen.physicians[at],
                "diagnoses": visit.diagnoses,
                "total_cost": Decimal(seen.totals[at]).scaleb(-2),
            }
        )
    return rows


def note_planted_bills(
    book: FaultBook,
    stays: Sequence[Stay],
    pages: Sequence[Mapping[str, object]],
    visits: Sequence[Visit],
    visit_ids: Sequence[str],
    visit_totals: Sequence[int],
) -> None:
    """Rows for stays and visits that are planted as a whole."""
    for stay, page in zip(stays, pages, strict=True):
        if stay.fault not in (OVERLAPPING, EMPTY_BED, WITHOUT_NEED, CHECK_UP):
            continue
        whole = Decimal(str(page["total_cost"]))
        examined = sum((Decimal(str(page[name])) for name in EXAMINATIONS), Decimal(0))
        amount = examined if stay.fault == CHECK_UP else whole
        own = page["institution_code"], page["case_id"]
        book.note_bill(stay.fault, *own, amount, _WORDS[stay.fault])
        if stay.fault == WITHOUT_NEED and examined > whole * _CHECK_UP_SHARE and stay.days <= _LONGEST_CHECK_UP:
            book.note_bill(CHECK_UP, *own, examined, _WORDS[CHECK_UP], follows=WITHOUT_NEED)
    for place in sorted({stay.institution for stay in stays}, key=lambda place: place.number):
        if book.plan.planted and place.number in SKEWED_TOWNSHIPS:
            check, _ = SKEWED_TOWNSHIPS[place.number]
            book.note_bill(check, place.code, "", Decimal("0.00"), "占比明显高于同级机构")
    for at, visit in enumerate(visits):
        if visit.fault in ("visit_during_stay", "cost_shifted"):
            total = Decimal(visit_totals[at]).scaleb(-2)
            book.note_bill(visit.fault, visit.institution.code, visit_ids[at], total, _WORDS[visit.fault])


def note_consequences(
    book: FaultBook, defects: Sequence[Mapping[str, object]], upcoded: Sequence[Mapping[str, object]]
) -> None:
    """What a wrong page may lead the checks to: sex, age, days, diagnoses and person are read from it."""
    for row in defects:
        what = f"首页质控缺陷 {row['rule_hint']}"
        book.note_bill(
            ANY_CHECK, row["institution_code"], row["case_id"], Decimal("0.00"), what,
            follows=f"front_page_defects:{row['rule_hint']}",
        )  # fmt: skip
    for row in upcoded:
        what = f"编码 {row['written_code']} 与诊疗不符"
        book.note_bill(
            ANY_CHECK, row["institution_code"], row["case_id"], Decimal("0.00"), what, follows="up_coding"
        )  # fmt: skip
