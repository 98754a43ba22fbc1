"""Defects of diagnoses, procedures, newborns, blood and allergy (standards: 首页逻辑校验)."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

from yigongti.demo.county.clinical_lists import Diagnosis, read_lists
from yigongti.demo.county.defect_kinds import (
    DefectKind,
    codes_of,
    has,
    missing,
    outside_domain,
    principal,
    put,
    put_first,
    years,
)
from yigongti.demo.county.front_pages import Page

Wanted = Callable[[Diagnosis], bool]


def _write_beside(wanted: Wanted) -> Callable[[Page, random.Random], str]:
    """Add a secondary diagnosis of the wanted sort, with its condition on admission."""

    def spoil(page: Page, draw: random.Random) -> str:
        present = set(codes_of(page, "diagnoses"))
        found = sorted(
            d.code
            for d in read_lists().diagnoses.values()
            if wanted(d) and d.role in ("principal", "secondary", "both") and d.code not in present
        )
        code = draw.choice(found)
        page["diagnoses"] = [*codes_of(page, "diagnoses"), code]
        page["admission_conditions"] = [*codes_of(page, "admission_conditions"), "1"]
        return f" -> {code}"

    return spoil


def _of_women(diagnosis: Diagnosis) -> bool:
    return diagnosis.sexes == "2" and "N70" <= diagnosis.category <= "N98"


def _of_men(diagnosis: Diagnosis) -> bool:
    return diagnosis.sexes == "1" and "N40" <= diagnosis.category <= "N51"


def _of_pregnancy(diagnosis: Diagnosis) -> bool:
    return diagnosis.of_pregnancy and not "O80" <= diagnosis.category <= "O84" and not diagnosis.outcome_of_delivery


def _of_newborns(diagnosis: Diagnosis) -> bool:
    return diagnosis.code.startswith("P")


def _procedure_of_women(page: Page, draw: random.Random) -> str:
    cells, level = codes_of(page, "procedures"), codes_of(page, "procedure_levels")[0]
    of_women = [p for p in read_lists().procedures.values() if "65" <= p.code[:2] <= "71" and p.is_operation]
    found = sorted(p.code for p in of_women if p.level == level) or sorted(p.code for p in of_women)
    before, cells[0] = cells[0], draw.choice(found)
    page["procedures"] = cells
    return f"{before} -> {cells[0]}"


def _twice(page: Page, draw: random.Random) -> str:
    code = principal(page)
    page["diagnoses"] = [*codes_of(page, "diagnoses"), code]
    page["admission_conditions"] = [*codes_of(page, "admission_conditions"), "1"]
    return f" -> {code}"


def _no_diagnoses(page: Page, draw: random.Random) -> str:
    before = "|".join(codes_of(page, "diagnoses"))
    page["diagnoses"], page["admission_conditions"] = [], []
    return f"{before} -> "


def _external_cause_first(page: Page, draw: random.Random) -> str:
    codes = codes_of(page, "diagnoses")
    before, codes[0] = codes[0], str(page["external_cause"])
    page["diagnoses"] = codes
    return f"{before} -> {codes[0]}"


def _outcome_at(page: Page) -> int:
    return next((at for at, code in enumerate(codes_of(page, "diagnoses")) if code.startswith("Z37")), -1)


def _without_outcome(page: Page, draw: random.Random) -> str:
    at = _outcome_at(page)
    codes, conditions = codes_of(page, "diagnoses"), codes_of(page, "admission_conditions")
    removed = codes.pop(at)
    conditions.pop(at)
    page["diagnoses"], page["admission_conditions"] = codes, conditions
    return f"{removed} -> "


def _outcome_first(page: Page, draw: random.Random) -> str:
    at = _outcome_at(page)
    codes = codes_of(page, "diagnoses")
    codes[0], codes[at] = codes[at], codes[0]
    page["diagnoses"] = codes
    return f"{codes[at]} -> {codes[0]}"


def _condition_lost(page: Page, draw: random.Random) -> str:
    conditions = codes_of(page, "admission_conditions")
    page["admission_conditions"] = conditions[:-1]
    return f"{len(conditions)} -> {len(conditions) - 1}"


def _procedure_after_discharge(page: Page, draw: random.Random) -> str:
    discharged_at = page["discharged_at"]
    assert isinstance(discharged_at, datetime)
    dates = list(page["procedure_dates"])  # type: ignore[call-overload]
    before, dates[0] = dates[0], discharged_at.date() + timedelta(days=draw.randint(2, 20))
    page["procedure_dates"] = dates
    return f"{before} -> {dates[0]}"


def _injured(page: Page) -> bool:
    return principal(page)[:1] in ("S", "T") and page["external_cause"] is not None


def _is_newborn(page: Page) -> bool:
    return isinstance(page["age_days"], int) and page["age_days"] <= 28


def _normally_delivered(page: Page) -> bool:
    return "O80" <= principal(page)[:3] <= "O84" and _outcome_at(page) > 0


def _adult(sex: str) -> Callable[[Page], bool]:
    return lambda page: page["sex"] == sex and 30 <= years(page) <= 70 and not principal(page).startswith("O")


def _plain(page: Page) -> bool:
    return principal(page)[:1] in ("I", "J", "K", "E", "M") and 30 <= years(page) <= 80 and not page["procedures"]


def _transfused(page: Page) -> bool:
    return Decimal(str(page["fee_blood"] or 0)) > 0 and page["blood_type"] in ("1", "2", "3", "4")


def _operated(page: Page) -> bool:
    """The first procedure is an operation under anaesthesia by somebody, of a level that has an incision to heal."""
    return (
        bool(page["procedures"])
        and "/" in codes_of(page, "procedure_incisions")[0]
        and codes_of(page, "procedure_anaesthesia")[0] in ("01", "02")
        and codes_of(page, "procedure_levels")[0] in ("2", "3", "4")
    )


def _no_coma_times(page: Page, draw: random.Random) -> str:
    before = f"{page['coma_before_minutes']}, {page['coma_after_minutes']}"
    page["coma_before_minutes"] = page["coma_after_minutes"] = None
    return f"{before} -> "


def _not_tested(page: Page, draw: random.Random) -> str:
    before, page["blood_type"] = page["blood_type"], "6"
    return f"{before} -> 6"


CLINICAL_KINDS: tuple[DefectKind, ...] = (
    missing("outpatient_diagnosis"),
    missing("drug_allergy", lambda page: page["drug_allergy"] == "1"),
    missing("blood_type", lambda page: not Decimal(str(page["fee_blood"] or 0))),
    DefectKind("diagnoses_missing", "diagnoses", _plain, _no_diagnoses),
    DefectKind(
        "admission_conditions_missing",
        "admission_conditions",
        lambda page: len(codes_of(page, "diagnoses")) > 1,
        _condition_lost,
    ),
    DefectKind(
        "admission_conditions_out_of_domain",
        "admission_conditions",
        has("admission_conditions"),
        put_first("admission_conditions", "9"),
    ),
    outside_domain("rh", "7"),
    DefectKind("diagnosis_disagrees_with_sex", "diagnoses", _adult("1"), _write_beside(_of_women)),
    DefectKind("diagnosis_disagrees_with_sex", "diagnoses", _adult("2"), _write_beside(_of_men)),
    DefectKind(
        "pregnancy_of_a_man",
        "diagnoses",
        lambda page: _adult("1")(page) and years(page) <= 55,
        _write_beside(_of_pregnancy),
    ),
    DefectKind(
        "procedure_disagrees_with_sex",
        "procedures",
        lambda page: page["sex"] == "1" and bool(page["procedures"]),
        _procedure_of_women,
    ),
    DefectKind("newborn_diagnosis_disagrees_with_age", "diagnoses", _plain, _write_beside(_of_newborns)),
    DefectKind("birth_weight_missing", "birth_weight_g", _is_newborn, put("birth_weight_g", None)),
    DefectKind("admission_weight_missing", "admission_weight_g", _is_newborn, put("admission_weight_g", None)),
    DefectKind(
        "birth_weight_out_of_range",
        "birth_weight_g",
        _is_newborn,
        put("birth_weight_g", 34),
        (("newborn_weights_disagree", "birth_weight_g"),),
    ),
    DefectKind("external_cause_missing", "external_cause", _injured, put("external_cause", None)),
    DefectKind(
        "external_cause_as_principal",
        "diagnoses",
        _injured,
        _external_cause_first,
        (("external_cause_without_injury", "external_cause"),),
    ),
    DefectKind("external_cause_out_of_domain", "external_cause", _injured, put("external_cause", "S72.000")),
    DefectKind("diagnosis_duplicated", "diagnoses", _plain, _twice),
    DefectKind("outcome_of_delivery_missing", "diagnoses", _normally_delivered, _without_outcome),
    DefectKind("outcome_of_delivery_as_principal", "diagnoses", _normally_delivered, _outcome_first),
    DefectKind(
        "pathology_code_missing",
        "pathology_code",
        lambda page: "C00" <= principal(page)[:3] <= "D48" and page["pathology_code"] is not None,
        put("pathology_code", None),
    ),
    DefectKind(
        "coma_minutes_missing",
        "coma_before_minutes",
        lambda page: page["coma_before_minutes"] is not None,
        _no_coma_times,
    ),
    DefectKind("procedure_date_outside_stay", "procedure_dates", has("procedures"), _procedure_after_discharge),
    DefectKind("procedure_date_missing", "procedure_dates", has("procedures"), put_first("procedure_dates", None)),
    DefectKind(
        "procedure_surgeon_missing", "procedure_surgeons", has("procedures"), put_first("procedure_surgeons", "")
    ),
    DefectKind("procedure_level_missing", "procedure_levels", _operated, put_first("procedure_levels", "")),
    DefectKind(
        "procedure_level_out_of_domain", "procedure_levels", has("procedures"), put_first("procedure_levels", "7")
    ),
    DefectKind("procedure_incision_missing", "procedure_incisions", _operated, put_first("procedure_incisions", "")),
    DefectKind(
        "procedure_anaesthesia_missing",
        "procedure_anaesthesia",
        lambda page: (
            len(codes_of(page, "procedures")) > 1
            and _operated(page)
            and codes_of(page, "procedure_anaesthesia")[1] != "99"
        ),
        put_first("procedure_anaesthesia", ""),
    ),
    DefectKind("anaesthetist_missing", "procedure_anaesthetists", _operated, put_first("procedure_anaesthetists", "")),
    DefectKind("transfused_without_blood_type", "blood_type", _transfused, _not_tested),
    DefectKind("allergy_drugs_missing", "allergy_drugs", has("allergy_drugs"), put("allergy_drugs", None)),
    missing("ventilator_hours"),
)
