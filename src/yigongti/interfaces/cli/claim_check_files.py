"""Files of fee lines, bills and stock for the claim checks: read under any name that the fact tables know and checked
row by row.

A Parquet file in the product's own columns and types is read where it lies; everything else goes through the readers
of the submissions, batch by batch, into a Parquet file beside it that the checks then read.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from yigongti.engines.claim_checks.public import BILLS
from yigongti.facts.public import open_duckdb, rows_schema
from yigongti.facts.submissions.headers import IGNORED_HEADERS, SEARCHED_ROWS, Match, Recognition
from yigongti.facts.submissions.limits import Limits
from yigongti.facts.submissions.readers import Reader, open_reader
from yigongti.facts.submissions.row_errors import PROBLEMS, ErrorSink, RowErrors
from yigongti.facts.submissions.rows import RowBuilder
from yigongti.facts.submissions.vocabularies import Vocabulary, plain
from yigongti.foundation.errors import InvalidInput, NotFound, Text
from yigongti.foundation.schemas import DISCHARGES, FEE_LINES, VISITS, Column, FactTable, Kind

LIMITS = Limits(file_bytes=64 * 1024**3, unpacked_bytes=256 * 1024**3, rows=2_000_000_000)
SHOWN_ROWS = 5
_KEY = ("institution_code", "case_id")


def _bill_column(name: str) -> Column:
    """A column of a bill under the names that the front page or a visit gives it."""
    aliases = {"person": "resident_number", "ended_on": "discharged_at", "started_on": "admitted_at"}
    other = {"disposition": "discharge_disposition"}
    known = other.get(name, name)
    for table in (DISCHARGES, VISITS):
        if known in table and name not in aliases:
            column = table[known]
            return Column(name, column.kind, column.label, "", False, column.pinyin, column.national,
                          column.head_pinyin, column.head_national, source=column.source)  # fmt: skip
    own = {
        "institution_level": Text("机构级别", "Institution level"),
        "institution_kind": Text("机构类别", "Institution kind"),
        "community": Text("医共体", "Community"),
        "insurance_type": Text("险种类型", "Insurance scheme"),
        "person": Text("身份证号", "Person"),
        "died_on": Text("死亡日期", "Died on"),
        "started_on": Text("入院日期", "Started on"),
        "ended_on": Text("出院日期", "Ended on"),
        "readmission_planned": Text("再住院计划", "Readmission planned"),
        "group": Text("病组", "Group"),
    }
    kind = Kind.DATE if name.endswith("_on") else Kind.CODE
    return Column(name, kind, own.get(name, Text(name, name)))


_OF_BILLS = tuple(_bill_column(name) for name in BILLS.names if name not in _KEY)
BILL_FILE = FactTable("bills", Text("就诊", "Bills"), _KEY, (*(FEE_LINES[name] for name in _KEY), *_OF_BILLS))
"""What a file of bills may hold: the columns of facts.Bill; a person may be a resident number, which stays here."""

LINE_FILE = FactTable(
    "fee_lines",
    FEE_LINES.label,
    FEE_LINES.key,
    (*FEE_LINES.columns, *(column for column in _OF_BILLS if column.name not in FEE_LINES)),
)
"""What a file of fee lines may hold: the fact table, and beside it the columns of the bill of each line."""

_NEEDED = {
    "fee_lines": ("case_id", "item_code", "charged_on", "amount"),
    "bills": ("case_id",),
    "stock_moves": ("item_code", "moved_on", "kind", "quantity"),
}


@dataclass(frozen=True)
class OneFile:
    """A file as it was read. place: the Parquet that holds its rows. columns: what it brings. skipped: bad rows."""

    name: str
    place: Path
    columns: frozenset[str]
    unknown: tuple[str, ...]
    rows: int
    skipped: int


def read_file(path: Path, table: FactTable, folder: Path, skip_bad_rows: bool) -> OneFile:
    """One file as Parquet with the columns that it brings. See `opened` for the errors."""
    if not path.is_file():
        raise NotFound("claim_checks.file_not_found", zh="文件不存在", en="there is no such file", where=str(path))
    if _is_native(path, table):
        return _as_it_lies(path, table, skip_bad_rows)
    reader = open_reader(path, "fee_lines" if table is LINE_FILE else "discharges", LIMITS)
    try:
        recognition = _recognised(reader, table, path)
        return _copied(reader, recognition, table, folder, path, skip_bad_rows)
    finally:
        reader.close()


def _is_native(path: Path, table: FactTable) -> bool:
    with path.open("rb") as file:
        if file.read(4) != b"PAR1":
            return False
    try:
        schema = pq.read_schema(path)
    except (pa.ArrowException, OSError):
        return False  # the reader says what is wrong with it
    allowed: dict[str, list[pa.DataType]] = {field.name: [field.type] for field in rows_schema(table)}
    for name in set(BILLS.names) & set(allowed):
        allowed[name].append(BILLS.field(name).type)
    known = all(any(_same(field.type, ours) for ours in allowed.get(field.name, ())) for field in schema)
    return known and set(_NEEDED[table.name]) <= set(schema.names)


def _same(found: pa.DataType, ours: pa.DataType) -> bool:
    if pa.types.is_decimal(ours):
        return bool(pa.types.is_decimal(found) and found.scale == ours.scale)
    if pa.types.is_list(ours):
        return bool(found == ours)
    return bool(found == ours or (pa.types.is_integer(ours) and pa.types.is_integer(found)))


def _as_it_lies(path: Path, table: FactTable, skip_bad_rows: bool) -> OneFile:
    """The rows without what they need are counted and named, and left out by a filter when the checks read."""
    connection = open_duckdb(memory_limit="1GB", threads=2)
    rows = connection.read_parquet(path, file_row_number=True)
    bad = rows.filter(~whole(rows, table)).order_by("file_row_number")
    skipped = bad.count().execute()
    if skipped and not skip_bad_rows:
        first = connection.to_pyarrow(bad.limit(SHOWN_ROWS)).to_pylist()
        told = [
            (row["file_row_number"] + 2, next(name for name in _NEEDED[table.name] if row[name] in (None, "")))
            for row in first
        ]
        raise _bad_rows(path, skipped, [(number, name, PROBLEMS["required_missing"]) for number, name in told])
    total = rows.count().execute()
    connection.disconnect()
    columns = frozenset(pq.read_schema(path).names)
    return OneFile(path.name, path, columns, (), int(total) - int(skipped), int(skipped))


def whole(rows: Any, table: FactTable) -> Any:
    """Whether a row has what no row can do without."""
    good = ibis.literal(True)
    for name in _NEEDED[table.name]:
        good = good & rows[name].notnull()
        if rows[name].type().is_string():
            good = good & (rows[name] != "").fill_null(False)
    return good


def _recognised(reader: Reader, table: FactTable, path: Path) -> Recognition:
    """The header: the row of the first thirty in which most names are known."""
    vocabulary = Vocabulary(table)
    top = reader.top(SEARCHED_ROWS)
    counts = [sum(vocabulary.look_up(cell) is not None for cell in row) for row in top]
    row = max(range(len(top)), key=lambda at: (counts[at], -at)) if top else 0
    if not top or counts[row] < 2:
        raise InvalidInput(
            "claim_checks.header_not_found",
            zh=f"没有找到{table.label.zh}的表头",
            en=f"no header of {table.label.en.lower()} was found",
            where=path.name,
        )
    matches: list[Match] = []
    unknown: list[str] = []
    for position, name in enumerate(top[row]):
        target = vocabulary.look_up(name)
        if target is None:
            if name.strip() and plain(name) not in IGNORED_HEADERS:
                unknown.append(name.strip())
        elif target in [match.target for match in matches]:
            raise InvalidInput(
                "submission.column_twice",
                zh=f"表头“{name}”重复",
                en=f"the header “{name}” stands twice",
                where=path.name,
            )
        else:
            matches.append(Match(position, name.strip(), target))
    recognition = Recognition(row + 1, row + 1, tuple(top[row]), tuple(matches), tuple(unknown))
    lacking = [table[name] for name in _NEEDED[table.name] if name not in recognition.columns]
    if lacking:
        raise InvalidInput(
            "submission.required_column_missing",
            zh="缺少必需的列：" + "、".join(f"{column.label.zh}（{column.name}）" for column in lacking),
            en="required columns are missing: " + ", ".join(column.name for column in lacking),
            where=path.name,
        )
    return recognition


def _copied(
    reader: Reader, recognition: Recognition, table: FactTable, folder: Path, path: Path, skip_bad_rows: bool
) -> OneFile:
    """The file's rows, typed, as Parquet; bad ones are left out, and name themselves unless they are to be skipped."""
    schema, place = rows_schema(table), folder / f"{table.name}.parquet"
    sink = ErrorSink(folder / f"{table.name}.errors.parquet")
    builder = RowBuilder(table, recognition, None, LIMITS, sink)
    wanted = frozenset(match.position for match in recognition.matches)
    accepted = skipped = 0
    with pq.ParquetWriter(place, schema, compression="zstd") as writer:
        for batch in reader.batches(recognition.header_rows, len(recognition.headers), wanted):
            if batch.broken:
                numbers = np.array([number for number, _ in batch.broken], dtype=np.int64)
                texts = pa.array([text[:200] for _, text in batch.broken], pa.string())
                sink.add(numbers, "", "", texts, np.full(len(numbers), "wrong_cell_count", dtype=object))
                skipped += len(batch.broken)
            if not len(batch.numbers):
                continue
            columns, bad = builder.build(batch)
            for name in _NEEDED[table.name]:
                missing = np.asarray(columns[name].is_null()) & ~builder.unread.get(
                    name, np.zeros(len(bad), dtype=bool)
                )
                _note(sink, batch.numbers, name, recognition.of(name)[0].header, missing)
                bad |= missing
            if table is LINE_FILE and "line_number" not in recognition.columns:
                columns["line_number"] = pa.array(batch.numbers, pa.int64())
            good = pa.table([columns[name] for name in schema.names], schema=schema).filter(pa.array(~bad))
            writer.write_table(good)
            accepted += good.num_rows
            skipped += int(bad.sum())
    sink.close()
    if skipped and not skip_bad_rows:
        errors = list(zip(RowErrors(sink.path, sink.total), range(SHOWN_ROWS), strict=False))
        raise _bad_rows(path, skipped, [(error.row, error.header, error.text) for error, _ in errors])
    columns_there = recognition.columns | ({"line_number"} if table is LINE_FILE else set())
    return OneFile(path.name, place, frozenset(columns_there), recognition.unknown, accepted, skipped)


def _note(sink: ErrorSink, numbers: np.ndarray, name: str, header: str, missing: np.ndarray) -> None:
    places = np.flatnonzero(missing)
    codes = np.full(len(places), "required_missing", dtype=object)
    sink.add(numbers[places], name, header, pa.array([""] * len(places)), codes)


def _bad_rows(path: Path, count: int, rows: list[tuple[int, str, Text]]) -> InvalidInput:
    zh = "；".join(f"第 {number} 行 {name}：{text.zh}" for number, name, text in rows)
    en = "; ".join(f"row {number} {name}: {text.en}" for number, name, text in rows)
    return InvalidInput(
        "claim_checks.bad_rows",
        zh=f"有 {count:,} 行不能判断：{zh}{' …' if count > len(rows) else ''}。改正后重试，或用 --skip-bad-rows"
        " 跳过这些行",
        en=f"{count:,} rows cannot be judged: {en}{' …' if count > len(rows) else ''}. Correct them, or leave them out"
        " with --skip-bad-rows",
        where=path.name,
    )
