"""The door of health records, for processes and interfaces.

    publish_counts(at)      residents and records counted by institution and village, put before the pages

Needs the connection `bulk` (command line, worker).
"""

from __future__ import annotations

from datetime import datetime

__all__ = ["publish_counts"]


def publish_counts(at: datetime) -> int:
    """Rows (institution × village) that now stand before the pages."""
    # the models are imported when called: a process may import this door before the applications are loaded
    from yigongti.systems.health_records.counting import publish_counts as publish

    return publish(at)
