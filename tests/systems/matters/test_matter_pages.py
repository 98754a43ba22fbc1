"""The inbox and the page of a matter, as people of several posts meet them."""

import re
from html import unescape

import pytest

from systems.matters.conftest import AT
from yigongti.foundation.errors import Text
from yigongti.kernel.access.scope import scope
from yigongti.kernel.matters.public import Given, act, open_matter
from yigongti.kernel.organisations.models import Institution


@pytest.fixture
def asked(actor, tried):
    """Makes a matter that the bureau asked the first hospital about: asked("2026-09/C001") → Matter"""
    bureau = actor("insurance_bureau_officer", "C", username="bureau")

    def make(subject="2026-09/C001", place="H1", ask=True, **more):
        with scope(bureau):
            matter = open_matter(
                bureau, "tried.query", subject=subject, title=Text(f"试办 {subject}", f"Tried {subject}"),
                institution=Institution.objects.get(code=place), owner=Institution.objects.get(code="C"), at=AT, **more,
            )  # fmt: skip
            return act(bureau, matter.pk, "ask", at=AT, given=Given(words="请说明理由"), version=1) if ask else matter

    return make


@pytest.fixture
def hospital(signed_in, asked):
    return signed_in("record_room_clerk", "H1")


def text_of(answer):
    return re.sub(r"\s+", " ", unescape(answer.content.decode()))


def test_what_waits_stands_in_the_inbox_and_its_count_in_the_rail(hospital, asked):
    asked("2026-09/C001"), asked("2026-09/C002")
    page = text_of(hospital.get("/matters/"))
    assert "试办 2026-09/C001" in page and "有 2 件待办" in page
    assert '<span class="count">2</span>' in text_of(hospital.get("/"))


def test_an_empty_inbox_says_what_to_do(signed_in, tried):
    page = text_of(signed_in("record_room_clerk", "H2").get("/matters/"))
    assert 'id="nothing"' in page and "没有等您办理的事项" in page


def test_another_hospitals_inbox_is_empty_and_its_address_answers_nothing(signed_in, asked):
    matter = asked()
    other = signed_in("record_room_clerk", "H2")
    assert "试办 2026" not in text_of(other.get("/matters/"))
    assert other.get(f"/matters/{matter.pk}/").status_code == 404
    assert other.post(f"/matters/{matter.pk}/answer", {"version": 2, "words": "我来"}).status_code == 404


def test_the_page_of_a_matter_says_whose_hands_and_until_when_and_offers_the_step(hospital, asked):
    page = text_of(hospital.get(f"/matters/{asked().pk}/"))
    assert "示范县人民医院" in page and "2026年10月16日" in page
    assert 'id="step-answer"' in page and "请说明理由" in page


def test_after_a_step_the_page_says_where_the_matter_is_now(hospital, asked):
    matter = asked()
    sent = hospital.post(f"/matters/{matter.pk}/answer", {"version": matter.version, "words": "已核实"}, follow=True)
    assert "已办理：说明" in text_of(sent) and "医疗保障局工作人员" in text_of(sent)


def test_a_missing_word_is_told_at_its_field_and_nothing_is_lost(hospital, asked):
    matter = asked()
    answer = hospital.post(f"/matters/{matter.pk}/answer", {"version": matter.version, "words": " "})
    page = text_of(answer)
    assert answer.status_code == 400
    assert 'aria-describedby="wrong-answer-words"' in page and "请写明理由或说明" in page


def test_who_comes_second_sees_what_happened_meanwhile(hospital, asked, signed_in, account):
    matter = asked()
    hospital.post(f"/matters/{matter.pk}/answer", {"version": matter.version, "words": "甲已说明"})
    second = signed_in("record_room_clerk", "H1", username="second")
    answer = second.post(f"/matters/{matter.pk}/answer", {"version": matter.version, "words": "乙的说明"})
    assert answer.status_code == 409
    assert "已被他人办理" in text_of(answer) and "甲已说明" in text_of(answer)


