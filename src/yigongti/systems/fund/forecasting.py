"""The forecast of a community's year from its late bills: the engine's ladder, and the day the quota is used up."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from yigongti.engines.fund.public import ForecastRules, LateAmount, forecast_year, run_out
from yigongti.foundation.period import Month
from yigongti.foundation.policy import Policy


def forecast_of(month: Month, late: list[dict[str, Any]], quota: Decimal | None, policy: Policy) -> dict[str, Any]:
    """The fields of models.Forecast. late: occurred, month (of settlement) and pool of one community."""
    amounts = [LateAmount(Month.parse(row["occurred"]), Month.parse(row["month"]), row["pool"]) for row in late]
    found = forecast_year(amounts, month, ForecastRules.from_policy(policy, on=month.last_day))
    steps, on, over = list(found.steps), None, None
    if quota is not None and found.expected is not None:
        expected = {each.month: each.settled if each.expected is None else each.expected for each in found.months}
        out = run_out(quota, expected)
        on, over = out.on, out.over
        steps += out.steps
    return {
        "year": found.year, "quota": quota, "settled": found.settled, "late": found.late, "coming": found.coming,
        "expected": found.expected, "low": found.low, "high": found.high, "run_out_on": on, "over": over,
        "method": found.method, "cannot": [{"zh": text.zh, "en": text.en} for text in found.cannot],
        "by_month": [
            {"month": str(each.month), "settled": f"{each.settled:f}",
             "expected": None if each.expected is None else f"{each.expected:f}"}
            for each in found.months
        ],
        "steps": [step.as_json() for step in steps],
    }  # fmt: skip
