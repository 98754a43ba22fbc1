"""The forecast of a community's year from its late bills, and the day on which a quota is used up by it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from yigongti.engines.fund.public import ForecastRules, LateAmount, RunOut, forecast_year, run_out
from yigongti.foundation.period import Month
from yigongti.foundation.policy import Policy


def forecast_of(month: Month, late: list[dict[str, Any]], policy: Policy) -> dict[str, Any]:
    """The fields of models.Forecast. late: occurred, month (of settlement) and pool of one community."""
    amounts = [LateAmount(Month.parse(row["occurred"]), Month.parse(row["month"]), row["pool"]) for row in late]
    found = forecast_year(amounts, month, ForecastRules.from_policy(policy, on=month.last_day))
    return {
        "year": found.year, "settled": found.settled, "late": found.late, "coming": found.coming,
        "expected": found.expected, "low": found.low, "high": found.high, "method": found.method,
        "cannot": [{"zh": text.zh, "en": text.en} for text in found.cannot],
        "by_month": [
            {"month": str(each.month), "settled": f"{each.settled:f}",
             "expected": None if each.expected is None else f"{each.expected:f}"}
            for each in found.months
        ],
        "steps": [step.as_json() for step in found.steps],
    }  # fmt: skip


def runs_out(quota: Decimal, by_month: Sequence[Mapping[str, Any]]) -> RunOut:
    """When the quota is used up if the year goes as it is expected. by_month: of a Forecast that could be estimated."""
    expected = {
        Month.parse(each["month"]): Decimal(each["settled"] if each["expected"] is None else each["expected"])
        for each in by_month
    }
    return run_out(quota, expected)
