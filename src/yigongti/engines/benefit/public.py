"""The door of the benefit engine.

rules_of(policy, insurance_type, on)     the rules in force for a scheme on a day, read once and kept
sum_lines(lines)                         fee lines added up to what a bill is settled from
settle(bill, person, used, rules)        one bill settled and explained (reference.py)
difference(before, after)                what a correction moves
settle_table(settlements, policy, …)     a year of bills, the same rules as Ibis expressions (table.py)
"""

from __future__ import annotations

from yigongti.engines.benefit.bill import Bill, BillLine, Care, Level, Person, Place, Referral, Used
from yigongti.engines.benefit.lines import LineSums, sum_lines
from yigongti.engines.benefit.reading import is_in_force, rules_of
from yigongti.engines.benefit.reading_bills import Asked, read_asked
from yigongti.engines.benefit.reference import settle
from yigongti.engines.benefit.rules import Rules
from yigongti.engines.benefit.settlement import PAYERS, Difference, Settlement, Step, difference
from yigongti.engines.benefit.table import AMOUNTS, ANSWERS, settle_table

__all__ = [
    "AMOUNTS",
    "ANSWERS",
    "PAYERS",
    "Asked",
    "Bill",
    "BillLine",
    "Care",
    "Difference",
    "Level",
    "LineSums",
    "Person",
    "Place",
    "Referral",
    "Rules",
    "Settlement",
    "Step",
    "Used",
    "difference",
    "is_in_force",
    "read_asked",
    "rules_of",
    "settle",
    "settle_table",
    "sum_lines",
]
