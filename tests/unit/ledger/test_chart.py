"""The chart of accounts: the one of the policy, and files that are none."""

from pathlib import Path

import pytest

from yigongti.foundation.errors import InvalidInput, PolicyError
from yigongti.kernel.ledger.chart import chart_of, read_chart


@pytest.fixture(scope="module")
def of_policy(policy_root: Path):
    return read_chart(policy_root / "ledger" / "accounts.csv")


def test_an_account_holds_all_that_lie_below_it(of_policy):
    assert of_policy.within("5001") == ("5001", "5001.01", "5001.02", "5001.03", "5001.04", "5001.05")
    assert of_policy.within("1101.01") == ("1101.01",)
    assert of_policy.above("1101.01") == ("1101",)
    assert of_policy.account("1101.01").depth == 1


def test_assets_and_expenses_grow_by_debits(of_policy):
    assert [of_policy.account(code).sign for code in ("1001", "5001", "2001", "3001", "4001")] == [1, 1, -1, -1, -1]


def test_an_unknown_account_is_named(of_policy):
    with pytest.raises(InvalidInput) as refused:
        of_policy.account("9999")
    assert (refused.value.code, refused.value.where) == ("ledger.account_unknown", "9999")


def row(code, parent="", kind="asset", zh="科目", en="Account"):
    return {"code": code, "parent": parent, "kind": kind, "zh": zh, "en": en}


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([row("1"), row("1")], "ledger.account_twice"),
        ([row("1.1", "2")], "ledger.account_parent"),
        ([row("1", "2"), row("2", "1")], "ledger.account_circle"),
        ([row("1", "1")], "ledger.account_circle"),
        ([row("1"), row("1.1", "1", "income")], "ledger.account_kind"),
        ([row("1", kind="debt")], "ledger.account_kind"),
        ([row("1 1")], "ledger.account_code"),
        ([row("")], "ledger.account_code"),
        ([row("1", zh="")], "ledger.account_name"),
    ],
)
def test_a_file_that_is_no_chart_is_refused_whole(rows, code):
    with pytest.raises(PolicyError) as refused:
        chart_of(rows)
    assert refused.value.code == code


def test_a_county_adds_accounts_below(of_policy):
    rows = [row(a.code, a.parent, a.kind, a.label.zh, a.label.en) for a in of_policy.accounts.values()]
    wider = chart_of([*rows, row("5001.01.07", "5001.01", "expense")])
    assert wider.within("5001.01") == ("5001.01", "5001.01.07")
    assert wider.above("5001.01.07") == ("5001.01", "5001")
