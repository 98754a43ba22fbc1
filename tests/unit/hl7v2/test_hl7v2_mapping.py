"""What a message becomes in the record. Every person, number and institution here is invented."""

from decimal import Decimal

import pytest
from fhir.resources.R4B.bundle import Bundle

MSH = "MSH|^~\\&|HIS|HIS|YGT|COUNTY|20261001||{}|42|P|2.5.1||||||UNICODE UTF-8"
PID = (
    "PID|1||100^^^HIS^MR~11010519491231002X^^^^SFZ~YB01^^^^YB||张^三^^^^^L^I||19491231|M|||和平路1号^^示范市^河北省^050000^CHN^H||"
    "^PRN^CP^^^^13800000000|||M"
)


def segment(name, **fields):
    """A segment from its fields by number: segment("PV1", f2="I") → PV1||I"""
    numbered = {int(number[1:]): text for number, text in fields.items()}
    return "|".join([name, *(numbered.get(number, "") for number in range(1, max(numbered) + 1))])


VISIT = {
    "f1": "1",
    "f2": "I",
    "f3": "内科^3^12^示范县人民医院",
    "f7": "D01^李^四",
    "f14": "1",
    "f19": "V1",
    "f36": "1",
    "f44": "20261001083000",
}
PV1 = segment("PV1", **VISIT)
INSTITUTION = "urn:yigongti:institution:45678901-2"


def admission(event="A01", *more, pv1=PV1):
    return [MSH.format(f"ADT^{event}"), f"EVN|{event}|20261001090000", PID, pv1, *more]


def result(*more, obr="OBR|1|P1|F1|GLU^血糖^L|||20261001070000|||||||||||||||20261001080000||LAB|F"):
    return [MSH.format("ORU^R01"), PID, obr, *more]


def observation(resources, obx):
    return resources(*result(obx))["Observation"][0]


def test_the_patient_carries_every_number_under_the_name_of_who_gave_it(resources):
    patient = resources(*admission())["Patient"][0]
    assert patient["identifier"] == [
        {"system": f"{INSTITUTION}:record", "value": "100"},
        {"system": "urn:yigongti:resident-number", "value": "11010519491231002X"},
        {"system": "urn:yigongti:insured-number", "value": "YB01"},
    ]
    assert patient["name"][0]["text"] == "张三"
    assert patient["gender"] == "male"
    assert patient["birthDate"] == "1949-12-31"
    assert patient["telecom"] == [{"system": "phone", "value": "13800000000", "use": "home"}]
    assert patient["address"][0]["text"] == "河北省示范市和平路1号"


def test_a_resident_number_that_breaks_its_check_is_left_out_with_a_warning(read):
    judgement = read(MSH.format("ADT^A01"), "PID|1||100~110105194912310021^^^^NI", PV1)
    patient = judgement.translation.bundle["entry"][0]["resource"]
    assert [identifier["value"] for identifier in patient["identifier"]] == ["100"]
    assert "hl7v2.resident_number" in {problem.key for problem in judgement.problems}


def test_a_number_of_another_assigner_is_not_the_institutions(resources):
    patient = resources(MSH.format("ADT^A08"), "PID|1||7^^^LAB&1.2.3&ISO^MR~8^^^其他医院^MR", "PV1|1|O")["Patient"][0]
    assert [identifier["system"] for identifier in patient["identifier"]] == [
        "urn:oid:1.2.3",
        f"{INSTITUTION}:assigner:%E5%85%B6%E4%BB%96%E5%8C%BB%E9%99%A2",
    ]


def test_a_number_of_an_unknown_kind_is_kept_apart_under_the_institutions_word(resources):
    patient = resources(MSH.format("ADT^A08"), "PID|1||100~7^^^^就诊 卡", "PV1|1|O")["Patient"][0]
    assert patient["identifier"][1] == {
        "system": f"{INSTITUTION}:number:%E5%B0%B1%E8%AF%8A%20%E5%8D%A1",
        "value": "7",
    }


