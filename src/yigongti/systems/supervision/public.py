"""The door of supervision: open a case from what was found, exactly once for each source; money to be recovered.

open_case(NOBODY, institution=…, source="claim_finding", source_key="claim_checks/2026-10/500101/C000123",
          subject="2026-10/500101/C000123", title=Text(…), amount=Decimal("1234.50"), month="2026-10", at=now,
          findings=[CaseFinding(said=Text(…), amount=Decimal("1234.50"), check_id="duplicate_charge", evidence=(…,))])
case_of("claim_checks/2026-10/500101/C000123")         the case of a source, None while there is none
recoveries_due("2026-12")                              what the clearing of a month is to deduct
mark_deducted(key, month="2026-12", reference="…")     it was deducted: once, however often it is said
orders_and_rulings(actor)                              when institutions were ordered and ruled on, by check
"""

from __future__ import annotations

from yigongti.systems.supervision.actions.open_case import CaseFinding, open_case
from yigongti.systems.supervision.actions.recover import mark_deducted
from yigongti.systems.supervision.queries import CaseDays, case_of, orders_and_rulings, recoveries_due

__all__ = [
    "CaseDays",
    "CaseFinding",
    "case_of",
    "mark_deducted",
    "open_case",
    "orders_and_rulings",
    "recoveries_due",
]
