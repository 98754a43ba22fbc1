"""The door of the claim checks."""

from yigongti.engines.claim_checks.check import Check, Version
from yigongti.engines.claim_checks.facts import Bill, Facts, Line, StockMove
from yigongti.engines.claim_checks.finding import COLUMNS, Finding, Row, Strength
from yigongti.engines.claim_checks.handler import (
    Handler,
    LooksAt,
    Tables,
    handler,
    handler_names,
    reference_of,
)
from yigongti.engines.claim_checks.knowledge import KnowledgeRow, KnowledgeTable
from yigongti.engines.claim_checks.knowledge_files import read_value
from yigongti.engines.claim_checks.loading import ClaimChecks, load_checks, read_setting
from yigongti.engines.claim_checks.merging import MERGED_COLUMNS, Merged, merge, merge_table
from yigongti.engines.claim_checks.reference import Judged, check_bill
from yigongti.engines.claim_checks.table import find_all
from yigongti.engines.claim_checks.tables_of import knowledge_tables
from yigongti.engines.claim_checks.workbooks.differences import Difference, difference
from yigongti.engines.claim_checks.workbooks.layouts import Layouts, load_layouts
from yigongti.engines.claim_checks.workbooks.reading import Reading, WorkbookRow, read_sheets
from yigongti.engines.claim_checks.workbooks.sheets import open_sheets

__all__ = [
    "Bill",
    "COLUMNS",
    "Check",
    "ClaimChecks",
    "Difference",
    "Facts",
    "Finding",
    "Handler",
    "Judged",
    "KnowledgeRow",
    "KnowledgeTable",
    "Layouts",
    "Line",
    "LooksAt",
    "MERGED_COLUMNS",
    "Merged",
    "Reading",
    "Row",
    "StockMove",
    "Strength",
    "Tables",
    "Version",
    "WorkbookRow",
    "check_bill",
    "difference",
    "find_all",
    "handler",
    "handler_names",
    "knowledge_tables",
    "load_checks",
    "load_layouts",
    "merge",
    "merge_table",
    "open_sheets",
    "read_setting",
    "read_sheets",
    "read_value",
    "reference_of",
]