def test_what_stands_where_an_object_identifier_belongs_and_is_none_is_the_institutions_word(resources):
    found = resources(MSH.format("ADT^A08"), "PID|1||7^^^&Some Laboratory&ISO^MR~8^^^&not-a-uuid&UUID^MR", "PV1|1|O")
    assert [identifier["system"] for identifier in found["Patient"][0]["identifier"]] == [
        f"{INSTITUTION}:assigner:Some%20Laboratory",
        f"{INSTITUTION}:assigner:not-a-uuid",
    ]


@pytest.mark.parametrize(
    ("event", "ends", "status"),
    [
        ("A01", "", "in-progress"),
        ("A04", "", "in-progress"),
        ("A08", "", "in-progress"),
        ("A03", "", "finished"),
        ("A08", "20261005", "finished"),
    ],
)
def test_a_visit_has_the_status_that_the_event_gives_it(resources, event, ends, status):
    encounter = resources(*admission(event, pv1=segment("PV1", **VISIT, f45=ends)))["Encounter"][0]
    assert encounter["status"] == status
    assert encounter["period"]["start"] == "2026-10-01T08:30:00+08:00"


def test_the_visit_says_who_where_and_how_it_ended(resources):
    encounter = resources(*admission("A03", pv1=segment("PV1", **VISIT, f45="20261005100000")))["Encounter"][0]
    assert encounter["class"]["code"] == "IMP"
    assert encounter["identifier"] == [{"system": f"{INSTITUTION}:visit", "value": "V1"}]
    assert encounter["participant"][0]["individual"]["display"] == "李四"
    assert encounter["location"][0]["location"]["display"] == "示范县人民医院 内科 3 12"
    assert encounter["hospitalization"]["dischargeDisposition"]["text"] == "医嘱离院"
    assert encounter["period"]["end"] == "2026-10-05T10:00:00+08:00"


def test_the_patient_is_put_and_the_visit_refers_to_it_by_the_entry(read):
    entries = read(*admission()).translation.bundle["entry"]
    assert entries[0]["request"] == {
        "method": "PUT",
        "url": f"Patient?identifier={INSTITUTION}:record|100",
    }
    assert entries[1]["resource"]["subject"] == {"reference": entries[0]["fullUrl"]}


def test_the_same_message_gives_the_same_bundle(read):
    assert read(*admission()).translation.bundle == read(*admission()).translation.bundle


def test_diagnoses_allergies_and_insurance_go_with_the_admission(resources):
    found = resources(
        *admission(
            "A01",
            "AL1|1|DA|PEN^青霉素^L|SV|皮疹~休克|20200101",
            "DG1|1||J18.900^肺炎^I10||20261001|A",
            "DG1|2||I10^高血压^I10||20261001|W",
            segment(
                "IN1",
                f1="1",
                f2="390^城乡居民^L",
                f3="YB01",
                f4="示范县医疗保障局",
                f12="20260101",
                f13="20261231",
                f36="K123",
            ),
        )
    )
    assert [c["code"]["coding"][0]["code"] for c in found["Condition"]] == ["J18.900", "I10"]
    assert found["Condition"][0]["code"]["coding"][0]["system"] == "http://hl7.org/fhir/sid/icd-10"
    assert [d["use"]["coding"][0]["code"] for d in found["Encounter"][0]["diagnosis"]] == ["AD", "CM"]
    allergy = found["AllergyIntolerance"][0]
    assert (allergy["criticality"], allergy["category"]) == ("high", ["medication"])
    assert [m["text"] for m in allergy["reaction"][0]["manifestation"]] == ["皮疹", "休克"]
    coverage = found["Coverage"][0]
    assert coverage["payor"][0]["display"] == "示范县医疗保障局"
    assert coverage["period"] == {"start": "2026-01-01", "end": "2026-12-31"}
    assert coverage["subscriberId"] == "K123"


