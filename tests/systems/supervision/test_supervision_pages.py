"""The pages answer in words, and show nobody what is not theirs."""

from decimal import Decimal

import pytest
from django.test import Client

QUERY = "?institution=C&month=2026-11"


@pytest.fixture
def browser(office):
    """A browser signed in as one of the people of the tests."""

    def make(who):
        client = Client()
        answer = client.post("/accounts/sign-in", {"username": who, "password": "right-password-1"})
        assert answer.status_code == 302
        return client

    return make


def text(answer):
    assert answer.status_code == 200, answer.content.decode()[:2000]
    return answer.content.decode()


def test_the_board_counts_each_step_and_its_money(office, browser):
    office.to_ruling(office.opened())
    office.opened(place="H2", amount="50.00", key="claim_checks/2026-10/H2/C0002")
    page = text(browser("officer").get("/supervision/" + QUERY))
    assert "在办案件 2 件" in page
    assert "1,200" in page


def test_an_institution_reads_on_its_own_page_until_when_it_must_answer(office, browser):
    case = office.opened()
    office.take("officer", case, "take_up")
    office.take("officer", case, "issue", "请于期限内核实并整改")
    page = text(browser("hospital").get("/supervision/own/"))
    assert "1 件整改通知待答复，最近一件到 2026-11-30 为止" in page
    assert "请于期限内核实并整改" in page


def test_another_hospital_reads_of_no_order_and_cannot_open_the_case(office, browser):
    case = office.to_accountability(office.opened())
    other = browser("other")
    assert "没有待答复的整改通知" in text(other.get("/supervision/own/"))
    assert other.get(f"/supervision/cases/{case.pk}/").status_code == 404
    assert other.get(f"/supervision/api/cases/{case.pk}").status_code == 404


def test_the_institution_does_not_read_internal_words(office, browser):
    case = office.to_accountability(office.opened())
    page = text(browser("hospital").get(f"/supervision/cases/{case.pk}/"))
    assert "清单与医嘱不符" not in page
    assert "请于期限内核实并整改" in page


def test_the_page_of_a_case_tells_its_six_steps(office, browser):
    case = office.to_accountability(office.opened())
    office.take("officer", case, "order_recovery", amount=Decimal("1200.00"), data={"month": "2026-12"})
    page = text(browser("officer").get(f"/supervision/cases/{case.pk}/"))
    for said in ("问题线索", "督促整改", "答复与申诉复核", "现场核查", "裁定", "责任追究", "case/1/1", "第三十八条"):
        assert said in page, said


def test_the_inspector_reads_the_checks_that_are_theirs(office, browser):
    case = office.opened()
    office.take("officer", case, "check_first")
    office.take("officer", case, "assign", data={"inspectors": "inspector inspector2"})
    assert "案件核查 1 件" in text(browser("inspector").get("/supervision/my-checks/"))


def test_the_public_page_is_read_without_signing_in_and_says_nothing_that_was_withdrawn(office, browser):
    case = office.to_accountability(office.opened())
    office.take("officer2", case, "publish", "同日重复收取同一项目费用，已责令退回")
    visitor = Client()
    assert "同日重复收取同一项目费用" in text(visitor.get("/supervision/published/"))
    answer = browser("officer").post("/supervision/published/1/withdraw", {"reason": "复议撤销"})
    assert answer.status_code == 302
    assert "同日重复收取同一项目费用" not in text(visitor.get("/supervision/published/"))


@pytest.mark.parametrize("path", ["", "cases/", "recoveries/", "points/", "published/"])
def test_every_page_says_what_is_empty(office, browser, path):
    assert browser("officer").get(f"/supervision/{path}{QUERY}").status_code == 200


def test_the_overview_tells_of_supervision(office, browser):
    office.opened()
    assert "监管月报" in text(browser("officer").get("/" + QUERY))


def test_points_of_the_year_and_their_threshold_are_shown_and_taken_back(office, browser):
    case = office.to_accountability(office.opened())
    office.take("officer", case, "mark_institution", data={"rule": "institution/fraud"})
    officer = browser("officer")
    page = text(officer.get("/supervision/points/" + QUERY))
    assert "解除医保协议" in page
    assert officer.post("/supervision/points/1/take-back", {"reason": "复议撤销"}).status_code == 302
    assert '<span class="mark mark-bad">' not in text(officer.get("/supervision/points/" + QUERY))


def test_the_cases_are_exported_all(office, browser):
    office.opened()
    office.opened(place="H2", amount="50.00", key="claim_checks/2026-10/H2/C0002")
    answer = browser("officer").get("/supervision/cases/" + QUERY + "&export=csv")
    assert (
        len(
            b"".join(answer.streaming_content if answer.streaming else [answer.content])
            .decode("utf-8-sig")
            .strip()
            .splitlines()
        )
        >= 3
    )
