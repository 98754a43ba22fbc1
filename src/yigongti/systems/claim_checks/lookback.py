"""Which earlier months a month's checks read, and what was in force of them.

A snapshot names one version of each table, and a version of a table holds all its months: so what was known of earlier
months at that same moment can be read again, too. The months and the digest of what they held are named in the key of
the results: an earlier month that is submitted anew makes this month's person checks new as well, and says so.
"""

from __future__ import annotations

import hashlib
import json

from yigongti.facts.public import Lake, Snapshot, submissions_in_force
from yigongti.foundation.period import Month
from yigongti.foundation.policy import Policy

KINDS = ("discharges", "visits", "fee_lines", "settlement_lists", "stock_moves")


def months_read(month: Month, lake: Lake, snapshot: Snapshot, policy: Policy) -> tuple[Month, ...]:
    """The earlier months within the policy's lookback of which the snapshot's versions hold bills, oldest first."""
    count = int(policy.value("claim_checks.lookback_months", on=month.last_day))  # type: ignore[arg-type]
    wanted = [month.plus(-back) for back in range(count, 0, -1)]
    held = {file.month for kind in ("discharges", "visits") if (version := snapshot.versions.get(kind)) is not None
            for file in lake.files(kind, version, wanted)}  # fmt: skip
    return tuple(earlier for earlier in wanted if str(earlier) in held)


def wider(month: Month, lake: Lake, snapshot: Snapshot, policy: Policy) -> Snapshot:
    """The snapshot of the month together with the earlier months that its checks read, at the same versions."""
    months = (*months_read(month, lake, snapshot, policy), month)
    content = [
        [receipt.kind, receipt.institution_code, str(receipt.month), receipt.digest, receipt.reading]
        for kind in KINDS
        if (version := snapshot.versions.get(kind)) is not None
        for receipt in submissions_in_force(lake, kind, months, version)
    ]
    text = json.dumps([[str(each) for each in months], content])
    return Snapshot(months=months, versions=dict(snapshot.versions), digest=hashlib.sha256(text.encode()).hexdigest())


def absent_kinds(month: Month, lake: Lake, snapshot: Snapshot) -> list[str]:
    """Kinds of facts of which nobody submitted anything for the month: what needs them judged nothing."""
    return [
        kind
        for kind in KINDS
        if snapshot.versions.get(kind) is None or not lake.files(kind, snapshot.versions[kind], [month])
    ]
