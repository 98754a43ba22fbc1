"""The close's step "benefits": the month's settlements computed again, and what differs kept in the lake."""

from __future__ import annotations

import hashlib
import json
from contextlib import closing
from datetime import timedelta

import pyarrow as pa

from yigongti.engines.benefit.public import rules_of
from yigongti.facts.public import DerivedFile, Lake, Snapshot, connect, plain_sql, submissions_in_force, write_derived
from yigongti.foundation.errors import YigongtiError
from yigongti.foundation.period import Month
from yigongti.foundation.policy import Policy
from yigongti.foundation.schemas.settlements import SETTLEMENTS
from yigongti.processes.settled_bills.recomputing import COMPARED, Recomputed, recompute

DIFFERENCES, VOLUMES = "benefit_differences", "benefit_volumes"
_MONEY = pa.decimal128(14, 2)
_TOLD = (
    "institution_code", "settlement_number", "case_id", "insured_number", "insurance_type", "care", "treated_at",
    "started_on", "ended_on", "settled_on", "total_cost",
)  # fmt: skip
_TYPES = {"started_on": pa.date32(), "ended_on": pa.date32(), "settled_on": pa.date32(), "total_cost": _MONEY}
SCHEMA = pa.schema(
    [(name, _TYPES.get(name, pa.string())) for name in _TOLD]
    + [(f"{name}_{which}", _MONEY) for name in COMPARED for which in ("paid", "right")]
    + [("difference", _MONEY), ("refused", pa.string())]
)
VOLUME_SCHEMA = pa.schema(
    [("institution_code", pa.string()), ("settlements", pa.int64()), ("funds_paid", _MONEY), ("differing", pa.int64())]
)
_READ = (
    *_TOLD, "reverses", "birth_date", "groups", "level", "place", "referral", "disease_code", "outside_catalogue",
    "above_limits", "first_share", *COMPARED, "personal_account", "month",
)  # fmt: skip
_FROM_JANUARY_BEFORE = 12


def read_months(month: Month) -> tuple[Month, ...]:
    """The months whose settlements are read: this year's, and the year's before, because bills of that year come late
    and count in its counters."""
    first = Month(month.year - 1, 1)
    return tuple(first.plus(on) for on in range(_FROM_JANUARY_BEFORE + month.number))


def wide_snapshot(month: Month, lake: Lake, snapshot: Snapshot) -> Snapshot:
    """The settlements of all those months at the snapshot's version, with a digest of theirs alone."""
    months = read_months(month)
    version = snapshot.versions.get(SETTLEMENTS.name)
    content = [
        [receipt.institution_code, str(receipt.month), receipt.digest, receipt.reading]
        for receipt in (submissions_in_force(lake, SETTLEMENTS.name, months, version) if version is not None else [])
    ]
    text = json.dumps([str(month), content])
    return Snapshot(months, dict(snapshot.versions), hashlib.sha256(text.encode()).hexdigest())


def result_key(month: Month, lake: Lake, snapshot: Snapshot, policy: Policy) -> str:
    """What the results are computed from: the settlements read and the policy release."""
    return f"{wide_snapshot(month, lake, snapshot).digest[:32]}-{policy.release.digest[:32]}"


def recompute_month(month: Month, lake: Lake, snapshot: Snapshot, policy: Policy) -> tuple[DerivedFile, DerivedFile]:
    """Compute the month's settlements again and keep what differs, with counts by institution."""
    wide = wide_snapshot(month, lake, snapshot)
    found = [each for each in recompute(_rows(lake, wide, month, policy), policy) if each.row["month"] == str(month)]
    key = result_key(month, lake, snapshot, policy)
    differing = pa.Table.from_pylist([_told(each) for each in found if each.differs], schema=SCHEMA)
    return (
        write_derived(lake, DIFFERENCES, month, key, differing, ["institution_code", "settlement_number"]),
        write_derived(lake, VOLUMES, month, key, _volumes(found), ["institution_code"]),
    )


def _rows(lake: Lake, wide: Snapshot, month: Month, policy: Policy) -> list[dict[str, object]]:
    """The settlements of everybody who has one in the month, from the first benefit year that these fall into."""
    connection = connect(lake, wide)
    with closing(connection.con), plain_sql():
        days = connection.con.sql(
            "SELECT DISTINCT insurance_type, ended_on FROM settlements WHERE month = ?", params=[str(month)]
        ).to_arrow_table()
        connection.con.register("reading_begins", _read_from(days, policy))
        names = ", ".join(f's."{name}"' for name in _READ)
        rows = connection.con.sql(
            f"""
            WITH persons AS (
                SELECT m.insured_number, min(y.read_from) AS since
                  FROM settlements m JOIN reading_begins y USING (insurance_type, ended_on)
                 WHERE m.month = ? GROUP BY m.insured_number)
            SELECT {names} FROM settlements s JOIN persons p USING (insured_number) WHERE s.ended_on >= p.since
            """,
            params=[str(month)],
        ).to_arrow_table()
        found: list[dict[str, object]] = rows.to_pylist()
    return found


def _read_from(days: pa.Table, policy: Policy) -> pa.Table:
    """From when bills are read, for every scheme and day of discharge in the month: the benefit year's first day, less
    the days after which a stay may still go on by referral; the day itself where the scheme is not in force (the bill
    is then refused)."""
    found = []
    for row in days.to_pylist():
        try:
            rules = rules_of(policy, row["insurance_type"], row["ended_on"])
            start = rules.year_from - timedelta(days=rules.referral_gap_days)
        except YigongtiError:
            start = row["ended_on"]
        found.append(row | {"read_from": start})
    kinds = pa.schema([("insurance_type", pa.string()), ("ended_on", pa.date32()), ("read_from", pa.date32())])
    return pa.Table.from_pylist(found, schema=kinds)


def _told(each: Recomputed) -> dict[str, object]:
    told = {name: each.row[name] for name in _TOLD}
    for name in COMPARED:
        told |= {f"{name}_paid": each.row[name], f"{name}_right": each.right[name]}
    return told | {"difference": each.difference, "refused": each.refused}


def _volumes(found: list[Recomputed]) -> pa.Table:
    by_code: dict[str, list[Recomputed]] = {}
    for each in found:
        by_code.setdefault(str(each.row["institution_code"]), []).append(each)
    funds = COMPARED[1:]
    rows = [
        {
            "institution_code": code,
            "settlements": len(own),
            "funds_paid": sum(each.row[name] for each in own for name in funds),
            "differing": sum(each.differs for each in own),
        }
        for code, own in sorted(by_code.items())
    ]
    return pa.Table.from_pylist(rows, schema=VOLUME_SCHEMA)
