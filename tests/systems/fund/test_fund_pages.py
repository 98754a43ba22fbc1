"""The pages of the fund say their answer first, list it with sums, and export it; each role sees its own part."""

from decimal import Decimal

import pytest
from fund_bills import AT

from yigongti.systems.fund.models import CasePayment, PaidCase

PAGES = ("", "spending/", "leakage/", "leakage/?by=disease", "leakage/?by=destination", "months/", "contracts/",
         "indicators/", "grouped/", "grouped/cases/")  # fmt: skip
OCTOBER = "institution=H1&month=2026-10"


def text_of(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, answer.content.decode()[:3000]
    return answer.content.decode()


@pytest.fixture
def bureau(in_force, signed_in):
    return signed_in("insurance_bureau_officer", "C", username="bureau")


@pytest.mark.parametrize("place", PAGES)
def test_before_the_first_close_every_page_says_what_to_do(communities, signed_in, place):
    shown = text_of(signed_in("insurance_bureau_officer", "C"), f"/fund/{place}")
    assert 'id="sentence"' in shown


def test_every_page_opens_for_a_director(in_force, signed_in):
    director = signed_in("community_director", "H1", username="d1")
    for place in PAGES:
        shown = text_of(director, f"/fund/{place}{'&' if '?' in place else '?'}{OCTOBER}")
        assert 'id="sentence"' in shown, place


def test_the_first_line_says_how_much_of_the_quota_is_used(in_force, published, signed_in):
    published.publish()
    bureau = signed_in("insurance_bureau_officer", "C", username="bureau")
    shown = text_of(bureau, f"/fund/?{OCTOBER}")
    assert "已用全年额度" in shown and "11.2%" in shown  # 13,450 of 120,000


def test_the_drill_leads_from_the_category_to_the_disease(bureau):
    assert "县外就医" in text_of(bureau, f"/fund/spending/?{OCTOBER}")
    deeper = text_of(bureau, f"/fund/spending/?{OCTOBER}&category=out_of_county&place=province&treated=OUT01")
    assert "肿瘤" in deeper and "8,000.00" in deeper


def test_leakage_is_told_by_township_disease_and_destination(bureau):
    shown = text_of(bureau, f"/fund/leakage/?{OCTOBER}")
    assert "10,400.00" in shown and "城关镇卫生院" in shown
    assert "省内" in text_of(bureau, f"/fund/leakage/?by=destination&{OCTOBER}")


def test_a_table_is_exported_whole(bureau):
    answer = bureau.get(f"/fund/spending/?{OCTOBER}&export=xlsx")
    assert answer["Content-Type"].startswith("application/vnd.openxmlformats")
    assert b"".join(answer.streaming_content if answer.streaming else [answer.content]).startswith(b"PK")


def test_a_director_is_not_shown_the_other_community(in_force, signed_in):
    director = signed_in("community_director", "H1", username="d1")
    assert director.get("/fund/?institution=H2&month=2026-10").status_code == 404
    assert "中医" not in text_of(director, "/fund/contracts/?month=2026-10")


def test_a_township_sees_its_own_spending(in_force, signed_in):
    township = signed_in("township_clerk", "T1", username="t1")
    shown = text_of(township, "/fund/spending/?institution=T1&month=2026-10")
    assert "13,450.00" in shown


def test_the_contract_shows_every_step_with_its_parameter(in_force, bureau):
    shown = text_of(bureau, f"/fund/contracts/{in_force['H1'].pk}")
    assert "fund.reserve_ratio" in shown and "风险金" in shown


def test_the_year_is_drawn_up_from_a_form(published, signed_in):
    from yigongti.systems.fund.models import Contract

    officer = signed_in("insurance_bureau_officer", "C")
    assert officer.get("/fund/contracts/new").status_code == 200
    answer = officer.post("/fund/contracts/new", {"year": "2026", "per_head_390": "900"})
    assert answer.status_code == 302, answer.content.decode()[:2000]
    assert Contract.objects.using("bulk").count() == 2


@pytest.mark.parametrize("given", [{"year": "x"}, {"year": "2026"}, {"year": "2026", "per_head_390": "1e99"}])
def test_what_cannot_be_read_is_said_at_the_form(published, signed_in, given):
    answer = signed_in("insurance_bureau_officer", "C").post("/fund/contracts/new", given)
    assert answer.status_code == 400
    assert 'role="alert"' in answer.content.decode()


def test_an_accountant_prepays_from_the_page_and_sees_how_it_came_about(in_force, signed_in):
    accountant = signed_in("fund_accountant", "C", username="a1")
    answer = accountant.post("/fund_month/prepay", {"month": "2026-10"})
    assert answer.status_code == 302, answer.content.decode()[:2000]
    shown = text_of(accountant, answer["Location"])
    assert "9,000.00" in shown and "考核预留" in shown
    books = text_of(accountant, "/ledger/causes/?of=prepayment:2026-10/H1")
    assert "/fund/months/?month=2026-10" in books and "预拨" in books


def test_the_state_is_told_to_programs(bureau):
    told = bureau.get(f"/fund/api/state?{OCTOBER}").json()
    assert told["spending"]["out_of_county"] == "8000.00"
    assert Decimal(told["communities"][0]["quota"]) == Decimal("120000.00")


@pytest.fixture
def paid_by_group(county):
    """A case of H1 that its group pays 600 more for than its bill claimed."""
    amounts = {"cost": 9000, "claimed": 5000, "payment": 9600, "difference": 600}
    both = {"institution": county["H1"], "month": "2026-10", "insurance_type": "390", "packaged": True, **amounts}
    step = {"name": "fund", "label": {"zh": "基金应付", "en": "fund"}, "sum": {"zh": "9,600.00 − 4,000.00", "en": ""},
            "amount": "5600.00", "unit": "yuan", "parameter": "", "source": ""}  # fmt: skip
    CasePayment.objects.using("bulk").create(cases=1, steps=[step], release="r", made_at=AT, **both)
    PaidCase.objects.using("bulk").create(
        community=county["H1"], case_id="C0013", priced_month="2026-10", bills=1, **both
    )


def test_payment_by_group_is_explained_and_leads_to_its_cases(bureau, paid_by_group):
    shown = text_of(bureau, f"/fund/grouped/?{OCTOBER}&open=H1/390")
    assert "600.00" in shown and "9,600.00 − 4,000.00" in shown
    assert "/fund/grouped/cases/?month=2026-10&amp;at=H1&amp;scheme=390" in shown
    assert "case_payment" in shown, "the entries in the books"
    cases = text_of(bureau, f"/fund/grouped/cases/?{OCTOBER}&at=H1&scheme=390")
    assert "C0013" in cases and "5,600.00" in cases


def test_a_case_leads_to_its_group_for_who_may_see_that(county, paid_by_group, communities, signed_in):
    director = signed_in("community_director", "H1", username="d1")
    assert "/casemix_payment/cases/H1/page/C0013?month=2026-10" in text_of(director, f"/fund/grouped/cases/?{OCTOBER}")


def test_another_hospital_sees_nothing_of_it(paid_by_group, communities, signed_in):
    other = signed_in("community_director", "H2", username="d2")
    for place in ("grouped/", "grouped/cases/"):
        assert "600.00" not in text_of(other, f"/fund/{place}?month=2026-10")


def test_what_is_missing_of_the_spending_is_said(bureau):
    assert "家庭医生签约服务费" in text_of(bureau, f"/fund/spending/?{OCTOBER}")
