"""The checks that hold in this installation: the policy's files, with knowledge taken over, published prices and signed
changes laid on, in this order.

Kept in memory for each policy release and each state of batches, prices and changes: reading 200,000 rows of
knowledge takes seconds, and a doctor's desk waits for milliseconds.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from threading import Lock

from yigongti.engines.claim_checks.public import Check, ClaimChecks, load_checks
from yigongti.foundation.period import Month
from yigongti.foundation.policy import Policy
from yigongti.systems.claim_checks import ceilings, changes_in_force, knowledge_in_force
from yigongti.systems.claim_checks.ceilings import Ceiling
from yigongti.systems.claim_checks.changes_in_force import Change
from yigongti.systems.claim_checks.knowledge_in_force import Batch, Entry
from yigongti.systems.claim_checks.models import ChangeOfCheck, KnowledgeBatch, KnowledgeEntry


@dataclass(frozen=True)
class LaidOver:
    """What the installation lays over the policy's checks, each in the order in which it took effect. ceilings: the
    prices that are published."""

    batches: tuple[Batch, ...] = ()
    changes: tuple[Change, ...] = ()
    ceilings: tuple[Ceiling, ...] = ()


def laid_over(using: str = "default") -> LaidOver:
    """What is in force now, read from the database."""
    rows = KnowledgeBatch.objects.using(using).filter(state=KnowledgeBatch.State.IN_FORCE).order_by("taken_at", "id")
    signed = ChangeOfCheck.objects.using(using).filter(state=ChangeOfCheck.State.IN_FORCE).order_by("signed_at", "id")
    return LaidOver(
        tuple(batch_value(row, using) for row in rows),
        tuple(change_value(row) for row in signed),
        ceilings.published(using),
    )


def batch_value(row: KnowledgeBatch, using: str = "default") -> Batch:
    """A batch with its rows, as a value."""
    entries = KnowledgeEntry.objects.using(using).filter(batch_id=row.pk).order_by("id")
    names = ("key", "ends", "values", "valid_from", "valid_to")
    found = tuple(Entry(*told) for told in entries.values_list(*names))
    return Batch(row.check_id, row.source, row.valid_from, found)


def change_value(row: ChangeOfCheck) -> Change:
    """A change, as a value."""
    return Change(row.check_id, row.kind, row.valid_from, f"change-{row.pk}", row.parameters, row.strength)


def checks_with(policy: Policy, month: Month, over: LaidOver) -> ClaimChecks:
    """The policy's checks with this laid over, as they judge that month."""
    return combine(own_checks(policy), month, over)


def combine(own: ClaimChecks, month: Month, over: LaidOver) -> ClaimChecks:
    """The checks with batches, prices and changes laid over them. The digest names them all."""
    batches = [batch for batch in over.batches if batch.check_id in own.checks]
    changes = [change for change in over.changes if change.check_id in own.checks]
    prices = over.ceilings if any(check.handler == ceilings.HANDLER for check in own) else ()
    if not batches and not changes and not prices:
        return own
    made = {check.id: _one(check, batches, prices, changes, month) for check in own}
    parts = [own.digest, knowledge_in_force.digest_of(batches), changes_in_force.digest_of(changes)]
    if prices:
        parts.append(ceilings.digest_of(prices))
    return ClaimChecks(made, hashlib.sha256("\0".join(parts).encode()).hexdigest())


def _one(
    check: Check, batches: Sequence[Batch], prices: Sequence[Ceiling], changes: Sequence[Change], month: Month
) -> Check:
    of_knowledge = [batch for batch in batches if batch.check_id == check.id]
    of_rules = [change for change in changes if change.check_id == check.id]
    if of_knowledge:
        check = replace(check, knowledge=knowledge_in_force.laid_over(check, of_knowledge))
    return changes_in_force.changed(ceilings.laid_over(check, prices), of_rules, month.last_day)


def in_force(policy: Policy, month: Month, using: str = "default") -> ClaimChecks:
    """The checks of this installation as they judge that month."""
    state = _state(using)
    own = own_checks(policy)
    if not any(state):
        return own
    with _keeping:
        key = (own.digest, str(month), *state)
        if key not in _kept:
            if len(_kept) >= _MOST:
                _kept.clear()
            _kept[key] = combine(own, month, laid_over(using))
        return _kept[key]


_kept: dict[tuple[object, ...], ClaimChecks] = {}
_keeping = Lock()
_MOST = 6


def _state(using: str) -> tuple[object, ...]:
    """Which batches, prices and changes hold: small queries instead of reading all rows of all batches."""
    batches = KnowledgeBatch.objects.using(using).filter(state=KnowledgeBatch.State.IN_FORCE)
    changes = ChangeOfCheck.objects.using(using).filter(state=ChangeOfCheck.State.IN_FORCE)
    signed = [change_value(row) for row in changes.order_by("signed_at", "id")]
    return (
        tuple(batches.order_by("taken_at", "id").values_list("id", "upload", "taken_at")),
        changes_in_force.digest_of(signed),
        ceilings.state(using),
    )


class _Held:
    """A policy as a cache key by its release."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held) and other.policy.release.digest == self.policy.release.digest

    def __hash__(self) -> int:
        return hash(self.policy.release.digest)


@lru_cache(maxsize=4)
def _own(held: _Held) -> ClaimChecks:
    return load_checks(held.policy)


def own_checks(policy: Policy) -> ClaimChecks:
    """The checks of the policy's files alone, read once for each release. Raises PolicyError at the first mistake."""
    return _own(_Held(policy))
