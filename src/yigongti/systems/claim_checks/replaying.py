"""A month judged again under any policy: for processes that ask what would have been found, and keep nothing.

What this installation lays over the policy's checks (signed changes, knowledge taken over, published prices) and the
register are read once, in the caller's scope, as a value; judging then needs only the lake.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from typing import Any

from yigongti.facts.public import Lake, Snapshot, connect, plain_sql
from yigongti.foundation.period import Month
from yigongti.foundation.policy import Policy
from yigongti.systems.claim_checks import ceilings, changes_in_force, knowledge_in_force
from yigongti.systems.claim_checks.checks_in_force import LaidOver, checks_with, laid_over
from yigongti.systems.claim_checks.lookback import wider
from yigongti.systems.claim_checks.month import judged
from yigongti.systems.claim_checks.month_facts import Place
from yigongti.systems.claim_checks.publishing import places


@dataclass(frozen=True)
class Installed:
    """What the installation has of its own besides the policy's files: over the checks, and the register."""

    over: LaidOver
    places: Mapping[str, Place]

    @property
    def digest(self) -> str:
        """SHA-256 of both."""
        register = json.dumps({code: asdict(place) for code, place in sorted(self.places.items())}, ensure_ascii=False)
        parts = [
            knowledge_in_force.digest_of(self.over.batches),
            changes_in_force.digest_of(self.over.changes),
            ceilings.digest_of(self.over.ceilings),
            register,
        ]
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def installed(using: str = "default") -> Installed:
    """Read in the caller's scope."""
    return Installed(laid_over(using), places(using))


def findings_of(
    month: Month, lake: Lake, snapshot: Snapshot, policy: Policy, own: Installed, *, memory_limit: str, threads: int
) -> list[dict[str, Any]]:
    """The month's findings as its close would have them under this policy, in the order of bill, line and check."""
    wide = wider(month, lake, snapshot, policy)
    connection = connect(lake, wide, memory_limit=memory_limit, threads=threads)
    with closing(connection.con), plain_sql():
        checks = checks_with(policy, month, own.over)
        return judged(connection, month, wide.months, checks, own.places).findings
