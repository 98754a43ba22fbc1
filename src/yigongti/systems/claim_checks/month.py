"""A month's claim checks: every line, bill, person and institution judged, and what was found written into the lake.

    check_month(month, lake, snapshot, policy)     claim_checks_findings   one row for each finding
                                                   claim_checks_bills      one row for each bill with findings
                                                   claim_checks_volumes    one row for each institution with bills

The same facts (of this month and of the earlier ones that person checks read), the same policy release, the same
knowledge and changes, and the same register give the same bytes. publishing.py then puts the results before the pages.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Collection, Iterable, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from typing import Any

import ibis
import pyarrow as pa

from yigongti.engines.claim_checks.public import COLUMNS, ClaimChecks, LooksAt, Tables, find_all, handler, merge_table
from yigongti.facts.public import DerivedFile, Lake, Snapshot, connect, plain_sql, write_derived
from yigongti.foundation.period import Month
from yigongti.foundation.policy import Policy
from yigongti.systems.claim_checks.lookback import wider
from yigongti.systems.claim_checks.month_facts import KEY, Place, attended, tables_of_months
from yigongti.systems.claim_checks.wording import STRENGTH_ORDER, strongest

FINDINGS, BILLS, VOLUMES = "claim_checks_findings", "claim_checks_bills", "claim_checks_volumes"
AFTER, DURING = ("after",), ("during",)
"""The stages of the month's run and of a hospital's own check before it submits."""
_FEN = pa.decimal128(18, 2)

_FINDING_SCHEMA = pa.schema(
    [
        ("institution_code", pa.string()),
        ("case_id", pa.string()),
        ("line_number", pa.int64()),
        ("check", pa.string()),
        ("version", pa.date32()),
        ("strength", pa.string()),
        ("on", pa.date32()),
        ("department_code", pa.string()),
        ("physician", pa.string()),
        ("care_setting", pa.string()),
        ("amount", _FEN),
        ("counted", _FEN),
        ("evidence", pa.string()),
        ("item", pa.string()),
        ("limit", pa.string()),
        ("observed", pa.string()),
        ("other", pa.string()),
        ("knowledge", pa.string()),
    ]
)
_BILL_SCHEMA = pa.schema(
    [
        ("institution_code", pa.string()),
        ("case_id", pa.string()),
        ("care_setting", pa.string()),
        ("started_on", pa.date32()),
        ("ended_on", pa.date32()),
        ("department_code", pa.string()),
        ("physician", pa.string()),
        ("principal_diagnosis", pa.string()),
        ("total_cost", _FEN),
        ("strength", pa.string()),
        ("findings", pa.int64()),
        *((f"{strength}_amount", _FEN) for strength in STRENGTH_ORDER),
        ("counted", _FEN),
        ("checks", pa.string()),
    ]
)


_VOLUME_SCHEMA = pa.schema(
    [("institution_code", pa.string()), ("bills", pa.int64()), ("lines", pa.int64()), ("claimed", _FEN)]
)


@dataclass(frozen=True)
class Checked:
    """What the checks found: rows of both derived tables as dicts, in no order, and how much was looked at."""

    findings: list[dict[str, Any]]
    bills: list[dict[str, Any]]
    bills_seen: int
    lines_seen: int


def result_key(
    snapshot: Snapshot, wide: Snapshot, policy: Policy, checks: ClaimChecks, places: Mapping[str, Place]
) -> str:
    """What the results are computed from: the month's facts, those of the months read, policy, checks, register."""
    register = json.dumps({code: asdict(place) for code, place in sorted(places.items())}, ensure_ascii=False)
    parts = [snapshot.digest, wide.digest, policy.release.digest, checks.digest]
    return "-".join([*(part[:12] for part in parts), hashlib.sha256(register.encode()).hexdigest()[:8]])


