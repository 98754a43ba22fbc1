"""What ECharts draws of a rehearsal: how many persons by how much, and which institutions by how much."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

RELIEF, BURDEN = "#1f7a4d", "#b3261e"
MOST_BARS = 20


def bar_words(start: int | None, end: int | None) -> str:
    """The change between two amounts of yuan, in words: −200 … −100."""
    if start is None:
        return _("below %(amount)s") % {"amount": f"{end:,}".replace("-", "−")}
    if end is None:
        return _("above %(amount)s") % {"amount": f"{start:,}"}
    return f"{start:,} … {end:,}".replace("-", "−")


def distribution(told: Mapping[str, Any]) -> dict[str, Any]:
    """Persons by the change of what they bear; less to the left, more to the right."""
    bars = [bar for bar in told["bars"] if bar[2]]
    # more from the fund is relief when what is told is the fund's side
    less, more = (RELIEF, BURDEN) if told["of"] == "patient" else (BURDEN, RELIEF)
    return {
        "animation": False,
        "grid": {"left": 8, "right": 16, "top": 24, "bottom": 8, "containLabel": True},
        "tooltip": {"trigger": "item"},
        "xAxis": {"type": "category", "data": [bar_words(bar[0], bar[1]) for bar in bars], "name": _("yuan"),
                  "axisLabel": {"rotate": 40}},
        "yAxis": {"type": "value", "minInterval": 1},
        "series": [{
            "type": "bar", "label": {"show": True, "position": "top"},
            "data": [
                {"value": bar[2], "itemStyle": {"color": less if (bar[1] is not None and bar[1] <= 0) else more}}
                for bar in bars
            ],
        }],
    }  # fmt: skip


def by_key(rows: Sequence[tuple[str, Decimal]]) -> dict[str, Any]:
    """The fund's difference by institution, 10,000 yuan, those that move most; the table beside has them all."""
    ordered = sorted(rows, key=lambda row: abs(row[1]), reverse=True)[:MOST_BARS]
    ordered.sort(key=lambda row: row[1])
    return {
        "animation": False,
        "grid": {"left": 8, "right": 60, "top": 8, "bottom": 24, "containLabel": True},
        "tooltip": {"trigger": "item"},
        "xAxis": {"type": "value", "name": _("10,000 yuan"), "nameLocation": "middle", "nameGap": 22},
        "yAxis": {"type": "category", "data": [name for name, _change in ordered]},
        "series": [{
            "type": "bar", "label": {"show": True, "position": "right"},
            "data": [
                {"value": round(float(change) / 10_000, 2), "itemStyle": {"color": BURDEN if change > 0 else RELIEF}}
                for _name, change in ordered
            ],
        }],
    }  # fmt: skip
