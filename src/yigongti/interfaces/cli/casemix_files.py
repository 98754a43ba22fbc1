"""Files of cases for the casemix commands: opened on DuckDB or Spark, checked whole, results written beside them."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir

from yigongti.engines.casemix.public import CASE_COLUMNS, GROUPING_COLUMNS, Case, Scheme, case_from_row, group_table
from yigongti.foundation.errors import InvalidInput, NotFound

ROW_KEY = "file_row_number"
_NUMBERS = ("age_years", "age_days", "birth_weight_g")
_OPTIONAL = ("birth_weight_g", "length_of_stay_days", "discharge_disposition")


@dataclass(frozen=True)
class CaseFile:
    """An opened file of cases. table: the witness columns, and ROW_KEY numbering the rows where the engine has it."""

    path: Path
    table: ir.Table
    connection: Any
    row_key: str | None


@contextmanager
def opened_cases(
    path: Path, engine: str = "duckdb", *, memory: str = "4GB", threads: int | None = None, master: str = ""
) -> Iterator[CaseFile]:
    """Opens a CSV or Parquet file of cases; closes the engine afterwards.

    Raises InvalidInput: neither CSV nor Parquet, broken, wrongly encoded, columns missing, a number that is none.
    """
    if not path.exists():
        raise NotFound("casemix.file_not_found", zh="文件不存在", en="There is no such file", where=str(path))
    if path.suffix.lower() not in (".csv", ".txt", ".parquet"):
        raise InvalidInput(
            "casemix.file_kind",
            zh="病例文件应为 .csv 或 .parquet",
            en="The file of cases must be .csv or .parquet",
            where=path.name,
        )
    with tempfile.TemporaryDirectory(prefix="yigongti-casemix-") as scratch:
        readable = _as_utf8(path, Path(scratch)) if path.suffix.lower() != ".parquet" else path
        opening = _spark(readable, master) if engine == "spark" else _duckdb(readable, memory, threads, scratch)
        with opening as (connection, table, row_key):
            table = _with_columns(table, path)
            _check_numbers(table, path)
            yield CaseFile(path, table, connection, row_key)


@contextmanager
def _duckdb(path: Path, memory: str, threads: int | None, scratch: str) -> Iterator[tuple[Any, ir.Table, str | None]]:
    import duckdb

    settings: dict[str, Any] = {"memory_limit": memory, "temp_directory": scratch, "preserve_insertion_order": True}
    if threads:
        settings["threads"] = threads
    try:
        connection = ibis.duckdb.connect(**settings)
    except duckdb.Error as error:
        raise InvalidInput(
            "casemix.memory", zh=f"无法以内存 {memory} 启动：{error}", en=f"Cannot start with {memory}: {error}"
        ) from error
    try:
        if path.suffix.lower() == ".parquet":
            yield connection, connection.read_parquet(str(path), file_row_number=True), ROW_KEY
        else:
            table = connection.read_csv(str(path), all_varchar=True, header=True)
            yield connection, table.mutate(**{ROW_KEY: ibis.row_number()}), ROW_KEY
    except duckdb.Error as error:
        raise InvalidInput(
            "casemix.file_broken",
            zh=f"文件无法读取：{_first_line(error)}",
            en=f"The file cannot be read: {_first_line(error)}",
            where=path.name,
        ) from error
    finally:
        connection.disconnect()


@contextmanager
def _spark(path: Path, master: str) -> Iterator[tuple[Any, ir.Table, str | None]]:
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise InvalidInput(
            "casemix.no_spark",
            zh="未安装集群组件：pip install 'yigongti[cluster]'",
            en="The cluster extra is not installed: pip install 'yigongti[cluster]'",
        ) from error
    place = master or os.environ.get("YIGONGTI_ENGINE", "")
    place = place if place.startswith(("spark://", "local")) else "local[2]"
    session = (
        SparkSession.builder.master(place)
        .appName("yigongti-casemix")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", "8")
        .config("spark.sql.session.timeZone", "UTC")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    try:
        connection = ibis.pyspark.connect(session)
        if path.suffix.lower() == ".parquet":
            yield connection, connection.read_parquet(str(path)), None
        else:
            yield connection, connection.read_csv(str(path), header=True, inferSchema=False), None
    finally:
        session.stop()


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0][:300]


def _as_utf8(path: Path, scratch: Path) -> Path:
    """The file itself, or a copy in UTF-8 of one in GB18030; anything else is refused with the place of the fault."""
    if _decodes(path, "utf-8") is None:
        return path
    fault = _decodes(path, "gb18030")
    if fault is not None:
        raise InvalidInput(
            "casemix.encoding",
            zh="文件编码应为 UTF-8 或 GB18030，请另存后重试",
            en="The file must be encoded in UTF-8 or GB18030; save it so and try again",
            where=f"{path.name}: {fault}",
        )
    copy = scratch / f"{path.stem}.csv"
    with path.open(encoding="gb18030", newline="") as source, copy.open("w", encoding="utf-8", newline="") as target:
        while piece := source.read(1 << 20):
            target.write(piece)
    return copy


def _decodes(path: Path, encoding: str) -> str | None:
    """None when the whole file decodes, else where it does not."""
    try:
        with path.open(encoding=encoding, newline="") as source:
            while source.read(1 << 20):
                pass
    except UnicodeDecodeError as error:
        return f"{error.reason} (byte {error.start})"
    return None


def _with_columns(table: ir.Table, path: Path) -> ir.Table:
    """Exactly the columns of a case; the ones that grouping can do without are null where the file lacks them."""
    lacking = [name for name in CASE_COLUMNS if name not in table.columns and name not in _OPTIONAL]
    if lacking:
        raise InvalidInput(
            "casemix.columns_missing",
            zh=f"病例文件缺少列：{'、'.join(lacking)}；现有：{'、'.join(table.columns[:30])}",
            en=f"The file of cases lacks the columns {', '.join(lacking)}; it has {', '.join(table.columns[:30])}",
            where=path.name,
        )
    absent = {name: ibis.null("string") for name in _OPTIONAL if name not in table.columns}
    key = [ROW_KEY] if ROW_KEY in table.columns else []
    return table.mutate(**absent).select(*CASE_COLUMNS, *key)


def _check_numbers(table: ir.Table, path: Path) -> None:
    """Refuses a text that should be a number, naming the first case that has it."""
    for name in _NUMBERS:
        column = table[name]
        if not column.type().is_string():
            continue
        text = column.strip()
        wrong = table.filter((text != "") & text.try_cast("float64").isnull()).select("case_id", name).limit(1)
        rows = wrong.to_pyarrow().to_pylist()
        if rows:
            raise InvalidInput(
                "casemix.not_a_number",
                zh=f"列 {name} 应为数字，实为“{rows[0][name]}”",
                en=f"Column {name} must hold numbers, not “{rows[0][name]}”",
                where=f"{path.name}, case_id {rows[0]['case_id']}",
            )


def write_groups(cases: CaseFile, scheme: Scheme, out: Path) -> None:
    """Groups the cases and writes GROUPING_COLUMNS as CSV or Parquet by the suffix, in the order of the cases.

    The file appears whole or not at all. Spark writes a folder of parts under the same name.
    """
    if out.suffix.lower() not in (".csv", ".parquet"):
        raise InvalidInput(
            "casemix.file_kind",
            zh="输出文件应为 .csv 或 .parquet",
            en="The output must be .csv or .parquet",
            where=out.name,
        )
    groups = group_table(cases.table, scheme, cases.connection, row_key=cases.row_key)
    if cases.row_key:
        groups = groups.order_by(cases.row_key)
    groups = groups.select(*GROUPING_COLUMNS)
    if out.suffix.lower() == ".csv":  # an empty cell, not a quoted empty text
        groups = groups.mutate(reason=groups.reason.nullif(""), complication=groups.complication.nullif(""))
    unfinished = out.with_name(f".{out.name}.unfinished{out.suffix.lower()}")
    try:
        if cases.connection.name == "pyspark":
            if out.suffix.lower() == ".parquet":
                cases.connection.to_parquet(groups, str(unfinished), mode="overwrite")
            else:
                groups.to_csv(str(unfinished), header=True, mode="overwrite")
        elif out.suffix.lower() == ".parquet":
            cases.connection.to_parquet(groups, str(unfinished))
        else:
            cases.connection.to_csv(groups, str(unfinished), header=True)
        if out.is_dir() and unfinished.is_dir():
            _remove(out)
        unfinished.replace(out)
    finally:
        if unfinished.exists():
            _remove(unfinished)


def _remove(path: Path) -> None:
    import shutil

    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()


def summary_of(out: Path) -> tuple[int, int, list[tuple[str, int]]]:
    """Of a written file: cases, cases with a group, and how many have each reason for having none."""
    connection = ibis.duckdb.connect()
    pattern = str(out / "*.*") if out.is_dir() else str(out)
    table = (
        connection.read_parquet(pattern.replace("*.*", "*.parquet"))
        if out.suffix == ".parquet"
        else connection.read_csv(pattern.replace("*.*", "*.csv"), all_varchar=True, header=True)
    )
    counted = table.group_by(reason=table.reason.fill_null("")).aggregate(cases=table.count()).to_pyarrow().to_pylist()
    connection.disconnect()
    reasons: Sequence[tuple[str, int]] = sorted((row["reason"], row["cases"]) for row in counted if row["reason"])
    total = sum(row["cases"] for row in counted)
    return total, total - sum(count for _, count in reasons), list(reasons)


def find_case(cases: CaseFile, case_id: str) -> Case:
    """The case of that number; raises NotFound, or InvalidInput where several have it."""
    rows = cases.table.filter(cases.table.case_id.cast("string") == case_id).limit(2).to_pyarrow().to_pylist()
    if not rows:
        raise NotFound(
            "casemix.case_not_found",
            zh=f"文件中没有病例 {case_id}",
            en=f"The file has no case {case_id}",
            where=cases.path.name,
        )
    if len(rows) > 1:
        raise InvalidInput(
            "casemix.case_repeated",
            zh=f"病例号 {case_id} 不止一行",
            en=f"Case {case_id} stands there more than once",
            where=cases.path.name,
        )
    return case_from_row(rows[0])
