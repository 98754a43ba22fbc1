"""Whether the month still takes requests."""

from __future__ import annotations

from datetime import date

from yigongti.foundation.errors import Conflict
from yigongti.systems.casemix_payment.models import PublishedMonth


def require_open(month: PublishedMonth | None, today: date) -> PublishedMonth:
    """The month itself. Raises Conflict before its first close and after the last day for requests."""
    if month is None:
        raise Conflict(
            "casemix.month_not_closed",
            zh="该月尚未月结，还没有可异议的分组结果",
            en="the month has not been closed yet: there is no grouping to ask about",
        )
    if today > month.request_until:
        raise Conflict(
            "casemix.window_closed",
            zh=f"该月的分组异议已于 {month.request_until} 截止",
            en=f"requests for this month were taken until {month.request_until}",
        )
    return month
