"""The demo lists: enough of them, whole in themselves, and true to the national code files where those are at hand."""

from __future__ import annotations

import csv
import re
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from yigongti.demo import lists
from yigongti.foundation.schemas import ADDING_FEE_ITEMS

FOLDER = Path(lists.__file__).parent
DEPARTMENTS = {
    "cardiology",
    "respiratory",
    "orthopaedics",
    "general_surgery",
    "obstetrics",
    "gynaecology",
    "paediatrics",
    "neonatology",
    "neurology",
    "neurosurgery",
    "urology",
    "oncology",
    "emergency",
    "icu",
    "ent",
    "ophthalmology",
    "endocrinology",
    "gastroenterology",
    "nephrology",
    "infection",
    "tcm",
    "rehabilitation",
    "psychiatry",
    "dermatology",
    "haematology",
    "stomatology",
}
KINDS = {"手术", "治疗性操作", "诊断性操作", "介入治疗"}


def rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def diagnoses() -> list[dict[str, str]]:
    return rows("diagnoses.csv")


@pytest.fixture(scope="module")
def procedures() -> list[dict[str, str]]:
    return rows("procedures.csv")


def principal(diagnoses: list[dict[str, str]]) -> list[dict[str, str]]:
    return [row for row in diagnoses if row["role"] in ("principal", "both")]


def parts(text: str) -> list[str]:
    return [part for part in text.split("|") if part]


# -- enough of them ---------------------------------------------------------------------------------------------------


def test_there_are_enough_diagnoses_for_a_county(diagnoses: list[dict[str, str]]) -> None:
    roles = Counter(row["role"] for row in diagnoses)
    assert roles["principal"] + roles["both"] >= 400
    assert roles["secondary"] + roles["both"] >= 120
    assert roles["external_cause"] >= 40
    assert roles["outcome_of_delivery"] >= 3


def test_there_are_enough_procedures_items_and_medicines() -> None:
    assert len(rows("procedures.csv")) >= 220
    assert len(rows("fee_items.csv")) >= 250
    assert len(rows("medicines.csv")) >= 200


def test_the_items_cover_all_fee_items_of_the_front_page() -> None:
    assert {row["fee_item"] for row in rows("fee_items.csv")} == {item.name for item in ADDING_FEE_ITEMS}


def test_every_department_that_admits_has_a_diagnosis(diagnoses: list[dict[str, str]]) -> None:
    assert {row["department"] for row in principal(diagnoses)} == DEPARTMENTS


# -- whole in themselves ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "key"),
    [("diagnoses.csv", "code"), ("procedures.csv", "code"), ("fee_items.csv", "item_code"), ("medicines.csv", "code")],
)
def test_no_code_stands_twice(name: str, key: str) -> None:
    assert [code for code, times in Counter(row[key] for row in rows(name)).items() if times > 1] == []


def test_every_code_that_a_diagnosis_names_is_listed(
    diagnoses: list[dict[str, str]], procedures: list[dict[str, str]]
) -> None:
    known = {row["code"]: row["role"] for row in diagnoses}
    known_procedures = {row["code"] for row in procedures}
    for row in diagnoses:
        assert set(parts(row["typical_procedures"])) <= known_procedures, row["code"]
        assert set(parts(row["typical_secondary"])) <= set(known), row["code"]
        assert {known[code] for code in parts(row["external_causes"])} <= {"external_cause"}, row["code"]
        if row["outcome_of_delivery"]:
            assert known[row["outcome_of_delivery"]] == "outcome_of_delivery", row["code"]


def test_every_figure_of_a_diagnosis_can_be_used(diagnoses: list[dict[str, str]]) -> None:
    for row in diagnoses:
        assert row["sexes"] in ("12", "1", "2"), row["code"]
        assert row["level"] in ("county", "township", "both"), row["code"]
        assert row["season"] == "flat" or len([Decimal(x) for x in row["season"].split("|")]) == 12, row["code"]
        assert 0 <= int(row["age_min"]) <= int(row["age_max"]) <= 110, row["code"]
        assert 0 <= Decimal(row["mortality"]) <= Decimal("0.6"), row["code"]
        assert 0 <= Decimal(row["procedure_share"]) <= 1, row["code"]
        assert (Decimal(row["procedure_share"]) > 0) == bool(row["typical_procedures"]), row["code"]
        assert row["newborn_weight"] in ("", "nb", "lbw", "vlbw", "big"), row["code"]


def test_a_principal_diagnosis_has_a_place_a_stay_and_a_cost(diagnoses: list[dict[str, str]]) -> None:
    for row in principal(diagnoses):
        assert row["department"] in DEPARTMENTS, row["code"]
        assert re.fullmatch(r"[A-Z]", row["mdc_hint"]), row["code"]
        assert Decimal(row["weight"]) > 0 and int(row["mean_stay_days"]) >= 1, row["code"]
        assert int(row["mean_cost_yuan"]) >= 500, row["code"]


def test_injuries_and_poisonings_have_external_causes(diagnoses: list[dict[str, str]]) -> None:
    late = ("T78", "T81", "T82", "T84")  # reactions and complications of care: a cause is not asked of them
    without = [
        row["code"]
        for row in principal(diagnoses)
        if row["code"][0] in "ST" and not row["code"].startswith(late) and not row["external_causes"]
    ]
    assert without == []


