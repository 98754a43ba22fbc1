"""Every check finds the difference that was planted for it and nothing else; when it is put right, it holds again."""

from datetime import date
from decimal import Decimal

from systems.verification.conftest import BILLS, LATER, bill


def test_bills_and_books_that_agree_are_said_to_agree(posted, verified, places):
    run = verified()
    assert places(run) == []
    assert (run.differing, run.difference) == (0, Decimal("0.00"))
    states = dict(run.results.using("bulk").filter(whole=True).values_list("check_id", "state"))
    assert states == {
        "fund_paid_is_settled": "same", "receivable_is_settled": "same", "bill_is_its_parts": "same",
        "years_are_settlements": "same", "income_of_groups": "nothing", "distribution_is_the_pool": "nothing",
    }  # fmt: skip
    fund = run.results.using("bulk").get(whole=True, check_id="fund_paid_is_settled")
    assert (fund.left, fund.right) == (Decimal("952.65"), Decimal("952.65"))


def test_what_the_fund_paid_without_a_settlement_is_found(posted, post, verified, places):
    post("x", "C", "settlements:2026-10/H1/inpatient", [("5001.01", "12.40", None), ("2001", "-12.40", "H1")])
    run = verified()
    assert places(run) == [("fund_paid_is_settled", "H1", "5001.01", "700.00", "712.40")]
    assert (run.differing, run.difference) == (1, Decimal("12.40"))


def test_errors_of_opposite_sign_do_not_cancel_each_other(posted, post, verified, places):
    post("x", "C", "settlements:2026-10/H1/inpatient", [("5001.01", "5", None), ("5002", "-5", None)])
    run = verified()
    assert [what for _check, _code, what, _left, _right in places(run)] == ["5001.01", "5002"]
    assert run.difference == Decimal("10.00")


def test_a_settlement_that_was_not_posted_is_found_in_both_books(posted, verified, places):
    run = verified((*BILLS, bill("S4", "T1", care="special_disease", pool_fund="80", cash="20")))
    assert places(run) == [
        ("fund_paid_is_settled", "T1", "5001.04", "80.00", "0.00"),
        ("receivable_is_settled", "T1", "1101.01", "140.00", "60.00"),
        ("receivable_is_settled", "T1", "4101", "200.00", "100.00"),
    ]


def test_a_hospitals_book_that_claims_more_than_was_settled_is_found(posted, post, verified, places):
    post("x", "H1", "settlement:H1/S9", [("1101.02", "8", "C"), ("4101", "-8", None)])
    assert places(verified()) == [
        ("receivable_is_settled", "H1", "1101.02", "100.00", "108.00"),
        ("receivable_is_settled", "H1", "4101", "1050.00", "1058.00"),
    ]


def test_a_bill_from_outside_the_county_has_the_funds_side_alone(posted, post, verified, places):
    post("x", "C", "settlement:C/W1", [("5001.01", "400", None), ("2001", "-400", None)])
    assert places(verified((*BILLS, bill("W1", "C", place="province", pool_fund="400", cash="600")))) == []


def test_a_bill_that_is_not_its_parts_is_found_by_its_number(county, verified, places):
    run = verified([bill("S1", pool_fund="700", cash="300", total_cost="1000.01")])
    assert ("bill_is_its_parts", "H1", "settlement:H1/S1", "1000.01", "1000.00") in places(run)


def test_a_persons_year_that_is_not_its_settlements_is_found(posted, resident, verified):
    from yigongti.systems.benefits.models import BenefitYear

    person = resident("V1")
    year = BenefitYear.objects.using("bulk").create(
        resident=person, year=2026, insurance_type="390", settlements=1, pool_fund=Decimal("5.00")
    )
    run = verified()
    found = run.results.using("bulk").get(check_id="years_are_settlements", whole=True)
    assert (found.state, found.places) == ("differs", [[f"resident:{person.pk}/2026/390", "5.00", "0.00"]])
    year.delete(using="bulk")
    assert verified(at=LATER).differing == 0


def priced(county, pay, case="C-S1"):
    from yigongti.systems.casemix_payment.models import PricedCase

    return PricedCase.objects.using("bulk").create(
        institution_id=county["H1"].pk, month="2026-10", case_id=case, discharged_on=date(2026, 10, 31), mdc="A",
        adrg="AA1", drg="AA19", kind="drg", cost=Decimal("1000.00"), pay=Decimal(pay), balance=Decimal(pay) - 1000,
    )  # fmt: skip


def test_income_by_group_is_what_the_bills_claimed_and_the_difference_posted(county, posted, post, verified, places):
    priced(county, "1080.00")
    priced(county, "5000.00", "paid by the patient alone")
    post("x", "H1", "case_payment:2026-10/H1", [("1101.01", "80", "C"), ("4103", "-80", None)])
    assert places(verified()) == []
    post("y", "H1", "case_payment:2026-10/H1", [("1101.01", "1", "C"), ("4103", "-1", None)])
    assert places(verified(at=LATER)) == [("income_of_groups", "H1", "4103", "1080.00", "1081.00")]


def test_a_surplus_that_the_fund_gives_and_no_hospital_receives_is_found(posted, post, verified, places):
    post("x", "C", "clearing:2026", [("5101", "90", None), ("2003", "-60", "H1"), ("2003", "-30", "T1")])
    post("y", "H1", "clearing:2026", [("1101.01", "60", "C"), ("4102", "-60", None)])
    assert places(verified()) == [("distribution_is_the_pool", "T1", "2003", "30.00", "0.00")]
    post("z", "T1", "clearing:2026", [("1101.01", "30", "C"), ("4102", "-30", None)])
    assert places(verified(at=LATER)) == []
