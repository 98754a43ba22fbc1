"""The office's numbers about who sees a record and for how long, read from policy."""

from __future__ import annotations

from datetime import date

from yigongti.kernel.access.limits import policy


def limit(name: str, on: date) -> int:
    """A whole number in force on a day, e.g. records.emergency_hours."""
    return int(policy().value(name, on=on))  # type: ignore[arg-type]
