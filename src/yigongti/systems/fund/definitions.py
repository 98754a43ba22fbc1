"""What the fund's figures are, in words: categories, destinations, kinds of care, counter-indicators."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

CATEGORIES: dict[str, Any] = {
    "inside": _("Stays in the community"),
    "other_community": _("Stays in the other community"),
    "out_of_county": _("Care outside the county"),
    "outpatient": _("Outpatient pool"),
    "two_diseases": _("Two diseases"),
    "special_disease": _("Special diseases"),
    "contract_fees": _("Contract fees"),
}
"""As engines/fund/running.py sorts them; each yuan of the pool stands in exactly one."""

PLACES: dict[str, Any] = {
    "community": _("Own community"),
    "county": _("Other community in the county"),
    "prefecture": _("Elsewhere in the prefecture"),
    "province": _("Elsewhere in the province"),
    "country": _("Outside the province"),
}


@dataclass(frozen=True, slots=True)
class Indicator:
    """A counter-indicator. kind: percent or number. better: lower or "". formula: numerator ÷ denominator in words."""

    name: str
    label: Any
    kind: str
    formula: Any
    better: str = "lower"
    places: int = 1

    def of(self, numerator: Decimal, denominator: Decimal) -> Decimal | None:
        """None where there is nothing to divide by."""
        return numerator / denominator if denominator else None


_ALL = (
    Indicator(
        "stays_outside_county", _("Stays outside the county"), "percent", _("Stays outside the county ÷ all stays")
    ),
    Indicator(
        "stays_elsewhere", _("Stays outside the own community"), "percent",
        _("Stays outside the own community ÷ all stays"),
    ),
    Indicator(
        "referred_up", _("Stays referred upwards"), "percent", _("Stays that were referred up ÷ all stays"), better="",
    ),
    Indicator("own_pay", _("Borne by patients"), "percent", _("Account and cash ÷ total cost of all care")),
    Indicator(
        "outside_catalogue", _("Outside the catalogue"), "percent",
        _("Cost outside the catalogue ÷ total cost of all care"),
    ),
    Indicator(
        "readmitted", _("Readmitted for the same disease"), "percent",
        _("Stays that began within the days of fund.readmission_days after discharge from a stay for the same "
          "disease (first three characters of the diagnosis) ÷ stays"),
    ),
    Indicator(
        "visits_per_person", _("Visits per insured person"), "number", _("Settled visits ÷ insured people"), better="",
        places=3,
    ),
    Indicator(
        "complaints", _("Complaints per insured person"), "number",
        _("Complaints that the community's institutions raised here (about this platform) ÷ insured people"), places=5,
    ),
    Indicator(
        "deaths", _("Deaths among discharges"), "percent",
        _("Discharges that ended in death ÷ discharges of the community's institutions"), places=2,
    ),
)  # fmt: skip
INDICATORS: Mapping[str, Indicator] = {each.name: each for each in _ALL}
