"""Beancount, unmodified, reads our plain-text journal without a complaint and finds the same balances."""

from collections import defaultdict
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from beancount import loader
from beancount.core import data, realization
from hypothesis import given, settings
from hypothesis import strategies as st

from yigongti.kernel.ledger.beancount_text import JournalEntry, JournalLine, account_name, commodity, journal
from yigongti.kernel.ledger.chart import read_chart

CHART = read_chart(Path(__file__).resolve().parents[3] / "policy" / "ledger" / "accounts.csv")
BOOKS = {"510001": "示范县人民医院", "C-01": "示范县“医保”基金"}
FIRST = date(2026, 10, 1)
BATCH = "item:86900001/2026\\09"


def entry(number, *lines, book="510001", said="结算", reverses=""):
    return JournalEntry(
        f"settlement/{number}", book, date(2026, 10, 12), "settlement", said, "settlement:1", lines, reverses
    )


def read(entries, title="示范县"):
    text = "".join(journal(entries, CHART, BOOKS, title, FIRST))
    found, errors, _options = loader.load_string(text)
    assert errors == [], errors
    return found


def balances(found):
    sums = defaultdict(Decimal)
    for each in found:
        if isinstance(each, data.Transaction):
            for posting in each.postings:
                sums[posting.account, posting.units.currency] += posting.units.number
    return {key: amount for key, amount in sums.items() if amount}


def test_an_entry_is_a_transaction_with_its_key_and_its_cause():
    told = entry(
        1, JournalLine("1101.01", "CNY", Decimal("700.00"), "C-01"), JournalLine("4101", "CNY", Decimal("-700.00"))
    )
    (read_back,) = [each for each in read([told]) if isinstance(each, data.Transaction)]
    assert (read_back.date, read_back.narration) == (told.on, "结算")
    assert read_back.meta["key"] == "settlement/1"
    assert read_back.meta["cause"] == "settlement:1"
    assert read_back.postings[0].account == "Assets:B510001:A1101:A01"
    assert read_back.postings[0].meta["partner"] == "C-01"


def test_accounts_have_their_chinese_names():
    opened = {each.account: each.meta["name"] for each in read([]) if isinstance(each, data.Open)}
    assert opened["Expenses:BC-01:A5001:A01"] == "住院统筹支出"
    assert len(opened) == len(CHART.accounts) * len(BOOKS)


@pytest.mark.parametrize("said", ['他说“好”，再"好"', "两\n行\t字", "反\\斜\\", "#tag ^link ; 注 {cost} @@", "x" * 200])
def test_words_of_any_kind_stay_words(said):
    told = entry(1, JournalLine("1001", "CNY", Decimal(1)), JournalLine("3001", "CNY", Decimal(-1)), said=said)
    (read_back,) = [each for each in read([told], title=said) if isinstance(each, data.Transaction)]
    assert read_back.narration == " ".join(said.split())


def test_a_batch_of_goods_is_a_commodity_of_its_own():
    told = entry(1, JournalLine("1001", BATCH, Decimal("2.5000")), JournalLine("3001", BATCH, Decimal("-2.5000")))
    found = read([told, entry(2, JournalLine("1001", "CNY", Decimal(1)), JournalLine("3001", "CNY", Decimal(-1)))])
    assert balances(found)["Assets:B510001:A1001", commodity(BATCH)] == Decimal("2.5")
    assert commodity(BATCH) != commodity(BATCH + "x")


def test_an_account_that_the_chart_lost_is_kept():
    told = entry(1, JournalLine("8888", "CNY", Decimal(5)), JournalLine("1001", "CNY", Decimal(-5)))
    assert balances(read([told]))["Equity:B510001:A8888", "CNY"] == Decimal(5)


ACCOUNTS = st.sampled_from(list(CHART.accounts))
FENS = st.integers(-(10**13), 10**13).filter(bool).map(lambda fen: Decimal(fen) / 100)


@st.composite
def drawn(draw):
    lines = [JournalLine(draw(ACCOUNTS), "CNY", amount) for amount in draw(st.lists(FENS, min_size=1, max_size=5))]
    left_over = sum(line.amount for line in lines)
    if left_over:
        lines.append(JournalLine(draw(ACCOUNTS), "CNY", -left_over))
    else:
        lines += [JournalLine("1001", "CNY", Decimal(1)), JournalLine("1002", "CNY", Decimal(-1))]
    return entry(draw(st.integers(0, 10**9)), *lines, book=draw(st.sampled_from(list(BOOKS))))


@settings(max_examples=15, deadline=None)
@given(st.lists(drawn(), max_size=8))
def test_whatever_was_posted_beancount_finds_the_same_balances(entries):
    ours = defaultdict(Decimal)
    for each in entries:
        for line in each.lines:
            ours[account_name(CHART, each.book, line.account), "CNY"] += line.amount
    found = read(entries)
    assert balances(found) == {key: amount for key, amount in ours.items() if amount}
    assert realization.compute_balance(realization.realize(found)).is_empty()
