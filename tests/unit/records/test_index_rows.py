"""What a resource is found by: the rows of each kind of search parameter."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from record_changes import CHANGES, mutated
from record_samples import OBSERVATION, PATIENT

from yigongti.kernel.records.definitions.parameters import left_out
from yigongti.kernel.records.definitions.public import (
    BEGINNING,
    END_OF_TIME,
    SUPPORTED,
    DateRow,
    QuantityRow,
    ReferenceRow,
    StringRow,
    TokenRow,
    TokenValue,
    UriRow,
    compartment_of,
    index_rows,
    normal,
    parameters_of,
    parse_search,
    validate,
)
from yigongti.kernel.records.definitions.times import stretch_of


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


def test_a_resident_is_found_by_number_telephone_sex_and_tag(patient):
    tokens = index_rows(patient).tokens
    assert TokenRow("identifier", "urn:oid:1.2.156.10011", "110101199003070017") in tokens
    assert TokenRow("phone", "", "13800000000") in tokens
    assert TokenRow("email", "", "zs@example.org") in tokens
    assert TokenRow("phone", "", "zs@example.org") not in tokens
    assert TokenRow("gender", "http://hl7.org/fhir/administrative-gender", "male") in tokens
    assert TokenRow("_tag", "urn:yigongti:tag", "invented") in tokens


def test_a_chinese_name_is_found_whole_and_by_its_parts(patient):
    del patient["name"][0]["text"]
    names = {row.normal for row in index_rows(patient).strings if row.parameter == "name"}
    assert names == {"张", "三", "张三"}


def test_a_western_name_is_found_without_case_and_accents(patient):
    patient["name"] = [{"family": "Müller", "given": ["José María"]}]
    rows = index_rows(patient).strings
    assert StringRow("family", "muller", "Müller") in rows
    assert StringRow("given", "jose maria", "José María") in rows
    assert not any(row.normal == "mullerjose maria" for row in rows)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ÀÉ ", "ae"),
        ("ＡＢＣ１２", "abc12"),
        ("李村  3 号", "李村 3 号"),
        ("Straße", "strasse"),
        ("古丽·买买提", "古丽·买买提"),
    ],
)
def test_texts_are_compared_in_one_form(text, expected):
    assert normal(text) == expected


def test_death_is_found_whether_its_date_is_known_or_not(patient):
    for key, value, code in (
        ("deceasedBoolean", False, "false"),
        ("deceasedBoolean", True, "true"),
        ("deceasedDateTime", "2026", "true"),
    ):
        person = {**patient, key: value}
        assert {row.code for row in index_rows(person).tokens if row.parameter == "deceased"} == {code}


def test_a_result_is_found_by_subject_code_category_and_status(observation):
    rows = index_rows(observation)
    assert ReferenceRow("subject", "Patient", "zhang-san", "") in rows.references
    assert ReferenceRow("patient", "Patient", "zhang-san", "") in rows.references
    assert ReferenceRow("encounter", "Encounter", "e1", "") in rows.references
    assert TokenRow("code", "http://loinc.org", "85354-9") in rows.tokens
    assert TokenRow("combo-code", "http://loinc.org", "8480-6") in rows.tokens
    assert TokenRow("code", "http://loinc.org", "8480-6") not in rows.tokens


def test_a_group_as_subject_is_no_patient(observation):
    observation["subject"] = {"reference": "Group/1"}
    assert {row.parameter for row in index_rows(observation).references if row.type == "Group"} == {"subject"}


def test_an_absolute_reference_keeps_its_url(observation):
    observation["subject"] = {"reference": "https://elsewhere.example/fhir/Patient/1"}
    assert (
        ReferenceRow("patient", "Patient", "", "https://elsewhere.example/fhir/Patient/1")
        in index_rows(observation).references
    )


def test_an_identifier_within_a_reference_is_a_token_of_its_own(observation):
    observation["subject"] = {"identifier": {"system": "urn:x", "value": "1"}}
    assert TokenRow("subject:identifier", "urn:x", "1") in index_rows(observation).tokens


def test_a_time_is_the_second_it_names(observation):
    assert index_rows(observation).dates == [
        DateRow("date", utc(2026, 10, 5, 1, 30), utc(2026, 10, 5, 1, 30, 1)),
    ]


def test_an_open_period_reaches_to_the_end_of_time(observation):
    del observation["effectiveDateTime"]
    observation["effectivePeriod"] = {"start": "2026-10"}
    (row,) = index_rows(observation).dates
    assert (row.low, row.high) == (utc(2026, 9, 30, 16), END_OF_TIME)


def test_a_timing_reaches_from_its_first_event_to_its_last(observation):
    del observation["effectiveDateTime"]
    observation["effectiveTiming"] = {"event": ["2026-10-05", "2026-10-01"]}
    (row,) = index_rows(observation).dates
    assert (row.low, row.high) == (utc(2026, 9, 30, 16), utc(2026, 10, 5, 16))


@pytest.mark.parametrize(
    ("value", "low", "high"),
    [(Decimal("5.40"), "5.395", "5.405"), (142, "141.5", "142.5"), (Decimal("1E+2"), "50", "150"), (0, "-0.5", "0.5")],
)
def test_the_digits_of_a_quantity_say_how_exact_it_is(observation, value, low, high):
    observation["valueQuantity"] = {"value": value, "unit": "毫克", "system": "http://unitsofmeasure.org", "code": "mg"}
    expected = QuantityRow(
        "value-quantity", Decimal(value), Decimal(low), Decimal(high), "http://unitsofmeasure.org", "mg", "毫克"
    )
    assert expected in index_rows(observation).quantities


def test_below_the_limit_of_detection_has_no_low_end(observation):
    observation["valueQuantity"] = {"value": Decimal("0.01"), "comparator": "<"}
    (row,) = [row for row in index_rows(observation).quantities if row.parameter == "value-quantity"]
    assert (row.low, row.high) == (None, Decimal("0.01"))


def test_a_canonical_is_found_with_and_without_its_version():
    response = {
        "resourceType": "QuestionnaireResponse",
        "status": "completed",
        "questionnaire": "https://example.org/q|2",
        "meta": {"profile": ["https://example.org/p"]},
    }
    rows = index_rows(response)
    assert ReferenceRow("questionnaire", "", "", "https://example.org/q") in rows.references
    assert ReferenceRow("questionnaire", "", "", "https://example.org/q|2") in rows.references
    assert rows.uris == [UriRow("_profile", "https://example.org/p")]


def test_a_very_long_number_is_found_by_its_first_500_characters(patient):
    patient["identifier"] = [{"system": "urn:x", "value": "7" * 100_000}]
    (row,) = [row for row in index_rows(patient).tokens if row.parameter == "identifier"]
    (clause,) = parse_search("Patient", [("identifier", "urn:x|" + "7" * 100_000)]).clauses
    assert clause.values == (TokenValue(row.system, row.code),)
    assert len(row.code) == 500


@settings(max_examples=300, deadline=None)
@given(sample=st.sampled_from([PATIENT, OBSERVATION]), position=st.integers(0, 500), change=CHANGES)
def test_whatever_is_valid_can_be_indexed_and_placed(sample, position, change):
    resource = mutated(sample, position, change)
    if not any(issue.severity == "error" for issue in validate(resource)):
        assert index_rows(resource).tokens
        assert len(compartment_of(resource)) <= 1


def test_every_synthea_resource_has_rows(synthea):
    assert all(index_rows(resource).tokens for resource in synthea)


@pytest.mark.parametrize("name", sorted(SUPPORTED))
def test_every_kept_type_can_be_searched(name):
    assert len(parameters_of(name)) > 4


def test_the_parameters_of_r4_that_are_not_offered_are_these():
    composite = {
        "DocumentReference.relationship",
        "Group.characteristic-value",
        "Questionnaire.context-type-quantity",
        "Questionnaire.context-type-value",
        *(f"Observation.code-value-{kind}" for kind in ("concept", "date", "quantity", "string")),
        *(f"Observation.combo-code-value-{kind}" for kind in ("concept", "quantity")),
        *(f"Observation.component-code-value-{kind}" for kind in ("concept", "quantity")),
    }
    phonetic = {f"{name}.phonetic" for name in ("Organization", "Patient", "Person", "Practitioner", "RelatedPerson")}
    within_others = {"Bundle.composition", "Bundle.message", "QuestionnaireResponse.item-subject"}
    assert set(left_out()) == composite | phonetic | within_others


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("2026", utc(2025, 12, 31, 16), utc(2026, 12, 31, 16)),
        ("2026-12", utc(2026, 11, 30, 16), utc(2026, 12, 31, 16)),
        ("2026-10-05", utc(2026, 10, 4, 16), utc(2026, 10, 5, 16)),
        ("2026-10-05T10:00", utc(2026, 10, 5, 2), utc(2026, 10, 5, 2, 1)),
        ("2026-10-05T10:00:00Z", utc(2026, 10, 5, 10), utc(2026, 10, 5, 10, 0, 1)),
        ("2026-10-05T10:00:00.5Z", utc(2026, 10, 5, 10, 0, 0, 500000), utc(2026, 10, 5, 10, 0, 0, 600000)),
        ("2016-12-31T23:59:60Z", utc(2016, 12, 31, 23, 59, 59), utc(2017, 1, 1)),
        ("0001", BEGINNING, utc(1, 12, 31, 16)),
        ("9999", utc(9998, 12, 31, 16), END_OF_TIME),
    ],
)
def test_a_date_is_the_stretch_of_time_it_names(text, low, high):
    assert stretch_of(text) == (low, high)


@given(st.dates())
def test_the_days_of_a_month_lie_within_it(day):
    low, high = stretch_of(day.isoformat())
    month_low, month_high = stretch_of(day.isoformat()[:7])
    assert month_low <= low < high <= month_high
