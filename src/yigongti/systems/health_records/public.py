"""The door of health records, for processes and interfaces.

    publish_counts(at)      residents and records counted by institution and village, put before the pages
    search_register(at)     doubtful pairs of the whole register found anew; how many pairs are new

Both need the connection `bulk` (command line, worker).
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yigongti.systems.health_records.register_search import Searched

__all__ = ["publish_counts", "search_register"]


def publish_counts(at: datetime) -> int:
    """Rows (institution × village) that now stand before the pages."""
    # the models are imported when called: a process may import this door before the applications are loaded
    from yigongti.systems.health_records.counting import publish_counts as publish

    return publish(at)


def search_register(at: datetime) -> Searched:
    """Find the pairs of the whole register; those decided before are left as they were decided."""
    from yigongti.systems.health_records.register_search import search_register as search

    return search(at)
