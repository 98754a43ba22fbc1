"""All checks over millions of lines: the checks of a line in one pass, the others each in its own.

The lines are narrowed once to those on which any check of a line could find something (`narrowing.py`); every such
check then runs over the few that are left, with the same `find` that could run over all. So the fast way and the
plain way (`fast=False`) cannot differ in what they find, only in how long they take.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Any

import ibis

from yigongti.engines.claim_checks.check import STAGES, Check
from yigongti.engines.claim_checks.finding import COLUMNS
from yigongti.engines.claim_checks.handler import LooksAt, Tables, handler, narrow_of, table_of
from yigongti.engines.claim_checks.loading import ClaimChecks
from yigongti.engines.claim_checks.narrowing import Narrowing, suspects


def find_all(
    tables: Tables,
    checks: ClaimChecks,
    *,
    stages: Collection[str] = STAGES,
    only: Collection[str] | None = None,
    connection: Any = None,
    fast: bool = True,
) -> Any:
    """The findings of all checks that run at one of the stages, as a table of finding.COLUMNS in no order.

    only: no other checks than these. connection: the Ibis connection of the tables; the lines worth a look are then
    kept there as a temporary table, which takes memory by their number, not by the number of all lines. Without it
    the answer is one expression, reckoned whenever it is asked. fast=False runs every check over all lines.

    Raises NotFound for a check that does not exist.
    """
    chosen = checks.chosen(stages, only)
    narrowings, narrowed = _narrowings(tables, chosen) if fast else ([], set())
    few = tables
    if narrowings:
        few = replace(tables, lines=keep(suspects(tables, narrowings), connection))
    found = [_found(few if check.id in narrowed else tables, check) for check in chosen]
    return _together([table for tables in found for table in tables])


def _narrowings(tables: Tables, checks: Iterable[Check]) -> tuple[list[Narrowing], set[str]]:
    """What the checks of a line ask of a line, and which checks have said it."""
    narrowings: list[Narrowing] = []
    narrowed: set[str] = set()
    for check in checks:
        narrow = narrow_of(check.handler)
        if handler(check.handler).looks_at is LooksAt.LINE and narrow is not None:
            narrowings += [narrow(tables, check, version) for version in check.versions]
            narrowed.add(check.id)
    return narrowings, narrowed


def _found(tables: Tables, check: Check) -> list[Any]:
    find = table_of(check.handler)
    return [find(tables, check, version) for version in check.versions]


def _together(found: list[Any]) -> Any:
    if not found:
        return ibis.memtable([], schema=ibis.schema(COLUMNS))
    return ibis.union(*found) if len(found) > 1 else found[0]


def keep(rows: Any, connection: Any) -> Any:
    """The rows reckoned once and kept by the connection while it lasts; without one, the expression as it is.

    Findings should be kept before they are merged: merging reads them several times.
    """
    if connection is None:
        return rows
    name = f"claim_checks_{uuid.uuid4().hex}"
    if connection.name == "pyspark":  # a view first: Spark is told of small tables in memory only when it makes one
        return connection.create_view(name, rows).cache()
    return connection.create_table(name, rows, temp=True)
