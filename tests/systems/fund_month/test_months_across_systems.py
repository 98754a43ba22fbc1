"""What rulings recover is deducted from the prepayment, once; what groups pay is set beside what bills claimed."""

from datetime import date
from decimal import Decimal

import pyarrow.parquet as pq
import pytest

from browser_site import fixtures_of
from yigongti.facts.public import Lake
from yigongti.kernel.access.scope import scope
from yigongti.processes.fund_month.public import differences_of, prepay
from yigongti.systems.supervision.models import Case, Recovery

_casemix, _fund = fixtures_of("systems/casemix_payment/conftest.py"), fixtures_of("systems/fund/conftest.py")
AT, MONTH, a_bill = _fund.AT, _fund.MONTH, _fund.a_bill


@pytest.fixture
def recovery(county):
    """400 yuan that T1 is to pay back in October."""
    both = {"institution_id": county["T1"].pk, "office_id": county["C"].pk}
    case = Case.objects.using("bulk").create(
        source="other", source_key="fund/1", subject="fund", title_zh="演示", title_en="demo", amount_claimed=400,
        amount_ruled=400, ruled_at=AT, opened_at=AT, shown=True, state="accountability", **both,
    )  # fmt: skip
    return Recovery.objects.using("bulk").create(
        case_id=case.pk, key=f"case/{case.pk}/1", amount=Decimal("400.00"), month="2026-10", made_at=AT, **both
    )


def pay(people, fund_policy, month=MONTH):
    with scope(people["accountant"]):
        return prepay(people["accountant"], month, policy=fund_policy, at=AT)


def test_a_recovery_is_deducted_and_supervision_is_told(in_force, people, fund_policy, recovery):
    first, _second = pay(people, fund_policy)
    assert (first.deducted, first.paid) == (Decimal("400.00"), Decimal("8600.00"))
    told = Recovery.objects.using("bulk").get(pk=recovery.pk)
    assert (told.state, told.settled_with[:10]) == ("deducted", "prepayment")


def test_prepaying_again_deducts_nothing_more(in_force, people, fund_policy, recovery):
    pay(people, fund_policy)
    assert [row.deducted for row in pay(people, fund_policy)] == [Decimal("400.00"), Decimal("0.00")]
    assert [row.deducted for row in pay(people, fund_policy, MONTH.plus(1))] == [Decimal("0.00"), Decimal("0.00")]


def test_the_difference_by_group_is_of_the_same_cases_on_both_sides(communities, fund_policy, tmp_path):
    """Two cases of H1 have bills, a third bill has no case: the difference is that of the two."""
    files = tmp_path / "files"
    files.mkdir()
    county = _casemix.County(Lake(tmp_path / "lake"), fund_policy, files, _casemix.the_cases())
    county.submit(county.cases)
    days = {"started_on": date(2026, 10, 1), "ended_on": date(2026, 10, 5), "settled_on": date(2026, 10, 6)}
    bills = [
        a_bill("S1", "H1", "P1", "9000.00", "5000.00", case_id="C0013", **days),
        a_bill("S2", "H1", "P2", "9000.00", "4000.00", case_id="C0014", **days),
        a_bill("S3", "H1", "P3", "9000.00", "3000.00", case_id="nobody", **days),
    ]
    _fund.FundCounty(county.lake, fund_policy, files, None).submit(bills)
    assert differences_of(MONTH, county.lake, fund_policy) == {}, "not priced yet"
    _grouped, priced, _stated = county.run()
    rows = {row["case_id"]: row["fund_payment"] for row in pq.read_table(priced.path).to_pylist()}
    found = differences_of(MONTH, county.lake, fund_policy)
    assert found == {communities["H1"].pk: rows["C0013"] + rows["C0014"] - Decimal("9000.00")}
