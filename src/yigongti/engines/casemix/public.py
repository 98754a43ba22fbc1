"""The door of the grouper. Nothing else of this package is for others to import.

scheme = load_scheme("policy/casemix/starter")
grouping = group_case(Case("1", sex="1", age_years=60, diagnoses=("I63.900",)), scheme)
grouping.drg, [step.said.zh for step in grouping.trace]
"""

from yigongti.engines.casemix.case import (
    CASE_COLUMNS,
    GROUPING_COLUMNS,
    UNGROUPED_DRG,
    Case,
    Grouping,
    case_from_row,
)
from yigongti.engines.casemix.compare import Move, SchemeComparison, compare_schemes
from yigongti.engines.casemix.division import with_local_division
from yigongti.engines.casemix.lint import Finding, lint_scheme
from yigongti.engines.casemix.loading import load_scheme
from yigongti.engines.casemix.reasons import REASONS
from yigongti.engines.casemix.reference import group_case
from yigongti.engines.casemix.scheme import Scheme
from yigongti.engines.casemix.table import group_table

__all__ = [
    "CASE_COLUMNS",
    "GROUPING_COLUMNS",
    "REASONS",
    "UNGROUPED_DRG",
    "Case",
    "Finding",
    "Grouping",
    "Move",
    "Scheme",
    "SchemeComparison",
    "case_from_row",
    "compare_schemes",
    "group_case",
    "group_table",
    "lint_scheme",
    "load_scheme",
    "with_local_division",
]