def check_month(
    month: Month,
    lake: Lake,
    snapshot: Snapshot,
    policy: Policy,
    checks: ClaimChecks,
    places: Mapping[str, Place],
    *,
    memory_limit: str = "2GB",
    threads: int = 2,
) -> tuple[DerivedFile, DerivedFile, DerivedFile]:
    """Judge the month and write the derived tables. checks, places: of this installation (public.py reads them)."""
    wide = wider(month, lake, snapshot, policy)
    connection = connect(lake, wide, memory_limit=memory_limit, threads=threads)
    with closing(connection.con), plain_sql():
        found = judged(connection, month, wide.months, checks, places)
        looked_at = volumes(connection, month, checks, places)
    key = result_key(snapshot, wide, policy, checks, places)
    findings = pa.Table.from_pylist(found.findings, schema=_FINDING_SCHEMA)
    bills = pa.Table.from_pylist(found.bills, schema=_BILL_SCHEMA)
    return (
        write_derived(lake, FINDINGS, month, key, findings, [*KEY, "line_number", "check"]),
        write_derived(lake, BILLS, month, key, bills, KEY),
        write_derived(lake, VOLUMES, month, key, looked_at, KEY[:1]),
    )


def volumes(connection: Any, month: Month, checks: ClaimChecks, places: Mapping[str, Place]) -> pa.Table:
    """What was looked at, by institution: bills, charges (without lines that take others back), yuan claimed in all."""
    tables = tables_of_months(connection, [month], checks, places)
    lines = tables.lines
    claimed = lines.fund_amount.fill_null(lines.amount)
    charged = lines.group_by("institution_code").agg(
        lines=(lines.amount >= 0).sum().cast("int64"), claimed=claimed.sum().cast("decimal(18, 2)")
    )
    bills = tables.bills.group_by("institution_code").agg(bills=tables.bills.count().cast("int64"))
    both = bills.outer_join(charged, "institution_code")
    rows = both.select(
        institution_code=ibis.coalesce(both.institution_code, both.institution_code_right),
        bills=both.bills.fill_null(0),
        lines=both.lines.fill_null(0),
        claimed=both.claimed.fill_null(0),
    )
    return connection.to_pyarrow(rows.order_by("institution_code")).cast(_VOLUME_SCHEMA)


def judged(
    connection: Any,
    month: Month,
    months: Iterable[Month],
    checks: ClaimChecks,
    places: Mapping[str, Place],
    *,
    stages: Collection[str] = AFTER,
    institution_code: str = "",
) -> Checked:
    """What the checks of these stages find in the month. months: all that the connection holds, with the month.

    institution_code: look at nothing but this institution's facts; checks that compare institutions are then left out.
    """
    near = tables_of_months(connection, [month], checks, places, institution_code)
    wide = tables_of_months(connection, list(months), checks, places, institution_code)
    bills = connection.create_table(f"claim_checks_bills_{uuid.uuid4().hex}", near.bills, temp=True)
    near = replace(near, bills=bills)
    groups = [
        ((LooksAt.LINE, LooksAt.BILL), replace(near, stock_moves=wide.stock_moves)),
        ((LooksAt.PERSON,), _of_persons(connection, wide, bills)),
    ]
    if not institution_code:
        groups.append(((LooksAt.COUNTY,), near))
    parts = []
    for looks_at, tables in groups:
        only = [check.id for check in checks if handler(check.handler).looks_at in looks_at]
        if only:
            rows = find_all(tables, checks, stages=stages, only=only, connection=connection)
            # a table for each: to insert into one, Ibis reads the SQL that it wrote, which takes longer than the rows
            parts.append(connection.create_table(f"claim_checks_found_{uuid.uuid4().hex}", rows, temp=True))
    found = ibis.union(*parts) if len(parts) > 1 else parts[0] if parts else _nothing(connection)
    own = found.filter(found.case_id != "").semi_join(bills, KEY).union(found.filter(found.case_id == ""))
    own = connection.create_table(f"claim_checks_own_{uuid.uuid4().hex}", own, temp=True)
    merged = merge_table(own, near, checks)
    return _with_places(connection, month, near, connection.to_pyarrow(merged).to_pylist())


def _nothing(connection: Any) -> Any:
    return connection.create_table(f"claim_checks_found_{uuid.uuid4().hex}", schema=ibis.schema(COLUMNS), temp=True)


def _of_persons(connection: Any, wide: Tables, bills: Any) -> Tables:
    """Bills and lines, of all months, of the persons with a bill this month; a bill without a person stands alone."""
    persons = bills.filter(bills.person != "").select("person").distinct()
    own = wide.bills.semi_join(persons, "person")
    alone = bills.filter(bills.person == "")
    kept = connection.create_table(f"claim_checks_persons_{uuid.uuid4().hex}", own.union(alone[own.columns]), temp=True)
    return replace(wide, bills=kept, lines=wide.lines.semi_join(kept, KEY))


