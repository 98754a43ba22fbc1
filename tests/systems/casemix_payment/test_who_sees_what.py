"""Another hospital sees nothing; a department sees its own cases; a reader changes nothing."""

from html import unescape

import pytest
from django.db import DatabaseError, transaction

from yigongti.foundation.period import Month
from yigongti.kernel.access.scope import scope
from yigongti.systems.casemix_payment import queries

MONTH = Month(2026, 10)
ROOT = "/casemix_payment/"


def text_of(response):
    return unescape(response.content.decode())


def test_another_hospital_sees_none_of_the_cases(closed, actor, county):
    from yigongti.systems.casemix_payment.models import PricedCase, StatementRow

    with scope(actor("hospital_insurance_office", "H2")):
        assert set(PricedCase.objects.values_list("institution__code", flat=True)) == {"H2"}
        assert set(StatementRow.objects.values_list("institution__code", flat=True)) == {"H2"}


@pytest.mark.parametrize(
    "page",
    [
        "cases/H1/page/C0003",
        "cases/H1/what-if/C0003",
        "cases/H1/ask/C0003",
        "api/cases/H1/C0003",
        "cases/?open=H1~C0003",
        "departments/?open=H1~0301",
    ],
)
def test_another_hospital_is_told_that_there_is_no_such_case(closed, signed_in, page):
    joined = f"{ROOT}{page}{'&' if '?' in page else '?'}month={MONTH}"
    response = signed_in("hospital_insurance_office", "H2").get(joined)
    assert response.status_code == 404
    assert "C0003" not in text_of(response) or "没有" in text_of(response)


def test_a_head_of_department_sees_the_own_department_only(closed, actor, county, signed_in):
    head = actor("department_head", "H1", department="0301")
    with scope(head):
        cases = queries.cases(head, MONTH, [county["H1"].pk])
        assert set(cases.values_list("department_code", flat=True)) == {"0301"}
        rows = queries.statement(head, MONTH, [county["H1"].pk])
        assert set(rows.values_list("department_code", flat=True)) == {"0301"}
    browser = signed_in("department_head", "H1", username="another-head", department="0301")
    assert browser.get(f"{ROOT}cases/H1/page/C0015?month={MONTH}").status_code == 404
    assert browser.get(f"{ROOT}cases/H1/page/C0003?month={MONTH}").status_code == 200


def test_a_system_administrator_sees_no_case(closed, signed_in):
    browser = signed_in("system_administrator", "C")
    for page in ("", "cases/", "departments/", "cases/H1/page/C0003"):
        assert browser.get(f"{ROOT}{page}?month={MONTH}").status_code == 403


def test_a_physician_sees_cases_but_not_the_balance_pages(closed, signed_in):
    browser = signed_in("physician", "H1", department="0301")
    assert browser.get(f"{ROOT}cases/H1/page/C0003?month={MONTH}").status_code == 200
    assert browser.get(f"{ROOT}departments/?month={MONTH}").status_code == 403


def test_published_results_cannot_be_changed_by_the_application(closed, actor):
    from yigongti.systems.casemix_payment.models import PricedCase

    with scope(actor("insurance_bureau_officer", "C")), pytest.raises(DatabaseError), transaction.atomic():
        PricedCase.objects.filter(case_id="C0003").update(cost=0)


def test_visitors_are_sent_to_sign_in(closed, client):
    for page in ("", "cases/H1/page/C0003", "requests/"):
        response = client.get(f"{ROOT}{page}")
        assert response.status_code == 302 and "sign-in" in response.headers["Location"]
