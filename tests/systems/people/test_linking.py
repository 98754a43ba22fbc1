"""Patients of messages: linked by number or by what the institution calls them, else registered; nobody is let in by
writing an encounter."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from yigongti.foundation.errors import InvalidInput, NotFound, NotPermitted
from yigongti.kernel.people.models import Care, DoubtfulPair, Identifier, Resident
from yigongti.kernel.people.public import care_by_encounter, link_patient, merge_registrations
from yigongti.kernel.people.sealing import ring

NOW = timezone.now()
TODAY = timezone.localdate(NOW)


@pytest.fixture
def system(actor):
    return actor("exchange_system", "H2")


@pytest.fixture
def link(system, county):
    def make(record="1", actor=system, **told):
        patient = {
            "number": "", "name": "演示甲", "birth_date": date(1970, 5, 6), "sex": "1", "phone": "", "address": "",
        }  # fmt: skip
        return link_patient(
            identifiers=[("record", record)], institution_id=county["H2"].pk, actor=actor, at=NOW, **{**patient, **told}
        )

    return make


def number_of(person):
    return ring().open(person.number_sealed, "number")


def test_somebody_unknown_is_registered_and_cared_for(link, county):
    linked = link()
    assert linked.created
    care = Care.objects.using("bulk").get()
    assert (care.resident_id, care.institution_id) == (linked.resident_id, county["H2"].pk)
    assert care.valid_to == TODAY + timedelta(days=30)


def test_the_same_patient_again_is_the_same_resident(link):
    first, again = link(), link()
    assert (again.resident_id, again.created) == (first.resident_id, False)
    assert Care.objects.using("bulk").count() == 1


def test_the_identity_number_finds_a_resident_of_another_institution(link, resident):
    known = resident("V1")
    linked = link(number=number_of(known))
    assert (linked.resident_id, linked.created, linked.doubtful) == (known.pk, False, False)
    assert Identifier.objects.using("bulk").get().resident_id == known.pk


def test_a_number_that_is_wrong_in_form_is_not_used(link):
    linked = link(number="609921197005060000")
    assert Resident.objects.using("bulk").get(pk=linked.resident_id).number_index == ""


def test_a_wrong_telephone_sends_no_message_back(link):
    assert link(phone="x").created


def test_a_message_without_a_name_is_refused(link):
    with pytest.raises(InvalidInput):
        link(name=" ")


def test_a_record_number_that_leads_to_another_identity_number_is_doubtful(link, resident, county):
    one, two = resident("V1", "演示甲"), resident("V1", "演示乙")
    link(record="7", number=number_of(one))
    linked = link(record="7", number=number_of(two), name="演示乙")
    assert (linked.resident_id, linked.doubtful) == (two.pk, True)
    assert DoubtfulPair.objects.using("bulk").get().state == DoubtfulPair.State.OPEN


def test_somebody_alike_becomes_a_doubtful_pair_and_is_not_merged(link, resident):
    known = resident("V1", "欧阳国强", born=date(1956, 3, 9), phone="19900001234", address="演示镇东村12号")
    linked = link(
        name="欧阳国强", birth_date=date(1956, 3, 9), phone="19900001234", address="演示镇东村12号", record="9"
    )
    assert linked.created
    assert linked.doubtful
    assert linked.resident_id != known.pk


def test_a_person_who_reads_records_lets_nobody_in_by_a_message(link, actor, resident):
    known = resident("V1")
    link(number=number_of(known), actor=actor("village_doctor", "H2"))
    assert not Care.objects.using("bulk").filter(institution__code="H2").exists()


def test_who_does_not_register_there_registers_nobody(link, actor):
    with pytest.raises(NotPermitted):
        link(actor=actor("exchange_system", "H1"))


def test_long_names_of_systems_are_kept_by_their_digest(link, system, county):
    told = {"number": "", "name": "演示甲", "birth_date": None, "sex": "", "phone": "", "address": ""}
    given = [("https://hospital.example/" + "x" * 60, "A1")]
    first = link_patient(identifiers=given, institution_id=county["H2"].pk, actor=system, at=NOW, **told)
    again = link_patient(identifiers=given, institution_id=county["H2"].pk, actor=system, at=NOW, **told)
    assert first.resident_id == again.resident_id


def encounter(resident_id, county, actor, first=TODAY, last=None, source="Encounter/1"):
    return care_by_encounter(resident_id, county["H2"].pk, source, first, last, actor, NOW)


def test_an_encounter_lets_its_institution_care_until_some_days_after_its_end(link, county, system):
    who = link().resident_id
    assert encounter(who, county, system).valid_to == TODAY + timedelta(days=180)
    ended = encounter(who, county, system, last=TODAY + timedelta(days=2))
    assert ended.valid_to == TODAY + timedelta(days=32)
    assert Care.objects.using("bulk").filter(kind=Care.Kind.ENCOUNTER).count() == 1


def test_writing_an_encounter_lets_no_physician_in(resident, county, actor):
    with pytest.raises(NotPermitted, match="no_care_yet"):
        encounter(resident("V1").pk, county, actor("physician", "H2"))


def test_a_physician_whose_hospital_cares_prolongs_it_by_an_encounter(link, county, actor):
    who = link().resident_id
    assert encounter(who, county, actor("physician", "H2")).kind == Care.Kind.ENCOUNTER


def merged_by(system, county, survivor, retired):
    return merge_registrations(
        system, survivors=[("record", survivor)], retired=[("record", retired)], institution_id=county["H2"].pk, at=NOW
    )


def test_two_numbers_of_one_patient_are_asked_of_a_clerk(link, county, system):
    link(record="1"), link(record="2", name="演示乙", birth_date=date(1980, 1, 1))
    assert merged_by(system, county, "1", "2") == "asked"
    assert DoubtfulPair.objects.using("bulk").get().rule == "asked_by_institution"


def test_an_unknown_number_of_a_known_patient_is_linked(link, county, system):
    who = link(record="1").resident_id
    assert merged_by(system, county, "1", "2") == "linked"
    assert set(Identifier.objects.using("bulk").values_list("resident_id", flat=True)) == {who}


def test_numbers_of_the_same_resident_need_nothing(link, county, system):
    link(record="1")
    merged_by(system, county, "1", "2")
    assert merged_by(system, county, "1", "2") == "same"


def test_an_unknown_survivor_is_not_found(link, county, system):
    link(record="1")
    with pytest.raises(NotFound):
        merged_by(system, county, "8", "1")