def test_deliveries_and_sections_name_their_outcome(diagnoses: list[dict[str, str]]) -> None:
    for row in principal(diagnoses):
        if row["code"][:3] in ("O80", "O81", "O82", "O83", "O84", "O70"):
            assert row["outcome_of_delivery"], row["code"]
        if "74.1x01" in row["typical_procedures"]:
            assert row["outcome_of_delivery"], row["code"]


def test_pregnancy_and_the_other_organs_of_one_sex_belong_to_that_sex(diagnoses: list[dict[str, str]]) -> None:
    for row in diagnoses:
        category = row["code"][:3]
        if category[0] == "O" or "N70" <= category <= "N98" or "C51" <= category <= "C58" or category == "Z37":
            assert row["sexes"] == "2", row["code"]
        if "N40" <= category <= "N51" or "C60" <= category <= "C63":
            assert row["sexes"] == "1", row["code"]


def test_newborn_diagnoses_are_for_the_first_year_only(diagnoses: list[dict[str, str]]) -> None:
    for row in diagnoses:
        if row["code"][0] == "P":
            assert (row["age_min"], row["age_max"]) == ("0", "0"), row["code"]


def test_every_procedure_says_what_it_takes(procedures: list[dict[str, str]]) -> None:
    for row in procedures:
        assert row["kind"] in KINDS, row["code"]
        assert row["level"] in ("1", "2", "3", "4"), row["code"]
        assert {row["minimally_invasive"], row["day_surgery"]} <= {"yes", "no"}, row["code"]
        assert row["anaesthesia"] in ("01", "02", "03", "99"), row["code"]
        assert Decimal(row["operation_fee"]) > 0 and Decimal(row["supplies_fee"]) >= 0, row["code"]
        assert row["department"] in DEPARTMENTS, row["code"]


def test_day_surgery_is_no_surgery_of_the_fourth_level(procedures: list[dict[str, str]]) -> None:
    assert [row["code"] for row in procedures if row["day_surgery"] == "yes" and row["level"] == "4"] == []


def test_every_item_has_a_price_a_measure_and_a_department() -> None:
    for row in rows("fee_items.csv"):
        assert re.fullmatch(r"D\d{6}", row["item_code"]), row["item_code"]
        assert Decimal(row["unit_price"]) > 0 and row["unit"], row["item_code"]
        assert row["per"] in ("day", "stay", "procedure", "test", "visit"), row["item_code"]
        assert row["departments"] == "*" or set(parts(row["departments"])) <= DEPARTMENTS, row["item_code"]


def test_every_medicine_has_a_price_and_lawful_indications() -> None:
    for row in rows("medicines.csv"):
        assert re.fullmatch(r"DY\d{4}", row["code"]), row["code"]
        assert Decimal(row["unit_price"]) > 0, row["code"]
        assert row["fee_item"] in ("fee_western_medicine", "fee_patent_medicine", "fee_herbal_medicine"), row["code"]
        assert {row["antimicrobial"], row["essential"]} <= {"yes", "no"}, row["code"]
        assert all(re.fullmatch(r"[A-Z]\d\d", prefix) for prefix in parts(row["indications"])), row["code"]


def test_only_western_medicines_are_antimicrobials() -> None:
    antimicrobial = [row for row in rows("medicines.csv") if row["antimicrobial"] == "yes"]
    assert len(antimicrobial) >= 20
    assert {row["fee_item"] for row in antimicrobial} == {"fee_western_medicine"}


# -- true to the national code files ----------------------------------------------------------------------------------


def dictionary(path: Path) -> dict[str, str]:
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    return dict(line.split(" ", 1) for line in lines if " " in line)


@pytest.mark.shared_data
def test_every_diagnosis_stands_in_the_insurance_edition_by_that_name(
    shared_data: Path, diagnoses: list[dict[str, str]]
) -> None:
    known = dictionary(shared_data / "codes" / "ICD10医保版v2.0.dat")
    assert {row["code"]: row["name"] for row in diagnoses if known.get(row["code"]) != row["name"]} == {}


@pytest.mark.shared_data
def test_no_diagnosis_is_grey(shared_data: Path, diagnoses: list[dict[str, str]]) -> None:
    grey = set((shared_data / "codes" / "ICD10医保版v2.0灰码.dat").read_text(encoding="utf-8-sig").split())
    assert [row["code"] for row in diagnoses if row["code"] in grey] == []


@pytest.mark.shared_data
def test_every_procedure_stands_in_the_insurance_edition_and_is_not_grey(
    shared_data: Path, procedures: list[dict[str, str]]
) -> None:
    known = dictionary(shared_data / "codes" / "ICD9CM3医保版v2.0.dat")
    grey = set((shared_data / "codes" / "ICD9CM3医保版v2.0灰码.dat").read_text(encoding="utf-8-sig").split())
    assert {row["code"]: row["name"] for row in procedures if known.get(row["code"]) != row["name"]} == {}
    assert [row["code"] for row in procedures if row["code"] in grey] == []


@pytest.mark.shared_data
def test_the_kind_of_a_procedure_is_that_of_the_national_classification(
    shared_data: Path, procedures: list[dict[str, str]]
) -> None:
    known = dictionary(shared_data / "codes" / "国临版手术操作分类.dat")
    assert [row["code"] for row in procedures if known.get(row["code"], row["kind"]) not in (row["kind"], "")] == []
