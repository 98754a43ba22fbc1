"""The month's steps of the fund: settlements and insured people in, sums in the lake out; publishing.py shows them.

    run_month(month, lake, snapshot, policy, insured, register)   fund_spending      by community, care, place, disease…
                                                                  fund_owed          what is owed to each institution
                                                                  fund_late_bills    month of care × month of settlement
                                                                  fund_insured       people by community, age and sex
                                                                  fund_indicators    counter-indicators

The same facts (of this month and of those the forecast looks back at), the same policy release, insured table and
register give the same bytes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import closing
from dataclasses import asdict, dataclass, field

import ibis
import pyarrow as pa

from yigongti.engines.fund.public import (
    INSURED_COLUMNS,
    SPENDING_KEYS,
    attributed,
    counter_indicators,
    deaths,
    insured_of,
    late_bills,
    owed_of_month,
    spending,
)
from yigongti.facts.public import (
    DerivedFile,
    Lake,
    Snapshot,
    connect,
    plain_sql,
    submissions_in_force,
    write_derived,
)
from yigongti.foundation.errors import InvalidInput
from yigongti.foundation.period import Month
from yigongti.foundation.policy import Policy
from yigongti.systems.fund.chapters import read_chapters

SPENDING, OWED, LATE = "fund_spending", "fund_owed", "fund_late_bills"
INSURED, INDICATORS = "fund_insured", "fund_indicators"
RESULTS = (SPENDING, OWED, LATE, INSURED, INDICATORS)


@dataclass(frozen=True, slots=True)
class Register:
    """What the month needs of the register: institution code → township hospital, institution code → community;
    complaints: community → how many its institutions raised in the month."""

    townships: Mapping[str, str] = field(default_factory=dict)
    communities: Mapping[str, str] = field(default_factory=dict)
    codes: tuple[str, ...] = ()
    complaints: Mapping[str, int] = field(default_factory=dict)


def months_read(month: Month, policy: Policy) -> tuple[Month, ...]:
    """The month and those before it that the forecast and readmissions look at, oldest first."""
    count = int(policy.value("fund.months_looked_back", on=month.last_day))  # type: ignore[arg-type]
    return tuple(month.plus(-back) for back in range(count, -1, -1))


def wider(month: Month, lake: Lake, snapshot: Snapshot, policy: Policy) -> Snapshot:
    """The snapshot with the earlier months, at the same versions of the tables."""
    months = months_read(month, policy)
    content = [
        [receipt.kind, receipt.institution_code, str(receipt.month), receipt.digest, receipt.reading]
        for kind in ("settlements", "discharges")
        if (version := snapshot.versions.get(kind)) is not None
        for receipt in submissions_in_force(lake, kind, months if kind == "settlements" else [month], version)
    ]
    text = json.dumps([[str(each) for each in months], content])
    return Snapshot(months=months, versions=dict(snapshot.versions), digest=hashlib.sha256(text.encode()).hexdigest())


def result_key(wide: Snapshot, policy: Policy, insured: pa.Table, register: Register) -> str:
    """What the results are computed from: facts, policy release, insured people, register."""
    told = json.dumps(asdict(register), sort_keys=True, default=list)
    parts = [wide.digest[:16], policy.release.digest[:16], _digest(insured)[:12]]
    return "-".join([*parts, hashlib.sha256(told.encode()).hexdigest()[:8]])


def _digest(insured: pa.Table) -> str:
    ordered = insured.select(INSURED_COLUMNS).sort_by([(name, "ascending") for name in INSURED_COLUMNS[:3]])
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, ordered.schema) as writer:
        writer.write_table(ordered.combine_chunks(), max_chunksize=1_000_000)
    return hashlib.sha256(sink.getvalue()).hexdigest()


def run_month(
    month: Month,
    lake: Lake,
    snapshot: Snapshot,
    policy: Policy,
    insured: pa.Table,
    register: Register,
    *,
    memory_limit: str = "2GB",
    threads: int = 2,
) -> tuple[DerivedFile, ...]:
    """Write the month's sums. insured: one row for each insured person (INSURED_COLUMNS, texts and a date).

    Raises InvalidInput for an insured table that lacks a column, PolicyError where a parameter is missing.
    """
    missing = [name for name in INSURED_COLUMNS if name not in insured.column_names]
    if missing:
        raise InvalidInput(
            "fund.insured_columns",
            zh=f"参保人表缺少列：{'、'.join(missing)}",
            en=f"the table of insured people lacks {', '.join(missing)}",
        )
    on = month.last_day
    schemes = policy.value("fund.packaged_schemes", on=on)
    edges = [int(text) for text in policy.value("fund.age_edges", on=on)]  # type: ignore[union-attr]
    days = int(policy.value("fund.readmission_days", on=on))  # type: ignore[arg-type]
    wide = wider(month, lake, snapshot, policy)
    key, name = result_key(wide, policy, insured, register), str(month)
    connection = connect(lake, wide, memory_limit=memory_limit, threads=threads)
    with closing(connection.con), plain_sql():
        rows = attributed(
            connection.table("settlements"), insured, register.townships, register.codes,
            schemes, read_chapters(policy),  # type: ignore[arg-type]
        )  # fmt: skip
        rows = connection.create_table("fund_attributed", rows, temp=True)
        people = connection.create_table("fund_people", insured_of(insured, register.townships, on, edges), temp=True)
        indicators = ibis.union(
            counter_indicators(rows, people, name, register.complaints, days),
            deaths(connection.table("discharges"), name, register.communities),
        )
        return (
            write_derived(lake, SPENDING, month, key, spending(rows), list(SPENDING_KEYS)),
            write_derived(lake, OWED, month, key, owed_of_month(rows, name), ["owed_to", "outside"]),
            write_derived(lake, LATE, month, key, late_bills(rows), ["community_code", "occurred", "month"]),
            write_derived(lake, INSURED, month, key, people, ["community_code", "township_code"]),
            write_derived(lake, INDICATORS, month, key, indicators, ["community_code", "name"]),
        )