def test_what_somebody_did_today_stands_below(hospital, asked, monkeypatch):
    matter = asked()
    hospital.post(f"/matters/{matter.pk}/answer", {"version": matter.version, "words": "已核实"})
    page = text_of(hospital.get("/matters/"))
    assert "今天已办" in page and "试办 2026-09/C001" in page.partition("今天已办")[2]


def test_filters_leave_only_what_is_asked_for(hospital, asked):
    from decimal import Decimal

    asked("2026-09/C001", amount=Decimal("10")), asked("2026-09/C002", amount=Decimal("9000"))
    dear = text_of(hospital.get("/matters/?amount=100"))
    assert "C002" in dear and "C001" not in dear
    assert "没有符合筛选条件的事项" in text_of(hospital.get("/matters/?q=nothing-like-this"))
    assert "C001" in text_of(hospital.get("/matters/?kind=tried.query~asked"))
    assert "C001" not in text_of(hospital.get("/matters/?kind=tried.query~found"))


def test_the_list_goes_on_by_key_and_shows_each_matter_once(hospital, asked, monkeypatch):
    from yigongti.kernel.matters.pages import inbox

    monkeypatch.setattr(inbox, "LINES_AT_ONCE", 2)
    made = {asked(f"2026-09/C00{n}").pk for n in range(5)}
    seen, address = [], "/matters/"
    while address:
        page = text_of(hospital.get(address))
        seen += [int(n) for n in re.findall(r'data-href="/matters/(\d+)/', page)]
        found = re.search(r'rel="next" href="([^"]+)"', page)
        address = "/matters/" + found[1].replace("&amp;", "&") if found else ""
    assert sorted(seen) == sorted(made)


def test_the_export_holds_everything_that_the_list_says(hospital, asked):
    asked("2026-09/C001"), asked("2026-09/C002")
    file = b"".join(hospital.get("/matters/?export=csv").streaming_content).decode()
    assert file.count("试办") >= 2 and "2026-09/C002" in file


def test_an_opened_matter_stands_beside_the_list(hospital, asked):
    page = text_of(hospital.get(f"/matters/?open={asked().pk}"))
    assert '<aside id="detail"' in page and 'id="step-answer"' in page.partition('<aside id="detail"')[2]


def test_more_than_99_are_told_as_99_and_more(hospital, asked, monkeypatch):
    from yigongti.kernel.matters import hands

    monkeypatch.setattr(hands, "MOST", 2)
    monkeypatch.setattr("yigongti.kernel.matters.pages.sentences.MOST", 2)
    monkeypatch.setattr(hands.in_hands, "__kwdefaults__", {"most": 2})
    for number in range(4):
        asked(f"2026-09/C00{number}")
    assert '<span class="count">2+</span>' in text_of(hospital.get("/"))


def test_pages_are_complete_in_english(account, signed_in, asked):
    matter = asked()
    browser = signed_in("record_room_clerk", "H1", language="en")
    page = text_of(browser.get(f"/matters/{matter.pk}/"))
    assert "in the hands of County People's Hospital" in page and "What you can do" in page


def test_twenty_lines_cost_no_more_queries_than_two(hospital, asked):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from yigongti.kernel.access.models import Account
    from yigongti.kernel.matters.models import Matter

    def queries():
        with CaptureQueriesContext(connection) as asked_for:
            assert hospital.get("/matters/").status_code == 200
        return len(asked_for)

    asked("2026-09/C001"), asked("2026-09/C002")
    hospital.get("/matters/")
    few = queries()
    for number in range(20):
        asked(f"2026-09/D{number:03d}")
    me = Account.objects.using("bulk").get(username="record_room_clerk-H1").pk
    Matter.objects.using("bulk").filter(subject__startswith="2026-09/D00").update(holder_account_id=me)
    assert queries() <= few + 1
