"""Refunds, corrections and later payments: whole, once, and only the difference changes hands."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal

import pytest
from invented_bills import AT, asked, entries, row

from yigongti.foundation.errors import Conflict, InvalidInput, NotFound
from yigongti.kernel.access.scope import scope
from yigongti.systems.benefits.actions.correct import correct
from yigongti.systems.benefits.actions.pay import pay
from yigongti.systems.benefits.actions.refund import refund
from yigongti.systems.benefits.models import AMOUNTS

LATER = AT + timedelta(hours=1)


@pytest.fixture
def refunded(clerk):
    def make(settled, actor=None, **told):
        with scope(actor or clerk):
            return refund(actor or clerk, settled.id, reason="收费有误", at=LATER, **told)

    return make


@pytest.fixture
def corrected(clerk):
    def make(settled, what):
        with scope(clerk):
            return correct(clerk, settled.id, what, reason="天数有误", at=LATER)

    return make


def balances(cause):
    """Account → what is left on it of everything posted for the cause."""
    left = Counter()
    for lines in entries(cause).values():
        left.update(lines)
    return {account: amount for account, amount in left.items() if amount}


def test_a_refund_leaves_nothing_in_the_books_and_nothing_counted(settle_at, refunded, year_of):
    made = settle_at(paid=True)
    done = refunded(made)
    wrong, reversal = row(made), row(done.reversal.pk)
    assert balances(wrong.cause) == {}
    assert (wrong.state, reversal.state, reversal.reverses_id) == ("reversed", "reversal", wrong.pk)
    assert [getattr(reversal, name) for name in AMOUNTS] == [-getattr(wrong, name) for name in AMOUNTS]
    year = year_of()
    assert (year.settlements, year.total_cost, year.used) == (0, Decimal("0.00"), {})


def test_the_cash_handed_back_is_what_was_paid(settle_at, refunded):
    paid, unpaid = settle_at(key="a", paid=True), settle_at(key="b")
    assert refunded(paid).cash == row(paid).cash
    assert refunded(unpaid).cash == 0


def test_a_second_refund_with_the_same_key_answers_the_first(settle_at, refunded, year_of):
    made = settle_at()
    first, again = refunded(made, key="r1"), refunded(made, key="r1")
    assert again.again and again.reversal.pk == first.reversal.pk
    assert year_of().settlements == 0


def test_a_second_refund_with_another_key_is_refused(settle_at, refunded, year_of):
    made = settle_at()
    refunded(made, key="r1")
    with pytest.raises(Conflict) as refused:
        refunded(made, key="r2")
    assert refused.value.code == "benefits.reversed_already"
    assert year_of().settlements == 0


def test_a_refund_says_why(settle_at, clerk):
    made = settle_at()
    with pytest.raises(InvalidInput) as refused, scope(clerk):
        refund(clerk, made.id, reason=" ", at=LATER)
    assert refused.value.code == "benefits.reason_missing"


def test_a_reversal_is_not_taken_back(settle_at, refunded, clerk):
    done = refunded(settle_at())
    with pytest.raises(InvalidInput) as refused, scope(clerk):
        refund(clerk, done.reversal.pk, reason="x", at=LATER)
    assert refused.value.code == "benefits.is_reversal"


def test_another_counter_does_not_even_see_the_settlement(settle_at, refunded, actor):
    made = settle_at()
    with pytest.raises(NotFound):
        refunded(made, actor=actor("settlement_clerk", "H2"))


def test_a_case_can_be_settled_again_after_its_refund(settle_at, refunded):
    refunded(settle_at(key="a", case_id="Z1"))
    assert row(settle_at(key="b", case_id="Z1")).case_id == "Z1"


def test_what_the_earlier_stay_counted_is_taken_back_and_later_ones_stay(settle_at, refunded, year_of):
    first, second = settle_at(key="a"), settle_at(key="b")
    refunded(first)
    year, kept = year_of(), row(second)
    assert (year.settlements, year.total_cost, year.pool_fund) == (1, kept.total_cost, kept.pool_fund)
    assert year.used == kept.counted


def test_a_correction_settles_the_right_bill_in_the_place_of_the_wrong_one(settle_at, corrected, year_of):
    made = settle_at(paid=True)
    done = corrected(made, asked(key="k2", amount="2500.00"))
    wrong, right = row(made), row(done.right.pk)
    assert (wrong.state, right.replaces_id, right.state) == ("reversed", wrong.pk, "settled")
    assert wrong.reversed_by.reason == right.reason == "天数有误"
    assert done.difference == right.cash - wrong.cash
    assert right.used == wrong.used
    assert (year_of().settlements, year_of().total_cost) == (1, Decimal("2500.00"))
    assert balances(wrong.cause) == {}
    assert balances(right.cause)["1002"] == right.cash


def test_a_correction_sent_again_answers_the_first(settle_at, corrected, year_of):
    made, right = settle_at(), asked(key="k2", amount="2500.00")
    first, again = corrected(made, right), corrected(made, right)
    assert again.again and again.right.pk == first.right.pk
    assert year_of().settlements == 1


def test_a_correction_that_is_refused_changes_nothing(settle_at, corrected, year_of):
    made = settle_at()
    with pytest.raises(InvalidInput):
        corrected(made, asked(key="k2", lines=[{"item_code": "none", "quantity": "1", "amount": "1.00"}]))
    assert row(made).state == "settled"
    assert year_of().settlements == 1


def test_the_own_part_is_paid_later_and_once(settle_at, clerk):
    made = settle_at()
    assert "1002" not in balances(row(made).cause)
    for _turn in range(2):
        with scope(clerk):
            pay(clerk, made.id, at=LATER)
    left = balances(row(made).cause)
    assert left["1002"] == row(made).cash and "1102" not in left


def test_what_was_taken_back_is_not_paid(settle_at, refunded, clerk):
    made = settle_at()
    refunded(made)
    with pytest.raises(Conflict), scope(clerk):
        pay(clerk, made.id, at=LATER)


def test_a_settlement_of_a_merged_registration_is_counted_again(settle_at, insured, resident, year_of):
    from yigongti.systems.benefits.models import BenefitYear
    from yigongti.systems.benefits.public import counters_of, recount

    settle_at()
    BenefitYear.objects.using("bulk").update(settlements=5)
    assert [wrong.resident_id for wrong in counters_of(2026)] == [insured.pk]
    assert recount(insured.pk, 2026, "390")
    assert counters_of(2026) == []
    assert not recount(insured.pk, 2026, "390")
