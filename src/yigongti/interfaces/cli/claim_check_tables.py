"""Files of fee lines, bills and stock opened on DuckDB as the tables that the claim checks read.

A bill is what its lines tell (setting, days, total), what stands beside them, and what a file of bills says, the last
before the first.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa

from yigongti.engines.claim_checks.public import BILLS, LINES, STOCK_MOVES, Tables, bare_bills, keep
from yigongti.facts.public import open_duckdb
from yigongti.foundation.schemas import STOCK_MOVES as STOCK
from yigongti.foundation.schemas import FactTable
from yigongti.interfaces.cli.claim_check_files import BILL_FILE, LINE_FILE, OneFile, read_file, whole

_KEY = ("institution_code", "case_id")


@dataclass(frozen=True)
class Opened:
    """Everything that the checks read. columns: those of lines and bills that hold anything, and “stock_moves”."""

    connection: Any
    tables: Tables
    files: tuple[OneFile, ...]
    columns: frozenset[str]


@contextmanager
def opened(
    lines: Path, bills: Path | None, stock: Path | None, *, skip_bad_rows: bool, memory: str, threads: int
) -> Iterator[Opened]:
    """Reads the files and opens them on DuckDB, which is closed afterwards; its spill and copies are then gone.

    Raises NotFound and InvalidInput; a bad row is named by its number and column, unless bad rows are to be skipped.
    """
    with tempfile.TemporaryDirectory(prefix="yigongti-claim-checks-") as scratch:
        folder = Path(scratch)
        line_file = read_file(lines, LINE_FILE, folder, skip_bad_rows)
        bill_file = read_file(bills, BILL_FILE, folder, skip_bad_rows) if bills else None
        stock_file = read_file(stock, STOCK, folder, skip_bad_rows) if stock else None
        connection = open_duckdb(memory_limit=memory, threads=threads, spill_folder=folder / "spill")
        try:
            yield _tables(connection, line_file, bill_file, stock_file)
        finally:
            connection.disconnect()


def _tables(connection: Any, lines: OneFile, bills: OneFile | None, stock: OneFile | None) -> Opened:
    all_lines = _read(connection, lines, LINE_FILE)
    fee_lines = _shaped(all_lines, LINES)
    made = keep(_completed(_inline_bills(all_lines, lines.columns), bare_bills(fee_lines)), connection)
    if bills:
        made = keep(_completed(_read(connection, bills, BILL_FILE), made), connection)
    moves = _shaped(_read(connection, stock, STOCK), STOCK_MOVES) if stock else _nothing(STOCK_MOVES)
    files = tuple(file for file in (lines, bills, stock) if file is not None)
    columns = _filled(connection, fee_lines, lines.columns) | _filled(connection, made, frozenset(BILLS.names))
    if stock:
        columns |= {"stock_moves"}
    return Opened(connection, Tables(fee_lines, made, moves, {}), files, columns)


def _read(connection: Any, file: OneFile, table: FactTable) -> Any:
    rows = connection.read_parquet(file.place)
    rows = rows.filter(whole(rows, table)) if file.skipped else rows
    if "institution_code" in rows.columns:
        return rows.mutate(institution_code=rows.institution_code.fill_null(""))
    return rows.mutate(institution_code=ibis.literal(""))


def _shaped(rows: Any, schema: pa.Schema) -> Any:
    """Exactly the columns of a schema; those that the file lacks are null."""
    kinds = dict(ibis.Schema.from_pyarrow(schema).items())
    if "line_number" in kinds and "line_number" not in rows.columns:
        rows = rows.mutate(line_number=ibis.row_number() + 1)
    return rows.select(
        **{name: rows[name].cast(kind) if name in rows.columns else ibis.null(kind) for name, kind in kinds.items()}
    )


def _nothing(schema: pa.Schema) -> Any:
    return ibis.memtable(schema.empty_table())


def _inline_bills(lines: Any, columns: frozenset[str]) -> Any:
    """The bills that stand beside the lines: of each column what any line of the bill says."""
    there = [name for name in BILLS.names if name in columns and name not in (*_KEY, "care_setting", "department_code")]
    values = {name: _as_text(lines[name]).max() if name in there else None for name in there}
    return lines.group_by(list(_KEY)).agg(**values) if values else lines.select(*_KEY).distinct()


def _as_text(column: Any) -> Any:
    return column.filter(lambda code: code.fill_null("") != "").join("|") if column.type().is_array() else column


def _completed(given: Any, known: Any) -> Any:
    """Every bill of both; what is given goes before what was known."""
    renamed = given.rename({f"g_{name}": name for name in given.columns})
    met = known.outer_join(
        renamed, [known.institution_code == renamed.g_institution_code, known.case_id == renamed.g_case_id]
    )
    kinds = dict(ibis.Schema.from_pyarrow(BILLS).items())
    made = {}
    for name, kind in kinds.items():
        own = met[name].cast(kind)
        if f"g_{name}" in met.columns:
            value = _as_text(met[f"g_{name}"])
            says_yes = value.cast("string").lower().isin(["2", "true", "yes"])  # 2: the front page's code for it
            value = says_yes if kind.is_boolean() else value.cast(kind)
            own = ibis.coalesce(value.nullif("") if kind.is_string() else value, own)
        made[name] = own.fill_null("") if kind.is_string() else own
    return met.select(**made)


def _filled(connection: Any, rows: Any, columns: frozenset[str]) -> frozenset[str]:
    """The columns in which at least one row says something."""
    names = [name for name in rows.columns if name in columns]
    says = {
        name: ((rows[name] != "") if rows[name].type().is_string() else rows[name].notnull()).fill_null(False).any()
        for name in names
    }
    (row,) = connection.to_pyarrow(rows.aggregate(**says)).to_pylist()
    return frozenset(name for name in names if row[name])
