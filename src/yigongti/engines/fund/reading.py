"""Reads the fund's parameters in force on a day, with the source of each; and refuses values that make no sense."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from yigongti.foundation.errors import InvalidInput, PolicyError
from yigongti.foundation.money import to_fen
from yigongti.foundation.policy import Policy

HUNDRED = Decimal(100)


def values_of(policy: Policy, names: Sequence[str], on: date) -> tuple[dict[str, Any], dict[str, str]]:
    """The content of fund.<name> for each name, and where each stands: (values, sources). Raises PolicyError."""
    found = {name: policy.parameter(f"fund.{name}").value_on(on) for name in names}
    return {name: value.content for name, value in found.items()}, {name: v.source for name, v in found.items()}


def require_ratio(name: str, value: Decimal, *, most: Decimal = Decimal(1)) -> None:
    """Raises PolicyError unless 0 ≤ value ≤ most."""
    if not 0 <= value <= most:
        raise PolicyError(
            "fund.ratio_out_of_range",
            zh=f"参数 fund.{name} 的取值 {value} 应在 0 与 {most} 之间",
            en=f"the value {value} of fund.{name} must lie between 0 and {most}",
            where=f"policy/parameters/fund/{name}.yaml",
        )


def selected(name: str, values: Mapping[str, Decimal], key: str) -> Decimal:
    """values[key]; raises PolicyError where the parameter does not name the case."""
    if key not in values:
        raise PolicyError(
            "fund.case_not_covered",
            zh=f"参数 fund.{name} 没有规定 {key} 的取值",
            en=f"fund.{name} has no value for {key}",
            where=f"policy/parameters/fund/{name}.yaml",
        )
    return values[key]


def require_amount(amount: Decimal, where: str, *, signed: bool = False) -> None:
    """Raises InvalidInput unless the amount is a finite whole number of fen, and not negative unless `signed`."""
    if not amount.is_finite() or amount != to_fen(amount) or (amount < 0 and not signed):
        raise InvalidInput(
            "fund.amount_not_usable",
            zh=f"金额 {amount} 不可用：须为整分" + ("" if signed else "且不得为负"),
            en=f"the amount {amount} cannot be used: whole fen" + ("" if signed else ", not negative"),
            where=where,
        )


def require_score(score: Decimal | None, where: str) -> Decimal:
    """The assessment score; raises InvalidInput for a missing one or one outside 0 to 100."""
    if score is None or not score.is_finite() or not 0 <= score <= HUNDRED:
        raise InvalidInput(
            "fund.score_missing",
            zh="须有 0 到 100 分的考核得分",
            en="an assessment score between 0 and 100 is needed",
            where=where,
        )
    return score
