"""The year of cases paid by group: an overrun shared, the deposit given back by the assessment, both in both books.

H1: the months paid 1,000,000 for its cases, of which patients bore 400,000; they cost 1,080,000. Of the 80,000 beyond,
all within 10 %, the fund bears 70 %: 56,000. Deposit 30,000, score 81: 27,000 are returned (81 of 90).
"""

from dataclasses import replace
from decimal import Decimal

import pytest

from yigongti.kernel.ledger.causes import cause_link
from yigongti.kernel.ledger.models import Entry, Posting
from yigongti.kernel.ledger.public import CauseLink
from yigongti.processes.year_end_clearing.models import ClearingRow


def balance(book, account, partner=None):
    rows = Posting.objects.using("bulk").filter(book_id=book, account=account)
    if partner is not None:
        rows = rows.filter(partner_id=partner)
    return sum((row.amount for row in rows), Decimal("0.00"))


@pytest.fixture
def with_cases(inputs):
    """The institutions of the year, H1 with cases of the residents' scheme; with_cases(packaged=False)"""
    from yigongti.processes.year_end_clearing.inputs import CasesInput

    def make(**changed):
        cases = CasesInput("390", True, Decimal("1080000.00"), Decimal("600000.00"), Decimal("400000.00"),
                           Decimal("30000.00"))  # fmt: skip
        own = tuple(replace(each, score=Decimal(81)) for each in inputs().institutions)
        return {"institutions": (replace(own[0], cases=(replace(cases, **changed),)), *own[1:]), "score": Decimal(81)}

    return make


@pytest.fixture
def posted_cases(acting, with_cases):
    run = acting.compute(**with_cases())
    acting.confirm(run)
    return acting.post(run)


def test_an_overrun_of_cases_is_shared_and_the_deposit_returned_by_the_score(posted_cases, county):
    row = ClearingRow.objects.using("bulk").get(run_id=posted_cases.pk, institution=county["H1"])
    assert (row.added, row.deposit_returned, row.deposit_forfeited) == tuple(
        map(Decimal, ("56000.00", "27000.00", "3000.00"))
    )
    assert row.due == row.kept - row.borne + row.returned + Decimal("83000.00")


def test_what_the_fund_adds_counts_as_spending_of_the_community(posted_cases):
    """Quota 1,000,000, months 900,000 and 56,000: 44,000 are left."""
    assert (posted_cases.spending, posted_cases.surplus) == (Decimal("956000.00"), Decimal("44000.00"))


def test_what_another_scheme_adds_does_not(acting, with_cases):
    assert acting.compute(**with_cases(packaged=False)).spending == Decimal("900000.00")


def test_both_books_hold_what_was_added_and_no_deposit_any_more(posted_cases, county):
    fund, hospital = county["C"].pk, county["H1"].pk
    assert balance(fund, "5001.01") == Decimal("56000.00")
    assert (balance(fund, "2101", hospital), balance(hospital, "2101", fund)) == (30000, -30000)
    assert balance(fund, "2003", hospital) == -balance(hospital, "1101.01", fund)
    assert balance(hospital, "4103") == Decimal("-56000.00") + Decimal("3000.00") + Decimal("100.00")


def test_a_year_below_its_payment_leaves_the_hospital_what_it_saved(acting, with_cases):
    run = acting.compute(**with_cases(cost=Decimal("950000.00")))
    assert ClearingRow.objects.using("bulk").get(run_id=run.pk, institution__code="H1").added == 0


def test_an_entry_of_a_clearing_leads_to_its_run(posted_cases, people):
    from yigongti.kernel.access.scope import scope

    causes = set(Entry.objects.using("bulk").filter(kind="clearing").values_list("cause", flat=True))
    assert causes == {"clearing:2026/H1"}
    with scope(people["accountant"]):
        assert cause_link("clearing:2026/H1").url == f"/year_end_clearing/{posted_cases.pk}/"
    with scope(people["stranger"]):
        assert cause_link("clearing:2026/H1").url == "/year_end_clearing/", "who may not see the run is led to the list"
    assert cause_link("clearing:nonsense") == CauseLink("clearing:nonsense")
