"""The months before and after an order as ECharts draws them: plain options, no script."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from yigongti.engines.claim_checks.public import MonthOfPeers
from yigongti.foundation.period import Month

OWN, PEERS = "#1f5fa8", "#5c6b7a"


def months(rows: Sequence[MonthOfPeers], event: Month, name: str, unit: str, what: str) -> dict[str, Any]:
    """The institution's line, its peers' mean and the middle half of them, the month of the event marked."""
    band = [None if row.low is None or row.high is None else row.high - row.low for row in rows]
    shade: dict[str, Any] = {"type": "line", "stack": "peers", "symbol": "none", "silent": True}
    return {
        "grid": {"left": 8, "right": 16, "top": 64, "bottom": 8, "containLabel": True},
        "legend": {"top": 4, "data": [name, _("Peers, mean"), _("Peers, middle half")]},
        "tooltip": {"trigger": "axis"},
        "xAxis": {"type": "category", "data": [str(row.month) for row in rows]},
        "yAxis": {"type": "value", "name": unit, "nameTextStyle": {"align": "left"}},
        "series": [
            shade | {"name": _("Peers, first quarter"), "data": _numbers([row.low for row in rows]),
                     "lineStyle": {"opacity": 0}},
            shade | {"name": _("Peers, middle half"), "data": _numbers(band), "lineStyle": {"opacity": 0},
                     "itemStyle": {"color": PEERS}, "areaStyle": {"opacity": 0.18, "color": PEERS}},
            {"type": "line", "name": _("Peers, mean"), "data": _numbers([row.mean for row in rows]),
             "itemStyle": {"color": PEERS}, "lineStyle": {"type": "dashed", "color": PEERS}},
            {"type": "line", "name": name, "data": _numbers([row.own for row in rows]), "itemStyle": {"color": OWN},
             "lineStyle": {"width": 3, "color": OWN},
             "markLine": {"symbol": "none", "data": [{"xAxis": str(event)}], "label": {"formatter": what}}},
        ],
    }  # fmt: skip


def _numbers(values: Sequence[Decimal | None]) -> list[float | None]:
    return [None if value is None else float(value) for value in values]
