"""Defects of who the patient is, when the stay was, how it ended and what it cost (standards: 首页逻辑校验)."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from decimal import Decimal

from yigongti.demo.county.defect_kinds import (
    DefectKind,
    always,
    has,
    missing,
    outside_domain,
    principal,
    put,
    years,
)
from yigongti.demo.county.front_pages import Page
from yigongti.foundation.identifiers import resident_check_place


def _adult_without_procedures(page: Page) -> bool:
    return _plain_adult(page) and not page["procedures"]


def _plain_adult(page: Page) -> bool:
    return 25 <= years(page) <= 64 and not principal(page).startswith(("O", "P", "Q"))


def _admit_after_discharge(page: Page, draw: random.Random) -> str:
    before, discharged_at = page["admitted_at"], page["discharged_at"]
    assert isinstance(discharged_at, datetime)
    page["admitted_at"] = discharged_at + timedelta(days=draw.randint(1, 3))
    return f"{before} -> {page['admitted_at']}"


def _longer_stay(page: Page, draw: random.Random) -> str:
    before = page["length_of_stay_days"]
    assert isinstance(before, int)
    page["length_of_stay_days"] = before + draw.randint(2, 9)
    return f"{before} -> {page['length_of_stay_days']}"


def _born_after_admission(page: Page, draw: random.Random) -> str:
    before, admitted_at = page["birth_date"], page["admitted_at"]
    assert isinstance(admitted_at, datetime)
    page["birth_date"] = admitted_at.date() + timedelta(days=draw.randint(20, 200))
    return f"{before} -> {page['birth_date']}"


def _older(page: Page, draw: random.Random) -> str:
    before = years(page)
    page["age_years"] = before + draw.randint(2, 5)
    return f"{before} -> {page['age_years']}"


def _renumbered(page: Page, digits: str) -> str:
    before = str(page["resident_number"])
    page["resident_number"] = digits + resident_check_place(digits)
    return f"{before} -> {page['resident_number']}"


def _wrong_check_place(page: Page, draw: random.Random) -> str:
    before = str(page["resident_number"])
    page["resident_number"] = before[:17] + ("1" if before[17] != "1" else "2")
    return f"{before} -> {page['resident_number']}"


def _place_lost(page: Page, draw: random.Random) -> str:
    before = str(page["resident_number"])
    page["resident_number"] = before[:10] + before[11:]
    return f"{before} -> {page['resident_number']}"


def _number_of_other_sex(page: Page, draw: random.Random) -> str:
    number = str(page["resident_number"])
    return _renumbered(page, number[:16] + str((int(number[16]) + 1) % 10))


def _number_of_other_birthday(page: Page, draw: random.Random) -> str:
    number = str(page["resident_number"])
    born = page["birth_date"]
    assert isinstance(born, date)
    other = born - timedelta(days=draw.randint(300, 900))
    return _renumbered(page, f"{number[:6]}{other:%Y%m%d}{number[14:17]}")


def _item_without_total(page: Page, draw: random.Random) -> str:
    before = Decimal(str(page["fee_laboratory"]))
    page["fee_laboratory"] = before + draw.randint(50, 400)
    return f"{before} -> {page['fee_laboratory']}"


def _item_and_total(page: Page, draw: random.Random) -> str:
    extra, before = draw.randint(60, 300), Decimal(str(page["total_cost"]))
    page["fee_other"] = Decimal(str(page["fee_other"])) + extra
    page["total_cost"] = before + extra
    return f"{before} -> {page['total_cost']}"


def _pays_more_than_all(page: Page, draw: random.Random) -> str:
    before = page["self_paid"]
    page["self_paid"] = Decimal(str(page["total_cost"])) + draw.randint(10, 500)
    return f"{before} -> {page['self_paid']}"


def _part_above_whole(page: Page, draw: random.Random) -> str:
    before = page["fee_antimicrobials"]
    page["fee_antimicrobials"] = Decimal(str(page["fee_western_medicine"])) + draw.randint(20, 200)
    return f"{before} -> {page['fee_antimicrobials']}"


def _transferred(page: Page) -> bool:
    return page["discharge_disposition"] in ("2", "3")


def _died(page: Page) -> bool:
    return page["discharge_disposition"] == "5"


def _planned_after_death(page: Page, draw: random.Random) -> str:
    page["readmission_plan"], page["readmission_purpose"] = "2", "复查"
    return " -> 2"


def _plan_without_purpose(page: Page, draw: random.Random) -> str:
    before = page["readmission_purpose"]
    page["readmission_plan"], page["readmission_purpose"] = "2", None
    return f"{before} -> "


_BIRTH_DATE_CONSEQUENCES = (
    ("resident_number_birth_date_mismatch", "resident_number"),
    ("age_disagrees", "age_years"),
    ("married_child", "marital_status"),
)

IDENTITY_KINDS: tuple[DefectKind, ...] = (
    missing("name"),
    missing("sex", _plain_adult),
    missing("birth_date", _plain_adult),
    missing("payment_method"),
    missing("occupation"),
    missing("marital_status"),
    missing("address"),
    missing("phone"),
    missing("admission_route"),
    missing("admission_department_code"),
    missing("discharge_disposition", lambda page: page["discharge_disposition"] == "1"),
    missing("readmission_plan", lambda page: page["readmission_plan"] == "1"),
    missing("attending_physician", lambda page: not page["procedures"]),
    missing("age_days", lambda page: years(page) == 0 and isinstance(page["age_days"], int) and page["age_days"] > 28),
    outside_domain("payment_method", "0"),
    outside_domain("marital_status", "6"),
    outside_domain("admission_route", "5"),
    DefectKind(
        "discharge_disposition_out_of_domain",
        "discharge_disposition",
        lambda page: page["discharge_disposition"] == "1",
        put("discharge_disposition", "7"),
    ),
    DefectKind(
        "discharged_before_admitted",
        "discharged_at",
        _adult_without_procedures,
        _admit_after_discharge,
        (("length_of_stay_disagrees", "length_of_stay_days"), ("settlement_period_outside_stay", "settled_from")),
    ),
    DefectKind("length_of_stay_disagrees", "length_of_stay_days", has("length_of_stay_days"), _longer_stay),
    DefectKind("born_after_admission", "birth_date", _plain_adult, _born_after_admission, _BIRTH_DATE_CONSEQUENCES),
    DefectKind("age_disagrees", "age_years", _plain_adult, _older),
    DefectKind("resident_number_invalid", "resident_number", has("resident_number"), _wrong_check_place),
    DefectKind("resident_number_invalid", "resident_number", has("resident_number"), _place_lost),
    DefectKind("resident_number_birth_date_mismatch", "resident_number", _plain_adult, _number_of_other_birthday),
    DefectKind("resident_number_sex_mismatch", "resident_number", has("resident_number"), _number_of_other_sex),
    DefectKind(
        "receiving_institution_missing", "receiving_institution", _transferred, put("receiving_institution", None)
    ),
    DefectKind("readmission_planned_after_death", "readmission_plan", _died, _planned_after_death),
    DefectKind("autopsy_missing", "autopsy", _died, put("autopsy", None)),
    DefectKind(
        "readmission_purpose_missing",
        "readmission_purpose",
        lambda page: page["readmission_plan"] is not None,
        _plan_without_purpose,
    ),
    DefectKind("fee_items_disagree_with_total", "total_cost", always, _item_without_total),
    DefectKind(
        "fee_lines_disagree_with_total",
        "total_cost",
        always,
        _item_and_total,
        (("settlement_total_disagrees", "total_cost"),),
    ),
    DefectKind("self_paid_above_total", "self_paid", always, _pays_more_than_all),
    DefectKind("fee_part_above_whole", "fee_antimicrobials", always, _part_above_whole),
)
