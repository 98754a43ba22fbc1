"""How an amount of the fund came about, line by line, as a clerk reads it and an auditor computes it again.

Each answer of this engine carries its steps: a name, the formula with the numbers in it, the amount, the policy
parameter that decided and its legal source.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from yigongti.foundation.errors import Text


@dataclass(frozen=True, slots=True)
class Step:
    """One line. name: stable ("reserve"). label: what it is called. sum: the formula in words with the numbers.

    amount: yuan, or a figure in `unit` ("ratio", "people", "points"); None for a remark. parameter, source: ids in
    policy/parameters and policy/sources; empty where the line is plain arithmetic.
    """

    name: str
    label: Text
    sum: Text
    amount: Decimal | None = None
    unit: str = "yuan"
    parameter: str = ""
    source: str = ""

    def as_json(self) -> dict[str, Any]:
        """For keeping beside the amount: only texts, so that no digit is lost."""
        return {
            "name": self.name,
            "label": {"zh": self.label.zh, "en": self.label.en},
            "sum": {"zh": self.sum.zh, "en": self.sum.en},
            "amount": None if self.amount is None else f"{self.amount:f}",
            "unit": self.unit,
            "parameter": self.parameter,
            "source": self.source,
        }


@dataclass(slots=True)
class Steps:
    """The lines in the order in which they were taken. sources: name of a rule → id of its source."""

    sources: Mapping[str, str] = field(default_factory=dict)
    lines: list[Step] = field(default_factory=list)

    def add(
        self,
        name: str,
        label: tuple[str, str],
        formula: tuple[str, str] | str,
        amount: Decimal | None = None,
        *,
        unit: str = "yuan",
        rule: str = "",
    ) -> None:
        """label, formula: (zh, en); a formula of numbers alone is one text for both. rule: the parameter without its
        area ("reserve_ratio")."""
        zh, en = (formula, formula) if isinstance(formula, str) else formula
        self.lines.append(
            Step(
                name,
                Text(zh=label[0], en=label[1]),
                Text(zh=zh, en=en),
                amount,
                unit,
                f"fund.{rule}" if rule else "",
                self.sources.get(rule, ""),
            )
        )

    def done(self) -> tuple[Step, ...]:
        return tuple(self.lines)

    def __iter__(self) -> Iterator[Step]:
        return iter(self.lines)


def yuan(amount: Decimal) -> str:
    """12,420,000.00"""
    return f"{amount:,.2f}"


def figure(number: Decimal | Fraction | int) -> str:
    """A ratio, factor or count without trailing zeros: 0.92, 1.05, 500,000."""
    if isinstance(number, Fraction):
        number = (Decimal(number.numerator) / Decimal(number.denominator)).quantize(Decimal("0.000001"))
    text = f"{number:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent(ratio: Decimal) -> str:
    """93 %, 0.5 %"""
    return f"{figure(ratio * 100)}%"
