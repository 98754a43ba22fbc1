"""What ECharts draws: plain options, no script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

COLOURS = {"violation": "#b3261e", "doubtful": "#b26a00", "clue": "#5c6b7a"}
MOST_LINES = 6
"""Checks that have a line of their own in the picture of the months; the others are one line together."""


def _yuan(value: Decimal | int) -> float:
    return round(float(value) / 10_000, 2)


def by_check(rows: Sequence[tuple[str, str, Decimal, str]]) -> dict[str, Any]:
    """Bars of yuan counted, the largest on top. rows: name, strength, yuan, address."""
    ordered = sorted(rows, key=lambda row: row[2])
    return {
        "animation": False,
        "grid": {"left": 8, "right": 60, "top": 8, "bottom": 24, "containLabel": True},
        "tooltip": {"trigger": "item", "formatter": "{b}: {c} " + _("10,000 yuan")},
        "xAxis": {"type": "value", "name": _("10,000 yuan"), "nameLocation": "middle", "nameGap": 22},
        "yAxis": {"type": "category", "data": [row[0] for row in ordered]},
        "series": [
            {
                "type": "bar",
                "label": {"show": True, "position": "right"},
                "data": [
                    {"value": _yuan(yuan), "href": href, "itemStyle": {"color": COLOURS[strength]}}
                    for _name, strength, yuan, href in ordered
                ],
            }
        ],
    }


def course(months: Sequence[str], counts: Mapping[str, Sequence[int]]) -> dict[str, Any]:
    """Findings by month, a line for each of the most frequent checks. counts: name → findings in each month."""
    ordered = sorted(counts.items(), key=lambda pair: -sum(pair[1]))
    lines = [(name, list(values)) for name, values in ordered[:MOST_LINES]]
    rest = [sum(column) for column in zip(*(values for _name, values in ordered[MOST_LINES:]), strict=True)]
    if rest:
        lines.append((_("All other checks"), rest))
    return {
        "animation": False,
        "grid": {"left": 8, "right": 16, "top": 64, "bottom": 8, "containLabel": True},
        "legend": {"top": 4, "type": "scroll"},
        "tooltip": {"trigger": "axis"},
        "xAxis": {"type": "category", "data": list(months)},
        "yAxis": {"type": "value", "name": _("Findings"), "minInterval": 1},
        "series": [{"type": "line", "showSymbol": True, "name": name, "data": values} for name, values in lines],
    }
