"""The door of the benefit engine.

    rules_of(policy, insurance_type, on)     the rules in force for a scheme on a day, read once and kept
    settle(bill, person, used, rules)        one bill settled and explained (reference.py)
    settle_table(settlements, rules_by…)     a year of bills, the same rules as Ibis expressions (table.py)
"""

from __future__ import annotations

from yigongti.engines.benefit.bill import Bill, BillLine, Care, Level, Person, Place, Referral, Used
from yigongti.engines.benefit.settlement import Settlement, Step

__all__ = ["Bill", "BillLine", "Care", "Level", "Person", "Place", "Referral", "Settlement", "Step", "Used"]
