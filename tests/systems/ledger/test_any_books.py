"""Whatever is posted and taken back: books balance, a reversal restores, several are their sum without the mutual."""

from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from systems.ledger.conftest import AT, WHY
from yigongti.foundation.errors import Text
from yigongti.foundation.period import Month
from yigongti.kernel.access.actor import NOBODY
from yigongti.kernel.access.scope import scope
from yigongti.kernel.ledger import chart as charts
from yigongti.kernel.ledger.public import (
    EntryDraft,
    PostingDraft,
    balance,
    consolidated,
    faults,
    post,
    reverse,
    statement,
    trial_balance,
)

BOOKS = ("C", "H1", "H2", "T1")
FIRST, LAST = Month(2026, 9), Month(2026, 11)
DAYS = st.integers(0, 90).map(lambda n: date(2026, 9, 1) + timedelta(n))
FENS = st.integers(1, 10**10).map(lambda fen: Decimal(fen) / 100)


@st.composite
def trees(draw):
    """Rows of a chart: head accounts of every kind, and others below any of them."""
    rows = [
        {"code": f"{n}", "parent": "", "kind": kind, "zh": "科目", "en": "Account"}
        for n, kind in enumerate(("asset", "liability", "equity", "income", "expense"), start=1)
    ]
    for number in range(draw(st.integers(0, 8))):
        above = draw(st.sampled_from(rows))
        rows.append({**above, "code": f"{above['code']}.{number + 10}", "parent": above["code"]})
    return rows


@st.composite
def stories(draw):
    """A tree, what is posted on its accounts, and which of the entries are taken back."""
    rows = draw(trees())
    accounts = st.sampled_from([row["code"] for row in rows])
    entries = []
    for _ in range(draw(st.integers(1, 6))):
        book = draw(st.sampled_from(BOOKS))
        others = st.sampled_from([None, *(each for each in BOOKS if each != book)])
        lines = [
            (draw(accounts), draw(st.sampled_from([1, -1])) * amount, draw(others))
            for amount in draw(st.lists(FENS, min_size=1, max_size=4))
        ]
        left_over = sum(amount for _account, amount, _partner in lines)
        lines += (
            [(draw(accounts), -left_over, None)] if left_over else [("1", Decimal(1), None), ("2", Decimal(-1), None)]
        )
        if draw(st.booleans()) and lines[0][2]:  # the other book says the same, with the opposite sign
            first = lines[0]
            entries.append(
                (first[2], draw(DAYS), [(draw(accounts), -first[1], book), (draw(accounts), first[1], None)])
            )
        entries.append((book, draw(DAYS), lines))
    return rows, entries, draw(st.sets(st.integers(0, len(entries) - 1)))


def drafts_of(entries, county, run):
    for number, (book, on, lines) in enumerate(entries):
        postings = tuple(
            PostingDraft(account, amount, partner_id=county[partner].pk if partner else None)
            for account, amount, partner in lines
        )
        said = Text("随机", "Random")
        yield EntryDraft(f"any/{run}/{number}", county[book].pk, on, "any", said, "any:1", postings)


def sums(trial):
    return {line.account.code: line.closing for line in trial.lines if line.closing}


RUNS = iter(range(10**6))


class Undone(Exception):
    """Takes back what an example posted."""


@contextmanager
def undone():
    try:
        with transaction.atomic():
            yield
            raise Undone
    except Undone:
        pass


@pytest.fixture
def reader(actor):
    """Reads every book of the county, and whom entries are about."""
    return actor("fund_accountant", "C")


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(story=stories())
def test_any_books(county, reader, monkeypatch, story):
    rows, entries, taken_back = story
    chart = charts.chart_of(rows)
    for module in ("reading", "checking"):
        monkeypatch.setattr(f"yigongti.kernel.ledger.{module}.chart", lambda: chart)
    with undone(), scope(reader):
        ids = [county[code].pk for code in BOOKS]
        drafts = list(drafts_of(entries, county, next(RUNS)))
        post(NOBODY, drafts, AT)
        before = {code: trial_balance([county[code].pk], FIRST, LAST) for code in BOOKS}
        for code, trial in before.items():
            assert trial.total("closing") == trial.total("opening") == 0
            assert trial.total("debit") == trial.total("credit")
            posted = [line for draft in drafts if draft.book_id == county[code].pk for line in draft.postings]
            for line in trial.lines:  # an account is itself and all below it
                below = chart.within(line.account.code)
                assert line.closing == sum(each.amount for each in posted if each.account in below)

        told = consolidated(ids, FIRST, LAST)
        mutual = sum((amount for _code, amount in told.eliminated), Decimal(0))
        assert told.trial.total("closing") == -mutual == -told.difference
        plain = sums(trial_balance(ids, FIRST, LAST))
        left_out = dict.fromkeys(plain, Decimal(0))
        for code, amount in told.eliminated:
            for each in (code, *chart.above(code)):
                left_out[each] = left_out.get(each, Decimal(0)) + amount
        kept = {code: plain.get(code, Decimal(0)) - left_out[code] for code in left_out}
        assert sums(told.trial) == {code: amount for code, amount in kept.items() if amount}

        whole = statement(ids, FIRST, LAST)
        assert whole.total("asset") - whole.total("liability") - whole.total("equity") == whole.accumulated

        for number in taken_back:
            reverse(NOBODY, drafts[number].key, date(2026, 11, 30), WHY, AT)
        kept_drafts = [draft for number, draft in enumerate(drafts) if number not in taken_back]
        for code in BOOKS:
            after = sums(trial_balance([county[code].pk], FIRST, LAST))
            posted = [line for draft in kept_drafts if draft.book_id == county[code].pk for line in draft.postings]
            for account in chart.accounts:
                below = chart.within(account)
                assert after.get(account, 0) == sum(each.amount for each in posted if each.account in below)
        assert balance(county["H1"].pk, "1") == sums(trial_balance([county["H1"].pk], FIRST, LAST)).get("1", 0)
        assert faults(using="default") == []
