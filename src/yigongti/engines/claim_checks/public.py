"""The door of the claim checks."""

from yigongti.engines.claim_checks.check import Check, Version
from yigongti.engines.claim_checks.facts import Bill, Facts, Line, StockMove
from yigongti.engines.claim_checks.finding import COLUMNS, Finding, Row, Strength
from yigongti.engines.claim_checks.handler import Handler, LooksAt, Tables, handler, handler_names

__all__ = [
    "COLUMNS",
    "Bill",
    "Check",
    "Facts",
    "Finding",
    "Handler",
    "Line",
    "LooksAt",
    "Row",
    "StockMove",
    "Strength",
    "Tables",
    "Version",
    "handler",
    "handler_names",
]
