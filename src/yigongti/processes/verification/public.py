"""The door of verification.

verify(month, lake=…, requested_by=…, at=…)             all checks over the month as it is now
verify_month(month, connection, requested_by=…, at=…)   the same over facts that are open already
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from yigongti.facts.public import Lake
from yigongti.foundation.period import Month

if TYPE_CHECKING:
    from yigongti.processes.verification.models import VerificationRun

# the models are imported when called: a process may import this door before the applications are loaded


def verify(month: Month, *, lake: Lake, requested_by: str, at: datetime) -> VerificationRun:
    """Run all checks; what differs becomes a matter, what holds again is closed. Raises as running.verify."""
    from yigongti.processes.verification.running import verify as run

    return run(month, lake=lake, requested_by=requested_by, at=at)


def verify_month(month: Month, connection: Any, *, requested_by: str, at: datetime) -> VerificationRun:
    """The same with a connection to the month's snapshot, as a step of the close has it."""
    from yigongti.processes.verification.running import verify_month as run

    return run(month, connection, requested_by=requested_by, at=at)
