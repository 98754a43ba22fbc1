"""The chart of accounts (会计科目), read from policy/ledger/accounts.csv and checked whole.

Accounts form a tree: the balance of an account is that of itself and all below it. A county adds sub-accounts by
laying a file of the same name over the product's (policy overlay); there is no table of accounts in the database, so
that a book of an earlier year is read with the chart that stands beside it.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from yigongti.foundation.errors import InvalidInput, PolicyError, Text
from yigongti.kernel.access.limits import policy

PATH = "ledger/accounts.csv"
ASSET, LIABILITY, EQUITY, INCOME, EXPENSE = "asset", "liability", "equity", "income", "expense"
KINDS: dict[str, Text] = {
    ASSET: Text("资产", "Assets"),
    LIABILITY: Text("负债", "Liabilities"),
    EQUITY: Text("净资产", "Equity"),
    INCOME: Text("收入", "Income"),
    EXPENSE: Text("支出", "Expenses"),
}
"""The five kinds, in the order of a statement. Assets and expenses grow by debits, the others by credits."""
OF_THE_PERIOD = frozenset({INCOME, EXPENSE})
"""Kinds that tell of a period; the others stand at a day."""
_CODE = re.compile(r"[0-9A-Za-z]+(\.[0-9A-Za-z]+)*")


@dataclass(frozen=True, slots=True)
class Account:
    """code: "1101.01". parent: the code above, "" for a head account. depth: 0 for a head account."""

    code: str
    parent: str
    kind: str
    label: Text
    depth: int = 0

    @property
    def sign(self) -> int:
        """1 where debits make it grow, -1 where credits do."""
        return 1 if self.kind in (ASSET, EXPENSE) else -1


@dataclass(frozen=True)
class Chart:
    """All accounts by code, in the order of the codes: each head account is followed by those below it."""

    accounts: Mapping[str, Account]
    below: Mapping[str, tuple[str, ...]]

    def account(self, code: str) -> Account:
        """Raises InvalidInput ("ledger.account_unknown") for a code that the chart does not have."""
        found = self.accounts.get(code)
        if found is None:
            raise InvalidInput(
                "ledger.account_unknown",
                zh=f"会计科目表中没有科目“{code}”",
                en=f"the chart of accounts has no account “{code}”",
                where=code,
            )
        return found

    def within(self, code: str) -> tuple[str, ...]:
        """The account and all below it."""
        return (self.account(code).code, *self.below[code])

    def above(self, code: str) -> tuple[str, ...]:
        """The accounts above it, nearest first."""
        found, account = [], self.account(code)
        while account.parent:
            found.append(account.parent)
            account = self.accounts[account.parent]
        return tuple(found)


@lru_cache(maxsize=1)
def chart() -> Chart:
    """The chart of this installation, read once for each process."""
    return read_chart(policy().file(PATH))


def read_chart(path: Path) -> Chart:
    """Raises PolicyError for a file that is no chart: a code twice, a parent that is missing, parents that go round."""
    with path.open(encoding="utf-8", newline="") as file:
        return chart_of(csv.DictReader(file))


def chart_of(rows: Iterable[Mapping[str, str]]) -> Chart:
    """The chart that rows of code, parent, kind, zh, en make. Raises PolicyError."""
    told: dict[str, Mapping[str, str]] = {}
    for number, row in enumerate(rows, start=2):
        code = row.get("code") or ""
        where = f"policy/{PATH}:{number}"
        if not _CODE.fullmatch(code):
            raise _wrong("ledger.account_code", f"科目编码“{code}”写法不对", f"“{code}” is no account code", where)
        if code in told:
            raise _wrong("ledger.account_twice", f"科目“{code}”重复", f"account “{code}” is there twice", where)
        if row.get("kind") not in KINDS:
            raise _wrong("ledger.account_kind", f"科目“{code}”的类别不对", f"“{code}” has an unknown kind", where)
        if not row.get("zh") or not row.get("en"):
            raise _wrong("ledger.account_name", f"科目“{code}”缺少名称", f"account “{code}” lacks a name", where)
        told[code] = row
    accounts = {code: _account(code, told) for code in sorted(told, key=lambda each: each.split("."))}
    below: dict[str, list[str]] = {code: [] for code in accounts}
    for code, account in accounts.items():
        parent = account.parent
        while parent:
            below[parent].append(code)
            parent = accounts[parent].parent
    return Chart(accounts, {code: tuple(found) for code, found in below.items()})


def _account(code: str, told: Mapping[str, Mapping[str, str]]) -> Account:
    row, depth, seen = told[code], 0, {code}
    parent = row.get("parent") or ""
    above = parent
    while above:
        where = f"policy/{PATH}"
        if above not in told:
            raise _wrong("ledger.account_parent", f"“{code}”的上级“{above}”不存在", f"“{above}” does not exist", where)
        if above in seen:
            raise _wrong("ledger.account_circle", f"科目“{code}”的上级成环", f"the parents of “{code}” go round", where)
        if told[above]["kind"] != row["kind"]:
            raise _wrong(
                "ledger.account_kind", f"“{code}”与上级类别不同", f"“{code}” and “{above}” differ in kind", where
            )
        seen.add(above)
        depth, above = depth + 1, told[above].get("parent") or ""
    return Account(code, parent, row["kind"], Text(row["zh"], row["en"]), depth)


def _wrong(code: str, zh: str, en: str, where: str) -> PolicyError:
    return PolicyError(code, zh=zh, en=en, where=where)
