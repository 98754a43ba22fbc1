"""A record opened in an emergency is told to the resident and to the privacy officers at once."""

import pytest
from django.utils import timezone

from yigongti.kernel.access.scope import scope
from yigongti.kernel.messages.models import Message, Notice
from yigongti.kernel.messages.queries import unread_notices
from yigongti.kernel.people.actions.open_record import open_in_emergency

REASON = "昏迷送诊，需了解用药"


@pytest.fixture
def opened(actor, resident, county):
    """A physician of the other hospital opens the record of somebody in the village clinic's care."""
    person, physician = resident("V1", "演示甲", phone="13800138000"), actor("physician", "H2")
    made = open_in_emergency(physician, county["H2"].pk, person.public_id, reason=REASON, at=timezone.now())
    return person, made


def test_the_resident_is_told_who_where_and_why(opened):
    person, made = opened
    message = Message.objects.using("bulk").get()
    assert (message.resident_id, message.kind, message.subject) == (person.pk, "record_opened", f"Opening/{made.pk}")
    assert all(word in message.text for word in ("示范县中医医院", "演示·physician", REASON))


@pytest.mark.parametrize(
    ("role", "institution", "seen"),
    [
        ("privacy_officer", "H2", 1),
        ("privacy_officer", "C", 1),
        ("privacy_officer", "H1", 0),
        ("physician", "H1", 0),
        ("county_director", "C", 0),
    ],
)
def test_the_privacy_officers_there_and_above_are_told_and_nobody_else(opened, actor, role, institution, seen):
    reader = actor(role, institution)
    with scope(reader):
        assert Notice.objects.count() == seen
        assert unread_notices(reader) == seen


def test_the_notice_masks_the_residents_name(opened):
    assert "演**" in Notice.objects.using("bulk").get().text_zh


def test_an_officer_sees_the_count_on_the_overview_and_reads_it_away(opened, signed_in):
    officer = signed_in("privacy_officer", "H2", username="officer")
    assert "有 1 条未读通知" in officer.get("/").content.decode()
    page = officer.get("/notices/").content.decode()
    assert REASON in page
    assert officer.post(f"/notices/{Notice.objects.using('bulk').get().pk}/read").status_code == 302
    assert "条未读通知" not in officer.get("/").content.decode()


def test_one_officer_reading_leaves_it_unread_for_another(opened, signed_in, actor):
    signed_in("privacy_officer", "H2", username="first").post(f"/notices/{Notice.objects.using('bulk').get().pk}/read")
    second = actor("privacy_officer", "C")
    with scope(second):
        assert unread_notices(second) == 1


def test_a_notice_of_another_hospital_is_not_there(opened, signed_in):
    elsewhere = signed_in("privacy_officer", "H1", username="elsewhere")
    assert elsewhere.post(f"/notices/{Notice.objects.using('bulk').get().pk}/read").status_code == 404