def test_a_merge_names_who_stays_and_who_ends(read):
    judgement = read(
        MSH.format("ADT^A40^ADT_A39"), "EVN|A40|20261001090000", "PID|1||100^^^HIS^MR||张^三", "MRG|200^^^HIS^MR"
    )
    merge = judgement.translation.merge
    assert judgement.translation.bundle is None
    assert [identifier.value for identifier in merge.survivors] == ["100"]
    assert [identifier.token for identifier in merge.retired] == [f"{INSTITUTION}:record|200"]
    assert merge.occurred_at.isoformat() == "2026-10-01T09:00:00+08:00"


def test_a_laboratory_only_mentions_its_patient(read):
    entry = read(*result("OBX|1|NM|GLU^血糖^L||5.8|mmol/L|3.9-6.1||||F")).translation.bundle["entry"][0]
    assert entry["request"] == {
        "method": "POST",
        "url": "Patient",
        "ifNoneExist": f"identifier={INSTITUTION}:record|100",
    }


def test_a_number_keeps_its_digits_its_unit_and_its_range(resources):
    found = observation(resources, "OBX|1|NM|2345-7^Glucose^LN||5.80|mmol/L^^UCUM|3.9-6.1|H|||F|||20261001071500")
    assert found["valueQuantity"] == {
        "value": Decimal("5.80"),
        "unit": "mmol/L",
        "system": "http://unitsofmeasure.org",
        "code": "mmol/L",
    }
    assert str(found["valueQuantity"]["value"]) == "5.80"
    assert found["referenceRange"][0]["low"]["value"] == Decimal("3.9")
    assert found["referenceRange"][0]["high"]["value"] == Decimal("6.1")
    assert found["interpretation"][0]["coding"][0]["code"] == "H"
    assert found["code"]["coding"][0] == {"system": "http://loinc.org", "code": "2345-7", "display": "Glucose"}
    assert found["effectiveDateTime"] == "2026-10-01T07:15:00+08:00"


@pytest.mark.parametrize(
    ("kind", "value", "said"),
    [
        ("NM", "<0.05", {"valueQuantity": {"value": Decimal("0.05"), "comparator": "<"}}),
        ("NM", "≥100", {"valueQuantity": {"value": Decimal(100), "comparator": ">="}}),
        ("NM", "阴性", {"valueString": "阴性"}),
        (
            "SN",
            "^1^:^128",
            {"valueRatio": {"numerator": {"value": Decimal(1)}, "denominator": {"value": Decimal(128)}}},
        ),
        ("SN", "^2^-^4", {"valueRange": {"low": {"value": Decimal(2)}, "high": {"value": Decimal(4)}}}),
        ("SN", ">^10", {"valueQuantity": {"value": Decimal(10), "comparator": ">"}}),
        ("ST", "A \\T\\ B", {"valueString": "A & B"}),
        ("TX", "first~second", {"valueString": "first\nsecond"}),
        ("DT", "20261001", {"valueDateTime": "2026-10-01"}),
        ("TM", "223100.0000", {"valueTime": "22:31:00"}),
        ("TM", "evening", {"valueString": "evening"}),
        ("XX", "kept^whole", {"valueString": "kept^whole"}),
    ],
)
def test_a_value_keeps_its_meaning_whatever_its_type(resources, kind, value, said):
    found = observation(resources, f"OBX|1|{kind}|X^试验^L||{value}||||||F")
    assert {name: found[name] for name in found if name.startswith("value")} == said


@pytest.mark.parametrize(("flag", "code"), [("↑", "H"), ("偏低", "L"), ("阳性", "POS"), ("HH", "HH"), ("+", "POS")])
def test_what_analysers_print_beside_a_value_is_understood(resources, flag, code):
    found = observation(resources, f"OBX|1|NM|X^试验^L||1|||{flag}|||F")
    assert found["interpretation"][0]["coding"][0]["code"] == code


