"""A year is computed, confirmed by a second person, posted; and a second run changes nothing."""

from dataclasses import replace
from decimal import Decimal

import pytest

from yigongti.foundation.errors import Conflict, InvalidInput, NotFound, NotPermitted
from yigongti.kernel.access.scope import scope
from yigongti.kernel.ledger.models import Entry, Posting
from yigongti.processes.year_end_clearing.models import ClearingRow, ClearingRun

State = ClearingRun.State


def kept(run):
    return {row.institution.code: row.kept for row in ClearingRow.objects.using("bulk").filter(run_id=run.pk)}


def balance(book, account, partner=None):
    rows = Posting.objects.using("bulk").filter(entry__book_id=book, account=account)
    if partner is not None:
        rows = rows.filter(partner_id=partner)
    return sum((row.amount for row in rows), Decimal("0.00"))


def test_what_is_kept_is_handed_down_six_three_one(acting):
    run = acting.compute()
    assert (run.kept, run.returned) == (Decimal("93000.00"), Decimal("7000.00"))
    assert kept(run) == {"H1": Decimal("55800.00"), "T1": Decimal("27900.00"), "V1": Decimal("9300.00")}


def test_computing_again_answers_the_run_that_stands(acting):
    assert acting.compute().pk == acting.compute().pk
    assert ClearingRun.objects.using("bulk").count() == 1


def test_other_inputs_supersede_a_draft(acting):
    first, second = acting.compute(), acting.compute(spending="950000.00")
    states = dict(ClearingRun.objects.using("bulk").values_list("pk", "state"))
    assert states == {first.pk: State.SUPERSEDED, second.pk: State.DRAFT}


def test_other_inputs_do_not_touch_a_confirmed_year(acting):
    acting.confirm(acting.compute())
    with pytest.raises(Conflict, match=r"year_end\.settled_already"):
        acting.compute(spending="950000.00")


def test_who_computed_does_not_confirm(acting, people):
    run = acting.compute()
    people["accountant"] = replace(people["accountant"], posts=(*people["accountant"].posts, *people["director"].posts))
    with pytest.raises(NotPermitted, match=r"year_end\.second_person"):
        acting.confirm(run, who="accountant")


def test_a_year_with_months_that_are_not_closed_is_not_confirmed(acting):
    run = acting.compute(months={"2026-01": "f" * 64})
    assert len(run.missing_months) == 11
    with pytest.raises(InvalidInput, match=r"year_end\.months_missing"):
        acting.confirm(run)


def test_a_draft_is_not_posted(acting):
    with pytest.raises(Conflict, match=r"year_end\.not_confirmed"):
        acting.post(acting.compute())


def test_every_amount_stands_in_both_books(posted, county):
    fund, hospital = county["C"].pk, county["T1"].pk
    assert balance(fund, "5101") == Decimal("93000.00")
    assert balance(fund, "2003", hospital) == Decimal("-28900.00")  # 27,900 kept and 1,000 kept back, returned
    assert balance(hospital, "1101.01", fund) == Decimal("28900.00")
    assert balance(hospital, "4102") == Decimal("-27900.00")
    assert (balance(fund, "2102", hospital), balance(hospital, "2102", fund)) == (1000, -1000)


def test_an_overrun_is_borne_by_bands_and_given_back(acting, county):
    run = acting.compute(spending="1070000.00")
    assert (run.fund_share, run.community_share) == (Decimal("25000.00"), Decimal("45000.00"))
    acting.confirm(run)
    acting.post(run)
    fund = county["C"].pk
    assert balance(fund, "5102") == Decimal("25000.00")
    assert balance(fund, "5001.01") == Decimal("-70000.00")
    assert balance(county["V1"].pk, "4103") == Decimal("4500.00")


def test_below_the_pass_score_nothing_is_kept_and_nothing_kept_back_is_returned(acting, county, inputs):
    low = tuple(replace(each, score=Decimal(59)) for each in inputs().institutions)
    run = acting.compute(score=Decimal(59), institutions=low)
    acting.confirm(run)
    acting.post(run)
    assert balance(county["C"].pk, "5101") == 0
    assert balance(county["C"].pk, "5201") == Decimal("-3000.00")
    assert balance(county["T1"].pk, "4103") == Decimal("1000.00")


def test_posting_again_posts_nothing(acting, posted):
    before = Entry.objects.using("bulk").count()
    again = acting.post(posted)
    assert (again.state, Entry.objects.using("bulk").count()) == (State.POSTED, before)


def test_the_whole_way_again_changes_nothing(acting, posted):
    rows = list(Entry.objects.using("bulk").order_by("id").values_list("key", "digest"))
    run = acting.compute()
    acting.confirm(run)
    acting.post(run)
    assert run.pk == posted.pk
    assert list(Entry.objects.using("bulk").order_by("id").values_list("key", "digest")) == rows


def test_entries_are_keyed_by_year_community_institution_and_what(posted):
    keys = set(Entry.objects.using("bulk").values_list("key", flat=True))
    assert "clearing/2026/H1/T1/surplus/fund" in keys
    assert "clearing/2026/H1/V1/retained/institution" in keys
    assert len(keys) == 12


def test_a_posted_year_is_not_withdrawn(acting, posted):
    with pytest.raises(Conflict, match=r"year_end\.posted"):
        acting.withdraw(posted)


def test_a_withdrawn_year_can_be_computed_from_other_data(acting):
    run = acting.compute()
    acting.confirm(run)
    acting.withdraw(run)
    assert acting.compute(spending="950000.00").state == State.DRAFT


def test_a_year_without_its_reason_is_not_withdrawn(acting):
    with pytest.raises(InvalidInput, match=r"year_end\.why"):
        acting.withdraw(acting.compute(), why="  ")


def test_another_community_sees_nothing_of_it(acting, posted, people):
    with scope(people["stranger"]):
        assert (ClearingRun.objects.count(), ClearingRow.objects.count()) == (0, 0)
    with pytest.raises(NotFound):
        acting.confirm(posted, who="stranger")


def test_a_township_hospital_sees_its_own_row_and_those_below_once_the_year_is_posted(acting, actor):
    director = actor("township_clerk", "T1", username="four")
    run = acting.compute()
    with scope(director):
        assert ClearingRun.objects.count() == 0
    acting.confirm(run)
    acting.post(run)
    with scope(director):
        assert ClearingRun.objects.count() == 1
        assert {row.institution.code for row in ClearingRow.objects.all()} == {"T1", "V1"}
