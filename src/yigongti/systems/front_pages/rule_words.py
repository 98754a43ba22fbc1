"""The rule book of a month, read once for each process, and the words of its rules.

The policy files are read once for each process (kernel.access.limits.policy), so the book of a day does not change.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from django.utils import timezone

from yigongti.engines.record_quality.public import Rule, RuleBook, load_rulebook, rulebook_on
from yigongti.foundation.errors import Text
from yigongti.foundation.period import Month
from yigongti.foundation.schemas import DISCHARGES, FEE_LINES, SETTLEMENT_LISTS
from yigongti.kernel.access.limits import policy


@lru_cache(maxsize=1)
def _rules_of_all_days() -> RuleBook:
    return load_rulebook(policy(), timezone.localdate())


@lru_cache(maxsize=24)
def _book(day: date) -> RuleBook:
    return rulebook_on(_rules_of_all_days(), policy(), day)


def rulebook(month: Month) -> RuleBook:
    """The book in force at the month's end. Raises PolicyError when a policy file is wrong."""
    return _book(month.last_day)


@lru_cache(maxsize=24)
def _rules(day: date) -> dict[str, Rule]:
    return {rule.id: rule for rule in _book(day).rules}


def rules_by_id(month: Month) -> dict[str, Rule]:
    """All rules of the book by their id; one that a later policy dropped is not there."""
    return _rules(month.last_day)


def column_label(name: str) -> Text:
    """What a clerk calls a column of any table that a rule may blame; the name itself where nobody knows it."""
    for table, prefix in ((DISCHARGES, ""), (SETTLEMENT_LISTS, "settlement_"), (FEE_LINES, "")):
        plain = name.removeprefix(prefix)
        for candidate in (name, plain):
            if name.startswith(prefix) and candidate in table:
                return table[candidate].label
    return {
        "fee_lines_total": Text("费用明细合计", "Sum of the fee lines"),
        "fee_lines_count": Text("费用明细行数", "Number of fee lines"),
    }.get(name, Text(name, name))
