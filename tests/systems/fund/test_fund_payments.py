"""Prepayments and settlements of months: every sum by hand, every entry balanced, a second run changes nothing.

Quotas: H1 120,000, H2 24,000 a year; a month 10,000 and 2,000, a tenth kept back: 9,000 and 1,800 are prepaid.
"""

from datetime import date
from decimal import Decimal

import pytest
from django.db.models import Sum
from fund_bills import AT, MONTH, a_bill, the_bills

from yigongti.foundation.errors import Conflict, InvalidInput, NotPermitted
from yigongti.foundation.period import Month
from yigongti.kernel.access.scope import scope
from yigongti.kernel.ledger.public import Entry, Posting, balance
from yigongti.systems.fund.actions.prepay_month import Due, prepay_month
from yigongti.systems.fund.actions.settle_month import settle_month
from yigongti.systems.fund.models import CasePayment, MonthSettlement, Prepayment


@pytest.fixture
def prepay(in_force, people, county, fund_policy):
    def run(month=MONTH, dues=()):
        with scope(people["accountant"]):
            return prepay_month(people["accountant"], county["C"], month, dues, policy=fund_policy, at=AT)

    return run


@pytest.fixture
def settle(in_force, people, county, fund_policy):
    def run(month=MONTH):
        with scope(people["accountant"]):
            return settle_month(people["accountant"], county["C"], month, policy=fund_policy, at=AT)

    return run


def by_group(place, difference, claimed="0.00", scheme="390", month=MONTH):
    """What the close keeps of the cases of an institution that are paid by group."""
    CasePayment.objects.using("bulk").update_or_create(
        institution=place, month=str(month), insurance_type=scheme,
        defaults={
            "packaged": scheme == "390", "cases": 1, "cost": Decimal(claimed), "claimed": Decimal(claimed),
            "payment": Decimal(claimed) + Decimal(difference), "difference": Decimal(difference), "made_at": AT,
        },
    )  # fmt: skip


def of(place, month=MONTH):
    return MonthSettlement.objects.using("bulk").get(institution=place, month=str(month))


def in_book(place, account):
    return balance(place.pk, account, using="bulk")


def test_a_month_is_prepaid_less_what_is_kept_back(prepay, county):
    first, second = prepay()
    assert (first.share, first.retained, first.paid) == (Decimal("10000.00"), Decimal("1000.00"), Decimal("9000.00"))
    assert second.paid == Decimal("1800.00")
    assert in_book(county["C"], "1201") == Decimal("10800.00") and in_book(county["C"], "1001") == Decimal("-10800.00")
    assert in_book(county["H1"], "2002") == Decimal("-9000.00") and in_book(county["H1"], "1001") == Decimal("9000.00")


def test_a_second_prepayment_of_the_month_changes_nothing(prepay):
    prepay()
    before = Entry.objects.using("bulk").count()
    prepay()
    assert (Entry.objects.using("bulk").count(), Prepayment.objects.using("bulk").count()) == (before, 2)


def test_a_ruling_is_taken_once_and_is_no_cash(prepay, county):
    due = Due("case/1/1", county["T1"].pk, Decimal("500.00"))
    first, _second = prepay(dues=[due])
    assert (first.deducted, first.paid) == (Decimal("500.00"), Decimal("8500.00"))
    assert in_book(county["C"], "5201") == Decimal("-500.00") and in_book(county["H1"], "4103") == Decimal("500.00")
    later, _other = prepay(Month(2026, 11), dues=[due])
    assert later.deducted == 0


def test_a_ruling_larger_than_the_prepayment_waits(prepay, county):
    first, _second = prepay(dues=[Due("case/1/1", county["H1"].pk, Decimal("9000.01"))])
    assert first.deducted == 0


def test_what_was_deducted_is_handed_out_again_in_the_next_quarter(prepay, county):
    prepay(Month(2026, 9), dues=[Due("case/1/1", county["H1"].pk, Decimal("600.00"))])
    first, second = prepay(Month(2026, 10))
    assert (first.rolled_in, second.rolled_in) == (Decimal("500.00"), Decimal("100.00"))
    assert prepay(Month(2026, 11))[0].rolled_in == 0, "only in the quarter's first month"


def test_without_a_contract_nothing_is_prepaid(published, people, county, fund_policy):
    with pytest.raises(InvalidInput, match="no_contract"), scope(people["accountant"]):
        prepay_month(people["accountant"], county["C"], MONTH, (), policy=fund_policy, at=AT)


def test_a_director_prepays_nothing(in_force, people, county, fund_policy):
    with pytest.raises(NotPermitted), scope(people["director"]):
        prepay_month(people["director"], county["C"], MONTH, (), policy=fund_policy, at=AT)


def test_bills_are_set_off_against_the_prepayment_and_a_tenth_is_kept_back(prepay, settle, county):
    """H1 is owed 3,040 of the package: 304 are kept back, 2,736 set off; other funds owe 5,800 and are paid. H2 is owed
    4,400: 440 kept back, of 3,960 its 1,800 prepaid are set off, 2,160 paid. T1 50: 5 kept back, 45 set off."""
    prepay()
    settle()
    h1, h2, t1 = of(county["H1"]), of(county["H2"]), of(county["T1"])
    assert (h1.packaged, h1.retained, h1.set_off, h1.other, h1.paid) == tuple(
        map(Decimal, ("3040.00", "304.00", "2736.00", "5800.00", "5800.00"))
    )
    assert (h2.retained, h2.set_off, h2.paid) == (Decimal("440.00"), Decimal("1800.00"), Decimal("2160.00"))
    assert (t1.retained, t1.set_off, t1.paid) == (Decimal("5.00"), Decimal("45.00"), Decimal("0.00"))


