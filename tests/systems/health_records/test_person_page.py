"""The person's page as those who care read it, as those who see a part of it read it, and as strangers do not."""

import re
import uuid

import pytest
from django.utils import timezone

from invented_person import Story, invented_record
from yigongti.kernel.trail.models import View


def sentence_of(answer):
    (sentence,) = re.findall(r'id="sentence">(.*?)</p>', answer.content.decode(), re.DOTALL)
    return sentence


def test_the_village_doctor_reads_the_answer_in_the_first_line(person, signed_in):
    sentence = sentence_of(signed_in("village_doctor", "V1").get(person.address))
    assert sentence.startswith("演示王，男，67 岁，高血压、2 型糖尿病；最近一次住院 ")
    assert "血压最近一次 152/94，未达标" in sentence


def test_doctor_and_ward_read_the_same_record_though_two_institutions_wrote_it(person, signed_in):
    doctor = signed_in("village_doctor", "V1").get(person.address)
    ward = signed_in("physician", "H1").get(person.address)
    assert sentence_of(doctor) == sentence_of(ward)
    for said in ("青霉素", "氨氯地平片", "左侧基底节区腔隙性脑梗死", "流感疫苗", "慢病随访"):
        assert said in doctor.content.decode() and said in ward.content.decode()


@pytest.mark.parametrize(
    ("role", "institution"),
    [("physician", "H2"), ("registration_desk", "H2"), ("village_doctor", "H2"), ("public_health_worker", "H2")],
)
def test_somebody_elses_doctor_or_desk_is_told_that_there_is_nobody(person, signed_in, role, institution):
    answer = signed_in(role, institution).get(person.address)
    assert answer.status_code == 404
    assert "演示王" not in answer.content.decode()


def test_a_person_who_is_not_there_and_one_who_is_not_yours_look_the_same(person, signed_in):
    stranger = signed_in("physician", "H2")
    other = stranger.get(f"/health_records/people/{uuid.uuid4()}").content.decode()
    own = stranger.get(person.address).content.decode()
    code = re.compile(r"[0-9A-F]+-[A-Z2-7]{8}|people(?:/|%2F)[0-9a-f-]+|value=\"[A-Za-z0-9]{64}\"|X-CSRFToken[^}]*")
    assert code.sub("", other) == code.sub("", own)


@pytest.mark.parametrize("role", ["county_director", "health_bureau_clerk", "coder", "system_administrator"])
def test_roles_that_see_no_residents_are_refused(person, signed_in, role):
    assert signed_in(role, "C").get(person.address).status_code == 403


def test_the_desk_that_registers_sees_the_registration_and_no_record(person, resident, signed_in):
    answer = signed_in("township_clerk", "V1").get(person.address)
    said = answer.content.decode()
    assert answer.status_code == 200
    assert "只能看到登记信息" in said
    assert not any(fact in said for fact in ("高血压", "青霉素", "152/94"))


def test_a_clerk_without_the_right_to_identities_sees_them_masked(person, signed_in):
    said = signed_in("township_clerk", "V1").get(person.address).content.decode()
    assert "演**" in said
    assert "演示王" not in said and "19900001234" not in said


def test_public_health_staff_see_vaccinations_and_nothing_else_of_the_record(person, signed_in):
    said = signed_in("public_health_worker", "V1").get(person.address).content.decode()
    assert not any(fact in said for fact in ("高血压", "青霉素", "152/94", "氨氯地平片"))


@pytest.mark.parametrize("part", ["", "/lists/results", "/lists/visits", "/lists/medicines"])
def test_every_look_is_written_down_with_its_reason(person, signed_in, part):
    signed_in("village_doctor", "V1").get(person.address + part)
    (view,) = View.objects.using("bulk").filter(resident_id=person.resident.pk)
    assert (view.why, view.viewer) == ("registration", "演示·village_doctor")
    assert view.what.startswith("page: ")


def test_a_look_that_was_refused_is_no_look(person, signed_in):
    signed_in("physician", "H2").get(person.address)
    assert not View.objects.using("bulk").filter(resident_id=person.resident.pk).exists()


