"""The door of the claim checks: the steps of the month for processes, and the bills that were upheld.

    check_month(month, lake, snapshot, policy)         the derived files with rows and SHA-256
    key_of_month(month, lake, snapshot, policy)        what they are computed from
    publish_month(month, lake, snapshot, policy, at)   counts of the rows that stand before the pages
    open_matters(month, policy, at)                    matters about bills and clues: opened, renewed, closed
    upheld_bills(actor), hand_over(actor, …)           for processes/closed_loop
    monthly_counts(actor, permission, checks, …)       findings by institution, month and check, and what was looked at
    levels_of(institution_ids), check_labels()         what peers are told by; the names of checks
    offer_ceilings(source)                             for processes/price_ceilings
    installed(), findings_again(month, …, own)         for processes/rehearsal: a month under any policy, nothing kept

The first writes into the lake; publishing needs the connection `bulk` (command line, worker).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from yigongti.facts.public import DerivedFile, Lake, Snapshot
from yigongti.foundation.errors import Text
from yigongti.foundation.period import Month
from yigongti.foundation.policy import Policy
from yigongti.systems.claim_checks.ceilings import Ceiling, CeilingSource, offer_ceilings

if TYPE_CHECKING:
    from yigongti.kernel.access.actor import Actor
    from yigongti.systems.claim_checks.actions.open_matters import MattersOfMonth
    from yigongti.systems.claim_checks.monthly_counts import MonthlyCount
    from yigongti.systems.claim_checks.publishing import Published
    from yigongti.systems.claim_checks.replaying import Installed
    from yigongti.systems.claim_checks.upheld import UpheldBill

__all__ = [
    "Ceiling", "CeilingSource", "check_month", "findings_again", "hand_over", "installed", "key_of_month",
    "offer_ceilings", "open_matters", "publish_month", "require_readable", "texts_of_checks", "upheld_bills",
]  # fmt: skip

# the models are imported when called: a process may import this door before the applications are loaded


def check_month(month: Month, lake: Lake, snapshot: Snapshot, policy: Policy) -> tuple[DerivedFile, ...]:
    """Judge the month by the checks of this installation and write what was found into the lake."""
    from yigongti.systems.claim_checks.checks_in_force import in_force
    from yigongti.systems.claim_checks.month import check_month as check
    from yigongti.systems.claim_checks.publishing import BULK, places

    return check(month, lake, snapshot, policy, in_force(policy, month, BULK), places())


def key_of_month(month: Month, lake: Lake, snapshot: Snapshot, policy: Policy) -> str:
    """What the month's findings are computed from, as text."""
    from yigongti.systems.claim_checks.checks_in_force import in_force
    from yigongti.systems.claim_checks.lookback import wider
    from yigongti.systems.claim_checks.month import result_key
    from yigongti.systems.claim_checks.publishing import BULK, places

    wide = wider(month, lake, snapshot, policy)
    return result_key(snapshot, wide, policy, in_force(policy, month, BULK), places())


def publish_month(month: Month, lake: Lake, snapshot: Snapshot, policy: Policy, at: datetime) -> Published:
    """Put the month before the pages in one transaction, in the place of what was published of it before."""
    from yigongti.systems.claim_checks.checks_in_force import in_force
    from yigongti.systems.claim_checks.publishing import BULK
    from yigongti.systems.claim_checks.publishing import publish_month as publish

    return publish(month, lake, snapshot, policy, in_force(policy, month, BULK), at)


def open_matters(month: Month, policy: Policy, at: datetime) -> MattersOfMonth:
    """Matters about the month's bills and clues, brought in line with what is published of it."""
    from yigongti.systems.claim_checks.actions.open_matters import open_matters as opened

    return opened(month, policy, at)


def upheld_bills(actor: Actor, institution_ids: Iterable[int] | None = None) -> list[UpheldBill]:
    """The bills (and clues) that were upheld and wait to be handed over, as far as the actor decides about them."""
    from yigongti.systems.claim_checks.upheld import upheld_bills as upheld

    return upheld(actor, institution_ids)


def hand_over(actor: Actor, matter_id: int, case: int, at: datetime) -> None:
    """Close the upheld matter as handed over to that case of supervision. Raises Conflict when somebody has already."""
    from yigongti.kernel.matters.public import Given, act

    act(actor, matter_id, "hand_over", at=at, given=Given(data={"case": case}))


def monthly_counts(
    actor: Actor, permission: str, check_ids: Collection[str], first: Month, last: Month
) -> list[MonthlyCount]:
    """Findings and yuan by institution, month and check, with the lines and yuan that were looked at."""
    from yigongti.systems.claim_checks.monthly_counts import monthly_counts as counts

    return counts(actor, permission, check_ids, first, last)


def levels_of(institution_ids: Collection[int]) -> dict[int, str]:
    """Institution → its level as the checks see it; "" where it is not known."""
    from yigongti.systems.claim_checks.monthly_counts import levels

    return levels(institution_ids)


def check_labels() -> dict[str, str]:
    """Check id → its name in the user's language."""
    from yigongti.systems.claim_checks.names import check_labels as labels

    return labels()


def installed() -> Installed:
    """What this installation lays over the policy's checks, and its register, as a value; in the caller's scope."""
    from yigongti.systems.claim_checks.replaying import installed as own

    return own()


def findings_again(
    month: Month, lake: Lake, snapshot: Snapshot, policy: Policy, own: Installed, *,
    memory_limit: str = "2GB", threads: int = 2,
) -> list[dict[str, Any]]:  # fmt: skip
    """The month's findings under this policy, judged anew and kept nowhere. own: `installed()`."""
    from yigongti.systems.claim_checks.replaying import findings_of

    return findings_of(month, lake, snapshot, policy, own, memory_limit=memory_limit, threads=threads)


def require_readable(policy: Policy) -> None:
    """Raises PolicyError at the first mistake in a file of the checks."""
    from yigongti.systems.claim_checks.checks_in_force import own_checks

    own_checks(policy)


def texts_of_checks() -> dict[str, Text]:
    """Check id → its name in both languages."""
    from yigongti.systems.claim_checks.names import texts_of_checks as texts

    return texts()
