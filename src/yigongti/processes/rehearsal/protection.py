"""Who sees and writes rehearsals: the office that prepares them and whoever reaches it from above; no hospital.

What a change would do to whom is known to those who decide about it before it is decided. Permissions (rehearsal.run,
rehearsal.sign) are asked by code besides; a hospital's post does not reach the county's office, so that the database
itself keeps it out. The product reads what was published, and nothing else, when it lays the layer (publishing.py).
"""

from __future__ import annotations

from yigongti.kernel.access.row_security import in_readable, in_writable

LAYING = "laying_policy"
_LAYS = f"(SELECT scope.purpose()) = '{LAYING}' AND {{state}} = 'published'"

OFFICE_SEES = f"({in_readable('office_id')}) OR ({_LAYS.format(state='state')})"
OFFICE_WRITES = in_writable("office_id")


def _of_rehearsal(table: str, condition: str) -> str:
    return f"EXISTS (SELECT 1 FROM rehearsal_rehearsal r WHERE r.id = {table}.rehearsal_id AND ({condition}))"


def seen(table: str, *, laid: bool = False) -> str:
    """Rows of a rehearsal of an office that one reaches; laid: also for laying what was published."""
    offices = in_readable("r.office_id")
    return _of_rehearsal(table, f"({offices}) OR ({_LAYS.format(state='r.state')})" if laid else offices)


def written(table: str) -> str:
    """Rows of a rehearsal of an office of one's own."""
    return _of_rehearsal(table, in_writable("r.office_id"))
