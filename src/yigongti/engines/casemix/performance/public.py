"""The door of case-mix performance. See docs/algorithms/casemix-payment.md §6."""

from yigongti.engines.casemix.performance.department_scores import (
    DepartmentRules,
    DepartmentScore,
    score_department,
    score_departments,
)
from yigongti.engines.casemix.performance.indicators import (
    LOW_RISK_STATES,
    QUADRANTS,
    Performance,
    PerformedCase,
    performance_of,
    quadrant,
)
from yigongti.engines.casemix.performance.table import performance_table

__all__ = [
    "LOW_RISK_STATES",
    "QUADRANTS",
    "DepartmentRules",
    "DepartmentScore",
    "Performance",
    "PerformedCase",
    "performance_of",
    "performance_table",
    "quadrant",
    "score_department",
    "score_departments",
]
