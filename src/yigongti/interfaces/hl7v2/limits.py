"""The office's numbers about messages, read from policy (parameters/exchange), and the choices in force."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache

from django.utils import timezone

from yigongti.interfaces.hl7v2.local_choices import LocalChoices, read_choices
from yigongti.kernel.access.limits import policy


@lru_cache(maxsize=1)
def choices() -> LocalChoices:
    """The choices of this installation, read once for each process."""
    return read_choices(policy())


def limit(name: str, at: datetime) -> int:
    """A whole number in force on that day: limit("tries", at) is exchange.hl7v2_tries."""
    return int(policy().value(f"exchange.hl7v2_{name}", on=timezone.localdate(at)))  # type: ignore[arg-type]


def wait_before(attempt: int, at: datetime) -> timedelta:
    """How long a message waits that has failed so many times: doubled each time, up to the longest wait."""
    first, longest = limit("first_wait_seconds", at), limit("longest_wait_seconds", at)
    return timedelta(seconds=min(longest, first * 2 ** min(attempt - 1, 20)))
