"""All checks, in the order of the page. A new check is a file here and one name in CHECKS."""

from __future__ import annotations

from yigongti.processes.verification.checks import (
    bill_is_its_parts,
    distribution_is_the_pool,
    fund_paid_is_settled,
    income_of_groups,
    receivable_is_settled,
    years_are_settlements,
)
from yigongti.processes.verification.difference import Check

CHECKS: tuple[Check, ...] = (
    fund_paid_is_settled.CHECK,
    receivable_is_settled.CHECK,
    bill_is_its_parts.CHECK,
    years_are_settlements.CHECK,
    income_of_groups.CHECK,
    distribution_is_the_pool.CHECK,
)

BY_ID: dict[str, Check] = {check.id: check for check in CHECKS}
