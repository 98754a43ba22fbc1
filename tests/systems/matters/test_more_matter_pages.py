"""What can be done besides the steps, leave, many at once, and the same as JSON."""

import json
import re
from datetime import timedelta

import pytest
from django.utils import timezone

from systems.matters.test_matter_pages import asked, hospital, text_of  # noqa: F401


@pytest.fixture
def colleague(hospital, signed_in):  # noqa: F811
    return signed_in("record_room_clerk", "H1", username="colleague")


def account_of(username):
    from yigongti.kernel.access.models import Account

    return Account.objects.using("bulk").get(username=username).pk


def test_a_comment_stands_in_the_history_of_both_sides(hospital, asked, signed_in):  # noqa: F811
    matter = asked()
    hospital.post(f"/matters/{matter.pk}/say/", {"words": "正在核对"})
    officer = signed_in("insurance_bureau_officer", "C", username="second")
    assert "正在核对" in text_of(officer.get(f"/matters/{matter.pk}/"))


def test_an_internal_comment_is_hidden_from_the_institution_concerned(hospital, asked, signed_in):  # noqa: F811
    matter = asked()
    officer = signed_in("insurance_bureau_officer", "C", username="second")
    officer.post(f"/matters/{matter.pk}/say/", {"words": "内部意见", "internal": "1"})
    assert "内部意见" in text_of(officer.get(f"/matters/{matter.pk}/"))
    assert "内部意见" not in text_of(hospital.get(f"/matters/{matter.pk}/"))


def test_what_is_given_to_a_colleague_leaves_the_desk(hospital, colleague, asked):  # noqa: F811
    matter = asked()
    sent = hospital.post(f"/matters/{matter.pk}/give/", {"person": account_of("colleague"), "version": matter.version})
    assert sent.status_code == 302
    page = text_of(hospital.get("/matters/"))
    assert 'id="nothing"' in page and "指派 · 试办 2026-09/C001" in re.sub(r"<[^>]+>", "", page)
    assert "试办 2026-09" in text_of(colleague.get("/matters/"))
    hospital.post(f"/matters/{matter.pk}/give/", {"version": matter.version + 1})
    assert "试办 2026-09" in text_of(hospital.get("/matters/"))


def test_a_deputy_has_the_inbox_of_whoever_is_on_leave(hospital, colleague, asked):  # noqa: F811
    matter = asked()
    hospital.post(f"/matters/{matter.pk}/give/", {"person": account_of("colleague"), "version": matter.version})
    today = timezone.localdate()
    page = text_of(colleague.get("/matters/leave/"))
    assert 'name="deputy"' in page
    sent = colleague.post(
        "/matters/leave/",
        {
            "from": today,
            "to": today + timedelta(days=3),
            "deputy": account_of("record_room_clerk-H1"),
            "reason": "年假",
        },
    )
    assert sent.status_code == 302
    assert "试办 2026-09" in text_of(hospital.get("/matters/"))
    assert "您正在代办" in text_of(hospital.get("/matters/leave/"))


def test_leave_without_days_is_told_on_the_page(hospital, colleague):  # noqa: F811
    answer = colleague.post("/matters/leave/", {"deputy": account_of("record_room_clerk-H1")})
    assert answer.status_code == 400 and "请填写起止日期" in text_of(answer)


def test_whoever_comes_back_early_ends_the_leave(hospital, colleague):  # noqa: F811
    today = timezone.localdate()
    told = {"from": today, "to": today + timedelta(days=3), "deputy": account_of("record_room_clerk-H1")}
    colleague.post("/matters/leave/", told)
    number = re.search(r"/matters/leave/(\d+)/end", text_of(colleague.get("/matters/leave/")))[1]
    assert hospital.post(f"/matters/leave/{number}/end").status_code == 404
    assert colleague.post(f"/matters/leave/{number}/end").status_code == 302
    assert "已结束" in text_of(colleague.get("/matters/leave/"))


def test_many_are_moved_on_at_once_where_the_kind_says_so(signed_in):
    from systems.matters.test_complaints import complained

    browser, administrator = signed_in("coder", "H1"), signed_in("system_administrator", "C")
    numbers = [complained(browser, f"意见 {n}") for n in range(3)]
    for number in numbers[:2]:
        administrator.post(f"/matters/{number}/answer", {"version": 1, "words": "已处理"})
    chosen = [f"{number}~2" for number in numbers[:2]] + [f"{numbers[2]}~1"]
    page = text_of(browser.post("/matters/many", {"step": "matters.complaint~close", "matter": chosen}, follow=True))
    assert "已办理 2 件" in page and "1 件未办理" in page


def test_a_step_that_is_not_for_many_is_refused_for_each(hospital, asked):  # noqa: F811
    matter = asked()
    chosen = f"{matter.pk}~{matter.version}"
    page = hospital.post("/matters/many", {"step": "tried.query~answer", "matter": chosen, "words": "好"}, follow=True)
    assert "已办理 0 件" in text_of(page)


def sent(browser, address, **body):
    return browser.post(address, json.dumps(body), content_type="application/json")


def test_the_inbox_and_a_step_as_json(hospital, asked):  # noqa: F811
    matter = asked()
    (told,) = hospital.get("/matters/api/inbox").json()["matters"]
    assert (told["id"], told["version"], told["steps"]) == (matter.pk, matter.version, ["answer"])
    refused = sent(hospital, f"/matters/api/{matter.pk}/answer", version=matter.version)
    assert refused.status_code == 400 and refused.json()["error"]["code"] == "matters.words_missing"
    done = sent(hospital, f"/matters/api/{matter.pk}/answer", version=matter.version, words="已核实")
    assert (done.status_code, done.json()["state"]) == (200, "answered")
    again = sent(hospital, f"/matters/api/{matter.pk}/answer", version=matter.version, words="已核实")
    assert again.status_code == 409


def test_json_shows_nobody_elses_matter(signed_in, asked):  # noqa: F811
    matter = asked()
    other = signed_in("record_room_clerk", "H2")
    assert other.get("/matters/api/inbox").json()["matters"] == []
    assert sent(other, f"/matters/api/{matter.pk}/answer", version=2, words="x").status_code == 404


@pytest.mark.parametrize(
    "body", [b"[]", b"{", b'{"version": "x"}', b'{"version": 1, "amount": "NaN"}', b'{"version": true}']
)
def test_a_body_that_is_no_step_is_told_so(hospital, asked, body):  # noqa: F811
    answer = hospital.post(f"/matters/api/{asked().pk}/answer", body, content_type="application/json")
    assert answer.status_code == 400 and answer.json()["error"]["code"] == "matters.body_not_readable"
