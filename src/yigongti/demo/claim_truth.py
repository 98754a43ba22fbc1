"""How well the claim checks find what the demo county was planted with: its files as tables, and the comparison.

A finding counts as right when truth/claim_faults.csv has the same check, institution, bill and line (or item, for an
institution's stores). Consequences (rows with `follows`) are neither right nor wrong, whichever check shows them.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from yigongti.engines.claim_checks.public import ClaimChecks, Tables, bills_table, find_all, knowledge_tables
from yigongti.facts.public import DuckDBBackend, open_duckdb
from yigongti.foundation.schemas import FACT_TABLES

ANY_CHECK = "*"
_PERSON_KEY = "demo county"
_BY_ITEM = frozenset(("stock_sales",))

Key = tuple[str, str, str, str]
"""Check, institution, bill, and line or item; the last two may be empty."""


def open_county(folder: Path, *, memory_limit: str = "2GB", threads: int = 2) -> DuckDBBackend:
    """A connection with a view for each kind of fact that the county's submissions hold (Parquet, own columns), and
    `institutions` with their level, kind and community."""
    connection = open_duckdb(memory_limit=memory_limit, threads=threads)
    for kind in FACT_TABLES:
        files = f"{folder}/submissions/*/*/{kind}.parquet"
        if not any(folder.glob(f"submissions/*/*/{kind}.parquet")):
            continue  # a county without settlements has bills all the same
        connection.raw_sql(f"CREATE VIEW {kind} AS FROM read_parquet('{files}', hive_partitioning = false)")
    connection.raw_sql(
        "CREATE TABLE institutions AS SELECT code AS institution_code, coalesce(level, '') AS level, kind, "
        f"coalesce(community, '') AS community FROM read_csv('{folder}/institutions.csv', all_varchar = true)"
    )
    return connection


def tables_of_county(connection: DuckDBBackend, checks: ClaimChecks) -> Tables:
    """What the checks read, bills made once."""
    bills = bills_table(
        discharges=connection.table("discharges"),
        settlement_lists=connection.table("settlement_lists"),
        visits=connection.table("visits"),
        institutions=connection.table("institutions"),
        person_key=_PERSON_KEY,
    )
    return Tables(
        lines=connection.table("fee_lines"),
        bills=connection.create_table("bills", bills, temp=True),
        stock_moves=connection.table("stock_moves"),
        knowledge=knowledge_tables(checks),
    )


def found_in(connection: DuckDBBackend, checks: ClaimChecks) -> list[dict[str, Any]]:
    """The findings of all checks, one check after the other."""
    tables = tables_of_county(connection, checks)
    found: list[dict[str, Any]] = []
    for check in checks:
        found += connection.to_pyarrow(find_all(tables, checks, only=[check.id], connection=connection)).to_pylist()
    return found


@dataclass(frozen=True, slots=True)
class Detection:
    """Of one check: how many were planted, how many of them found, and how many found that were not planted."""

    planted: int
    right: int
    wrong: int

    @property
    def precision(self) -> float | None:
        """None where nothing was found."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else None

    @property
    def recall(self) -> float | None:
        """None where nothing was planted."""
        return self.right / self.planted if self.planted else None


@dataclass(frozen=True)
class Comparison:
    """By check, and the findings that are right of none: (check, institution, bill, line or item)."""

    by_check: Mapping[str, Detection]
    false_alarms: frozenset[Key]
    missed: frozenset[Key]

    def of(self, checks: Iterable[str]) -> Detection:
        """Several checks added up."""
        parts = [self.by_check[check] for check in checks if check in self.by_check]
        return Detection(sum(p.planted for p in parts), sum(p.right for p in parts), sum(p.wrong for p in parts))


def compare(folder: Path, findings: Iterable[Mapping[str, Any]]) -> Comparison:
    """Findings of all months of a county against its truth."""
    with (folder / "truth" / "claim_faults.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    planted = {_key_of_row(row) for row in rows if not row["follows"]}
    excused = {_key_of_row(row) for row in rows if row["follows"] and row["check"] != ANY_CHECK}
    bills = {(row["institution_code"], row["case_id"]) for row in rows if row["check"] == ANY_CHECK}
    found = {_key_of_finding(finding) for finding in findings}
    wrong = {key for key in found - planted - excused if (key[1], key[2]) not in bills}
    checks = sorted({key[0] for key in planted | found})

    def count(keys: set[Key], check: str) -> int:
        return sum(key[0] == check for key in keys)

    by_check = {c: Detection(count(planted, c), count(planted & found, c), count(wrong, c)) for c in checks}
    return Comparison(by_check, frozenset(wrong), frozenset(planted - found))


def _key_of_row(row: Mapping[str, str]) -> Key:
    which = row["item_code"] if row["check"] in _BY_ITEM else row["line_number"]
    return row["check"], row["institution_code"], row["case_id"], which


def _key_of_finding(finding: Mapping[str, Any]) -> Key:
    line = "" if finding["line_number"] is None else str(finding["line_number"])
    which = str(finding["other"]) if finding["check"] in _BY_ITEM else line
    return finding["check"], finding["institution_code"], finding["case_id"], which
