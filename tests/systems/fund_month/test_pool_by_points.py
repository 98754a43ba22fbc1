"""The floating rate: a pool handed out by points is what fund and patients pay for the month's cases, exactly."""

import shutil
from decimal import Decimal

import pytest

from browser_site import fixtures_of
from yigongti.facts.public import Lake, connect, take_snapshot
from yigongti.foundation.policy import Policy
from yigongti.kernel.ledger.public import balance
from yigongti.processes.fund_month.public import pay_cases
from yigongti.systems.fund.models import CasePayment

_casemix, _fund = fixtures_of("systems/casemix_payment/conftest.py"), fixtures_of("systems/fund/conftest.py")
MONTH, AT = _fund.MONTH, _fund.AT
POOL = Decimal("1500000.00")


@pytest.fixture
def floating(tmp_path, policy_root):
    """The policy with the month's pool handed out by points, and weights found from the cases themselves."""
    root = tmp_path / "floating"
    folder = root / "parameters" / "casemix"
    folder.mkdir(parents=True)
    shutil.copytree(
        policy_root / "casemix" / "starter", root / "casemix" / "tried", ignore=shutil.ignore_patterns("weights.csv")
    )
    changes = {
        "payment_method": ("fixed_rate\n", "floating_rate\n"),
        "month_pool": ("12000000.00", str(POOL)),
        "scheme_folder": ("casemix/starter", "casemix/tried"),
    }
    for name, (before, now) in changes.items():
        text = (policy_root / "parameters" / "casemix" / f"{name}.yaml").read_text(encoding="utf-8")
        changed = text.replace(f"value: {before}", f"value: {now}")
        assert changed != text
        (folder / f"{name}.yaml").write_text(f"{changed}overlays: 演示，按点数法\n", encoding="utf-8")
    return Policy.load([policy_root, root])


def a_bill(case):
    """The bill of a case: the pool was asked for 70 % of it."""
    told = _casemix.settlement(case)
    day = case["discharged_at"].date()
    return _fund.a_bill(
        told["settlement_number"], case["institution_code"], "P1", str(case["total_cost"]), str(told["pool_fund"]),
        case_id=case["case_id"], insurance_type=told["insurance_type"], ended_on=day, settled_on=day,
    )  # fmt: skip


def test_the_whole_pool_is_what_fund_and_patients_pay(communities, floating, tmp_path):
    files = tmp_path / "files"
    files.mkdir()
    county = _casemix.County(Lake(tmp_path / "lake"), floating, files, _casemix.the_cases())
    county.submit(county.cases)
    _fund.FundCounty(county.lake, floating, files, None).submit([a_bill(case) for case in county.cases])
    county.close()
    connection = connect(county.lake, take_snapshot(county.lake, [MONTH]))
    pay_cases(MONTH, connection, floating, _fund.the_insured(), AT)
    connection.con.close()
    rows = list(CasePayment.objects.using("bulk").all())
    assert sum(row.payment for row in rows) == POOL
    for code in ("H1", "H2"):
        place = communities[code]
        own = sum(row.difference for row in rows if row.institution_id == place.pk)
        assert -balance(place.pk, "4103", using="bulk") == own != 0
