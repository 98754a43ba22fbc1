"""What the story plants: split admissions at one township hospital, up-coding at one county hospital from a given
month, wrong newborn weights. Each goes into the truth; the pages stay clean under the logic of the front page."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

import numpy as np

from yigongti.demo.county.claim_faults import FaultBook
from yigongti.demo.county.claim_limits import ClaimLimits
from yigongti.demo.county.clinical_lists import ClinicalLists, Diagnosis
from yigongti.demo.county.front_pages import Page
from yigongti.demo.county.plan import CountyPlan
from yigongti.demo.county.profiles import SPLITTING_TOWNSHIP, UPCODING_HOSPITAL
from yigongti.demo.county.residents import EPOCH
from yigongti.demo.county.stays import DAYS_BEFORE_ADMISSION, Stay
from yigongti.demo.county.truth import Truth
from yigongti.foundation.period import Month

SPLIT_SHARE = 0.5
UPCODED_SHARE = 0.24
WRONG_WEIGHT_SHARE = 0.06
PROVEN_BY_CHANCE = 0.1
"""Of the added codes so many may have evidence in the bill all the same: no check of the bill will find them."""
RETURNING = ("Z51", "N18", "F", "O", "P")
"""Illnesses whose patients come back as a matter of course: a quick return is not seen as a split admission."""
HEAVY_COMPANIONS = ("J96", "I50", "N17", "E87", "D62", "K72", "J15", "R57", "G93", "E43", "A41")
"""Complications that raise a group and leave no trace in the bill of these stays."""


def split_some_stays(draw: random.Random, stays: list[Stay], seen_on: np.ndarray) -> None:
    """Split stays of the splitting township hospital in two, a few days apart, both ending in the month.

    seen_on: the day of each resident's last visit in the months before, in days since 1970.
    """
    at = 0
    while at < len(stays):
        stay = stays[at]
        half, gap = stay.days // 2, draw.randint(1, 4)
        first_end = stay.discharged_on - timedelta(days=stay.days - half + gap)
        splits = (
            stay.institution.number == SPLITTING_TOWNSHIP
            and stay.days >= 4
            and stay.disposition == "1"
            and not stay.procedures
            and not stay.principal.of_newborns
            and not stay.principal.code.startswith(RETURNING)
            and (first_end - timedelta(days=half) - EPOCH).days > int(seen_on[stay.resident]) + DAYS_BEFORE_ADMISSION
            and first_end.month == stay.discharged_on.month
            and draw.random() < SPLIT_SHARE
        )
        if splits:
            first = replace(
                stay,
                admitted_on=first_end - timedelta(days=half),
                discharged_on=first_end,
                split_part=1,
                cost_factor=stay.cost_factor * 0.64,
                lines_factor=stay.lines_factor * 0.6,
                secondary=list(stay.secondary),
            )
            second = replace(
                stay,
                admitted_on=first_end + timedelta(days=gap),
                split_part=2,
                cost_factor=stay.cost_factor * 0.64,
                lines_factor=stay.lines_factor * 0.6,
            )
            stays[at : at + 1] = [first, second]
            at += 1
        at += 1


def plant_story(
    draw: random.Random,
    plan: CountyPlan,
    lists: ClinicalLists,
    month: Month,
    stays: Sequence[Stay],
    pages: Sequence[Page],
    charged: Sequence[frozenset[int]],
    limits: ClaimLimits,
    book: FaultBook,
) -> None:
    """Up-code, spoil weights and write down the splits of the month. charged: what each bill holds, by position."""
    truth = book.truth
    for at, (stay, page) in enumerate(zip(stays, pages, strict=True)):
        if stay.split_part == 2:
            before = pages[at - 1]
            truth.split_admissions.append(
                {
                    "institution_code": page["institution_code"],
                    "first_case_id": before["case_id"],
                    "second_case_id": page["case_id"],
                    "month": str(month),
                    "resident_number": page["resident_number"],
                    "gap_days": (stay.admitted_on - stays[at - 1].discharged_on).days,
                    "principal_diagnosis": stay.principal.code,
                }
            )
            what = f"{(stay.admitted_on - stays[at - 1].discharged_on).days}天内同病再入院"
            cost = Decimal(str(page["total_cost"]))
            book.note_bill("split_admission", page["institution_code"], page["case_id"], cost, what)
        elif (
            stay.institution.number == UPCODING_HOSPITAL
            and not stay.fault
            and month >= plan.upcoding_from
            and draw.random() < UPCODED_SHARE
        ):
            known = len(truth.upcoding)
            bill = charged[at] if draw.random() >= PROVEN_BY_CHANCE else frozenset[int]()
            _upcode(draw, lists, month, stay, page, truth, _Unproven(limits, bill))
            for row in truth.upcoding[known:]:
                what = f"{row['true_code'] or '无'} -> {row['written_code']}"
                book.note_bill("up_coding", page["institution_code"], page["case_id"], Decimal("0.00"), what)
    newborns = [
        page
        for stay, page in zip(stays, pages, strict=True)
        if page["age_years"] == 0 and page["birth_weight_g"] is not None and not stay.fault
    ]
    if len(newborns) >= 3:
        for page in draw.sample(newborns, max(1, round(len(newborns) * WRONG_WEIGHT_SHARE))):
            _spoil_weight(draw, month, page, truth)


@dataclass(frozen=True, slots=True)
class _Unproven:
    """Whether a diagnosis would stand on the page with nothing in the bill to prove it."""

    limits: ClaimLimits
    charged: frozenset[int]

    def __call__(self, diagnosis: Diagnosis) -> bool:
        wanted = self.limits.evidence_wanted(diagnosis.code)
        return bool(wanted) and not self.charged.intersection(wanted)


def _upcode(
    draw: random.Random,
    lists: ClinicalLists,
    month: Month,
    stay: Stay,
    page: Page,
    truth: Truth,
    unproven: _Unproven,
) -> None:
    if stay.principal.of_newborns or stay.principal.of_pregnancy:
        return
    written = list(page["diagnoses"])  # type: ignore[call-overload]
    age = int(str(page["age_years"]))
    if draw.random() < 0.35 and (heavier := [d for d in _heavier(lists, stay, age) if unproven(d)]):
        diagnosis = draw.choice(heavier)
        truth.upcoding.append(_upcoding_row(page, month, "principal_replaced", written[0], diagnosis.code))
        page["diagnoses"] = [diagnosis.code, *written[1:]]
        return
    present = {code[:3] for code in written}
    companions = [
        d
        for d in lists.diagnoses.values()
        if d.category in HEAVY_COMPANIONS
        and d.role in ("secondary", "both")
        and d.category not in present
        and d.fits(stay.sex, age, 10_000)
        and unproven(d)
    ]
    if companions:
        diagnosis = draw.choice(companions)
        truth.upcoding.append(_upcoding_row(page, month, "complication_added", "", diagnosis.code))
        conditions = list(page["admission_conditions"])  # type: ignore[call-overload]
        page["diagnoses"] = [written[0], diagnosis.code, *written[1:]]
        page["admission_conditions"] = [conditions[0], "1", *conditions[1:]]


def _heavier(lists: ClinicalLists, stay: Stay, age: int) -> list[Diagnosis]:
    """Diagnoses of the same department that cost at least half as much again and need nothing else on the page."""
    true = stay.principal
    if true.of_injury or true.of_tumour or true.category.startswith("Z") or stay.procedures:
        return []
    present = {d.category for d in stay.secondary} | {true.category}
    return [
        d
        for d in lists.with_role("principal", "both")
        if d.department == true.department
        and 1.5 <= d.mean_cost_yuan / max(1.0, true.mean_cost_yuan) <= 4
        and d.fits(stay.sex, age, 10_000)
        and d.category not in present
        and d.code[0] == true.code[0]
        and not d.of_tumour
    ]


def _upcoding_row(page: Page, month: Month, kind: str, true_code: str, written_code: str) -> dict[str, object]:
    return {
        "institution_code": page["institution_code"],
        "case_id": page["case_id"],
        "month": str(month),
        "kind": kind,
        "true_code": true_code,
        "written_code": written_code,
    }


def _spoil_weight(draw: random.Random, month: Month, page: Page, truth: Truth) -> None:
    """A weight that is wrong though it may look right: another first digit, or a digit lost."""
    true_weight = int(str(page["birth_weight_g"]))
    what = draw.choice(("first_digit_wrong", "digit_lost"))
    written = (
        true_weight // 10 if what == "digit_lost" else true_weight - 2000 if true_weight > 2990 else true_weight + 3000
    )
    page["birth_weight_g"] = written
    common = {
        "institution_code": page["institution_code"],
        "case_id": page["case_id"],
        "month": str(month),
        "column": "birth_weight_g",
    }
    truth.wrong_weights.append({**common, "true_weight_g": true_weight, "written_weight_g": written, "what": what})
    truth.front_page_defects.append(
        {**common, "rule_hint": "newborn_weights_disagree", "what": f"{true_weight} -> {written}"}
    )
