"""What the books say: sums, statements, several books as one, and who reads which."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from systems.ledger.conftest import AT, WHY
from yigongti.foundation.errors import InvalidInput
from yigongti.foundation.period import Month
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.scope import scope
from yigongti.kernel.ledger.models import Entry, Posting
from yigongti.kernel.ledger.posting import post, reverse
from yigongti.kernel.ledger.public import (
    balance,
    consolidated,
    entries_of_cause,
    faults,
    statement,
    trial_balance,
)

OCTOBER, NOVEMBER = Month(2026, 10), Month(2026, 11)


@pytest.fixture
def director(actor):
    return actor("county_director", "C")


@pytest.fixture
def books(county, clerk, settlement):
    """Two settlements in October and one in November at the first hospital; what the patient paid in October."""
    from yigongti.foundation.errors import Text
    from yigongti.kernel.ledger.public import EntryDraft, PostingDraft

    paid = EntryDraft(
        "payment/H1/S1", county["H1"].pk, date(2026, 10, 13), "payment", Text("患者缴款", "Paid by the patient"),
        "settlement:H1/S1", (PostingDraft("1002", Decimal("300.00")), PostingDraft("1102", Decimal("-300.00"))),
    )  # fmt: skip
    with scope(clerk):
        post(clerk, [*settlement("S1"), *settlement("S2", pool="100.00", total="150.00"), paid], AT)
        post(clerk, settlement("S3", on=date(2026, 11, 2), pool="7.00", total="10.00"), AT)
    return county


def test_a_trial_balance_carries_forward_and_balances(books, director):
    with scope(director):
        november = trial_balance([books["H1"].pk], NOVEMBER, NOVEMBER)
    told = {line.account.code: (line.opening, line.debit, line.credit, line.closing) for line in november.lines}
    assert told == {
        "1002": (Decimal("300.00"), Decimal("0.00"), Decimal("0.00"), Decimal("300.00")),
        "1101": (Decimal("800.00"), Decimal("7.00"), Decimal("0.00"), Decimal("807.00")),
        "1101.01": (Decimal("800.00"), Decimal("7.00"), Decimal("0.00"), Decimal("807.00")),
        "1102": (Decimal("50.00"), Decimal("3.00"), Decimal("0.00"), Decimal("53.00")),
        "4101": (Decimal("-1150.00"), Decimal("0.00"), Decimal("10.00"), Decimal("-1160.00")),
    }
    assert november.total("debit") == november.total("credit") == Decimal("10.00")
    assert november.total("opening") == november.total("closing") == 0


def test_a_statement_tells_income_of_the_period_and_assets_on_the_day(books, director):
    with scope(director):
        told = statement([books["H1"].pk], NOVEMBER, NOVEMBER)
    assert told.total("income") == told.result == Decimal("10.00")
    assert told.total("asset") == Decimal("1160.00") == told.accumulated


def test_a_day_in_between_is_asked_for(books, director):
    with scope(director):
        assert balance(books["H1"].pk, "1102", date(2026, 10, 12)) == Decimal("350.00")
        assert balance(books["H1"].pk, "1102", date(2026, 10, 13)) == Decimal("50.00")
        with pytest.raises(InvalidInput):
            balance(books["H1"].pk, "1103")


def test_what_hospital_and_fund_owe_each_other_is_eliminated(books, director):
    both = [books["H1"].pk, books["C"].pk]
    with scope(director):
        told = consolidated(both, OCTOBER, NOVEMBER)
    assert told.eliminated == (("1101.01", Decimal("807.00")), ("2001", Decimal("-807.00")))
    assert told.trial.line("1101") is None
    assert told.trial.line("2001") is None
    assert told.trial.line("5001").closing == Decimal("807.00")
    assert told.unmatched == ()
    assert told.trial.total("closing") == 0


def test_a_missing_counterpart_is_told_by_pair(books, director, clerk, settlement):
    with scope(clerk):
        reverse(clerk, "settlement/H1/S2/fund", date(2026, 10, 20), WHY, AT)
    with scope(director):
        told = consolidated([books["H1"].pk, books["C"].pk], OCTOBER, NOVEMBER)
    (pair,) = told.unmatched
    assert {pair.in_first, pair.in_second} == {Decimal("807.00"), Decimal("-707.00")}
    assert told.difference == Decimal("100.00")
    assert told.trial.total("closing") == -told.difference


def test_a_partner_outside_of_the_set_is_not_eliminated(books, director):
    with scope(director):
        told = consolidated([books["H1"].pk, books["H2"].pk], OCTOBER, NOVEMBER)
    assert told.eliminated == ()
    assert told.trial == told.plain


def test_a_bill_leads_to_its_entries_in_both_books(books, actor):
    with scope(actor("insurance_bureau_officer", "C")):
        assert {entry.key for entry in entries_of_cause("settlement:H1/S1")} == {
            "settlement/H1/S1/fund", "settlement/H1/S1/institution", "payment/H1/S1",
        }  # fmt: skip


# ---- who reads what

READS = {
    ("county_director", "C"): {"H1", "C"},
    ("fund_accountant", "C"): {"H1", "C"},
    ("hospital_insurance_office", "H1"): {"H1"},
    ("hospital_insurance_office", "H2"): set(),
    ("township_clerk", "T1"): set(),
    ("coder", "H1"): set(),
    ("system_administrator", "C"): set(),
}


@pytest.mark.parametrize("post_held", READS, ids=lambda held: "-".join(held))
def test_a_book_is_read_by_who_reads_the_books_of_the_institution(books, actor, post_held):
    with scope(actor(*post_held)):
        seen = set(Posting.objects.values_list("book__code", flat=True))
    assert seen == READS[post_held]


@pytest.fixture
def somebody(county, resident):
    return resident("V1", "演示甲")


@pytest.fixture
def personal(somebody, clerk, settlement):
    with scope(clerk):
        post(clerk, settlement(resident=somebody.pk), AT)
    return somebody


def test_whom_an_entry_is_about_is_read_as_the_settlement_is(personal, actor, clerk):
    reading = {
        "settlement counter of the hospital": (clerk, {"H1"}),
        "counter elsewhere": (actor("settlement_clerk", "H2"), set()),
        "insurance office of the hospital": (actor("hospital_insurance_office", "H1"), {"H1"}),
        "bureau": (actor("insurance_bureau_officer", "C"), {"H1", "C"}),
        "director without sight of settlements": (actor("county_director", "C"), set()),
        "the resident": (Actor(0, "", "", resident_id=personal.pk), {"H1", "C"}),
        "another resident": (Actor(0, "", "", resident_id=personal.pk + 1), set()),
    }
    wrong = {}
    for who, (asker, expected) in reading.items():
        with scope(asker):
            seen = set(Entry.objects.values_list("book__code", flat=True))
        if seen != expected:
            wrong[who] = (seen, expected)
    assert wrong == {}


def test_a_balance_is_whole_for_who_may_not_read_whom_it_is_about(personal, actor, county):
    with scope(actor("county_director", "C")):
        assert Entry.objects.count() == 0
        assert balance(county["C"].pk, "5001") == Decimal("700.00")


def test_without_a_scope_nothing_is_read(books):
    assert (Entry.objects.count(), Posting.objects.count()) == (0, 0)


def test_nobody_writes_past_the_ledger(books, actor):
    from django.db import DatabaseError

    entry = Entry.objects.using("bulk").get(key="payment/H1/S1")
    accountant = actor("fund_accountant", "C")
    with pytest.raises(DatabaseError, match="row-level security"), scope(accountant):
        Entry(**{f: getattr(entry, f) for f in ("book_id", "on", "kind", "said_zh", "said_en", "cause", "last_line",
              "posted_at", "digest")}, key="past the ledger").save()  # fmt: skip


# ---- what a superuser did


def test_the_journal_proves_itself(books, database):
    import psycopg

    assert faults() == []
    with psycopg.connect(database.url("postgres"), autocommit=True) as superuser:
        superuser.execute("SET session_replication_role = replica")
        superuser.execute("UPDATE ledger_posting SET amount = amount * 2 WHERE account = '1002'")
    (unbalanced, altered) = faults()
    assert "its postings leave" in unbalanced
    assert "payment/H1/S1" in altered


def test_goods_are_counted_in_their_own_unit(county, clerk, settlement, director):
    from yigongti.kernel.ledger.public import PostingDraft

    batch = "item:86900001/20260901"
    draft = replace(
        settlement()[0], key="stock/1",
        postings=(PostingDraft("1002", Decimal("2.5000"), batch), PostingDraft("4101", Decimal("-2.5"), batch)),
    )  # fmt: skip
    with scope(clerk):
        post(clerk, [draft, *settlement()], AT)
    with scope(director):
        assert balance(county["H1"].pk, "1002", unit=batch) == Decimal("2.5000")
        assert balance(county["H1"].pk, "1002") == 0
