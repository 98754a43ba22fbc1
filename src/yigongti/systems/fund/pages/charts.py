"""What ECharts draws for the fund: plain options, no script. Amounts in 10,000 yuan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

OVER, WITHIN, QUOTA = "#b3261e", "#0b5cab", "#5b6570"


def _wan(value: Decimal | None) -> float | None:
    return None if value is None else round(float(value) / 10_000, 2)


def months_by_category(
    months: Sequence[str], series: Mapping[str, Sequence[Decimal]], target: Decimal | None
) -> dict[str, Any]:
    """Bars on top of each other, a line where a twelfth of the quota lies."""
    bars: list[dict[str, Any]] = [
        {"type": "bar", "stack": "pool", "name": name, "data": [_wan(value) for value in values]}
        for name, values in series.items()
    ]
    if target is not None and bars:
        bars[0]["markLine"] = {
            "silent": True, "symbol": "none", "lineStyle": {"color": OVER},
            "label": {"formatter": _("a twelfth of the quota"), "position": "insideStartTop"},
            "data": [{"yAxis": _wan(target)}],
        }  # fmt: skip
    return {**_frame(months), "legend": {"top": 4, "type": "scroll"}, "series": bars}


def year_course(
    months: Sequence[str],
    settled: Sequence[Decimal | None],
    expected: Sequence[Decimal | None],
    quota: Decimal | None,
    low: Decimal | None,
    high: Decimal | None,
) -> dict[str, Any]:
    """The year adding up: what is settled, what is expected with its interval at the end, the quota across."""
    lines: list[dict[str, Any]] = [
        {"type": "line", "name": _("Settled so far"), "data": [_wan(value) for value in settled],
         "areaStyle": {"opacity": 0.2}},
        {"type": "line", "name": _("Expected"), "data": [_wan(value) for value in expected],
         "lineStyle": {"type": "dashed"}},
    ]  # fmt: skip
    marks: list[dict[str, Any]] = []
    if low is not None and high is not None and months:
        marks = [
            {"coord": [months[-1], _wan(value)], "symbol": "rect", "symbolSize": [18, 2], "label": {"show": False}}
            for value in (low, high)
        ]
        lines[1]["markPoint"] = {"data": marks}
    if quota is not None:
        lines[0]["markLine"] = {
            "silent": True, "symbol": "none", "lineStyle": {"color": OVER},
            "label": {"formatter": _("Quota of the year"), "position": "insideEndTop"},
            "data": [{"yAxis": _wan(quota)}],
        }  # fmt: skip
    return {**_frame(months), "legend": {"top": 4}, "series": lines}


def bars(rows: Sequence[tuple[str, Decimal, str]]) -> dict[str, Any]:
    """Bars, the largest on top. rows: name, yuan, address."""
    ordered = sorted(rows, key=lambda row: row[1])
    return {
        "grid": {"left": 8, "right": 60, "top": 8, "bottom": 24, "containLabel": True},
        "tooltip": {"trigger": "item"},
        "xAxis": {"type": "value", "name": _("10,000 yuan"), "nameLocation": "middle", "nameGap": 22},
        "yAxis": {"type": "category", "data": [row[0] for row in ordered]},
        "series": [
            {
                "type": "bar",
                "label": {"show": True, "position": "right"},
                "data": [{"value": _wan(amount), "href": href} for _name, amount, href in ordered],
            }
        ],
    }


def flows(links: Sequence[tuple[str, str, Decimal]]) -> dict[str, Any]:
    """Where the money of each township goes: from, to, yuan; only what flows out of the own community is drawn."""
    names = list(dict.fromkeys([link[0] for link in links] + [link[1] for link in links]))
    return {
        "tooltip": {"trigger": "item"},
        "series": [
            {
                "type": "sankey", "left": 8, "right": 140, "top": 12, "bottom": 12, "draggable": False,
                "data": [{"name": name} for name in names],
                "links": [{"source": first, "target": last, "value": _wan(amount)} for first, last, amount in links],
                "lineStyle": {"color": "source", "opacity": 0.35},
            }
        ],
    }  # fmt: skip


def _frame(months: Sequence[str]) -> dict[str, Any]:
    return {
        "grid": {"left": 8, "right": 24, "top": 40, "bottom": 8, "containLabel": True},
        "tooltip": {"trigger": "axis"},
        "xAxis": {"type": "category", "data": list(months)},
        "yAxis": {"type": "value", "name": _("10,000 yuan")},
    }
