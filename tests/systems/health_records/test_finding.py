"""One box: an own resident opens at once, a stranger is answered masked and only for an exact number or code."""

from datetime import date

import pytest
from django.utils import timezone

from yigongti.kernel.access.actor import Actor
from yigongti.kernel.people.e_health_code import issue_code
from yigongti.kernel.people.sealing import ring


def number_of(resident):
    return ring().open(resident.number_sealed, "number")


def find(browser, text):
    return browser.post("/health_records/find", {"q": text})


def code_of(resident, single_use=True):
    me = Actor(account_id=0, username="", display_name="", resident_id=resident.pk)
    return issue_code(me, single_use=single_use, at=timezone.now())


@pytest.mark.parametrize("text", ["{number}", "19900001234", " {number} "])
def test_a_number_or_telephone_of_an_own_resident_opens_the_page(person, signed_in, text):
    answer = find(signed_in("village_doctor", "V1"), text.format(number=number_of(person.resident)))
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(person.address)


def test_no_number_ever_stands_in_an_address(person, signed_in):
    number = number_of(person.resident)
    assert number not in find(signed_in("village_doctor", "V1"), number).headers["Location"]


@pytest.mark.parametrize("text", ["演示王", "yanshiw", "演示"])
def test_a_name_or_its_pinyin_narrows_the_panel(person, signed_in, text):
    doctor = signed_in("village_doctor", "V1")
    address = find(doctor, text).headers["Location"]
    assert "演示王" in doctor.get(address).content.decode()


def test_a_name_finds_nobody_outside_of_the_own_care(person, signed_in):
    for role in ("physician", "registration_desk"):
        said = signed_in(role, "H2").get("/health_records/?q=演示").content.decode()
        assert "演示王" not in said and "演**" not in said


def test_a_record_number_finds_the_resident_whom_the_institution_calls_so(person, county, signed_in):
    from yigongti.kernel.people.models import Identifier

    Identifier.objects.using("bulk").create(
        resident=person.resident, institution_id=county["H1"].pk, kind="record", value="ZY0001"
    )
    ward = signed_in("physician", "H1")
    assert "演示王" in ward.get("/health_records/?q=ZY0001").content.decode()
    assert "演示王" not in ward.get("/health_records/?q=ZY0002").content.decode()


def test_a_desk_learns_of_a_stranger_by_exact_number_masked(person, signed_in):
    said = find(signed_in("registration_desk", "H2"), number_of(person.resident)).content.decode()
    assert "演**" in said and "1959" in said
    assert not any(secret in said for secret in ("演示王", number_of(person.resident), "19900001234", "高血压"))


def test_who_neither_lets_in_nor_opens_learns_nothing_of_a_stranger(person, signed_in):
    answer = find(signed_in("public_health_worker", "H2"), number_of(person.resident))
    assert "演**" not in answer.content.decode()


def test_a_strangers_telephone_finds_nobody(person, signed_in):
    assert "演**" not in find(signed_in("registration_desk", "H2"), "19900001234").content.decode()


def test_a_scanned_code_lets_a_desk_admit_the_person(person, signed_in, county):
    from yigongti.kernel.people.models import Care

    desk = signed_in("registration_desk", "H2")
    said = find(desk, code_of(person.resident)).content.decode()
    assert "演**" in said
    answer = desk.post(f"{person.address}/let-in", {"proof": ""})
    assert answer.status_code == 302
    assert Care.objects.using("bulk").filter(resident=person.resident, institution_id=county["H2"].pk).exists()


def test_a_code_read_twice_is_refused_in_words(person, signed_in):
    desk, code = signed_in("registration_desk", "H2"), code_of(person.resident)
    find(desk, code)
    answer = find(desk, code)
    assert answer.status_code == 400
    assert "健康码已使用过" in answer.content.decode()


def test_a_village_doctor_needs_the_code_to_let_somebody_in(person, resident, signed_in, county):
    other = resident("H2", "演示外")
    doctor = signed_in("village_doctor", "V1")
    address = f"/health_records/people/{other.public_id}/let-in"
    assert "电子健康码" in doctor.get(address).content.decode()
    assert doctor.post(address).status_code == 400
    assert doctor.post(address, {"code": code_of(other)}).status_code == 302
    assert doctor.get(f"/health_records/people/{other.public_id}").status_code == 200


def test_the_panel_holds_the_own_residents_and_no_others(person, resident, signed_in):
    resident("H2", "演示外", born=date(1980, 1, 1))
    said = signed_in("village_doctor", "V1").get("/health_records/").content.decode()
    assert "演示王" in said and "演示外" not in said


def test_the_panel_exports_what_it_shows_masked_for_those_who_see_it_masked(person, signed_in):
    for role, name in (("village_doctor", "演示王"), ("township_clerk", "演**")):
        file = signed_in(role, "V1").get("/health_records/?export=csv")
        assert name in b"".join(file.streaming_content).decode()


def test_an_empty_panel_says_what_to_do(county, signed_in):
    said = signed_in("registration_desk", "H2").get("/health_records/").content.decode()
    assert "这里还没有您照管的居民" in said and "登记居民" in said


@pytest.mark.parametrize("text", ["", "\u202e", "YG1.x.y", "9" * 400, "'; DROP TABLE people_resident; --", "%", "²"])
def test_nonsense_in_the_box_never_breaks_anything(person, signed_in, text):
    assert find(signed_in("village_doctor", "V1"), text).status_code in (200, 302, 400)