def test_bills_from_outside_are_paid_by_the_fund_alone(prepay, settle, county):
    settle()
    outside = of(county["C"])
    assert (outside.outside, outside.packaged, outside.retained, outside.paid) == (
        True, Decimal("8000.00"), Decimal("0.00"), Decimal("8000.00"),
    )  # fmt: skip


def test_what_the_books_hold_between_fund_and_hospitals_mirrors(prepay, settle, county):
    prepay()
    by_group(county["H1"], "-40.00", "3040.00")
    by_group(county["H2"], "100.00")
    settle()
    rows = Posting.objects.using("bulk").filter(partner__isnull=False).values("book_id", "partner_id")
    sums = {(r["book_id"], r["partner_id"]): r["sum"] for r in rows.annotate(sum=Sum("amount")).order_by()}
    fund = county["C"].pk
    for code in ("H1", "H2", "T1"):
        place = county[code].pk
        assert sums.get((fund, place), 0) == -sums.get((place, fund), 0), code


def test_the_leading_hospital_passes_its_prepayment_on(prepay, settle, county):
    prepay()
    settle()
    assert in_book(county["T1"], "1001") == Decimal("45.00")
    assert in_book(county["H1"], "1001") == Decimal("9000.00") + Decimal("5800.00") - Decimal("45.00")
    assert in_book(county["H1"], "2002") == -(Decimal("9000.00") - Decimal("2736.00") - Decimal("45.00"))


def test_payment_by_group_adds_its_difference_and_a_twentieth_of_it_all_is_deposited(settle, county):
    """H1: 3,040 of the package and 160 by group: 320 kept back, 5 % of 3,200 deposited; other funds 5,800."""
    by_group(county["H1"], "160.00", "3040.00")
    settle()
    h1 = of(county["H1"])
    assert (h1.difference, h1.retained, h1.deposit) == (Decimal("160.00"), Decimal("320.00"), Decimal("160.00"))
    assert h1.paid == Decimal("8520.00")
    assert in_book(county["C"], "2101") == Decimal("-160.00") and in_book(county["H1"], "2101") == Decimal("160.00")


def test_payment_by_group_of_another_scheme_is_paid_with_the_other_funds(settle, county):
    by_group(county["H1"], "70.00", "5000.00", scheme="310")
    settle()
    h1 = of(county["H1"])
    assert (h1.difference, h1.other, h1.deposit) == (Decimal("0.00"), Decimal("5870.00"), Decimal("253.50"))


def test_payment_by_group_that_changed_after_the_settlement_goes_into_the_next(settle, own_lake, county):
    by_group(county["H1"], "160.00", "3040.00")
    settle()
    by_group(county["H1"], "-40.00", "3040.00")
    november = Month(2026, 11)
    own_lake.submit([a_bill("S11", "H2", "P3", "300.00", "200.00", settled_on=date(2026, 11, 3))], november)
    own_lake.run(november)
    own_lake.publish(november)
    settle(november)
    h1 = of(county["H1"], november)
    assert (h1.difference, h1.deposit, h1.paid) == (Decimal("-200.00"), Decimal("-10.00"), Decimal("-190.00"))


def test_a_second_settlement_changes_nothing(prepay, settle):
    prepay()
    settle()
    before = Entry.objects.using("bulk").count(), Posting.objects.using("bulk").count()
    settle()
    assert (Entry.objects.using("bulk").count(), Posting.objects.using("bulk").count()) == before


def test_a_correction_that_came_late_goes_into_the_next_settlement(prepay, settle, in_force, own_lake, county):
    settle()
    own_lake.submit([bill for bill in the_bills() if bill["institution_code"] == "H2"]
                     + [a_bill("S10", "H2", "P3", "700.00", "500.00")])  # fmt: skip
    own_lake.run()
    own_lake.publish()
    november = Month(2026, 11)
    own_lake.submit([a_bill("S11", "H2", "P3", "300.00", "200.00", settled_on=date(2026, 11, 3))], november)
    own_lake.run(november)
    own_lake.publish(november)
    settle(november)
    assert of(county["H2"], november).packaged == Decimal("700.00")


def test_an_earlier_month_is_not_settled_after_a_later_one(settle, own_lake):
    settle()
    september = Month(2026, 9)
    days = {"started_on": date(2026, 9, 1), "ended_on": date(2026, 9, 4), "settled_on": date(2026, 9, 4)}
    own_lake.submit([a_bill("S0", "H2", "P3", "300.00", "200.00", **days)], september)
    own_lake.run(september)
    own_lake.publish(september)
    with pytest.raises(Conflict, match="later_month_settled"):
        settle(september)


def test_a_month_that_is_not_closed_is_not_settled(settle):
    with pytest.raises(InvalidInput, match="not_published"):
        settle(Month(2026, 12))
