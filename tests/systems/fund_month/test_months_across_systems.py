"""What rulings recover is deducted from the prepayment, once."""

from decimal import Decimal

import pytest

from browser_site import fixtures_of
from yigongti.kernel.access.scope import scope
from yigongti.processes.fund_month.public import prepay
from yigongti.systems.supervision.models import Case, Recovery

_fund = fixtures_of("systems/fund/conftest.py")
AT, MONTH = _fund.AT, _fund.MONTH


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
