"""The door of the records: everything else about how they are kept is this package's own.

All calls happen in the caller's scope: what the actor may not see is not there.
"""

from __future__ import annotations

from yigongti.kernel.records.asking import history, read, read_version, search
from yigongti.kernel.records.outcomes import Refused, as_refused
from yigongti.kernel.records.stored import Stored
from yigongti.kernel.records.transactions import transact

__all__ = ["Refused", "Stored", "as_refused", "history", "read", "read_version", "search", "transact"]
