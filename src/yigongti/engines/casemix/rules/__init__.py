"""The rule language of a case-mix scheme: read, held as a tree, printed again.

The words are those of the national workbook: ZYZD principal diagnosis, QTZD other diagnoses, ZYSS principal
procedure, QTSS other procedures, NL age in years, XB sex, XSRTL age in days, XSRTZ weight in grams.
"""

from yigongti.engines.casemix.rules.parser import parse_rule
from yigongti.engines.casemix.rules.printer import print_rule
from yigongti.engines.casemix.rules.syntax import (
    Always,
    And,
    CodeField,
    Comparison,
    CountInSet,
    InSets,
    Not,
    NumberField,
    Operator,
    Or,
    Rule,
    Sites,
    sets_read,
    walk,
)

__all__ = [
    "Always",
    "And",
    "CodeField",
    "Comparison",
    "CountInSet",
    "InSets",
    "Not",
    "NumberField",
    "Operator",
    "Or",
    "Rule",
    "Sites",
    "parse_rule",
    "print_rule",
    "sets_read",
    "walk",
]
