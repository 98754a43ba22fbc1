"""What groups pay beside what bills claimed: kept case by case, posted once, taken back and posted anew on a change.

Case C1 of H1 cost 9,000, of which the pool was asked for 5,000 and 4,000 were borne by others; its group pays 9,600.
"""

from contextlib import closing
from datetime import UTC, date, datetime
from decimal import Decimal

import pyarrow as pa
import pytest

from browser_site import fixtures_of
from yigongti.facts.public import open_duckdb, rows_schema
from yigongti.foundation.period import Month
from yigongti.foundation.schemas import FACT_TABLES
from yigongti.kernel.ledger.public import Entry, balance
from yigongti.processes.fund_month.public import income_of_cases, pay_cases
from yigongti.systems.casemix_payment.models import PricedCase
from yigongti.systems.fund.models import CasePayment, PaidCase

_fund = fixtures_of("systems/fund/conftest.py")
OCTOBER, a_bill = _fund.MONTH, _fund.a_bill
NOVEMBER = Month(2026, 11)
AT = datetime(2026, 12, 2, 2, 0, tzinfo=UTC)
INSURED = pa.table({"insured_number": ["P1", "P3"], "community_code": ["H1", "H2"]})
C1 = a_bill("S1", "H1", "P1", "9000.00", "5000.00", case_id="C1")


@pytest.fixture
def price(communities):
    """price("C1", "9600"): the case as case-mix payment publishes it; again for the same case: in its place."""

    def make(case, pay, code="H1", month=OCTOBER, scheme="390"):
        pay = None if pay is None else Decimal(pay)
        PricedCase.objects.using("bulk").update_or_create(
            institution_id=communities[code].pk, month=str(month), case_id=case,
            defaults={
                "discharged_on": date(2026, 10, 9), "mdc": "A", "adrg": "AA1", "drg": "AA19", "kind": "normal",
                "insurance_type": scheme, "cost": Decimal("9000.00"), "pay": pay,
                "balance": None if pay is None else pay - 9000,
            },
        )  # fmt: skip

    return make


@pytest.fixture
def close(communities, fund_policy, tmp_path):
    """The step of the close over these bills: close([C1])"""

    def run(bills, month=OCTOBER, policy=fund_policy):
        kind = FACT_TABLES["settlements"]
        schema = rows_schema(kind)
        backend = open_duckdb(memory_limit="200MB", threads=1, spill_folder=tmp_path / "spill")
        rows = [{name: row.get(name) for name in schema.names} for row in bills]
        backend.con.register(kind.name, pa.Table.from_pylist(rows, schema=schema))
        with closing(backend.con):
            kept = pay_cases(month, backend, policy, INSURED, AT)
            run.income = income_of_cases(month, backend)
        return kept.entries.posted, kept.entries.reversed

    return run


def difference(place, account="4103"):
    return -balance(place.pk, account, using="bulk")


def test_the_fund_owes_what_the_group_pays_less_what_patients_bear_and_bills_claimed(county, price, close):
    price("C1", "9600.00")
    assert close([C1]) == (2, 0)
    row = CasePayment.objects.using("bulk").get()
    assert (row.payment, row.patients, row.fund, row.claimed, row.difference) == tuple(
        map(Decimal, ("9600.00", "4000.00", "5600.00", "5000.00", "600.00"))
    )
    assert difference(county["H1"]) == Decimal("600.00")
    assert balance(county["C"].pk, "5001.01", using="bulk") == Decimal("600.00")
    assert balance(county["C"].pk, "2001", using="bulk") == Decimal("-600.00")


def test_a_case_stands_with_its_amounts_and_the_community_of_its_patient(county, price, close):
    price("C2", "2000.00", "H2")
    close([a_bill("S2", "H2", "P1", "3000.00", "2500.00", case_id="C2"), C1])
    (case,) = PaidCase.objects.using("bulk").all()
    assert (case.case_id, case.community_id, case.priced_month) == ("C2", county["H1"].pk, "2026-10")
    assert case.difference == Decimal("-1000.00"), "C1 is not priced: it stays as it was claimed"


