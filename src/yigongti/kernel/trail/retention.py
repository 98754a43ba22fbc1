"""How long views are kept, and removing whole months that are past it.

A month's views are dropped as a partition, never line by line; only when all of them are sealed and an anchor that
covers their blocks has been exported. The blocks stay, so that the chain still holds.
"""

from __future__ import annotations

import json
import re
from datetime import date, datetime
from typing import Any

from django.db import connections, transaction
from django.utils import timezone

from yigongti.foundation.errors import Conflict
from yigongti.foundation.period import Month
from yigongti.kernel.access.limits import limit


def make_months(*, using: str = "bulk") -> int:
    """Make the partitions of this month and of the next two; answers how many were missing."""
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute("SELECT public.trail_make_months(2)")
        return int(cursor.fetchone()[0])


def kept_since(on: date) -> date:
    """The first day of the oldest month that must be kept (policy trail.months_kept, never fewer than the law's)."""
    months = max(limit("trail.months_kept"), limit("trail.months_kept_at_least"))
    return Month.of(on).plus(-months).first_day


def retire(*, at: datetime, using: str = "owner") -> list[date]:
    """Drop the view partitions of all months before `kept_since`; answers the months.

    using: the owner's connection, which alone may. Raises Conflict, and drops nothing, when lines are not sealed or not
    anchored.
    """
    oldest_kept = kept_since(timezone.localdate(at))
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        months = [month for month in _months_there(cursor) if month < oldest_kept]
        for month in months:
            _require_anchored(cursor, month)
            name = f"trail_view_{month:%Y_%m}"
            cursor.execute(f'SELECT count(*) FROM public."{name}"')
            lines = cursor.fetchone()[0]
            cursor.execute("SELECT coalesce(max(number), 0) FROM trail_block WHERE month = %s", [month])
            (number,) = cursor.fetchone()
            cursor.execute(
                "INSERT INTO trail_keeping (kind, done_at, block_number, month, detail)"
                " VALUES ('retired', %s, %s, %s, %s)",
                [at, number, month, json.dumps({"views": lines})],
            )
            cursor.execute(f'DROP TABLE public."{name}"')
    return months


def _months_there(cursor: Any) -> list[date]:
    cursor.execute("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'public.trail_view'::regclass")
    found = [re.search(r"trail_view_(\d{4})_(\d{2})$", name) for (name,) in cursor.fetchall()]
    return sorted(date(int(match[1]), int(match[2]), 1) for match in found if match)


def _require_anchored(cursor: Any, month: date) -> None:
    cursor.execute(
        f'SELECT count(*) FROM public."trail_view_{month:%Y_%m}"'
        " WHERE NOT id <@ (SELECT coalesce(range_agg(ids), '{}') FROM trail_block WHERE month = %s)",
        [month],
    )
    if cursor.fetchone()[0]:
        raise Conflict(
            "trail.not_sealed",
            zh=f"{month:%Y-%m} 还有未封存的查阅记录，请先运行 yigongti trail seal",
            en=f"views of {month:%Y-%m} are not sealed yet; run yigongti trail seal first",
        )
    cursor.execute("SELECT coalesce(max(number), 0) FROM trail_block WHERE month = %s", [month])
    (last,) = cursor.fetchone()
    cursor.execute("SELECT coalesce(max(block_number), 0) FROM trail_keeping WHERE kind = 'anchored'")
    if cursor.fetchone()[0] < last:
        raise Conflict(
            "trail.not_anchored",
            zh=f"{month:%Y-%m} 的查阅记录尚未导出锚文件，请先运行 yigongti trail anchor 并异地保存",
            en=f"no anchor covers the views of {month:%Y-%m}; run yigongti trail anchor first and keep it elsewhere",
        )
