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
from yigongti.engines.claim_checks.table import find_all
from yigongti.engines.claim_checks.tables_of import knowledge_tables

__all__ = [
    "COLUMNS",
    "Bill",
    "Check",
    "ClaimChecks",
    "Facts",
    "Finding",
    "Handler",
    "KnowledgeRow",
    "KnowledgeTable",
    "Line",
    "LooksAt",
    "Row",
    "StockMove",
    "Strength",
    "Tables",
    "Version",
    "find_all",
    "handler",
    "handler_names",
    "knowledge_tables",
    "load_checks",
    "read_setting",
    "read_value",
    "reference_of",
]
