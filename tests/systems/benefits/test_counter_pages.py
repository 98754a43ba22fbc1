"""The pages: of the counter, of whoever oversees, of the resident; who may not see stays outside."""

import json

import pytest
from invented_bills import AT, NUMBER, asked, bill, insure, row

from yigongti.kernel.access.scope import scope

LINES = "D030010\t10\t3000.00\nD010010\t普通床位费\t7\t140.00"


@pytest.fixture
def counter(signed_in, insured):
    return signed_in("settlement_clerk", "T1", username="at the counter")


def form(**told):
    return {
        "key": "page-1", "insured_number": NUMBER, "care": "inpatient", "referral": "none", "started_on": "2026-10-02",
        "ended_on": "2026-10-09", "lines": LINES,
    } | told  # fmt: skip


def said(answer):
    return answer.content.decode()


def test_an_empty_day_says_what_to_do_first(counter):
    assert "今天还没有结算" in said(counter.get("/benefits/"))


def test_a_number_leads_to_the_bill_at_once(counter):
    answer = counter.get("/benefits/", {"find": NUMBER})
    assert answer.status_code == 302
    assert "演示·甲" in said(counter.get(answer["Location"]))


def test_a_quote_shows_the_flow_and_keeps_nothing(counter):
    from yigongti.systems.benefits.models import Settlement

    answer = said(counter.post("/benefits/bill/quote", form()))
    assert "总费用 3,140.00 元" in answer
    assert 'data-step="deductible"' in answer and 'data-step="cash"' in answer
    assert not Settlement.objects.using("bulk").exists()


def test_a_row_that_cannot_be_read_is_told_by_its_place(counter):
    assert "lines[1]" in said(counter.post("/benefits/bill/quote", form(lines="D030010\t1\t3.00\nD030010 x")))


def test_a_settled_bill_is_a_receipt_with_its_steps(counter):
    answer = counter.post("/benefits/bill/", form(paid="1"), follow=True)
    made = row(1)
    assert answer.redirect_chain[-1][0].endswith(f"/benefits/settled/{made.pk}")
    text = said(answer)
    assert made.number in text and "起付线" in text and "个人现金支付" in text
    assert f"settlement/T1/{made.number}/institution" in text  # the fund's book is the fund's to read
    assert "print-footer" in text


def test_a_refused_bill_stays_in_the_form(counter):
    answer = counter.post("/benefits/bill/", form(lines="X1\t1\t3.00"))
    assert answer.status_code == 400
    assert "待遇目录" in said(answer) and "X1" in said(answer)


def test_an_injury_is_held_when_its_story_is_told(counter):
    answer = counter.post("/benefits/bill/", form(diagnosis="S82.200", injury="自家院内滑倒"), follow=True)
    assert "待核查" in said(answer)


def test_a_correction_is_opened_with_the_bill_and_settles_the_difference(counter):
    counter.post("/benefits/bill/", form(paid="1"))
    opened = said(counter.get("/benefits/bill/", {"number": NUMBER, "corrects": "1"}))
    assert 'name="corrects" value="1"' in opened
    done = counter.post(
        "/benefits/bill/",
        form(key="page-2", corrects="1", reason="天数有误", lines="D030010\t10\t2000.00"),
        follow=True,
    )
    assert "更正前的结算" in said(done)
    assert row(1).state == "reversed"


def test_a_refund_and_a_later_payment_are_one_click_each(counter):
    counter.post("/benefits/bill/", form())
    assert counter.post("/benefits/settled/1/pay").status_code == 302
    assert row(1).paid_at
    assert counter.post("/benefits/settled/1/refund", {"reason": "收费有误"}).status_code == 302
    assert row(1).state == "reversed"


def test_the_office_sees_the_month_with_masked_names_and_another_hospital_nothing(settle_at, signed_in):
    made = settle_at()
    office = signed_in("insurance_bureau_officer", "C", username="office")
    listed = said(office.get("/benefits/settlements/", {"month": "2026-11"}))
    assert row(made).number in listed and "演***" in listed and "演示·甲" not in listed
    assert office.get(f"/benefits/settlements/{made.id}").status_code == 200
    other = signed_in("hospital_insurance_office", "H2", username="other")
    assert row(made).number not in said(other.get("/benefits/settlements/", {"month": "2026-11"}))
    assert other.get(f"/benefits/settlements/{made.id}").status_code == 404


def test_admitting_asking_and_enrolling_have_their_forms(counter, signed_in, resident):
    told = {"number": NUMBER, "case_id": "Z1", "started_on": "2026-10-02"}
    assert counter.post("/benefits/admissions/", told).status_code == 302
    assert "Z1" in said(counter.get("/benefits/admissions/"))
    told = {
        "number": NUMBER, "disease": "special_disease/dialysis", "valid_from": "2026-10-01", "valid_to": "2027-09-30",
        "evidence": "病历",
    }  # fmt: skip
    assert "透析" in said(counter.post("/benefits/approvals/", told, follow=True))
    from yigongti.kernel.people.sealing import ring

    other = resident("V1", "演示·乙", care=False)
    office = signed_in("insurance_bureau_officer", "C", username="office")
    told = {
        "identity": ring().open(other.number_sealed, "number"), "insurance_type": "390", "insured_number": "B0007",
        "valid_from": "2026-01-01", "valid_to": "2026-12-31", "groups": ["low_income"],
    }  # fmt: skip
    assert "演示·乙" in said(office.post("/benefits/enrolments/", told, follow=True))


def test_a_device_sends_a_bill_and_is_told_what_came_of_it(counter):
    what = bill(key="device-1", care="outpatient", started_on="2026-10-09")
    told = {"bill": what, "quoted": {"total_cost": "3000.00"}, "accepted_at": "2026-10-09T08:00:00Z"}
    answers = [
        counter.post("/benefits/offline/send", json.dumps(told), content_type="application/json").json()
        for _turn in range(2)
    ]
    assert answers[0] == answers[1]
    assert answers[0]["state"] == "confirmed"
    assert answers[0]["number"] in said(counter.get("/benefits/offline/received/"))
    assert NUMBER not in said(counter.get("/benefits/offline/"))


@pytest.fixture
def at_home(insured, settings):
    """The resident's own session."""
    from django.test import Client
    from django.utils import timezone

    client = Client()
    session = client.session
    session["resident"], session["resident_seen"] = insured.pk, int(timezone.now().timestamp())
    session.save()
    return client


def test_a_resident_sees_the_own_settlements_and_year(settle_at, at_home, insured, resident, county):
    made = row(settle_at())
    text = said(at_home.get("/benefits/mine/"))
    assert "3,000.00" in text and "2026" in text
    assert made.number in said(at_home.get("/benefits/mine/one", {"number": made.pk}))


def test_a_resident_does_not_see_those_of_others(clerk, county, at_home, resident):
    from yigongti.systems.benefits.actions.settle import settle

    insure(resident("V1", "演示·乙", care=False), county["C"], number="B0002")
    with scope(clerk):
        other = settle(clerk, county["T1"].pk, asked(number="B0002"), at=AT)
    assert "3,000.00" not in said(at_home.get("/benefits/mine/"))
    assert at_home.get("/benefits/mine/one", {"number": other.id}).status_code == 404
