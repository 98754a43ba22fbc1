"""Opening a record beyond care: with a reason and an end, seen by the privacy officer, never for oneself."""

from datetime import timedelta

import pytest
from django.utils import timezone

from yigongti.kernel.people.models import Opening
from yigongti.kernel.people.sealing import ring
from yigongti.kernel.trail.models import View


@pytest.fixture
def ward(signed_in):
    return signed_in("physician", "H2")


@pytest.fixture
def officer(signed_in):
    return signed_in("privacy_officer", "C")


def opening():
    return Opening.objects.using("bulk").get()


def test_the_page_says_what_follows_before_anything_is_opened(ward, person):
    said = ward.get(f"{person.address}/emergency").content.decode()
    for consequence in ("居民会收到通知", "个人信息保护负责人会收到通知", "24 小时后自动结束", "不可撤销"):
        assert consequence in said
    assert "演**" in said and "演示王" not in said
    assert not Opening.objects.using("bulk").exists()


@pytest.mark.parametrize("reason", ["", "  ", "急", "x" * 201])
def test_without_a_reason_nothing_is_opened(ward, person, reason):
    assert ward.post(f"{person.address}/emergency", {"reason": reason}).status_code == 400
    assert ward.get(person.address).status_code == 404


def test_an_opened_record_stands_under_a_red_banner_and_ends_by_the_button(ward, person):
    ward.post(f"{person.address}/emergency", {"reason": "昏迷送来，须知用药史"})
    said = ward.get(person.address).content.decode()
    assert "emergency-banner" in said and "紧急访问，至" in said and "青霉素" in said
    assert ward.post(f"/health_records/openings/{opening().pk}/close").status_code == 302
    assert ward.get(person.address).status_code == 404


def test_the_log_names_the_emergency_as_the_reason(ward, person):
    ward.post(f"{person.address}/emergency", {"reason": "昏迷送来，须知用药史"})
    ward.get(person.address)
    assert View.objects.using("bulk").get(resident_id=person.resident.pk).why == "emergency"


def test_an_opening_that_has_ended_shows_nothing(ward, person):
    ward.post(f"{person.address}/emergency", {"reason": "昏迷送来，须知用药史"})
    now = timezone.now()
    Opening.objects.using("bulk").update(started_at=now - timedelta(hours=3), ends_at=now - timedelta(hours=1))
    assert ward.get(person.address).status_code == 404


def test_who_may_see_the_record_anyway_is_told_so(person, signed_in):
    answer = signed_in("physician", "H1").post(f"{person.address}/emergency", {"reason": "昏迷送来，须知用药史"})
    assert answer.status_code == 400
    assert "无须紧急开启" in answer.content.decode()


def test_the_privacy_officer_sees_who_opened_whose_record_and_why(ward, officer, person):
    ward.post(f"{person.address}/emergency", {"reason": "昏迷送来，须知用药史"})
    said = officer.get("/health_records/openings/").content.decode()
    assert "演示·physician" in said and "昏迷送来，须知用药史" in said and "演**" in said
    assert "演示王" not in said
    assert "今天开启 1 次，其中紧急 1 次；此刻开启中 1 次" in said


def test_the_privacy_officer_ends_an_opening(ward, officer, person):
    ward.post(f"{person.address}/emergency", {"reason": "昏迷送来，须知用药史"})
    officer.post(f"/health_records/openings/{opening().pk}/close")
    assert ward.get(person.address).status_code == 404


def test_the_officer_of_another_institution_sees_no_opening(ward, person, signed_in):
    ward.post(f"{person.address}/emergency", {"reason": "昏迷送来，须知用药史"})
    assert "昏迷送来" not in signed_in("privacy_officer", "H1").get("/health_records/openings/").content.decode()


def matter(person, username, days=3):
    return {
        "number": ring().open(person.resident.number_sealed, "number"),
        "username": username,
        "reason": "核查投诉 2026-17 号",
        "last_day": (timezone.localdate() + timedelta(days=days)).isoformat(),
    }


def test_a_supervisor_opens_the_page_for_the_matter_and_no_other(officer, person, resident, signed_in):
    clerk = signed_in("health_bureau_clerk", "C")
    assert clerk.get(person.address).status_code == 403
    answer = officer.post("/health_records/openings/new", matter(person, "health_bureau_clerk-C"))
    assert answer.status_code == 302
    said = clerk.get(person.address).content.decode()
    assert "因办理事项向您开启" in said and "青霉素" in said
    other = resident("V1", "演示另")
    assert clerk.get(f"/health_records/people/{other.public_id}").status_code == 404


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"username": "privacy_officer-C"}, "不能为自己开启"),
        ({"username": "nobody"}, "没有这个账号"),
        ({"last_day": "2999-01-01"}, "截止日期应在今天至"),
        ({"last_day": "soon"}, "请选择截止日期"),
        ({"number": "609921197005060014"}, "没有居民登记了这个证件号码"),
        ({"reason": "x"}, "请写明事由"),
    ],
)
def test_what_is_wrong_with_an_opening_for_a_matter_is_said(officer, person, signed_in, change, said):
    signed_in("health_bureau_clerk", "C")
    answer = officer.post("/health_records/openings/new", {**matter(person, "health_bureau_clerk-C"), **change})
    assert answer.status_code == 400
    assert said in answer.content.decode()


def test_the_overview_counts_the_emergencies_of_today(ward, officer, person):
    ward.post(f"{person.address}/emergency", {"reason": "昏迷送来，须知用药史"})
    said = officer.get("/").content.decode()
    assert "今天紧急开启" in said
