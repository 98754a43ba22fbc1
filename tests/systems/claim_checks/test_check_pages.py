"""The pages of a checked month say what was found, and show nothing that is not the reader's."""

import pytest

from systems.claim_checks.conftest import MONTH
from yigongti.systems.claim_checks.models import Finding

PAGES = ["", "findings/", "again/", "checks/", "checks/sex_limited_medicine", "checks/tried_days"]


def told(answer):
    assert answer.status_code == 200, answer.content.decode()[:3000]
    return answer.content.decode()


@pytest.fixture
def bureau_browser(checked, signed_in):
    browser = signed_in("insurance_bureau_officer", "C")
    browser.cookies["django_language"] = "zh-hans"
    return browser


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens(bureau_browser, page):
    assert 'id="sentence"' in told(bureau_browser.get(f"/claim_checks/{page}?month={MONTH}"))


def test_the_month_begins_with_its_answer(bureau_browser):
    said = told(bureau_browser.get(f"/claim_checks/?month={MONTH}"))
    assert "7 " in said and "试办不予支付" in said


def test_a_finding_shows_its_row_its_steps_and_how_its_money_was_counted(bureau_browser):
    number = Finding.objects.using("bulk").get(case_id="C0001", check_id="sex_limited_medicine").pk
    said = told(bureau_browser.get(f"/claim_checks/findings/{number}"))
    assert "演示·F001" in said and 'data-step="sex"' in said and "300.00" in said
    assert "演示前列腺药" in said, "the row of knowledge"


def test_a_bill_shows_all_its_lines_with_what_was_found_on_them_and_masks_who_it_is(bureau_browser):
    said = told(bureau_browser.get(f"/claim_checks/bills/H1/C0001?month={MONTH}"))
    assert said.count('id="line-') == 3
    assert "＊" in said and "某某" not in said


def test_a_bill_of_another_hospital_is_not_there(checked, signed_in):
    browser = signed_in("hospital_insurance_office", "H2")
    assert browser.get(f"/claim_checks/bills/H1/C0001?month={MONTH}").status_code == 404
    number = Finding.objects.using("bulk").filter(case_id="C0001").first().pk
    assert browser.get(f"/claim_checks/findings/{number}").status_code == 404


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_the_list_is_exported_whole(bureau_browser, ending):
    answer = bureau_browser.get(f"/claim_checks/findings/?month={MONTH}&export={ending}")
    assert answer.status_code == 200
    content = b"".join(answer.streaming_content)
    assert ending == "xlsx" or content.count(b"\n") == 8


def test_a_month_that_was_not_checked_says_what_to_do(bureau_browser):
    assert 'id="sentence"' not in told(bureau_browser.get("/claim_checks/?month=2026-08"))
