"""The month's figures: what each is made of, in words, and how it follows from the sums of StatementRow.

A figure is a sum of one column or the quotient of two. The same definitions serve tiles, tables, exports and the
explanation that a click on a figure opens.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

SUMS = (
    "cases", "grouped_cases", "weighted_cases", "weight", "assessable_cases", "normal_cases", "high_cases", "low_cases",
    "item_cases", "priced_cases", "cost", "priced_cost", "pay", "fund_pay", "balance", "stay_days", "stay_cases",
    "cost_ratio", "cost_index_cases", "time_ratio", "time_index_cases", "deaths", "low_risk_cases", "low_risk_deaths",
)  # fmt: skip
"""The columns of StatementRow that are added up."""


@dataclass(frozen=True, slots=True)
class Definition:
    """A figure. kind: how it is written (count, number, money, percent), with `places`. better: higher, lower or "".

    numerator, denominator: columns of SUMS; no denominator: the figure is the sum itself. formula: in words.
    source: a file of policy/sources.
    """

    name: str
    label: Any
    kind: str
    formula: Any
    numerator: str
    denominator: str = ""
    better: str = ""
    places: int | None = None
    source: str = "nhsa-drg-technical-2019"

    def of(self, sums: Mapping[str, Any]) -> Decimal | int | None:
        """The figure of these sums; None where there is nothing to divide by."""
        above = sums.get(self.numerator)
        if not self.denominator:
            return above
        below = sums.get(self.denominator)
        return None if above is None or not below else Decimal(above) / Decimal(below)


_ALL = (
    Definition("cases", _("Cases"), "count", _("Discharges of the month"), "cases"),
    Definition(
        "weight", _("Total weight"), "number", _("Sum of the relative weights of the cases in a group"), "weight",
        places=2,
    ),
    Definition(
        "cmi", "CMI", "number", _("Total weight ÷ cases in a group that has a weight"), "weight", "weighted_cases",
        better="higher", places=4,
    ),
    Definition(
        "in_group_rate", _("In-group rate"), "percent", _("Cases in a group ÷ all cases"), "grouped_cases", "cases",
        better="higher",
    ),
    Definition(
        "normal_rate", _("Normal-case rate"), "percent",
        _("Cases paid as normal ones ÷ cases that policy leaves in case-mix payment"),
        "normal_cases", "assessable_cases", better="higher",
    ),
    Definition(
        "cost_index", _("Cost index"), "number",
        _("Each case's cost ÷ the county's mean cost of its group this month, averaged over the cases; 1 is the "
          "county's usual"), "cost_ratio", "cost_index_cases", better="lower", places=3,
    ),
    Definition(
        "time_index", _("Time index"), "number",
        _("Each case's stay ÷ the county's mean stay of its group this month, averaged over the cases; 1 is the "
          "county's usual"), "time_ratio", "time_index_cases", better="lower", places=3,
    ),
    Definition(
        "low_risk_mortality", _("Low-risk mortality"), "percent", _("Deaths in low-risk groups ÷ cases in them"),
        "low_risk_deaths", "low_risk_cases", better="lower", places=4,
    ),
    Definition("pay", _("Pay"), "money", _("What the cases are paid in all, fund and patient together"), "pay",
               source="product-default"),
    Definition("cost", _("Cost"), "money", _("Cost of the cases that have a pay"), "priced_cost",
               source="product-default"),
    Definition("balance", _("Balance"), "money", _("Pay − cost, over the cases that have a pay"), "balance",
               better="higher", source="product-default"),
    Definition("mean_cost", _("Mean cost"), "money", _("Cost of the cases that have a pay ÷ their number"),
               "priced_cost", "priced_cases", better="lower", source="product-default"),
    Definition("mean_stay", _("Mean stay"), "number", _("Days of stay ÷ cases that say them"), "stay_days",
               "stay_cases", better="lower", places=1, source="product-default"),
)  # fmt: skip

DEFINITIONS: dict[str, Definition] = {definition.name: definition for definition in _ALL}
TILES = (
    "cases", "weight", "cmi", "in_group_rate", "cost_index", "time_index", "low_risk_mortality", "pay", "cost",
    "balance",
)  # fmt: skip


def figures_of(sums: Mapping[str, Any]) -> dict[str, Any]:
    """Every figure of these sums by name."""
    return {name: definition.of(sums) for name, definition in DEFINITIONS.items()}