def test_an_unknown_flag_is_kept_in_the_senders_words(resources):
    found = observation(resources, "OBX|1|NM|X^试验^L||1|||QQ|||F")
    assert found["interpretation"][0]["coding"][0] == {"system": f"{INSTITUTION}:codes", "code": "QQ"}


@pytest.mark.parametrize(
    ("text", "sides"), [("<5.7", {"high"}), (">10", {"low"}), ("0.0 - 5.6", {"low", "high"}), ("阴性", set())]
)
def test_a_reference_range_is_read_where_it_is_one_and_kept_as_text_always(resources, text, sides):
    found = observation(resources, f"OBX|1|NM|X^试验^L||1||{text}||||F")
    assert found["referenceRange"][0]["text"] == text
    assert set(found["referenceRange"][0]) - {"text"} == sides


def test_a_result_without_a_value_says_so(resources):
    assert "dataAbsentReason" in observation(resources, "OBX|1|NM|X^试验^L||||||||F")
    assert "dataAbsentReason" in observation(resources, "OBX|1|ST|X^试验^L||\\H\\||||||F")
    assert "dataAbsentReason" not in observation(resources, "OBX|1|NM|X^试验^L||||||||X")


def test_a_report_binds_results_specimen_and_order(resources):
    found = resources(
        *result(
            "NTE|1||空腹",
            "OBX|1|NM|GLU^血糖^L||5.8|mmol/L|3.9-6.1||||F",
            "NTE|1||复查",
            "SPM|1|^S1||BLD^血^L|||||||||||||20261001070000|20261001073000",
        )
    )
    report, specimen, request = (found[name][0] for name in ("DiagnosticReport", "Specimen", "ServiceRequest"))
    assert report["status"] == "final"
    assert report["conclusion"] == "空腹"
    assert report["category"][0]["coding"][0]["code"] == "LAB"
    assert report["issued"] == "2026-10-01T08:00:00+08:00"
    assert found["Observation"][0]["note"] == [{"text": "复查"}]
    assert specimen["identifier"] == [{"system": f"{INSTITUTION}:specimen", "value": "S1"}]
    assert request["identifier"] == [{"system": f"{INSTITUTION}:placer", "value": "P1"}]
    assert report["basedOn"] == found["Observation"][0]["basedOn"]


def test_a_corrected_report_replaces_the_first(read):
    first = read(*result("OBX|1|NM|GLU^血糖^L||5.8|||||||F")).translation.bundle["entry"]
    second = read(*result("OBX|1|NM|GLU^血糖^L||6.8|||||||C")).translation.bundle["entry"]
    assert [entry["request"] for entry in first] == [entry["request"] for entry in second]


def test_a_file_inside_of_a_result_becomes_a_form_of_the_report(resources):
    found = resources(*result("OBX|1|ED|PDF^报告^L||^application^pdf^Base64^JVBERi0=||||||F"))
    assert "Observation" not in found
    assert found["DiagnosticReport"][0]["presentedForm"] == [
        {"contentType": "application/pdf", "data": "JVBERi0=", "title": "报告"}
    ]


def order(kind, *more):
    return [MSH.format(kind), PID, *more]


@pytest.mark.parametrize("kind", ["ORM^O01", "OML^O21"])
def test_an_order_becomes_a_request_by_the_placers_number(resources, kind):
    found = resources(
        *order(
            kind,
            "ORC|NW|P1||G1||||||||D01^李^四||||",
            "OBR|1|P1||CT01^胸部CT^L|||||||||||||||||||||||^^^20261002090000^^S||||咳嗽^咳嗽",
            "NTE|1||空腹",
            "SPM|1|S1||BLD^血^L",
        )
    )
    request = found["ServiceRequest"][0]
    assert request["identifier"] == [{"system": f"{INSTITUTION}:placer", "value": "P1"}]
    assert (request["status"], request["intent"], request["priority"]) == ("active", "order", "stat")
    assert request["occurrenceDateTime"] == "2026-10-02T09:00:00+08:00"
    assert request["requester"]["display"] == "李四"
    assert request["requisition"]["value"] == "G1"
    assert request["note"] == [{"text": "空腹"}]
    assert request["reasonCode"][0]["text"] == "咳嗽"
    assert len(request["specimen"]) == 1


