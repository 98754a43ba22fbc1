"""The month's settlements in the books: once, anew when they are submitted again, never half."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db.models import Sum
from settled_rows import AT, MONTH, row

from yigongti.foundation.errors import NotFound
from yigongti.processes.settled_bills.public import post_month

PAID = {"pool_fund": "280", "cash": "720"}


@pytest.fixture
def books(database, county):
    """Sums by (book's code, account)."""
    from yigongti.kernel.ledger.models import Posting

    def read():
        found = Posting.objects.using("bulk").values_list("book__code", "account").annotate(sum=Sum("amount"))
        return {(code, account): amount for code, account, amount in found if amount}

    return read


@pytest.fixture
def hospital(county):
    return county["H1"].code


def entries():
    from yigongti.kernel.ledger.models import Entry

    return Entry.objects.using("bulk").count()


def test_hospital_and_fund_have_the_same_claim_on_opposite_sides(books, lake, submit, hospital):
    submit([row("S1", **PAID), row("S2", "P2", **PAID)], code=hospital)
    assert post_month(MONTH, lake, None, AT).posted == 2
    found = books()
    assert found[hospital, "1101.01"] == Decimal(560) and found[hospital, "4101"] == Decimal(-2000)
    fund = {account: amount for (code, account), amount in found.items() if code != hospital}
    assert fund == {"5001.01": Decimal(560), "2001": Decimal(-560)}


def test_posting_again_changes_nothing(books, lake, submit, hospital):
    submit([row("S1", **PAID)], code=hospital)
    post_month(MONTH, lake, None, AT)
    before = books(), entries()
    again = post_month(MONTH, lake, None, AT)
    assert (again.posted, again.reversed) == (0, 0) and (books(), entries()) == before


def test_a_month_submitted_again_is_reversed_and_posted_anew(books, lake, submit, hospital):
    submit([row("S1", **PAID)], code=hospital)
    post_month(MONTH, lake, None, AT)
    submit([row("S1", **PAID), row("S2", "P2", **PAID)], code=hospital)
    done = post_month(MONTH, lake, None, AT)
    assert (done.posted, done.reversed) == (2, 2) and books()[hospital, "1101.01"] == Decimal(560)


def test_rows_that_come_back_after_others_stand_once(books, lake, submit, hospital):
    for rows in ([row("S1", **PAID)], [row("S2", "P2", **PAID)], [row("S1", **PAID)]):
        submit(rows, code=hospital)
        post_month(MONTH, lake, None, AT)
    assert books()[hospital, "1101.01"] == Decimal(280)


def test_bills_from_outside_the_county_have_the_funds_side_alone(books, lake, submit, hospital):
    submit([row("S1", place="prefecture", level="city", treated_at="X", **PAID)], code=hospital)
    assert post_month(MONTH, lake, None, AT).posted == 1
    assert {account for _, account in books()} == {"5001.01", "2001"}


def test_an_institution_that_nobody_registered_posts_nothing_at_all(books, lake, submit, hospital):
    submit([row("S1", **PAID)], code=hospital)
    submit([row("S9", "P9", **PAID)], code="UNKNOWN")
    with pytest.raises(NotFound):
        post_month(MONTH, lake, None, AT)
    assert not books()


def test_a_process_that_dies_between_reversal_and_posting_leaves_the_earlier_sum(
    books, lake, submit, hospital, monkeypatch
):
    from yigongti.kernel.ledger import bringing

    submit([row("S1", **PAID)], code=hospital)
    post_month(MONTH, lake, None, AT)
    before = books()
    submit([row("S2", "P2", **PAID)], code=hospital)

    def dies(*args, **more):
        raise KeyboardInterrupt

    monkeypatch.setattr(bringing, "post", dies)
    with pytest.raises(KeyboardInterrupt):
        post_month(MONTH, lake, None, AT)
    assert books() == before
    monkeypatch.undo()
    post_month(MONTH, lake, None, AT)
    assert books() == before  # the same sums, of the other person's stay


def test_the_day_in_the_books_is_the_months_last(books, lake, submit, hospital):
    from yigongti.kernel.ledger.models import Entry

    submit([row("S1", **PAID)], code=hospital)
    post_month(MONTH, lake, None, AT)
    assert set(Entry.objects.using("bulk").values_list("on", flat=True)) == {date(2026, 9, 30)}


@pytest.fixture
def page_behind(books, lake, submit, hospital, settings):
    """The address to which the hospital's entry of its stays leads."""
    from yigongti.kernel.ledger.causes import cause_link
    from yigongti.kernel.ledger.models import Entry

    settings.LAKE_ROOT = lake.root
    submit([row("S1", "P123456789", **PAID)], code=hospital)
    post_month(MONTH, lake, None, AT)
    return cause_link(Entry.objects.using("bulk").filter(book__code=hospital).get().cause).url


def test_an_entry_leads_to_the_settlements_that_it_is_the_sum_of(page_behind, signed_in):
    page = signed_in("insurance_bureau_officer", "C", username="office").get(page_behind).content.decode()
    assert "S1" in page and "280.00" in page
    assert "P123456789" not in page


def test_settlements_behind_an_entry_are_not_told_to_another_hospital(page_behind, signed_in):
    elsewhere = signed_in("hospital_insurance_office", "H2", username="elsewhere")
    assert elsewhere.get(page_behind).status_code == 404
