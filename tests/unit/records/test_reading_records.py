"""FHIR resources become what a person reads: names, values, marks and dates; what is in error is left out."""

from decimal import Decimal

import pytest

from yigongti.kernel.records.reading import bills, clinical, reports, words
from yigongti.kernel.records.reading import results as reading

GLUCOSE = {"coding": [{"system": "http://loinc.org", "code": "2345-7", "display": "Glucose"}], "text": "空腹血糖"}


def observation(value, when="2026-10-03", **more):
    return {
        "resourceType": "Observation", "id": f"o{when}{value}", "status": "final", "code": GLUCOSE,
        "effectiveDateTime": when, "valueQuantity": {"value": value, "unit": "mmol/L"},
        "referenceRange": [{"low": {"value": 3.9}, "high": {"value": 6.1}}], **more,
    }  # fmt: skip


def pressure(upper, lower, when):
    return {
        "resourceType": "Observation", "id": when, "status": "final", "code": {"text": "血压"},
        "effectiveDateTime": when, "component": [
            {"code": {"text": "收缩压"}, "valueQuantity": {"value": upper, "unit": "mm[Hg]"},
             "referenceRange": [{"high": {"value": 139}}]},
            {"code": {"text": "舒张压"}, "valueQuantity": {"value": lower, "unit": "mm[Hg]"}},
        ],
    }  # fmt: skip


@pytest.mark.parametrize(("value", "mark"), [(3.8, "low"), (3.9, "normal"), (6.1, "normal"), (6.2, "high")])
def test_the_mark_follows_the_range_beside_the_value(value, mark):
    assert reading.result(observation(value)).mark == mark


def test_what_the_laboratory_wrote_goes_before_the_range():
    said = [{"coding": [{"code": "HH"}]}]
    assert reading.result(observation(5.0, interpretation=said)).mark == "very_high"


def test_without_range_and_interpretation_there_is_no_mark():
    assert reading.result(observation(50, referenceRange=[])).mark == ""


def test_a_result_entered_in_error_is_left_out():
    assert reading.results([observation(5.0, status="entered-in-error")]) == []


def test_the_two_pressures_are_one_value_and_two_lines():
    (test,) = reading.tests(reading.results([pressure(128, 80, "2026-09-01"), pressure(150, 88, "2026-10-01")]))
    assert test.newest.value == "150/88 mmHg"
    assert test.newest.mark == "high"
    assert [[point.number for point in line] for line in test.lines] == [[128, 150], [80, 88]]


def test_values_in_another_unit_are_not_drawn_into_the_same_line():
    other = observation(90, "2026-01-01", valueQuantity={"value": 90, "unit": "mg/dL"})
    (test,) = reading.tests(reading.results([observation(5.0), other, observation(5.2, "2026-08-01")]))
    assert [point.number for point in test.lines[0]] == [Decimal("5.2"), Decimal("5.0")]


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        ("2026", "2026年", "2026"),
        ("2026-10", "2026年10月", "2026-10"),
        ("2026-10-03", "2026年10月3日", "2026-10-03"),
        ("2026-10-03T23:30:00Z", "2026年10月4日 07:30", "2026-10-04 07:30"),
    ],
)
def test_a_date_is_said_as_far_as_it_is_known(text, zh, en):
    assert (words.moment(text).in_language("zh-hans"), words.moment(text).in_language("en")) == (zh, en)


@pytest.mark.parametrize("text", ["", "yesterday", "2026-13-01", None, 7, "2026-02-30", "2026-10-03T99:00:00Z"])
def test_what_is_no_date_is_none(text):
    assert words.moment(text) is None


@pytest.mark.parametrize(
    ("number", "said"), [("7.80", "7.80"), ("159.9544", "159.95"), ("0.012345", "0.0123"), ("12000", "12000")]
)
def test_a_number_keeps_the_digits_that_count(number, said):
    assert words.shown(Decimal(number)) == said


@pytest.mark.parametrize(
    ("machine", "people"), [("10*9/L", "10⁹/L"), ("mm[Hg]", "mmHg"), ("{score}", ""), ("umol/L", "µmol/L")]
)
def test_a_unit_is_written_for_people(machine, people):
    assert words.unit_of({"unit": machine}) == people


def test_each_reader_gets_the_name_in_the_own_language_where_there_is_one():
    assert (words.coded(GLUCOSE, "zh-hans"), words.coded(GLUCOSE, "en")) == ("空腹血糖", "Glucose")


def test_grave_allergies_stand_first():
    mild = {"resourceType": "AllergyIntolerance", "id": "1", "code": {"text": "花粉"}}
    grave = {"resourceType": "AllergyIntolerance", "id": "2", "code": {"text": "青霉素"}, "criticality": "high"}
    assert [line.what for line in clinical.allergies([mild, grave])] == ["青霉素", "花粉"]


