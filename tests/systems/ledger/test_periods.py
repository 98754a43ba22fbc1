"""A month is closed; nothing lands in it any more; it opens again only when a second person approves."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from systems.ledger.conftest import AT, WHY
from yigongti.foundation.errors import Conflict, InvalidInput, NotPermitted
from yigongti.foundation.period import Month
from yigongti.kernel.access.scope import scope
from yigongti.kernel.ledger.matters import ask_to_reopen
from yigongti.kernel.ledger.models import Entry, PeriodState
from yigongti.kernel.ledger.periods import close_period, is_closed, periods
from yigongti.kernel.ledger.posting import post, reverse
from yigongti.kernel.ledger.public import trial_balance
from yigongti.kernel.matters.public import Given, act

OCTOBER, NOVEMBER = Month(2026, 10), Month(2026, 11)
LATER = datetime(2026, 11, 3, 2, 0, tzinfo=UTC)


@pytest.fixture
def accountant(actor):
    return actor("fund_accountant", "C")


@pytest.fixture
def second(actor):
    return actor("fund_accountant", "C", username="second")


@pytest.fixture
def closed(accountant, county, clerk, settlement):
    """October of the fund's book, with a settlement in it."""
    with scope(clerk):
        post(clerk, settlement(), AT)
    with scope(accountant):
        return close_period(accountant, county["C"].pk, OCTOBER, LATER)


def refused(clerk, drafts):
    with scope(clerk), pytest.raises(Conflict) as told:
        post(clerk, drafts, LATER)
    return told.value.code


def test_nothing_lands_in_a_closed_month(closed, clerk, settlement):
    assert refused(clerk, settlement("S2")) == "ledger.period_closed"
    assert Entry.objects.using("bulk").count() == 2


def test_an_open_book_takes_what_the_closed_one_refuses(closed, clerk, settlement):
    with scope(clerk):
        assert post(clerk, settlement("S2")[:1], LATER)[0].pk


def test_nothing_lands_in_a_month_before_the_closed_one(closed, clerk, settlement):
    assert refused(clerk, settlement("S2", on=date(2026, 8, 31))) == "ledger.period_closed"


def test_the_next_month_is_open(closed, clerk, settlement):
    with scope(clerk):
        assert len(post(clerk, settlement("S2", on=date(2026, 11, 1)), LATER)) == 2


def test_what_was_posted_before_is_reversed_in_an_open_month(closed, clerk, settlement):
    key = settlement()[1].key
    with scope(clerk):
        with pytest.raises(Conflict):
            reverse(clerk, key, date(2026, 10, 31), WHY, LATER)
        assert reverse(clerk, key, date(2026, 11, 2), WHY, LATER).pk


def test_the_same_entry_again_is_answered_though_the_month_is_closed_by_now(closed, clerk, settlement):
    with scope(clerk):
        assert [entry.key for entry in post(clerk, settlement(), LATER)] == [each.key for each in settlement()]


def test_a_closed_month_says_the_same_whatever_comes_after(closed, accountant, county, clerk, settlement):
    def october():
        with scope(accountant):
            return trial_balance([county["C"].pk], OCTOBER, OCTOBER)

    before = october()
    with scope(clerk):
        post(clerk, settlement("S2", on=date(2026, 11, 1), pool="50.00"), LATER)
    assert october() == before
    assert before.line("5001").closing == Decimal("700.00")


def test_a_month_is_closed_once_and_not_before_it_is_over(closed, accountant, county):
    with scope(accountant):
        with pytest.raises(Conflict) as twice:
            close_period(accountant, county["C"].pk, OCTOBER, LATER)
        with pytest.raises(InvalidInput) as early:
            close_period(accountant, county["C"].pk, NOVEMBER, LATER)
    assert twice.value.code == "ledger.closed_already"
    assert early.value.code == "ledger.month_not_over"


def test_only_who_keeps_the_books_closes_them(county, clerk, actor):
    for someone in (clerk, actor("township_clerk", "T1")):
        with scope(someone), pytest.raises(NotPermitted):
            close_period(someone, county["C"].pk, OCTOBER, LATER)


def ask(accountant, county):
    with scope(accountant):
        return ask_to_reopen(accountant, county["C"], OCTOBER, "漏记一笔退费", LATER)


def approve(someone, matter):
    with scope(someone):
        return act(someone, matter.pk, "approve", at=LATER, given=Given(words="同意"), version=matter.version)


def test_a_second_person_opens_it_again_and_the_reason_stays(closed, accountant, second, county, clerk, settlement):
    matter = ask(accountant, county)
    with pytest.raises(NotPermitted) as own:
        approve(accountant, matter)
    assert own.value.code == "ledger.second_person"
    assert approve(second, matter).state == "reopened"
    with scope(clerk):
        assert len(post(clerk, settlement("S2"), LATER)) == 2
    lines = list(PeriodState.objects.using("bulk").values_list("state", "by", "reason", "matter_id"))
    assert lines == [("closed", accountant.username, "", 0), ("open", "second", "漏记一笔退费", matter.pk)]


def test_a_refused_request_leaves_the_month_closed(closed, accountant, second, county):
    matter = ask(accountant, county)
    with scope(second):
        act(second, matter.pk, "refuse", at=LATER, given=Given(words="不同意"), version=matter.version)
        assert is_closed(county["C"].pk, OCTOBER)


def test_a_month_reopened_is_closed_again(closed, accountant, second, county):
    approve(second, ask(accountant, county))
    with scope(accountant):
        close_period(accountant, county["C"].pk, OCTOBER, LATER)
        (told,) = periods(county["C"].pk, [OCTOBER])
    assert told.is_closed
    assert [line.state for line in told.lines] == ["closed", "open", "closed"]


def test_nobody_asks_for_a_month_that_is_open(accountant, county):
    with scope(accountant), pytest.raises(Conflict) as told:
        ask_to_reopen(accountant, county["C"], OCTOBER, "无", LATER)
    assert told.value.code == "ledger.open_already"


def test_a_reason_is_asked_for(closed, accountant, county):
    with scope(accountant), pytest.raises(InvalidInput):
        ask_to_reopen(accountant, county["C"], OCTOBER, "  ", LATER)
