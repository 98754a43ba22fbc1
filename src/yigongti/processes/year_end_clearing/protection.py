"""Who sees and writes clearings, as conditions for their row policies.

The office and the community see a run from its draft on; an institution of the community sees a posted run in which it
has a row. Rows are written once, with their run; a run is changed by the office and, to confirm it, by the community.
"""

from __future__ import annotations

from yigongti.kernel.access.row_security import in_readable, in_writable

RUN_SEEN = (
    f"({in_readable('office_id')}) OR ({in_readable()}) OR (state = 'posted' AND EXISTS"
    " (SELECT 1 FROM year_end_clearing_clearingrow r WHERE r.run_id = year_end_clearing_clearingrun.id))"
)
RUN_WRITTEN = f"({in_writable('office_id')}) OR ({in_writable()})"
ROW_SEEN = f"({in_readable('office_id')}) OR ({in_readable('community_id')}) OR ({in_readable()})"
ROW_WRITTEN = in_writable("office_id")