def test_problems_that_hold_stand_before_those_that_are_over():
    def condition(name, state):
        return {"resourceType": "Condition", "id": name, "code": {"text": name},
                "clinicalStatus": {"coding": [{"code": state}]}}  # fmt: skip

    found = clinical.problems([condition("肺炎", "resolved"), condition("高血压", "active")])
    assert [(line.what, line.is_current) for line in found] == [("高血压", True), ("肺炎", False)]


def test_a_dose_without_words_is_put_together():
    asked = {
        "resourceType": "MedicationRequest", "id": "1", "status": "active",
        "medicationCodeableConcept": {"text": "氨氯地平片"},
        "dosageInstruction": [{
            "timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}},
            "doseAndRate": [{"doseQuantity": {"value": 5, "unit": "mg"}}],
        }],
    }  # fmt: skip
    assert clinical.medicines([asked])[0].detail == "5 mg 每 1 天 1 次"


def test_a_report_counts_its_unusual_results():
    one = observation(7.8)
    report = {"resourceType": "DiagnosticReport", "id": "r", "status": "final", "code": {"text": "生化"},
              "result": [{"reference": f"Observation/{one['id']}"}]}  # fmt: skip
    (found,) = reports.reports([report, one])
    assert (found.name, found.unusual, found.results[0].name) == ("生化", 1, "空腹血糖")


def test_a_settled_bill_tells_who_paid_and_its_claim_is_not_shown_again():
    def amount(code, value):
        return {"category": {"coding": [{"code": code}]}, "amount": {"value": value, "currency": "CNY"}}

    settled = {"resourceType": "ExplanationOfBenefit", "id": "e", "status": "active", "claim": {"reference": "Claim/c"},
               "total": [amount("submitted", 5000.50), amount("benefit", 3800), amount("copay", 1200.50)]}  # fmt: skip
    claim = {"resourceType": "Claim", "id": "c", "status": "active", "total": {"value": 5000.50}}
    (bill,) = bills.bills([settled, claim])
    assert (bill.total, [(part.code, part.amount) for part in bill.parts]) == (
        Decimal("5000.5"), [("benefit", Decimal(3800)), ("copay", Decimal("1200.5"))],
    )  # fmt: skip


def test_the_bill_of_a_settlement_list_keeps_the_parts_in_its_own_words():
    def amount(code, word, value):
        return {"category": {"coding": [{"code": code}], "text": word}, "amount": {"value": value, "currency": "CNY"}}

    settled = {"resourceType": "ExplanationOfBenefit", "id": "e", "status": "active", "created": "2026-10-05",
               "total": [amount("total", "费用总额", 800), amount("pool_fund", "统筹基金支付", 500),
                         amount("cash", "个人现金支付", 300)],
               "item": [{"productOrService": {"text": "住院费用"}}]}  # fmt: skip
    (bill,) = bills.bills([settled])
    assert bill.total == 800
    assert [part.what for part in bill.parts] == ["统筹基金支付", "个人现金支付"]
    assert bill.items == ()


def test_a_stay_names_the_conditions_it_was_for():
    stay = {
        "resourceType": "Encounter", "id": "s", "status": "finished",
        "class": {"code": "IMP", "display": "inpatient"},
        "diagnosis": [{"condition": {"reference": f"Condition/{name}"}} for name in ("c1", "none")],
    }  # fmt: skip
    condition = {"resourceType": "Condition", "id": "c1", "code": {"text": "肺炎"}}
    (line,) = clinical.stays([stay, condition])
    assert (line.what, line.detail, line.kind) == ("", "肺炎", "IMP")


def test_a_diagnosis_of_several_visits_is_named_once_with_the_newest():
    def diagnosed(number, day):
        return {"resourceType": "Condition", "id": number, "code": {"text": "高血压"}, "recordedDate": day,
                "category": [{"coding": [{"code": "encounter-diagnosis"}]}]}  # fmt: skip

    found = clinical.problems([diagnosed("1", "2025-01-01"), diagnosed("2", "2026-01-01")])
    assert [line.when.text for line in clinical.named_once(found)] == ["2026-01-01"]
    assert {line.kind for line in found} == {clinical.AT_VISITS}


def test_whole_public_records_are_read_without_a_fault(shared_data):
    import json

    for path in sorted((shared_data / "exchange" / "fhir-synthea").glob("*.json")):
        resources = [entry["resource"] for entry in json.loads(path.read_text("utf-8"))["entry"]]
        assert reading.tests(reading.results(resources))
        assert bills.bills(resources) and clinical.stays(resources)
