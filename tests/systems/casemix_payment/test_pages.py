"""Every page of the month, as those who use it; the figures in the page are those of the cases."""

from html import unescape

import pytest

from yigongti.foundation.period import Month
from yigongti.kernel.presentation import figures

MONTH = Month(2026, 10)
ROOT = "/casemix_payment/"


def text_of(response):
    return unescape(response.content.decode())


@pytest.fixture
def officer(closed, signed_in):
    return signed_in("insurance_bureau_officer", "C")


@pytest.mark.parametrize(
    "page",
    [
        "", "?explain=cmi", "?explain=low_risk_mortality", "?institution=H1", "departments/",
        "departments/?open=H1~0301",
        "groups/", "groups/?institution=H1", "cases/", "cases/?open=H1~C0003", "cases/?institution=H1&department=0301",
        "cases/H1/page/C0003", "cases/H1/page/C0030", "cases/H1/what-if/C0003?added_diagnosis=J96.000",
        "cases/H1/page/C0003?try=1&added_diagnosis=J96.000", "requests/", "scores/", "signals/", "weights/", "scheme/",
        "api/month", "api/cases/H1/C0003",
    ],
)  # fmt: skip
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_answers_in_both_languages(officer, page, language):
    from yigongti.kernel.access.models import Account

    Account.objects.using("bulk").update(language=language)
    joined = f"{ROOT}{page}{'&' if '?' in page else '?'}month={MONTH}"
    response = officer.get(joined)
    assert response.status_code == 200, text_of(response)
    assert "{{" not in text_of(response)


@pytest.mark.parametrize("page", ["", "departments/", "groups/", "cases/", "requests/", "scores/", "signals/"])
def test_before_the_first_close_a_page_says_what_to_do(county, signed_in, page):
    response = signed_in("insurance_bureau_officer", "C").get(f"{ROOT}{page}?month=2026-10")
    assert response.status_code == 200
    assert "月结" in text_of(response)


@pytest.mark.parametrize("page", ["", "departments/", "groups/", "cases/", "scores/", "weights/", "requests/"])
def test_every_list_is_exported_as_a_workbook(officer, page):
    response = officer.get(f"{ROOT}{page}?month={MONTH}&export=xlsx")
    assert response.status_code == 200
    assert b"".join(response.streaming_content).startswith(b"PK")


def test_the_overview_shows_the_balance_of_the_cases(closed, officer):
    from yigongti.systems.casemix_payment.models import PricedCase

    cases = PricedCase.objects.using("bulk").filter(institution__code="H1", balance__isnull=False)
    balance = sum(case.balance for case in cases)
    page = text_of(officer.get(f"{ROOT}?month={MONTH}&institution=H1"))
    assert figures.money(balance) in page


def test_the_first_line_names_who_loses_most(officer):
    page = text_of(officer.get(f"{ROOT}departments/?month={MONTH}&institution=H1"))
    assert "骨科" in page.split('id="sentence">')[1].split("</p>")[0]


def test_a_department_opens_its_groups_beside_the_list(officer):
    page = text_of(officer.get(f"{ROOT}departments/?month={MONTH}&institution=H1&open=H1~0301"))
    detail = page.split('<aside id="detail"')[1]
    assert "骨科" in detail and "department=0301" in detail


def test_the_case_page_tells_the_whole_path_and_masks_the_patient(officer):
    page = text_of(officer.get(f"{ROOT}cases/H1/page/C0032?month={MONTH}"))
    for step in ("validity", "mdc", "adrg", "complication", "drg", "balance"):
        assert f'data-step="{step}"' in page, step
    assert "某某" not in page and "000000196601010000" not in page


def test_what_if_shows_group_weight_and_pay_by_other_codes(officer):
    from yigongti.systems.casemix_payment.models import PricedCase

    page = text_of(
        officer.get(f"{ROOT}cases/H1/what-if/C0012?month={MONTH}&principal_diagnosis=I63.900&removed_diagnosis=J18.900")
    )
    stroke = PricedCase.objects.using("bulk").get(case_id="C0031")
    assert f'id="outcome-drg">{stroke.drg}<' in page
    assert stroke.adrg[0] == "B"


def test_a_word_that_is_no_code_is_refused_in_words(officer):
    response = officer.get(f"{ROOT}cases/H1/what-if/C0012?month={MONTH}&added_diagnosis=<script>")
    assert response.status_code == 400
    assert "不是编码" in text_of(response)


@pytest.mark.parametrize(
    "page",
    [
        "departments/?open=H1~9999",
        "groups/?open=ZZ99",
        "?explain=nothing",
        "cases/H1/page/NO-SUCH",
        "signals/?open=999999",
    ],
)
def test_what_is_not_there_is_said(officer, page):
    joined = f"{ROOT}{page}{'&' if '?' in page else '?'}month={MONTH}"
    assert officer.get(joined).status_code == 404


def test_the_starter_scheme_says_that_it_is_not_the_national_one(officer):
    assert 'id="starter"' in text_of(officer.get(f"{ROOT}scheme/?month={MONTH}"))
