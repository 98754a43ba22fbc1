"""Registering at a desk: mistakes stand at their field, who is registered already is seen while typing."""

import pytest

from yigongti.kernel.people.models import Resident, ResidentGroup

NUMBER = "60992119700506009X"


@pytest.fixture
def desk(signed_in):
    return signed_in("registration_desk", "H1")


def only():
    return Resident.objects.using("bulk").get()


def test_a_registered_resident_has_a_page_at_once(desk):
    answer = desk.post("/health_records/people/new", {"name": "演示甲", "number": NUMBER})
    assert answer.headers["Location"].startswith(f"/health_records/people/{only().public_id}")
    assert "演示甲" in desk.get(answer.headers["Location"]).content.decode()


def test_every_mistake_stands_at_its_field_and_what_was_typed_stays(desk):
    answer = desk.post("/health_records/people/new", {"name": "", "number": "609921197005060011", "phone": "12"})
    said = answer.content.decode()
    assert answer.status_code == 400
    assert 'value="609921197005060011"' in said
    for field in ("name", "number", "phone"):
        assert f'id="error-{field}"></span>' not in said, field
    assert not Resident.objects.using("bulk").exists()


def test_a_day_that_is_none_is_said_at_its_field(desk):
    answer = desk.post("/health_records/people/new", {"name": "演示甲", "birth_date": "gestern"})
    assert answer.status_code == 400
    assert "日期请写成 1958-03-01" in answer.content.decode()


def test_a_right_number_fills_sex_and_birth_date_while_typing(desk):
    said = desk.post(
        "/health_records/people/new/alike", {"name": "演示甲", "number": NUMBER, "sex": "0"}
    ).content.decode()
    assert 'value="1970-05-06"' in said and 'hx-swap-oob="true"' in said
    assert '<option value="1" selected>' in said


def test_what_was_typed_is_never_overwritten(desk):
    told = {"name": "演示甲", "number": NUMBER, "sex": "2", "birth_date": "1970-05-07"}
    said = desk.post("/health_records/people/new/alike", told).content.decode()
    assert 'name="birth_date"' not in said and 'name="sex"' not in said


def test_somebody_who_is_registered_already_is_shown_masked_while_typing(desk, resident):
    resident("V1", "演示王", phone="19900001234")
    said = desk.post("/health_records/people/new/alike", {"name": "演示王", "phone": "19900001234"}).content.decode()
    assert "演**" in said and "演示王" not in said


def test_registering_the_same_number_twice_leads_to_letting_in(desk, resident):
    resident("V1", "演示甲", number=NUMBER)
    answer = desk.post("/health_records/people/new", {"name": "演示甲", "number": NUMBER})
    assert answer.status_code == 400
    assert "已经登记" in answer.content.decode()


def test_a_correction_changes_only_what_was_changed(signed_in, resident):
    row = resident("V1", "演示甲", phone="19900001234")
    doctor = signed_in("village_doctor", "V1")
    form = {"name": "演示甲乙", "number": "", "version": row.version}
    before = doctor.get(f"/health_records/people/{row.public_id}/edit").context["given"]
    answer = doctor.post(f"/health_records/people/{row.public_id}/edit", {**before, **form, "number": before["number"]})
    assert answer.status_code == 302
    row = Resident.objects.using("bulk").get(pk=row.pk)
    assert (row.name, row.version) == ("演示甲乙", 2)


def test_a_correction_of_an_old_version_is_refused_in_words(signed_in, resident):
    row = resident("V1", "演示甲")
    doctor = signed_in("village_doctor", "V1")
    before = doctor.get(f"/health_records/people/{row.public_id}/edit").context["given"]
    answer = doctor.post(f"/health_records/people/{row.public_id}/edit", {**before, "name": "演示乙", "version": 7})
    assert answer.status_code == 400
    assert "刚被别人修改" in answer.content.decode()


def test_who_sees_a_number_masked_does_not_write_the_mask_back(signed_in, resident):
    row = resident("V1", "演示甲", phone="19900001234", address="示范县城关镇东村 1 组")
    clerk = signed_in("township_clerk", "V1")
    before = clerk.get(f"/health_records/people/{row.public_id}/edit").context["given"]
    clerk.post(f"/health_records/people/{row.public_id}/edit", {**before, "sex": "1", "version": row.version})
    kept = Resident.objects.using("bulk").get(pk=row.pk)
    assert (kept.name, kept.phone_sealed, kept.address) == (row.name, row.phone_sealed, row.address)


def test_a_resident_joins_a_group_and_leaves_it(signed_in, resident):
    row = resident("V1", "演示甲", sex="2")
    doctor, address = signed_in("village_doctor", "V1"), f"/health_records/people/{row.public_id}"
    assert doctor.post(f"{address}/group", {"group": "pregnant"}).status_code == 302
    assert "孕产妇" in doctor.get(address).content.decode()
    doctor.post(f"{address}/group", {"group": "pregnant", "leave": "1"})
    assert ResidentGroup.objects.using("bulk").get().valid_to is not None


def test_a_household_is_made_when_it_is_named(signed_in, resident):
    row = resident("V1", "演示甲")
    doctor, address = signed_in("village_doctor", "V1"), f"/health_records/people/{row.public_id}"
    doctor.post(f"{address}/household", {"household": "H-7", "relation": "0"})
    assert "H-7" in doctor.get(address).content.decode()


def test_a_stranger_can_correct_nothing(signed_in, resident):
    row = resident("V1", "演示甲")
    assert signed_in("village_doctor", "H2").post(f"/health_records/people/{row.public_id}/edit").status_code == 404


def test_a_number_alone_is_enough_to_begin_with(desk):
    answer = desk.post("/health_records/people/new/alike", {"name": "", "number": NUMBER, "sex": "0"})
    assert answer.status_code == 200
    assert 'value="1970-05-06"' in answer.content.decode()
