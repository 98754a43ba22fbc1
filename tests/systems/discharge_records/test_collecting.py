"""Every discharge becomes part of the resident's record, once, and is seen by those who care for the resident."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from yigongti.foundation.identifiers import resident_check_place
from yigongti.foundation.policy import Policy
from yigongti.kernel.access.scope import scope
from yigongti.kernel.people.models import Care, Identifier, Resident
from yigongti.kernel.records.models import Resource
from yigongti.kernel.records.naming import SHANGHAI
from yigongti.kernel.records.public import of_resident
from yigongti.processes.discharge_records.public import collect_discharges

AT = datetime(2026, 11, 4, 8, 0, tzinfo=SHANGHAI)
NUMBER = "60992119580101123"
NUMBER += resident_check_place(NUMBER)
DISCHARGED = timezone.now() - timedelta(days=3)
NAMES = {"I10.x00x002": "高血压", "00.6600x004": "经皮冠状动脉球囊扩张成形术"}


def page(case="00012345-1", **changes):
    """A front page of H1 of an invented man, discharged three days ago."""
    discharged = DISCHARGED
    return {
        "institution_code": "H1", "case_id": case, "medical_record_number": case.partition("-")[0],
        "name": "演示王", "sex": "1", "birth_date": date(1958, 1, 1), "resident_number": NUMBER,
        "phone": "19900001234", "address": "示范县（演示）", "admitted_at": discharged - timedelta(days=6),
        "discharged_at": discharged, "discharge_disposition": "1", "discharge_department_code": "0301",
        "diagnoses": ["I10.x00x002", "E11.900"], "admission_conditions": ["1", "1"],
        "procedures": ["00.6600x004"], "procedure_dates": [(discharged - timedelta(days=4)).date()],
        "total_cost": Decimal("12345.67"),
    } | changes  # fmt: skip


SETTLED = {
    ("H1", "00012345-1"): {
        "settlement_number": "S1", "insured_number": "6099210000000001", "insurance_type": "390",
        "settled_to": date(2026, 11, 3), "total_cost": Decimal("12345.67"), "pool_fund": Decimal("8000.00"),
        "cash": Decimal("4345.67"),
    }
}  # fmt: skip


@pytest.fixture
def policy(policy_root):
    return Policy.load(policy_root)


@pytest.fixture
def collect(county, policy):
    """Collects pages: collect(page(), …) → Collected"""
    return lambda *pages, at=AT: collect_discharges(pages, SETTLED, policy=policy, names=NAMES, at=at)


def kinds():
    return sorted(Resource.objects.using("bulk").values_list("type", flat=True))


def test_a_discharge_becomes_encounter_conditions_procedures_coverage_and_bill(collect):
    done = collect(page())
    assert (done.stays, done.residents) == (1, 1)
    assert kinds() == [
        "Condition",
        "Condition",
        "Coverage",
        "Encounter",
        "ExplanationOfBenefit",
        "Patient",
        "Procedure",
    ]


def test_collecting_the_same_page_again_changes_nothing(collect):
    given = page()
    collect(given)
    again = collect(given, at=AT + timedelta(hours=1))
    assert again.resources == 0
    assert set(Resource.objects.using("bulk").values_list("version", flat=True)) == {1}


def test_a_corrected_page_becomes_the_next_version_and_the_first_stays_readable(collect):
    collect(page())
    collect(page(diagnoses=["I11.900", "E11.900"]), at=AT + timedelta(hours=1))
    versions = Resource.objects.using("bulk").filter(type="Condition").values_list("version", flat=True)
    assert sorted(versions) == [1, 2]


def test_two_stays_of_one_person_belong_to_one_resident(collect):
    collect(page(), page("00012345-2"))
    resident = Resident.objects.using("bulk").get()
    assert Resource.objects.using("bulk").filter(type="Encounter", resident=resident).count() == 2


def test_a_page_without_a_number_is_linked_by_the_hospitals_own_record_number(collect):
    collect(page())
    collect(page("00012345-2", resident_number=""))
    assert Resident.objects.using("bulk").count() == 1
    assert Identifier.objects.using("bulk").get(kind="record").value == "00012345"


def test_a_number_that_is_wrong_in_form_is_not_used(collect):
    collect(page(resident_number="123"))
    assert Resident.objects.using("bulk").get().number_index == ""


def test_the_number_is_sealed_in_the_register(collect):
    collect(page())
    assert NUMBER not in Resident.objects.using("bulk").get().number_sealed


def test_the_ward_sees_the_record_and_the_other_hospital_does_not(collect, actor):
    collect(page())
    resident = Resident.objects.using("bulk").get().pk
    with scope(actor("physician", "H1")):
        assert [r["code"]["text"] for r in of_resident(resident, ["Procedure"])] == ["经皮冠状动脉球囊扩张成形术"]
    with scope(actor("physician", "H2")):
        assert of_resident(resident, ["Procedure", "Encounter", "Condition", "Patient"]) == []


def test_some_days_after_the_discharge_the_hospital_no_longer_sees_the_record(collect, actor, policy):
    days = int(policy.value("records.days_after_discharge", on=date(2026, 1, 1)))
    long_ago = timezone.now() - timedelta(days=days + 2)
    collect(page(discharged_at=long_ago, admitted_at=long_ago - timedelta(days=5)))
    resident = Resident.objects.using("bulk").get().pk
    with scope(actor("physician", "H1")):
        assert of_resident(resident, ["Encounter"]) == []


def test_a_stay_whose_dates_were_corrected_lets_in_by_the_corrected_dates(collect):
    collect(page())
    before = Care.objects.using("bulk").get()
    collect(page(discharged_at=timezone.now() - timedelta(days=1)))
    after = Care.objects.using("bulk").get()
    assert after.pk == before.pk
    assert after.valid_to > before.valid_to


def test_a_bill_shows_the_parts_to_the_fen(collect):
    collect(page())
    bill = Resource.objects.using("bulk").get(type="ExplanationOfBenefit").body
    amounts = {
        total["category"]["coding"][0]["code"]: Decimal(str(total["amount"]["value"])) for total in bill["total"]
    }
    assert amounts == {"total": Decimal("12345.67"), "pool_fund": Decimal("8000.00"), "cash": Decimal("4345.67")}


def test_a_page_whose_admission_lies_after_its_discharge_is_collected_with_the_discharge_alone(collect):
    given = page()
    collect(page(admitted_at=given["discharged_at"] + timedelta(days=1)))
    stay = Resource.objects.using("bulk").get(type="Encounter").body
    assert set(stay["period"]) == {"end"}


def test_what_fhir_does_not_allow_is_left_out_and_counted(collect):
    done = collect(page(diagnoses=["I10.x00x002", " "]))
    assert done.refused == 1
    assert kinds().count("Condition") == 1
