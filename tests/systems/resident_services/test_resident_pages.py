"""What a resident sees and does on the pages: the record in words, consents, looks and objections, the code."""

import base64
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from invented_record import give_record, measured
from resident_browser import browser_of, carried, work

from yigongti.kernel.access.scope import scope
from yigongti.kernel.matters.public import Given, act, inbox
from yigongti.kernel.messages.models import Message, Notice
from yigongti.kernel.people.models import Care
from yigongti.kernel.trail.models import View
from yigongti.kernel.trail.public import viewed

HERE = "/resident_services/"


@pytest.fixture
def somebody(resident):
    return resident("V1", "演示甲", phone="13800138000")


@pytest.fixture
def browser(somebody):
    return browser_of(somebody)


def page(browser, place, **query):
    answer = browser.get(HERE + place, query)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize(
    ("place", "says"),
    [
        ("", "目前没有安排"), ("record/", "没有过敏记录"), ("results/", "还没有检验结果"), ("reports/", "还没有报告"),
        ("stays/", "没有就诊或住院记录"), ("immunisations/", "没有接种记录"), ("documents/", "没有文书记录"),
        ("bills/", "没有账单"), ("looks/", "还没有人看过您的档案"), ("consents/", "没有正在生效的授权"),
    ],
)  # fmt: skip
def test_an_empty_page_says_so_in_words(browser, place, says):
    assert says in page(browser, place)


@pytest.mark.parametrize(
    ("place", "says"),
    [
        ("", "4 项结果中有 3 项不在参考范围内"), ("record/", "每次 1 片，每天 2 次"), ("results/", "偏高"),
        ("reports/", "2 项异常"), ("stays/", "社区获得性肺炎"), ("immunisations/", "流感疫苗"),
        ("documents/", "出院小结"), ("bills/", "1,758.12"),
    ],
)  # fmt: skip
def test_the_record_is_told_in_words(browser, somebody, county, place, says):
    give_record(somebody, county["H1"].pk)
    assert says in page(browser, place)


def test_every_page_is_complete_in_english(browser, somebody, county):
    import re

    give_record(somebody, county["H1"].pk, [measured("1", "Glucose", 5.0, "mmol/L", "2026-10-01", 3.9, 6.1)])
    browser.cookies["yigongti_language"] = "en"
    for place in ("", "results/", "consents/", "code/", "looks/", "bills/"):
        said = page(browser, place).replace("演示甲", "").replace("中文", "")
        assert re.findall(r"[\u4e00-\u9fff]+", said) == [], place


def test_a_test_over_time_is_drawn_with_its_usual_range(browser, somebody, county):
    values = ((5.0, "2026-09-01"), (7.0, "2026-10-01"))
    found = [measured("g", "血糖", value, "mmol/L", day, 3.9, 6.1) for value, day in values]
    give_record(somebody, county["H1"].pk, found)
    said = page(browser, "results/one", code="http://loinc.org|g")
    assert 'class="band"' in said and said.count('class="out"') == 1 and said.count('class="dot"') == 1


@pytest.mark.parametrize("place", ["results/one?code=x", "reports/one?id=x", "reports/one?id=%00"])
def test_what_is_not_in_the_record_is_told_in_the_residents_own_frame(browser, place):
    answer = browser.get(HERE + place)
    assert answer.status_code == 404
    assert "residents.css" in answer.content.decode()


def test_a_long_list_goes_on_by_pages_and_says_how_long_it_is(browser, somebody, county):
    found = [measured(f"t{n}", f"项目{n:02}", n, "U/L", "2026-10-01") for n in range(35)]
    give_record(somebody, county["H1"].pk, found)
    assert "共 35 个项目" in page(browser, "results/")
    assert page(browser, "results/", **{"from": "30"}).count('class="go"') == 5


@pytest.mark.parametrize("nonsense", ["-1", "x", "²", "9" * 30, "'"])
def test_nonsense_in_an_address_shows_the_first_page(browser, somebody, county, nonsense):
    give_record(somebody, county["H1"].pk)
    page(browser, "results/", **{"from": nonsense})
    page(browser, "looks/", below=nonsense)
    page(browser, "messages/", below=nonsense)


def test_the_registration_is_masked_on_the_page(browser):
    said = page(browser, "more/")
    assert "138****8000" in said and "13800138000" not in said


# ---- consents


def give(browser, county, institution="H2", days="30"):
    return browser.post(HERE + "consents/", {"institution": str(county[institution].pk), "days": days})


def consents(somebody):
    return Care.objects.using("bulk").filter(resident=somebody, kind="consent")


def test_a_consent_holds_for_the_days_chosen_and_is_told_by_message(browser, somebody, county):
    assert give(browser, county).status_code == 302
    made = consents(somebody).get()
    assert (made.institution_id, made.valid_to - made.valid_from) == (county["H2"].pk, timedelta(days=30))
    work()
    assert "您已授权示范县中医医院查看您的健康档案" in carried()[-1]


def test_a_consent_lets_the_hospital_see_the_record_and_withdrawing_ends_it(browser, somebody, county, actor):
    from yigongti.kernel.people.models import Resident

    physician = actor("physician", "H2")

    def sees():
        with scope(physician):
            return Resident.objects.filter(pk=somebody.pk).exists()

    before = sees()
    give(browser, county)
    during = sees()
    browser.post(f"{HERE}consents/{consents(somebody).get().pk}/withdraw")
    assert (before, during, sees()) == (False, True, False)


