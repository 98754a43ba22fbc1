"""The door of the measures' definitions.

definitions = load_definitions(policy)      # facts, items, filters, counts, measures, sets, targets; strict
lint(definitions)                           # all that is wrong between the files
definitions.of_set("tertiary-2025")         # a set in its printed order
"""

from yigongti.engines.measures.catalogue import (
    RETURNS,
    Definitions,
    Fact,
    FactColumn,
    Item,
    MeasureSet,
    Target,
    TargetLine,
    Unit,
    row_of,
)
from yigongti.engines.measures.linting import Refusal, lint
from yigongti.engines.measures.loading import load_definitions, read_definitions

__all__ = [
    "RETURNS",
    "Definitions",
    "Fact",
    "FactColumn",
    "Item",
    "MeasureSet",
    "Refusal",
    "Target",
    "TargetLine",
    "Unit",
    "lint",
    "load_definitions",
    "read_definitions",
    "row_of",
]
