"""What ECharts draws on a person's page: plain options, no script. The target or the reference range is always drawn
too, and named."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from yigongti.kernel.records.reading.courses import Course
from yigongti.systems.health_records.person.sentence import Targets

LIMIT, RANGE = "#b3261e", "rgba(27,110,60,.10)"
_GRID = {"left": 8, "right": 16, "top": 34, "bottom": 6, "containLabel": True}


def pressure(course: Course, targets: Targets) -> dict[str, Any]:
    """Systolic and diastolic as two lines, each with its target."""
    return {
        "animation": False,
        "grid": {**_GRID, "right": 64},
        "legend": {"top": 2, "right": 8},
        "tooltip": {"trigger": "axis"},
        "xAxis": {"type": "time", "axisLabel": {"hideOverlap": True, "formatter": "{yyyy}-{MM}"}},
        "yAxis": {"type": "value", "scale": True, "name": "mmHg", "nameGap": 10},
        "series": [
            _line(_("Systolic"), [(p.when.text, p.number) for p in course.points], targets.systolic),
            _line(_("Diastolic"), [(p.when.text, p.diastolic) for p in course.points], targets.diastolic),
        ],
    }


def _line(name: str, points: list[tuple[str, Any]], target: Any) -> dict[str, Any]:
    return {
        "type": "line",
        "name": name,
        "symbolSize": 6,
        "showAllSymbol": True,
        "data": [[moment.replace(" ", "T"), float(value)] for moment, value in points if value is not None],
        "markLine": {
            "silent": True,
            "symbol": "none",
            "lineStyle": {"type": "dashed", "color": LIMIT, "width": 1},
            "label": {"formatter": _("target {c}"), "position": "end", "fontSize": 10},
            "data": [{"yAxis": float(target)}],
        },
    }


def course(found: Course) -> dict[str, Any]:
    """One kind of result as a line over its reference range."""
    data = [[p.when.text.replace(" ", "T"), float(p.number)] for p in found.points if p.number is not None]
    series: dict[str, Any] = {"type": "line", "name": found.name, "symbolSize": 6, "showAllSymbol": True, "data": data}
    values = [value for _moment, value in data]
    axis: dict[str, Any] = {"type": "value", "scale": True, "splitNumber": 3}
    if found.low is not None or found.high is not None:
        low = float(found.low) if found.low is not None else min(values) * 0.8
        high = float(found.high) if found.high is not None else max(values) * 1.1
        series["markArea"] = {
            "silent": True,
            "itemStyle": {"color": RANGE},
            "data": [[{"yAxis": low}, {"yAxis": high}]],
        }
        axis |= {"min": min([*values, low]), "max": max([*values, high])}
    return {
        "animation": False,
        "grid": {**_GRID, "top": 22},
        "tooltip": {"trigger": "axis"},
        "xAxis": {"type": "time", "axisLabel": {"hideOverlap": True, "formatter": "{yyyy}-{MM}"}},
        "yAxis": {**axis, "name": found.unit, "nameGap": 8},
        "series": [series],
    }