@pytest.mark.parametrize(("institution", "days"), [("C", "30"), ("H2", "4000"), ("H2", ""), ("H2", "x")])
def test_a_consent_is_given_to_who_treats_and_for_an_offered_time(browser, somebody, county, institution, days):
    assert give(browser, county, institution, days).status_code == 400
    assert not consents(somebody).exists()


def test_nobody_withdraws_anothers_consent(browser, somebody, county, resident):
    give(browser, county)
    other = browser_of(resident("V1", "演示乙", phone="13800138001"))
    assert other.post(f"{HERE}consents/{consents(somebody).get().pk}/withdraw").status_code == 404
    assert consents(somebody).get().ended_at is None


# ---- who looked


@pytest.fixture
def look(somebody, actor, county):
    """A physician of another hospital looked in an emergency."""
    physician = actor("physician", "H2")
    with scope(physician):
        viewed(physician, somebody.pk, what="page: record", why="emergency opening 5", at=timezone.now())
    return View.objects.using("bulk").get(resident_id=somebody.pk)


def test_a_look_is_told_with_who_where_and_why(browser, look):
    said = page(browser, "looks/")
    assert "演示·physician" in said and "示范县中医医院" in said and "! 紧急" in said


def test_the_residents_own_looks_are_kept_but_not_listed(browser, somebody):
    page(browser, "record/")
    assert View.objects.using("bulk").filter(by_resident_id=somebody.pk).exists()
    assert "还没有人看过您的档案" in page(browser, "looks/")


def test_an_objection_reaches_the_privacy_officer_and_is_answered(browser, somebody, look):
    assert browser.post(f"{HERE}looks/{look.pk}/object", {"words": "我没有去过这家医院"}).status_code == 302
    notice = Notice.objects.using("bulk").get(kind="objection_to_officer")
    assert notice.institution_id == look.institution_id and "我没有去过这家医院" in notice.text_zh
    assert Message.objects.using("bulk").filter(resident=somebody, kind="objection_received").exists()
    assert "我没有去过这家医院" in page(browser, "looks/")


def test_the_officers_answer_ends_the_matter_and_reaches_the_resident(browser, somebody, look, actor):
    browser.post(f"{HERE}looks/{look.pk}/object", {"words": "我没有去过这家医院"})
    officer = actor("privacy_officer", "C")
    with scope(officer):
        matter = inbox(officer, timezone.localdate()).get()
        assert somebody.name not in matter.title_zh
        act(officer, matter.pk, "uphold", at=timezone.now(), given=Given(words="查看无据，已处理当事人"))
    assert "查看无据，已处理当事人" in page(browser, "looks/")
    assert Message.objects.using("bulk").filter(resident=somebody, kind="objection_answered").exists()


@pytest.mark.parametrize("words", ["", "   ", "长" * 501, "不\x00对"])
def test_an_objection_needs_words(browser, look, words):
    assert browser.post(f"{HERE}looks/{look.pk}/object", {"words": words}).status_code == 400


def test_a_look_is_objected_to_once(browser, look):
    answers = [browser.post(f"{HERE}looks/{look.pk}/object", {"words": "不对"}).status_code for _time in range(2)]
    assert answers == [302, 400]


def test_nobody_objects_to_a_look_into_anothers_record(look, resident):
    other = browser_of(resident("V1", "演示乙", phone="13800138001"))
    assert other.post(f"{HERE}looks/{look.pk}/object", {"words": "不对"}).status_code == 400
    assert not Notice.objects.using("bulk").exists()


# ---- the e-health code


def test_the_code_is_a_picture_that_a_desk_can_read(browser, somebody, actor, county):
    from yigongti.kernel.people.e_health_code import issue_code, read_code

    told = browser.get(HERE + "api/code").json()
    assert base64.b64decode(told["image"].partition(",")[2]).startswith(b"<svg")
    assert told["seconds"] > 60
    with scope(me := _resident_actor(somebody)):
        code = issue_code(me, single_use=False, at=timezone.now())
    desk = actor("registration_desk", "H1")
    assert read_code(code, desk, county["H1"].pk, at=timezone.now()).resident_id == somebody.pk


def _resident_actor(somebody):
    from yigongti.kernel.access.actor import Actor

    return Actor(0, "", "", resident_id=somebody.pk)


def test_the_code_page_works_without_a_session_not_at_all(database):
    assert Client().get(HERE + "api/code").headers["Location"] == HERE + "sign-in"


# ---- the frame


def test_larger_text_is_kept_in_a_cookie(browser):
    browser.post(HERE + "larger", {"larger": "1", "next": HERE + "more/"})
    assert 'class="larger"' in page(browser, "more/")


def test_the_larger_switch_leads_nowhere_else(browser):
    answer = browser.post(HERE + "larger", {"larger": "1", "next": "https://elsewhere.example/"})
    assert answer.headers["Location"] == HERE + "sign-in"


def test_messages_show_no_code_and_count_as_read_once_seen(browser, county):
    give(browser, county)
    assert 'class="count"' in page(browser, "")
    said = page(browser, "messages/")
    assert "••••••" in said and "您已授权" in said
    assert 'class="count"' not in page(browser, "")


def test_a_registration_that_was_merged_leads_to_the_one_that_stands(browser, somebody, resident):
    from yigongti.kernel.people.models import Resident

    survivor = resident("V1", "演示丙")
    Resident.objects.using("bulk").filter(pk=somebody.pk).update(state="merged", merged_into=survivor)
    assert "演示丙" in page(browser, "")


def test_the_hint_for_the_demonstration_names_number_and_file(somebody):
    from resident_browser import number_of

    from yigongti.systems.resident_services.public import demo_resident_sign_in_hint

    assert number_of(somebody) in demo_resident_sign_in_hint().zh
