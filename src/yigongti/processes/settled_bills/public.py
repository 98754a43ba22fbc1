"""The door of settled bills: what the monthly close does with settlements, and the insured people of a month.

bring_counter(month, lake, at)                    the counter's rows into the lake, before the snapshot
recompute_month(month, lake, snapshot, policy)    benefit_differences and benefit_volumes in the lake
publish_month(month, lake, snapshot, policy, at)  the differences before the pages
post_month(month, lake, version, at)              the sums into the books, once; anew when the rows change
insured_people(month)                             an Arrow table for the fund
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from yigongti.facts.public import DerivedFile, Lake, Snapshot
from yigongti.foundation.period import Month
from yigongti.foundation.policy import Policy
from yigongti.processes.settled_bills.bringing import bring_counter
from yigongti.processes.settled_bills.month import DIFFERENCES, recompute_month, result_key

if TYPE_CHECKING:
    import pyarrow as pa

    from yigongti.kernel.ledger.public import Posted

__all__ = [
    "DIFFERENCES",
    "bring_counter",
    "insured_people",
    "keep_insured",
    "open_matters",
    "post_month",
    "publish_month",
    "recompute_month",
    "result_key",
]

# the models are imported when called: this door may be opened before the applications are loaded


def publish_month(month: Month, lake: Lake, snapshot: Snapshot, policy: Policy, at: datetime) -> int:
    """The month's differences before the pages; how many. Raises as publishing.py."""
    from yigongti.processes.settled_bills.publishing import publish_month as publish

    return publish(month, lake, snapshot, policy, at)


def open_matters(month: Month, policy: Policy, at: datetime) -> int:
    """The differences above the policy's amount become matters: opening.py."""
    from yigongti.processes.settled_bills.opening import open_matters as open_for

    return open_for(month, policy, at)


def post_month(month: Month, lake: Lake, version: int | None, at: datetime) -> Posted:
    """The month's sums into the books, once; when its rows have changed, reversed and anew. Raises as posting.py."""
    from yigongti.processes.settled_bills.posting import post_month as post

    return post(month, lake, version, at)


def insured_people(month: Month, *, using: str = "bulk") -> pa.Table:
    """Who is insured on the month's last day: insured.py."""
    from yigongti.processes.settled_bills.insured import insured_people as people

    return people(month, using=using)


def keep_insured(month: Month, lake: Lake, people: pa.Table) -> DerivedFile:
    """The register as it was read, kept in the lake: insured.py."""
    from yigongti.processes.settled_bills.insured import keep_insured as keep

    return keep(month, lake, people)
