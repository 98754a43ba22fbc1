"""The forecast of a community's year."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from yigongti.foundation.period import Month
from yigongti.foundation.policy import Policy


def forecast_of(month: Month, late: list[dict[str, Any]], quota: Decimal | None, policy: Policy) -> dict[str, Any]:
    spent = sum((row["pool"] for row in late if row["occurred"][:4] == str(month.year)), Decimal("0.00"))
    return {"year": month.year, "quota": quota, "spent": spent, "ultimate": spent, "low": spent, "high": spent,
            "method": ""}
