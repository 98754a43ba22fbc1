"""The monthly score of a department (S03): how many of its cases are paid normally, and what it gains or loses.

    entry rate     = normal cases ÷ cases that policy leaves in case-mix payment
    balance share  = balance (pay minus cost) ÷ what the fund spent on the department's cases

Each earns the points of the band it reaches (casemix.department_points: 50, 30, 10; below the last band 0). A unit
is not assessed (不考核) where the policy names it or its volume is too small; the reason is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from yigongti.foundation.errors import PolicyError, Text
from yigongti.foundation.policy import Policy
from yigongti.foundation.trace import Trace


@dataclass(frozen=True)
class DepartmentRules:
    """points: of the bands, best first. entry_rate_bands, balance_bands: the least value of each band, best first.
    not_assessed: department codes that policy leaves out."""

    points: tuple[Decimal, ...]
    entry_rate_bands: tuple[Decimal, ...]
    balance_bands: tuple[Decimal, ...]
    minimum_cases: int
    not_assessed: frozenset[str]
    sources: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for bands in (self.entry_rate_bands, self.balance_bands):
            if len(bands) != len(self.points) or list(bands) != sorted(set(bands), reverse=True):
                raise PolicyError(
                    "casemix.department_bands_wrong",
                    zh="科室考核分档须与分值一一对应，由高到低",
                    en="each department band needs its points, from the best band down",
                    where="policy/parameters/casemix",
                )

    @classmethod
    def from_policy(cls, policy: Policy, *, on: date) -> DepartmentRules:
        """The rules in force on a day. Raises PolicyError where a parameter is missing or wrong."""
        names = ("points", "entry_rate_bands", "balance_bands", "minimum_cases", "not_assessed")
        values = {name: policy.parameter(f"casemix.department_{name}").value_on(on) for name in names}
        content = {name: value.content for name, value in values.items()}
        return cls(
            points=tuple(content["points"]),
            entry_rate_bands=tuple(content["entry_rate_bands"]),
            balance_bands=tuple(content["balance_bands"]),
            minimum_cases=content["minimum_cases"],
            not_assessed=frozenset(content["not_assessed"]),
            sources={name: value.source for name, value in values.items()},
        )


@dataclass(frozen=True, slots=True)
class DepartmentScore:
    """The score, or the reason why there is none. entry_rate, balance_share: four decimals, None when not assessed."""

    institution_code: str
    department_code: str
    assessed: bool
    reason: Text
    entry_rate: Decimal | None
    entry_points: Decimal | None
    balance_share: Decimal | None
    balance_points: Decimal | None
    score: Decimal | None
    trace: Trace


def score_department(row: Mapping[str, Any], rules: DepartmentRules) -> DepartmentScore:
    """The score of one row of performance_table at the grain of institution_code and department_code."""
    trace = Trace()
    reason = _why_not(row, rules)
    unit = (str(row["institution_code"] or ""), str(row["department_code"] or ""))
    if reason is not None:
        trace.add("not_assessed", zh=f"不考核：{reason.zh}", en=f"not assessed: {reason.en}", passed=False)
        return DepartmentScore(*unit, False, reason, None, None, None, None, None, trace)
    entry = _share(Decimal(row["normal_cases"]), Decimal(row["assessable_cases"]))
    balance = _share(row["balance"], row["fund_payment"])
    entry_points = _points(entry, rules.entry_rate_bands, rules)
    balance_points = _points(balance, rules.balance_bands, rules)
    trace.add(
        "entry_rate",
        zh=f"正常病例入组率 {row['normal_cases']} ÷ {row['assessable_cases']} = {entry}，得 {entry_points} 分",
        en=f"normal-case entry rate {row['normal_cases']} ÷ {row['assessable_cases']} = {entry}: {entry_points} points",
        source=rules.sources.get("entry_rate_bands", ""),
    )
    trace.add(
        "balance_share",
        zh=f"盈亏占基金支出 {row['balance']} ÷ {row['fund_payment']} = {balance}，得 {balance_points} 分",
        en=f"balance over fund spending {row['balance']} ÷ {row['fund_payment']} = {balance}: {balance_points} points",
        source=rules.sources.get("balance_bands", ""),
    )
    total = entry_points + balance_points
    nothing = Text(zh="", en="")
    return DepartmentScore(*unit, True, nothing, entry, entry_points, balance, balance_points, total, trace)


def score_departments(rows: Iterable[Mapping[str, Any]], rules: DepartmentRules) -> list[DepartmentScore]:
    """The scores of all departments, in the order given."""
    return [score_department(row, rules) for row in rows]


def _why_not(row: Mapping[str, Any], rules: DepartmentRules) -> Text | None:
    cases = int(row["assessable_cases"])
    if (row["department_code"] or "") == "":
        return Text(zh="首页未填出院科别", en="the front pages name no department")
    if row["department_code"] in rules.not_assessed:
        return Text(zh="政策规定不考核的科室", en="the policy leaves this department out")
    if cases < rules.minimum_cases or cases == 0:
        return Text(
            zh=f"病例数 {cases} 少于 {rules.minimum_cases}", en=f"{cases} cases, fewer than {rules.minimum_cases}"
        )
    if row["fund_payment"] is None or row["fund_payment"] <= 0:
        return Text(zh="没有基金支出", en="the fund spent nothing")
    return None


def _share(numerator: Decimal, denominator: Decimal) -> Decimal:
    return (numerator / denominator).quantize(Decimal("0.0001"), rounding=ROUND_HALF_UP)


def _points(value: Decimal, bands: tuple[Decimal, ...], rules: DepartmentRules) -> Decimal:
    return next((points for least, points in zip(bands, rules.points, strict=True) if value >= least), Decimal(0))
