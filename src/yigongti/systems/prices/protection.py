"""Who sees and writes the tables of prices, as conditions for their row policies.

The catalogue is public. A revision is its office's until it is published. What is published is written only by the
signature itself, which opens a scope with the purpose "publishing_prices" after it has asked for everything.
"""

from __future__ import annotations

from yigongti.kernel.access.row_security import in_readable, in_writable

PUBLISHING = "publishing_prices"
PUBLISHES = f"(SELECT scope.purpose()) = '{PUBLISHING}'"
REVISION_SEEN = f"({in_readable('office_id')}) OR state = 'published' OR {PUBLISHES}"
REVISION_WRITTEN = f"({in_writable('office_id')}) OR {PUBLISHES}"


def of_revision(table: str, column: str = "revision_id") -> str:
    """Rows of a revision that is seen (the sub-select runs under the revision's own policy)."""
    return f"EXISTS (SELECT 1 FROM prices_revision r WHERE r.id = {table}.{column})"


def office_writes(table: str, column: str = "revision_id") -> str:
    """Rows of a revision of an office of one's own."""
    return f"EXISTS (SELECT 1 FROM prices_revision r WHERE r.id = {table}.{column} AND {in_writable('r.office_id')})"


REHEARSED = (
    "EXISTS (SELECT 1 FROM prices_rehearsal h JOIN prices_revision r ON r.id = h.revision_id"
    " WHERE h.id = prices_rehearsalrow.rehearsal_id AND {condition})"
)
ROW_SEEN = REHEARSED.format(
    condition=f"({in_readable('r.office_id')} OR (r.state = 'published' AND"
    f" {in_readable('prices_rehearsalrow.institution_id')}))"
)
ROW_WRITTEN = REHEARSED.format(condition=in_writable("r.office_id"))
