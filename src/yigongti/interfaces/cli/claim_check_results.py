"""Findings written for analysts: each with its sentence, as CSV, Parquet or a workbook by the name's end."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from yigongti.engines.claim_checks.public import ClaimChecks, said
from yigongti.facts.duckdb_backend import stream
from yigongti.foundation.errors import InvalidInput

COLUMNS = (
    "check",
    "label",
    "strength",
    "institution_code",
    "case_id",
    "line_number",
    "on",
    "sentence",
    "amount",
    "counted",
    "evidence",
    "item",
    "limit",
    "observed",
    "other",
    "knowledge",
    "version",
    "source",
)
SUFFIXES = (".csv", ".parquet", ".xlsx")
_WORKBOOK_ROWS = 1_048_575
_BATCH = 50_000


def check_suffix(out: Path) -> None:
    """Raises InvalidInput for a name that ends in none of the kinds."""
    if out.suffix.lower() not in SUFFIXES:
        raise InvalidInput(
            "claim_checks.file_kind",
            zh="输出文件应为 .csv、.parquet 或 .xlsx",
            en="the output must be .csv, .parquet or .xlsx",
            where=out.name,
        )


def write_findings(findings: Any, checks: ClaimChecks, out: Path, *, english: bool) -> None:
    """Writes COLUMNS of all findings, by institution, case and line. The file appears whole or not at all.

    Raises InvalidInput when a workbook cannot hold them all.
    """
    count = int(findings.count().execute())
    if out.suffix.lower() == ".xlsx" and count > _WORKBOOK_ROWS:
        raise InvalidInput(
            "claim_checks.workbook_too_small",
            zh=f"疑点 {count:,} 条，一个工作表放不下；请输出 .csv 或 .parquet",
            en=f"{count:,} findings do not fit in one sheet; write .csv or .parquet",
            where=out.name,
        )
    ordered = findings.order_by(["institution_code", "case_id", "line_number", "check", "knowledge", "evidence"])
    unfinished = out.with_name(f".{out.name}.unfinished{out.suffix.lower()}")
    write = {".csv": _write_csv, ".parquet": _write_parquet, ".xlsx": _write_workbook}[out.suffix.lower()]
    try:
        write(_batches(ordered, checks, english), unfinished)
        unfinished.replace(out)
    finally:
        unfinished.unlink(missing_ok=True)


def _batches(findings: Any, checks: ClaimChecks, english: bool) -> Iterator[list[dict[str, Any]]]:
    for batch in stream(findings, _BATCH):
        yield [_told(row, checks, english) for row in batch.to_pylist()]


def _told(row: dict[str, Any], checks: ClaimChecks, english: bool) -> dict[str, Any]:
    check = checks.check(row["check"])
    words = said(
        check,
        item=row["item"],
        limit=row["limit"],
        observed=row["observed"],
        other=row["other"],
        amount=row["amount"],
        line=row["line_number"],
    )
    version = check.on(row["on"])
    told = row | {
        "label": check.label.en if english else check.label.zh,
        "sentence": words.en if english else words.zh,
        "source": "" if version is None else version.source,
    }
    return {name: told[name] for name in COLUMNS}


def _write_csv(batches: Iterator[list[dict[str, Any]]], place: Path) -> None:
    with place.open("w", encoding="utf-8-sig", newline="") as file:  # the mark makes spreadsheets read it as UTF-8
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        for rows in batches:
            writer.writerows(rows)


def _write_parquet(batches: Iterator[list[dict[str, Any]]], place: Path) -> None:
    kinds = {"line_number": pa.int64(), "on": pa.date32(), "version": pa.date32()}
    kinds |= dict.fromkeys(("amount", "counted"), pa.decimal128(18, 2))
    schema = pa.schema([(name, kinds.get(name, pa.string())) for name in COLUMNS])
    with pq.ParquetWriter(place, schema, compression="zstd") as writer:
        for rows in batches:
            writer.write_table(pa.Table.from_pylist(rows, schema=schema))


def _write_workbook(batches: Iterator[list[dict[str, Any]]], place: Path) -> None:
    import xlsxwriter

    # texts stay texts: a code that looks like a number or a formula must not become one
    options = {"constant_memory": True, "strings_to_numbers": False, "strings_to_formulas": False}
    with xlsxwriter.Workbook(place, options | {"strings_to_urls": False}) as book:
        sheet = book.add_worksheet("findings")
        money, day = book.add_format({"num_format": "#,##0.00"}), book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, COLUMNS, book.add_format({"bold": True}))
        sheet.freeze_panes(1, 0)
        number = 0
        for rows in batches:
            for row in rows:
                number += 1
                for place_of, name in enumerate(COLUMNS):
                    if name in ("on", "version"):
                        sheet.write_datetime(number, place_of, row[name], day)
                    elif name in ("amount", "counted"):
                        sheet.write_number(number, place_of, row[name], money)
                    elif row[name] is not None:
                        sheet.write(number, place_of, row[name])
        sheet.autofilter(0, 0, max(number, 1), len(COLUMNS) - 1)
