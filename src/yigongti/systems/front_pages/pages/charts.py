"""What ECharts draws: plain options, no script."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

BAD, DUE = "#b3261e", "#8a5300"


def _percent(value: Any) -> float | None:
    return None if value is None else round(float(value) * 100, 2)


def course(months: Sequence[str], rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Pass rate and complete rate as lines in percent, the mean score as a dashed line, month by month."""
    rates = [
        {"type": "line", "name": name, "data": [_percent(row[key]) for row in rows], "connectNulls": False}
        for key, name in (("pass_rate", _("Pass rate")), ("complete_rate", _("Complete rate")))
    ]
    score = {
        "type": "line", "name": _("Mean score"), "lineStyle": {"type": "dashed"},
        "data": [None if row["mean_score"] is None else round(float(row["mean_score"]), 2) for row in rows],
    }  # fmt: skip
    return {
        "grid": {"left": 8, "right": 16, "top": 36, "bottom": 8, "containLabel": True},
        "legend": {"top": 4},
        "tooltip": {"trigger": "axis"},
        "xAxis": {"type": "category", "data": list(months)},
        "yAxis": {"type": "value", "name": _("% or points"), "scale": True, "max": 100},
        "series": [*rates, score],
    }


def frequent(rows: Sequence[tuple[str, int, str, str]]) -> dict[str, Any]:
    """Bars of the rules most often broken, the most frequent on top. rows: words, pages, severity, address."""
    ordered = list(reversed(rows))
    return {
        "grid": {"left": 8, "right": 48, "top": 8, "bottom": 8, "containLabel": True},
        "tooltip": {"trigger": "item", "formatter": "{b}: {c}"},
        "xAxis": {"type": "value", "minInterval": 1},
        "yAxis": {
            "type": "category", "data": [row[0] for row in ordered],
            "axisLabel": {"width": 170, "overflow": "truncate"},
        },
        "series": [
            {
                "type": "bar",
                "label": {"show": True, "position": "right"},
                "data": [
                    {"value": pages, "href": href, "itemStyle": {"color": BAD if severity == "error" else DUE}}
                    for _words, pages, severity, href in ordered
                ],
            }
        ],
    }  # fmt: skip
