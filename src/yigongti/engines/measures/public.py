"""The door of the measures. Explained in docs/algorithms/measures.md.

    definitions = load_definitions(policy)                            facts, filters, counts, measures, sets; strict
    lint(definitions)                                                 all that is wrong between the files
    reckon(measure, subject, period, rows, book, reporting)           one value with its trace, from plain rows
    cube = make_cube(tables, book)                                    every count × institution × month, one scan a fact
    apart = make_apart(tables, book, subjects, periods)               what does not add up, for each subject and period
    values_of(book, cube, apart, subjects, periods, reporting)        all values
    replace_in_cube(cube, part, facts, institutions, months)          after an institution has submitted again
    affected(subjects, institutions)                                  whose values then change
    compare(candidates, draw=…, minimum=…, better=…, times=…)         shrunken values, funnel, ranks
    decompose(before, after, times=…)                                 what moved a ratio between two periods

No clock, no file, no database driver: tables are Ibis tables that somebody else has opened.
"""

from __future__ import annotations

from yigongti.engines.measures.book import Book, Reporting, counts_in_use, counts_of, graded_items, interval_of
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
from yigongti.engines.measures.comparing import Candidate, Compared, Comparison, Draw, compare
from yigongti.engines.measures.conditions import Codes, codesets_of, columns_of, expression, holds
from yigongti.engines.measures.decomposing import Change, Part, decompose
from yigongti.engines.measures.definitions import Better, Grain, Measure, PeriodKind, State, Value, Version
from yigongti.engines.measures.formulas import values_of
from yigongti.engines.measures.linting import Refusal, lint
from yigongti.engines.measures.loading import load_definitions, read_definitions
from yigongti.engines.measures.reference import Answer, reckon
from yigongti.engines.measures.subjects import Period, Subject, affected, has_meaning, months_of, year_before
from yigongti.engines.measures.table import APART, CUBE, make_apart, make_cube, replace_in_cube

__all__ = [
    "APART",
    "CUBE",
    "RETURNS",
    "Answer",
    "Better",
    "Book",
    "Candidate",
    "Change",
    "Codes",
    "Compared",
    "Comparison",
    "Definitions",
    "Draw",
    "Fact",
    "FactColumn",
    "Grain",
    "Item",
    "Measure",
    "MeasureSet",
    "Part",
    "Period",
    "PeriodKind",
    "Refusal",
    "Reporting",
    "State",
    "Subject",
    "Target",
    "TargetLine",
    "Unit",
    "Value",
    "Version",
    "affected",
    "codesets_of",
    "columns_of",
    "compare",
    "counts_in_use",
    "counts_of",
    "decompose",
    "expression",
    "graded_items",
    "has_meaning",
    "holds",
    "interval_of",
    "lint",
    "load_definitions",
    "make_apart",
    "make_cube",
    "months_of",
    "read_definitions",
    "reckon",
    "replace_in_cube",
    "row_of",
    "values_of",
    "year_before",
]
