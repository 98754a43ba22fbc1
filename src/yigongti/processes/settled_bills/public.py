"""The door of settled bills: what the monthly close does with settlements, and the insured people of a month.

    bring_counter(month, lake, at)                    the counter's rows into the lake, before the snapshot
    recompute_month(month, lake, snapshot, policy)    benefit_differences and benefit_volumes in the lake
    publish_month(month, lake, snapshot, policy, at)  the differences before the pages
    post_month(month, lake, version, at)              the sums into the books, once; anew when the rows change
    insured_people(month)                             an Arrow table for the fund
"""

from __future__ import annotations

from yigongti.processes.settled_bills.bringing import bring_counter
from yigongti.processes.settled_bills.month import DIFFERENCES, recompute_month, result_key

__all__ = [
    "DIFFERENCES",
    "bring_counter",
    "insured_people",
    "keep_insured",
    "post_month",
    "publish_month",
    "recompute_month",
    "result_key",
]


def __getattr__(name: str) -> object:
    """What reads models is imported when it is asked for: this door may be opened before the applications are loaded."""
    if name in ("insured_people", "keep_insured"):
        from yigongti.processes.settled_bills import insured

        return getattr(insured, name)
    if name == "publish_month":
        from yigongti.processes.settled_bills.publishing import publish_month

        return publish_month
    if name == "post_month":
        from yigongti.processes.settled_bills.posting import post_month

        return post_month
    raise AttributeError(name)
