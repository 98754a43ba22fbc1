"""The office's numbers about signing in, read from policy."""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings
from django.utils import timezone

from yigongti.foundation.policy import Policy


@lru_cache(maxsize=1)
def policy() -> Policy:
    """The policy files of this installation, read once for each process."""
    return Policy.load(settings.POLICY_FOLDER)


def limit(name: str) -> int:
    """A whole number in force today, e.g. access.failures_before_lock."""
    return int(policy().value(name, on=timezone.localdate()))  # type: ignore[arg-type]
