"""Entries are posted once, whole, and taken back once."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from systems.ledger.conftest import AT, DAY, WHY
from yigongti.foundation.errors import Conflict, InvalidInput, NotFound
from yigongti.kernel.access.scope import scope
from yigongti.kernel.ledger.models import Entry, Posting
from yigongti.kernel.ledger.posting import post, reverse
from yigongti.kernel.ledger.public import PostingDraft, balance


def entries():
    return Entry.objects.using("bulk")


def test_a_settlement_stands_in_both_books_though_the_clerk_works_in_one(county, clerk, settlement):
    with scope(clerk):
        made = post(clerk, settlement(), AT)
    assert [entry.key for entry in made] == [draft.key for draft in settlement()]
    assert balance(county["C"].pk, "2001", using="bulk") == Decimal("-700.00")
    assert balance(county["H1"].pk, "1101", using="bulk") == Decimal("700.00")
    assert {entry.posted_by for entry in entries().all()} == {clerk.username}


def test_the_same_again_answers_the_entries_that_stand(clerk, settlement):
    with scope(clerk):
        first = post(clerk, settlement(), AT)
        second = post(clerk, settlement(), AT)
    assert [entry.pk for entry in second] == [entry.pk for entry in first]
    assert Posting.objects.using("bulk").count() == 5


def test_the_same_key_with_other_content_is_refused_and_leaves_nothing_behind(clerk, settlement):
    with scope(clerk):
        post(clerk, settlement()[1:], AT)
        with pytest.raises(Conflict) as refused:
            post(clerk, settlement(pool="600.00"), AT)
        assert refused.value.code == "ledger.key_taken"
        assert post(clerk, settlement("S2"), AT)[0].pk  # the transaction goes on
    assert sorted(entries().values_list("key", flat=True)) == [
        "settlement/H1/S1/fund", "settlement/H1/S2/fund", "settlement/H1/S2/institution",
    ]  # fmt: skip


def test_the_callers_scope_is_as_it_was(county, clerk, settlement):
    with scope(clerk):
        post(clerk, settlement(), AT)
        assert Entry.objects.count() == 0


def test_the_same_draft_twice_in_one_call_is_one_entry(clerk, settlement):
    with scope(clerk):
        made = post(clerk, [*settlement(), *settlement()], AT)
    assert len({entry.pk for entry in made}) == 2


WRONG = {
    "ledger.not_balanced": [PostingDraft("1002", Decimal("10.00")), PostingDraft("1102", Decimal("-9.99"))],
    "ledger.too_few_postings": [PostingDraft("1002", Decimal("10.00"))],
    "ledger.amount_zero": [PostingDraft("1002", Decimal("0")), PostingDraft("1102", Decimal("0"))],
    "ledger.decimals": [PostingDraft("1002", Decimal("10.001")), PostingDraft("1102", Decimal("-10.001"))],
    "ledger.account_unknown": [PostingDraft("1002", Decimal("10.00")), PostingDraft("9999", Decimal("-10.00"))],
    "ledger.amount_large": [PostingDraft("1002", Decimal("1e15")), PostingDraft("1102", Decimal("-1e15"))],
    "ledger.unit": [PostingDraft("1002", Decimal(1), " "), PostingDraft("1102", Decimal(-1), " ")],
}


@pytest.mark.parametrize("code", WRONG)
def test_a_draft_that_is_no_entry_is_refused(clerk, settlement, code):
    wrong = replace(settlement()[0], postings=tuple(WRONG[code]))
    with scope(clerk), pytest.raises(InvalidInput) as refused:
        post(clerk, [settlement()[1], wrong], AT)
    assert refused.value.code == code
    assert entries().count() == 0


def test_units_balance_each_for_itself(clerk, settlement):
    wrong = replace(
        settlement()[0],
        postings=(PostingDraft("1002", Decimal("10.00")), PostingDraft("1102", Decimal("-10.00"), "item:A/批1")),
    )
    with scope(clerk), pytest.raises(InvalidInput) as refused:
        post(clerk, [wrong], AT)
    assert refused.value.code == "ledger.not_balanced"


def test_a_book_owes_nothing_to_itself(clerk, county, settlement):
    draft = settlement()[0]
    wrong = replace(draft, postings=(replace(draft.postings[0], partner_id=draft.book_id), *draft.postings[1:]))
    with scope(clerk), pytest.raises(InvalidInput) as refused:
        post(clerk, [wrong], AT)
    assert refused.value.code == "ledger.partner"


def test_a_book_that_does_not_exist_is_refused_and_the_transaction_goes_on(clerk, settlement):
    with scope(clerk):
        with pytest.raises(NotFound) as refused:
            post(clerk, [replace(settlement()[0], book_id=9_999)], AT)
        assert refused.value.code == "ledger.named_unknown"
        assert len(post(clerk, settlement(), AT)) == 2


def test_a_reversal_restores_every_balance_and_names_what_it_takes_back(county, clerk, settlement):
    with scope(clerk):
        first = post(clerk, settlement(), AT)[0]
        taken_back = reverse(clerk, first.key, date(2026, 11, 2), WHY, AT)
    assert taken_back.reverses_id == first.pk
    assert taken_back.key == f"reversal/{first.key}"
    assert balance(county["H1"].pk, "1101", using="bulk") == 0
    assert balance(county["H1"].pk, "1101", date(2026, 10, 31), using="bulk") == Decimal("700.00")
    partners = Posting.objects.using("bulk").filter(account="1101.01").values_list("partner_id", flat=True)
    assert list(partners) == [county["C"].pk] * 2


def test_an_entry_is_reversed_once(clerk, settlement):
    with scope(clerk):
        key = post(clerk, settlement(), AT)[0].key
        first = reverse(clerk, key, DAY, WHY, AT)
        assert reverse(clerk, key, DAY, WHY, AT).pk == first.pk
        with pytest.raises(Conflict) as refused:
            reverse(clerk, key, date(2026, 10, 13), WHY, AT)
        assert refused.value.code == "ledger.reversed_already"
    assert entries().count() == 3


def test_a_reversal_is_not_reversed(clerk, settlement):
    with scope(clerk):
        key = post(clerk, settlement(), AT)[0].key
        made = reverse(clerk, key, DAY, WHY, AT)
        with pytest.raises(InvalidInput) as refused:
            reverse(clerk, made.key, DAY, WHY, AT)
    assert refused.value.code == "ledger.reversal_of_reversal"


def test_what_was_never_posted_is_not_reversed(clerk):
    with scope(clerk), pytest.raises(NotFound):
        reverse(clerk, "settlement/H1/S9/fund", DAY, WHY, AT)
