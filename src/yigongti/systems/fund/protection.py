"""Who sees and writes the tables of the fund, as conditions for their row policies.

A community sees its own rows and no other's; a township hospital the spending on the people registered with it. A
contract is the office's until it was sent to the community. Published months are written by the close alone. What
a step of a contract's matter does besides is written under the purpose "fund": the step has asked for everything.
"""

from __future__ import annotations

from yigongti.kernel.access.row_security import in_readable, in_writable

FUND = "fund"
IS_FUND = f"(SELECT scope.purpose()) = '{FUND}'"
SHOWN_STATES = "('accepting', 'in_force')"

YEAR_SEEN = (
    f"({in_readable('office_id')}) OR {IS_FUND}"
    " OR EXISTS (SELECT 1 FROM fund_contract c WHERE c.fund_year_id = fund_fundyear.id)"
)
CONTRACT_SEEN = f"({in_readable('office_id')}) OR ({in_readable()} AND state IN {SHOWN_STATES}) OR {IS_FUND}"
OFFICE_WRITES = f"({in_writable('office_id')}) OR {IS_FUND}"
OF_COMMUNITY_OR_TOWNSHIP = f"({in_readable()}) OR ({in_readable('township_id')})"
PAID_SEEN = f"({in_readable()}) OR ({in_readable('office_id')}) OR {IS_FUND}"
"""Money between the office and a community."""
SETTLED_SEEN = f"({in_readable()}) OR ({in_readable('community_id')}) OR {IS_FUND}"
EVERYONE = "(SELECT scope.account_id()) > 0"
