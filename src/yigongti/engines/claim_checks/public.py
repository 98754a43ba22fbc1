"""The door of the claim checks.

checks = load_checks(policy)
judged = check_bill(bill, history, checks, "before", today)         # one bill, with its trace
findings = keep(find_all(tables, checks, stages=["after"], connection=c), c)  # a month
merged = merge_table(findings, tables, checks)
drawn(strata, allocation(strata, 60), seed=7)         # a sample of findings; estimated(…) says what the whole is worth
measure("T1", series, peers, event, Settings())       # whether an order helped, against peers
"""

from yigongti.engines.claim_checks.bills import bare_bills, bill_of, bills_table, person_of
from yigongti.engines.claim_checks.check import FAMILIES, STAGES, Check, Version
from yigongti.engines.claim_checks.detection import Detection, Measured, Share, measure_detection
from yigongti.engines.claim_checks.effect import (
    CANNOT,
    Cell,
    Effect,
    Interval,
    MonthOfPeers,
    Settings,
    begun,
    by_month,
    measure,
    peers_of,
)
from yigongti.engines.claim_checks.facts import (
    INSURANCE_WORDS,
    LEVEL_WORDS,
    LEVELS,
    SETTING_WORDS,
    SEX_WORDS,
    Bill,
    CareSetting,
    Facts,
    Line,
    StockMove,
)
from yigongti.engines.claim_checks.finding import COLUMNS, Finding, Row, Strength
from yigongti.engines.claim_checks.handler import Handler, LooksAt, Tables, handler, handler_names, reference_of
from yigongti.engines.claim_checks.knowledge import KnowledgeColumn, KnowledgeRow, KnowledgeTable, ValueKind
from yigongti.engines.claim_checks.knowledge_files import (
    FIRST_COLUMNS,
    knowledge_from_csv,
    knowledge_from_rows,
    read_value,
)
from yigongti.engines.claim_checks.loading import (
    CHECKS_FOLDER,
    ClaimChecks,
    load_checks,
    load_checks_from,
    read_setting,
)
from yigongti.engines.claim_checks.merging import MERGED_COLUMNS, Merged, merge, merge_table
from yigongti.engines.claim_checks.reference import Judged, check_bill
from yigongti.engines.claim_checks.sampling import (
    Estimate,
    Reviewed,
    SampleRow,
    Size,
    Stratum,
    allocation,
    drawn,
    estimated,
    sizes,
    strata_of,
)
from yigongti.engines.claim_checks.table import find_all, keep
from yigongti.engines.claim_checks.tables_of import BILLS, LINES, STOCK_MOVES, knowledge_tables, tables_of
from yigongti.engines.claim_checks.wording import said, sentence
from yigongti.engines.claim_checks.workbooks.differences import Difference, difference
from yigongti.engines.claim_checks.workbooks.layouts import Layouts, load_layouts
from yigongti.engines.claim_checks.workbooks.reading import Reading, WorkbookRow, read_sheets
from yigongti.engines.claim_checks.workbooks.sheets import open_sheets

__all__ = [
    "BILLS",
    "CANNOT",
    "CHECKS_FOLDER",
    "COLUMNS",
    "FAMILIES",
    "FIRST_COLUMNS",
    "INSURANCE_WORDS",
    "LEVELS",
    "LEVEL_WORDS",
    "LINES",
    "MERGED_COLUMNS",
    "SETTING_WORDS",
    "SEX_WORDS",
    "STAGES",
    "STOCK_MOVES",
    "Bill",
    "CareSetting",
    "Cell",
    "Check",
    "ClaimChecks",
    "Detection",
    "Difference",
    "Effect",
    "Estimate",
    "Facts",
    "Finding",
    "Handler",
    "Interval",
    "Judged",
    "KnowledgeColumn",
    "KnowledgeRow",
    "KnowledgeTable",
    "Layouts",
    "Line",
    "LooksAt",
    "Measured",
    "Merged",
    "MonthOfPeers",
    "Reading",
    "Reviewed",
    "Row",
    "SampleRow",
    "Settings",
    "Share",
    "Size",
    "StockMove",
    "Stratum",
    "Strength",
    "Tables",
    "ValueKind",
    "Version",
    "WorkbookRow",
    "allocation",
    "bare_bills",
    "begun",
    "bill_of",
    "bills_table",
    "by_month",
    "check_bill",
    "difference",
    "drawn",
    "estimated",
    "find_all",
    "handler",
    "handler_names",
    "keep",
    "knowledge_from_csv",
    "knowledge_from_rows",
    "knowledge_tables",
    "load_checks",
    "load_checks_from",
    "load_layouts",
    "measure",
    "measure_detection",
    "merge",
    "merge_table",
    "open_sheets",
    "peers_of",
    "person_of",
    "read_setting",
    "read_sheets",
    "read_value",
    "reference_of",
    "said",
    "sentence",
    "sizes",
    "strata_of",
    "tables_of",
]
