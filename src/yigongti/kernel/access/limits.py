"""The policy in force in this installation, and the office's numbers about signing in.

Two layers: the files of the product (POLICY_FOLDER) and, over them, what the county has rehearsed, signed and published
(PUBLISHED_POLICY, docs/adr/0022-rehearsal.md). Every part of the product asks here.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from yigongti.foundation.policy import Policy
from yigongti.foundation.policy.published import layer_in_force


def policy_layers() -> list[Path]:
    """The folders that the policy is read from, the widest first."""
    published = layer_in_force(Path(settings.PUBLISHED_POLICY))
    return [Path(settings.POLICY_FOLDER), *([published] if published else [])]


def policy() -> Policy:
    """The policy of this installation, read once for each published layer: a layer's folder never changes, another
    publication is another folder, so that a process that runs already picks it up at its next question."""
    return _read(tuple(policy_layers()))


@lru_cache(maxsize=2)
def _read(layers: tuple[Path, ...]) -> Policy:
    return Policy.load(layers)


policy.cache_clear = _read.cache_clear  # type: ignore[attr-defined]  # tests that exchange the folder


def limit(name: str) -> int:
    """A whole number in force today, e.g. access.failures_before_lock."""
    return int(policy().value(name, on=timezone.localdate()))  # type: ignore[arg-type]