def test_the_number_of_queries_does_not_grow_with_the_record(person, signed_in, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    doctor = signed_in("village_doctor", "V1")
    doctor.get(person.address)
    with CaptureQueriesContext(connection) as few:
        doctor.get(person.address)
    story = Story(timezone.localdate())
    story.count = 10_000
    person.records([story.pressure(day, 130, 80) for day in range(1, 300)], "V1")
    with CaptureQueriesContext(connection) as many:
        doctor.get(person.address)
    assert len(many) == len(few)
    assert sum("records_resource" in query["sql"] for query in many.captured_queries) == 1


def test_what_is_cut_is_said_with_its_whole_number(person, signed_in):
    story = Story(timezone.localdate())
    story.count = 10_000
    person.records([story.pressure(day, 130, 80) for day in range(1, 300)], "V1")
    doctor = signed_in("village_doctor", "V1")
    assert "全部 339 条" in doctor.get(person.address).content.decode()
    assert "共 339 行" in doctor.get(f"{person.address}/lists/results").content.decode()


def test_an_empty_record_says_that_it_is_empty(resident, signed_in):
    nobody = resident("V1", "演示空")
    said = signed_in("village_doctor", "V1").get(f"/health_records/people/{nobody.public_id}").content.decode()
    assert "档案是空的" in said
    assert "没有过敏记录" in said


def test_the_timeline_can_be_narrowed_to_a_kind_and_an_institution(person, signed_in):
    doctor = signed_in("village_doctor", "V1")
    said = doctor.get(f"{person.address}?kind=admission").content.decode()
    assert said.count('class="event-') == said.count('class="event-admission"') == 1
    assert 'class="event-' not in doctor.get(f"{person.address}?at=别处").content.decode()


def test_a_list_is_exported_whole(person, signed_in):
    file = signed_in("village_doctor", "V1").get(f"{person.address}/lists/results?export=csv")
    rows = b"".join(file.streaming_content).decode().strip().splitlines()
    assert len(rows) == 41


def test_one_fact_tells_its_source_its_versions_and_its_json(person, signed_in):
    again = invented_record(timezone.localdate())[1]
    person.records([{**again, "note": [{"text": "复核"}]}], "V1")
    doctor = signed_in("village_doctor", "V1")
    address = f"{person.address}/entries/Condition/{again['id']}"
    said = doctor.get(address).content.decode()
    assert "东村卫生室" in said and "复核" in said
    assert f"{address}/json?version=1" in said
    first = doctor.get(f"{address}/json?version=1")
    assert first.headers["Content-Type"].startswith("application/fhir+json")
    assert "复核" not in first.content.decode()


@pytest.mark.parametrize("version", ["7", "-1", "x", "²"])
def test_a_version_that_never_was_is_not_found(person, signed_in, version):
    again = invented_record(timezone.localdate())[1]
    address = f"{person.address}/entries/Condition/{again['id']}/json"
    assert signed_in("village_doctor", "V1").get(address, {"version": version}).status_code == 404


def test_a_fact_of_another_person_is_not_found_under_this_one(person, resident, signed_in):
    other = resident("V1", "演示另")
    fact = invented_record(timezone.localdate())[1]["id"]
    answer = signed_in("village_doctor", "V1").get(f"/health_records/people/{other.public_id}/entries/Condition/{fact}")
    assert answer.status_code == 404


def test_json_says_what_the_page_says(person, signed_in):
    told = signed_in("village_doctor", "V1").get(f"/health_records/api/people/{person.resident.public_id}").json()
    assert told["sentence"].startswith("演示王，男，67 岁")
    assert [one["name"] for one in told["allergies"]] == ["青霉素"]
    assert told["totals"]["Observation"] == 40


def test_paper_bears_a_masked_number_and_a_code(person, signed_in):
    said = signed_in("village_doctor", "V1").get(person.address).content.decode()
    number = re.search(r'<span class="screen-only">(\S+)</span><span class="print-only">(\S+)</span>', said)
    assert "*" not in number[1] and number[2] == number[1][:4] + "*" * 10 + number[1][-4:]
    assert "校验码" in said


def test_a_merged_registration_leads_to_the_one_that_stands(person, resident, actor, signed_in):
    from yigongti.kernel.people.actions.merge import merge

    twin = resident("V1", "演示王", number="")
    merge(
        actor("master_index_clerk", "C"), person.resident.public_id, twin.public_id, reason="同一人", at=timezone.now()
    )
    answer = signed_in("village_doctor", "V1").get(f"/health_records/people/{twin.public_id}")
    assert answer.headers["Location"].startswith(person.address)
