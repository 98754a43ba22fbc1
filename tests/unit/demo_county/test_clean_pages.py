"""What was not spoilt is clean under the logic of the front page, checked here in plain words and apart from the
record-quality engine."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from yigongti.demo.county.clinical_lists import read_lists
from yigongti.foundation.identifiers import read_resident_number
from yigongti.foundation.period import completed_years
from yigongti.foundation.schemas import DISCHARGES

Pages = list[dict[str, object]]
LISTS = ("admission_conditions", "diagnoses", "procedures")
PER_PROCEDURE = (
    "procedure_dates",
    "procedure_levels",
    "procedure_surgeons",
    "procedure_incisions",
    "procedure_anaesthesia",
    "procedure_anaesthetists",
)


def _day(instant: object) -> date:
    assert isinstance(instant, datetime)
    return (instant.astimezone(UTC) + timedelta(hours=8)).date()


def _categories(page: dict[str, object]) -> list[str]:
    return [code[:3] for code in page["diagnoses"]]  # type: ignore[attr-defined]


def test_codes_are_within_their_value_sets(clean_pages: Pages) -> None:
    for page in clean_pages:
        for column in DISCHARGES:
            if column.codes and page[column.name] is not None:
                assert page[column.name] in column.codes, column.name


@pytest.mark.parametrize(
    "column",
    [
        "name",
        "sex",
        "birth_date",
        "age_years",
        "resident_number",
        "payment_method",
        "nationality",
        "ethnicity",
        "marital_status",
        "occupation",
        "address",
        "phone",
        "admission_route",
        "admitted_at",
        "discharged_at",
        "admission_department_code",
        "discharge_department_code",
        "length_of_stay_days",
        "attending_physician",
        "department_head",
        "coder",
        "discharge_disposition",
        "outpatient_diagnosis",
        "drug_allergy",
        "blood_type",
        "rh",
        "total_cost",
        "self_paid",
        "medical_record_number",
        "admission_count",
    ],
)
def test_required_columns_are_filled(clean_pages: Pages, column: str) -> None:
    assert all(page[column] not in (None, "") for page in clean_pages)


def test_age_number_sex_and_birth_date_agree(clean_pages: Pages) -> None:
    for page in clean_pages:
        born = page["birth_date"]
        assert isinstance(born, date)
        admitted = _day(page["admitted_at"])
        assert page["age_years"] == completed_years(born, admitted)
        assert page["age_days"] == ((admitted - born).days if page["age_years"] == 0 else None)
        read = read_resident_number(str(page["resident_number"]))
        assert read is not None
        assert (read.born_on, read.sex) == (born, page["sex"])


def test_dates_of_the_stay_are_in_order(clean_pages: Pages) -> None:
    for page in clean_pages:
        admitted, discharged = _day(page["admitted_at"]), _day(page["discharged_at"])
        assert page["admitted_at"] < page["discharged_at"]  # type: ignore[operator]
        assert page["length_of_stay_days"] == max(1, (discharged - admitted).days)
        assert all(admitted <= day <= discharged for day in page["procedure_dates"])  # type: ignore[attr-defined]


def test_lists_stand_beside_each_other(clean_pages: Pages) -> None:
    for page in clean_pages:
        sizes = {name: len(page[name]) for name in (*LISTS, *PER_PROCEDURE)}  # type: ignore[arg-type]
        assert sizes["admission_conditions"] == sizes["diagnoses"] >= 1
        assert {sizes[name] for name in PER_PROCEDURE} == {sizes["procedures"]}
        assert len(set(page["diagnoses"])) == sizes["diagnoses"]  # type: ignore[call-overload]


def test_diagnoses_suit_sex_and_age(clean_pages: Pages) -> None:
    known = read_lists().diagnoses
    for page in clean_pages:
        age_days = page["age_days"] if isinstance(page["age_days"], int) else 10_000
        assert isinstance(page["age_years"], int)
        for code in page["diagnoses"]:  # type: ignore[attr-defined]
            if known[code].role != "outcome_of_delivery":
                assert known[code].fits(str(page["sex"]), page["age_years"], age_days), code


def test_newborns_have_both_weights_and_mothers_their_childs(clean_pages: Pages) -> None:
    newborns = [page for page in clean_pages if isinstance(page["age_days"], int) and page["age_days"] <= 28]
    assert newborns
    for page in newborns:
        assert 600 <= page["admission_weight_g"] <= 6000  # type: ignore[operator]
        assert page["birth_weight_g"] % 10 == 0  # type: ignore[operator]
    for page in clean_pages:
        if page["birth_weight_g"] is not None and page not in newborns:
            assert "Z37" in _categories(page)


def test_injuries_name_their_cause_and_others_do_not(clean_pages: Pages) -> None:
    for page in clean_pages:
        injured = _categories(page)[0][0] in "ST"
        assert (page["external_cause"] is not None) == injured
        assert not injured or str(page["external_cause"])[0] in "VWXY"
        assert ("S06" in _categories(page)) <= (page["coma_before_minutes"] is not None)


def test_tumours_have_pathology_and_deliveries_an_outcome(clean_pages: Pages) -> None:
    for page in clean_pages:
        if "C00" <= _categories(page)[0] <= "D48":
            assert page["pathology_code"]
        if any("O80" <= category <= "O84" for category in _categories(page)):
            assert "Z37" in _categories(page)
        assert _categories(page)[0] != "Z37"


def test_endings_of_stays_are_consistent(clean_pages: Pages) -> None:
    for page in clean_pages:
        ending = page["discharge_disposition"]
        assert (ending in ("2", "3")) == (page["receiving_institution"] is not None)
        assert (ending == "5") == (page["autopsy"] is not None) == (page["readmission_plan"] is None)
        assert (page["readmission_plan"] == "2") == (page["readmission_purpose"] is not None)


def test_anaesthesia_has_somebody_who_gives_it(clean_pages: Pages) -> None:
    for page in clean_pages:
        for way, who, level in zip(
            page["procedure_anaesthesia"],
            page["procedure_anaesthetists"],  # type: ignore[call-overload]
            page["procedure_levels"],
            strict=True,
        ):
            assert (way != "99") == bool(who)
            assert level in ("1", "2", "3", "4")


def test_blood_and_allergy_are_told(clean_pages: Pages) -> None:
    for page in clean_pages:
        assert (page["drug_allergy"] == "2") == (page["allergy_drugs"] is not None)
        assert page["fee_blood"] == 0 or page["blood_type"] in ("1", "2", "3", "4")