def _with_places(connection: Any, month: Month, near: Tables, rows: list[dict[str, Any]]) -> Checked:
    """The findings with the department and physician that they are about; and their bills."""
    rows.sort(key=lambda row: (row["institution_code"], row["case_id"], row["line_number"] or 0, row["check"]))
    bills = {(b["institution_code"], b["case_id"]): b for b in _bills_of(connection, month, near, rows)}
    lines = _lines_of(connection, near, rows)
    made = []
    for row in rows:
        bill = bills.get((row["institution_code"], row["case_id"]))
        line = lines.get((row["institution_code"], row["case_id"], row["line_number"]))
        made.append(row | _place(bill, line))
    seen = int(near.bills.count().execute()), int(near.lines.count().execute())
    return Checked(made, _summed(made, bills), *seen)


def _place(bill: Mapping[str, Any] | None, line: Mapping[str, Any] | None) -> dict[str, str]:
    """Department and physician: those who ordered the line, else those of the bill."""
    found = {"department_code": "", "physician": "", "care_setting": ""}
    if bill is not None:
        found |= {name: bill[name] for name in found}
    if line is not None:
        found |= {name: line[name] for name in ("department_code", "physician") if line[name]}
    return found


def _bills_of(connection: Any, month: Month, near: Tables, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The bills with findings, with their attending physicians."""
    keys = {(row["institution_code"], row["case_id"]) for row in rows if row["case_id"]}
    wanted = _keys(connection, keys)
    found: list[dict[str, Any]] = connection.to_pyarrow(near.bills.semi_join(wanted, KEY)).to_pylist()
    told = connection.to_pyarrow(attended(connection, month).semi_join(wanted, KEY)).to_pylist()
    physicians = {(row["institution_code"], row["case_id"]): row["physician"] for row in told}
    return [row | {"physician": physicians.get((row["institution_code"], row["case_id"]), "")} for row in found]


def _lines_of(connection: Any, near: Tables, rows: list[dict[str, Any]]) -> dict[tuple[Any, ...], dict[str, Any]]:
    keys = {(row["institution_code"], row["case_id"]) for row in rows if row["line_number"] is not None}
    lines = near.lines.semi_join(_keys(connection, keys), KEY)
    told = connection.to_pyarrow(lines.select(*KEY, "line_number", "department_code", "physician")).to_pylist()
    return {(row["institution_code"], row["case_id"], row["line_number"]): row for row in told}


def _keys(connection: Any, keys: set[tuple[str, str]]) -> Any:
    schema = pa.schema([(name, pa.string()) for name in KEY])
    rows = [dict(zip(KEY, key, strict=True)) for key in sorted(keys)]
    return ibis.memtable(pa.Table.from_pylist(rows, schema=schema))


def _summed(rows: list[dict[str, Any]], bills: Mapping[tuple[str, str], dict[str, Any]]) -> list[dict[str, Any]]:
    """One row for each bill with findings."""
    by_bill: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in rows:
        if row["case_id"]:
            by_bill.setdefault((row["institution_code"], row["case_id"]), []).append(row)
    made = []
    for key, own in by_bill.items():
        bill = bills[key]
        sums = {
            f"{strength}_amount": sum(
                (r["counted"] for r in own if r["strength"] == strength), start=own[0]["counted"] * 0
            )
            for strength in STRENGTH_ORDER
        }
        ranked = sorted(own, key=lambda row: (STRENGTH_ORDER.index(row["strength"]), -row["counted"], row["check"]))
        made.append({
            **{name: bill[name] for name in ("institution_code", "case_id", "care_setting", "started_on", "ended_on",
                                             "department_code", "physician", "total_cost")},
            "principal_diagnosis": bill["diagnoses"].split("|")[0], "findings": len(own),
            "strength": strongest([row["strength"] for row in own]), "counted": sum(sums.values()), **sums,
            "checks": "|".join(dict.fromkeys(row["check"] for row in ranked)),
        })  # fmt: skip
    return made