def test_closing_again_posts_nothing(price, close):
    price("C1", "9600.00")
    close([C1])
    assert close([C1]) == (0, 0)
    assert Entry.objects.using("bulk").count() == 2


def test_a_sum_that_changed_is_taken_back_and_posted_anew(county, price, close):
    price("C1", "9600.00")
    close([C1])
    price("C1", "9100.00")
    assert close([C1]) == (2, 2)
    assert difference(county["H1"]) == Decimal("100.00")
    price("C1", "9600.00")
    assert close([C1]) == (2, 2), "what stood once may come back"
    assert difference(county["H1"]) == Decimal("600.00")


def test_a_case_that_is_no_longer_priced_leaves_nothing(county, price, close):
    price("C1", "9600.00")
    close([C1])
    price("C1", None)
    assert close([C1]) == (0, 2)
    assert difference(county["H1"]) == 0 and not PaidCase.objects.using("bulk").exists()


def test_patients_who_bear_more_than_the_group_pays_leave_nothing_for_the_fund_to_take(county, price, close):
    price("C1", "3000.00")
    close([C1])
    assert CasePayment.objects.using("bulk").get().fund == 0
    assert close.income == {county["H1"].pk: (Decimal("4000.00"), Decimal("9000.00"))}


def test_a_bill_that_comes_a_month_after_the_discharge_is_paid_by_group(county, price, close):
    price("C1", "9600.00")
    close([C1], NOVEMBER)
    assert CasePayment.objects.using("bulk").get().month == "2026-11"


def test_a_correction_in_a_later_month_pays_no_case_twice(county, price, close):
    price("C1", "9600.00")
    close([C1])
    taken_back = a_bill("S1R", "H1", "P1", "-9000.00", "-5000.00", case_id="C1", reverses="S1")
    close([taken_back, a_bill("S1N", "H1", "P1", "9000.00", "4000.00", case_id="C1")], NOVEMBER)
    rows = list(CasePayment.objects.using("bulk").order_by("month"))
    assert [row.payment for row in rows] == [Decimal("9600.00"), Decimal("0.00")]
    assert sum(row.fund for row in rows) == Decimal("4600.00"), "9,600 less the 5,000 that others bear now"


def test_a_bill_taken_back_takes_its_payment_along(county, price, close):
    price("C1", "9600.00")
    close([C1])
    close([a_bill("S1R", "H1", "P1", "-9000.00", "-5000.00", case_id="C1", reverses="S1")], NOVEMBER)
    assert difference(county["H1"]) == 0


def test_two_bills_of_a_stay_are_one_case(county, price, close):
    price("C1", "9600.00")
    close([C1, a_bill("S1B", "H1", "P1", "600.00", "500.00", case_id="C1")])
    assert difference(county["H1"]) == Decimal("0.00"), "9,600 − 4,100 borne by others − 5,500 claimed"


def test_schemes_are_paid_apart_and_posted_together(county, price, close):
    price("C1", "9600.00")
    price("C9", "7000.00", scheme="310")
    close([C1, a_bill("S9", "H1", "P2", "6000.00", "5000.00", case_id="C9", insurance_type="310")])
    rows = {row.insurance_type: (row.packaged, row.difference) for row in CasePayment.objects.using("bulk").all()}
    assert rows == {"310": (False, Decimal("1000.00")), "390": (True, Decimal("600.00"))}
    assert difference(county["H1"]) == Decimal("1600.00")


def test_each_payment_is_explained_step_by_step(price, close):
    price("C1", "9600.00")
    close([C1])
    steps = CasePayment.objects.using("bulk").get().steps
    assert [step["name"] for step in steps] == ["payment", "patients", "fund", "difference"]
    assert steps[2]["sum"]["zh"] == "9,600.00 − 4,000.00"
