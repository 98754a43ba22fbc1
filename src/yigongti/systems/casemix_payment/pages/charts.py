"""What ECharts draws: plain options, no script. Red is a loss everywhere, and the label says it too."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from math import sqrt
from typing import Any

from django.utils.translation import gettext as _

LOSS, GAIN = "#b3261e", "#0b5cab"
NAMED = 14
"""Bubbles that carry their name in the picture, those that lose or gain most; the others say it under the pointer."""


def _number(value: Any, places: int = 2) -> float | None:
    return None if value is None else round(float(value), places)


def balances(rows: Sequence[tuple[str, Decimal, str]]) -> dict[str, Any]:
    """Bars of balances, the largest loss on top. rows: name, balance in yuan, address."""
    ordered = sorted(rows, key=lambda row: row[1], reverse=True)
    return {
        "grid": {"left": 8, "right": 60, "top": 8, "bottom": 24, "containLabel": True},
        "tooltip": {"trigger": "item", "formatter": "{b}: {c} " + _("10,000 yuan")},
        "xAxis": {"type": "value", "name": _("10,000 yuan"), "nameLocation": "middle", "nameGap": 22},
        "yAxis": {"type": "category", "data": [row[0] for row in ordered]},
        "series": [
            {
                "type": "bar",
                "label": {"show": True, "position": "right"},
                "data": [
                    {
                        "value": _number(balance / 10_000),
                        "href": href,
                        "itemStyle": {"color": LOSS if balance < 0 else GAIN},
                    }
                    for _name, balance, href in ordered
                ],
            }
        ],
    }


def course(months: Sequence[str], cmi: Sequence[Any], balance: Sequence[Any]) -> dict[str, Any]:
    """CMI as a line and the balance as bars, month by month."""
    return {
        "grid": {"left": 8, "right": 8, "top": 36, "bottom": 8, "containLabel": True},
        "legend": {"top": 4},
        "tooltip": {"trigger": "axis"},
        "xAxis": {"type": "category", "data": list(months)},
        "yAxis": [
            {"type": "value", "name": "CMI", "scale": True},
            {"type": "value", "name": _("10,000 yuan"), "splitLine": {"show": False}},
        ],
        "series": [
            {"type": "line", "name": "CMI", "data": [_number(value, 4) for value in cmi]},
            {
                "type": "bar",
                "name": _("Balance"),
                "yAxisIndex": 1,
                "barMaxWidth": 28,
                "data": [None if value is None else _number(value / 10_000) for value in balance],
            },
        ],
    }


def quadrant(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Time index across, cost index up, a bubble for each unit. rows: key, label, time_index, cost_index, cases,
    balance, href; those without an index are left to the table."""
    drawn = [row for row in rows if row["time_index"] is not None and row["cost_index"] is not None]
    most = max((row["cases"] for row in drawn), default=1)
    named = {row["key"] for row in sorted(drawn, key=lambda row: abs(row["balance"]), reverse=True)[:NAMED]}
    axis = {"type": "value", "scale": True, "nameLocation": "middle", "axisLabel": {"showMaxLabel": False}}
    return {
        "grid": {"left": 52, "right": 24, "top": 16, "bottom": 44},
        "tooltip": {"formatter": "{b}"},
        "xAxis": {**axis, "name": _("Time index"), "nameGap": 26},
        "yAxis": {**axis, "name": _("Cost index"), "nameGap": 36},
        "series": [
            {
                "type": "scatter",
                "data": [
                    {
                        "name": _("%(name)s: time %(time)s, cost %(cost)s, %(cases)s cases")
                        % {
                            "name": row["label"],
                            "time": _number(row["time_index"], 3),
                            "cost": _number(row["cost_index"], 3),
                            "cases": row["cases"],
                        },
                        "value": [_number(row["time_index"], 3), _number(row["cost_index"], 3)],
                        "symbolSize": round(8 + 36 * sqrt(row["cases"] / most)),
                        "itemStyle": {"color": LOSS if (row["balance"] or 0) < 0 else GAIN, "opacity": 0.65},
                        "label": {
                            "show": row["key"] in named,
                            "formatter": row["label"],
                            "position": "right",
                            "fontSize": 11,
                        },
                        "href": row["href"],
                    }
                    for row in drawn
                ],
                "labelLayout": {"hideOverlap": True},
                "markLine": {
                    "silent": True,
                    "symbol": "none",
                    "label": {"show": False},
                    "data": [{"xAxis": 1}, {"yAxis": 1}],
                },
            }
        ],
    }


def payment_waterfall(steps: Sequence[tuple[str, Decimal, Decimal]]) -> dict[str, Any]:
    """From the standard to the balance. steps: label, where the bar begins, where it ends, in yuan.

    A bar that crosses zero is drawn as a part above and a part below, since stacked bars grow away from zero.
    """
    bases, above, below = [], [], []
    for _label, start, end in steps:
        low, high = min(start, end), max(start, end)
        bases.append(_number(max(low, Decimal(0)) + min(high, Decimal(0))))
        look = {"itemStyle": {"color": LOSS if end < start else GAIN}}
        said = {"label": {"show": True, "formatter": f"{end - start:,.2f}"}}
        up, down = max(high, Decimal(0)) - max(low, Decimal(0)), min(low, Decimal(0)) - min(high, Decimal(0))
        above.append({"value": _number(up), **look, **(said if up else {})})
        below.append({"value": _number(down), **look, **({} if up else said)})
    bar = {"type": "bar", "stack": "pay", "barMaxWidth": 56}
    return {
        "aria": {"enabled": True},  # without the patterns, which would make the invisible bases visible
        "grid": {"left": 8, "right": 8, "top": 24, "bottom": 16, "containLabel": True},
        "tooltip": {"show": False},
        "xAxis": {
            "type": "category",
            "data": [label for label, _from, _to in steps],
            "axisLabel": {"interval": 0},
            "axisLine": {"onZero": False},
        },
        "yAxis": {"type": "value"},
        "series": [
            {**bar, "silent": True, "itemStyle": {"color": "transparent"}, "data": bases},
            {**bar, "label": {"position": "top"}, "data": above},
            {**bar, "label": {"position": "bottom"}, "data": below},
        ],
    }


def fee_groups(groups: Sequence[tuple[str, Decimal]]) -> dict[str, Any]:
    """The ten fee groups of the front page as bars."""
    ordered = sorted(groups, key=lambda group: group[1])
    return {
        "grid": {"left": 8, "right": 72, "top": 8, "bottom": 8, "containLabel": True},
        "tooltip": {"trigger": "item"},
        "xAxis": {"type": "value", "show": False},
        "yAxis": {"type": "category", "data": [name for name, _amount in ordered]},
        "series": [
            {
                "type": "bar",
                "label": {"show": True, "position": "right"},
                "data": [_number(amount) for _name, amount in ordered],
            }
        ],
    }