@pytest.mark.parametrize(
    ("control", "status", "said"),
    [
        ("CA", "", "revoked"),
        ("HD", "", "on-hold"),
        ("RE", "CM", "completed"),
        ("NW", "IP", "active"),
        ("??", "", "unknown"),
    ],
)
def test_an_order_has_the_status_that_its_control_code_gives_it(resources, control, status, said):
    found = resources(*order("ORM^O01", f"ORC|{control}|P1|||{status}", "OBR|1|P1||CT^CT^L"))
    assert found["ServiceRequest"][0]["status"] == said


def test_two_orders_of_one_message_are_two_requests(resources):
    found = resources(*order("ORM^O01", "ORC|NW|P1", "OBR|1|P1||A^A^L", "ORC|NW|P2", "OBR|2|P2||B^B^L"))
    assert [request["code"]["text"] for request in found["ServiceRequest"]] == ["A", "B"]


def test_an_order_without_a_number_is_refused(read):
    assert read(*order("ORM^O01", "ORC|NW", "OBR|1|||A^A^L")).first_error.place.field == 2


def booking(sch, *more):
    return [MSH.format("SIU^S12"), f"SCH|{sch}", PID, "RGS|1", *more]


def test_a_booking_becomes_an_appointment(resources):
    found = resources(
        *booking(
            "A1|B1|||||复诊^复诊^L|||30|^^30^20261003090000^20261003093000||||||||||||||Booked",
            "AIS|1||MZ^内科门诊^L",
            "AIL|1||诊室2^^^示范县人民医院",
            "AIP|1||D01^李^四",
        )
    )
    appointment = found["Appointment"][0]
    assert appointment["status"] == "booked"
    assert appointment["start"] == "2026-10-03T09:00:00+08:00"
    assert appointment["end"] == "2026-10-03T09:30:00+08:00"
    assert [i["value"] for i in appointment["identifier"]] == ["B1", "A1"]
    assert [p["actor"].get("display") for p in appointment["participant"]] == [None, "李四", "示范县人民医院 诊室2"]


def test_a_booking_ends_after_its_duration_where_its_end_is_not_said(resources):
    found = resources(*booking("A1|||||||||||", "AIS|1||MZ^内科^L|20261003090000|||20|MIN"))
    assert found["Appointment"][0]["end"] == "2026-10-03T09:20:00+08:00"


def test_a_booking_without_a_time_is_refused(read):
    assert read(*booking("A1")).first_error.place.field == 11


@pytest.mark.parametrize(
    "lines",
    [
        admission(
            "A01",
            "AL1|1|DA|PEN^青霉素^L|SV|皮疹",
            "DG1|1||J18^肺炎^I10|||A",
            segment("IN1", f2="390", f4="局", f36="K1"),
        ),
        admission("A03", pv1=segment("PV1", **VISIT, f45="20261005")),
        result(
            "OBX|1|NM|GLU^血糖^L||<5.80|mmol/L|3.9-6.1|↑|||F", "OBX|2|SN|X^Y^L||^1^:^2||||||F", "SPM|1|S^S||BLD^血^L"
        ),
        order("ORM^O01", "ORC|NW|P1", "OBR|1|P1||CT^CT^L"),
        booking("A1||||||||||^^^20261003090000^20261003093000", "AIP|1||D01^李^四"),
    ],
    ids=["admit", "discharge", "result", "order", "booking"],
)
def test_every_bundle_is_valid_fhir(read, lines):
    judgement = read(*lines)
    assert judgement.verdict == "AA", judgement.first_error
    assert Bundle.model_validate(judgement.translation.bundle).entry
