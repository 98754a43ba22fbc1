"""yigongti fund: the sums of a year on the terminal, and the year cleared as the pages do it."""

import json
from contextlib import contextmanager
from decimal import Decimal

import pytest
from click.testing import CliRunner

from systems.year_end_clearing.conftest import AT
from yigongti.foundation.errors import InvalidInput
from yigongti.interfaces.cli import project
from yigongti.interfaces.cli.fund import fund


def ran(*words):
    answer = CliRunner().invoke(fund, words, catch_exceptions=False)
    assert answer.exit_code == 0, answer.output
    return answer.output


def test_the_budget_is_told_step_by_step():
    said = ran("budget", "2026", "--scheme", "390:500000:900.00")
    assert "500,000 人 × 900.00 元" in said
    assert "376,500,000.00" in said


def test_the_budget_comes_as_json_with_every_digit_as_text():
    told = json.loads(ran("budget", "2026", "--scheme", "390:500000:900.00", "--outside", "急救:1.50", "--json"))
    assert told["packaged"] == "376499998.50"
    assert sum(Decimal(step["amount"]) for step in told["steps"][1:-1]) == Decimal(told["packaged"])


def test_what_cannot_be_read_is_refused():
    with pytest.raises(InvalidInput, match=r"fund\.not_readable"):
        ran("budget", "2026", "--scheme", "390:many:900.00")


def test_a_year_is_cleared_from_the_command_line_and_again_is_the_same_run(county, actor, monkeypatch):
    from yigongti.kernel.organisations.models import Institution
    from yigongti.systems.fund.models import Contract, FundMonth, FundYear, PublishedFundMonth

    @contextmanager
    def open_already():
        yield

    monkeypatch.setattr(project, "opened", open_already)  # the test's database is up
    actor("fund_accountant", "C", username="one")
    Institution.objects.using("bulk").filter(code="H1").update(leads_community=True)
    hospital, office = county["H1"].pk, county["C"].pk
    year = FundYear.objects.using("bulk").create(
        office_id=office, year=2026, people=1, pool=Decimal("1000.00"), release="r", made_at=AT
    )
    Contract.objects.using("bulk").create(
        fund_year=year, office_id=office, institution_id=hospital, year=2026, people=1, quota=Decimal("1000.00"),
        retained_ratio=Decimal("0.1"), state="in_force", made_at=AT,
    )  # fmt: skip
    PublishedFundMonth.objects.using("bulk").create(
        month="2026-03", snapshot_digest="d" * 64, release="r", rows=1, published_at=AT
    )
    FundMonth.objects.using("bulk").create(
        institution_id=hospital, month="2026-03", care="inpatient", place="community", referral="none", cases=1,
        people=1, total_cost=Decimal("400.00"), outside_catalogue=0, pool=Decimal("400.00"), other_insurance=0,
        patient=0,
    )  # fmt: skip
    words = ("clear", "2026", "--as", "one", "--score", "90", "--json")
    first, second = json.loads(ran(*words)), json.loads(ran(*words))
    assert first == second
    assert (first[0]["state"], first[0]["kept"], len(first[0]["rows"])) == ("draft", "540.00", 3)
