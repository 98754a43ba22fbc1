"""The same checks on Spark give the same findings, by the one pass."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from invented_facts import all_line_checks, many_facts
from made_checks import in_order
from test_bills_from_facts import PLACES, STAY, VISIT

from yigongti.engines.claim_checks.public import (
    ClaimChecks,
    Tables,
    bills_table,
    find_all,
    keep,
    knowledge_tables,
    tables_of,
)
from yigongti.facts.public import rows_schema
from yigongti.foundation.schemas import DISCHARGES, SETTLEMENT_LISTS, VISITS

DIED = STAY | {"case_id": "C2", "discharge_disposition": "5", "resident_number": "", "diagnoses": ["", "I10"]}

pytestmark = pytest.mark.slow
pyspark = pytest.importorskip("pyspark", reason="the extra “cluster” is not installed")


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    if shutil.which("java") is None:
        pytest.skip("Java is not installed")
    from pyspark.sql import SparkSession

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    session = (
        SparkSession.builder.master("local[2]")
        .appName("claim-checks-test")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.driver.memory", "2g")
        .config("spark.sql.session.timeZone", "UTC")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    yield ibis.pyspark.connect(session)
    session.stop()


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory, duck: Any) -> dict[str, Path]:
    """A month of 200 bills as Parquet: lines, bills, stock_moves."""
    folder, tables = tmp_path_factory.mktemp("month"), tables_of(many_facts(7, 200), [])
    places = {name: folder / f"{name}.parquet" for name in ("lines", "bills", "stock_moves")}
    for name, place in places.items():
        pq.write_table(duck.to_pyarrow(getattr(tables, name)), place)
    return places


def opened(connection: Any, files: dict[str, Path], checks: ClaimChecks) -> Tables:
    read = {name: connection.read_parquet(str(place)) for name, place in files.items()}
    return Tables(**read, knowledge=knowledge_tables(checks))


def test_spark_finds_what_one_machine_finds(spark: Any, duck: Any, files: dict[str, Path]) -> None:
    checks = all_line_checks()

    def rows(connection: Any) -> list[tuple[Any, ...]]:
        found = find_all(opened(connection, files, checks), checks, connection=connection)
        return in_order(connection, keep(found, connection))

    expected = rows(duck)
    assert {row[0] for row in expected} == set(checks.checks)
    assert rows(spark) == expected


def test_bills_of_spark_are_the_bills_of_one_machine(spark: Any, duck: Any, tmp_path: Path) -> None:
    def rows(connection: Any) -> list[tuple[Any, ...]]:
        read = {}
        for table, made in ((DISCHARGES, [STAY, DIED]), (SETTLEMENT_LISTS, []), (VISITS, [VISIT])):
            place = tmp_path / f"{table.name}.parquet"
            lists = {column.name: [] for column in table if column.repeats}
            pq.write_table(pa.Table.from_pylist([lists | row for row in made], schema=rows_schema(table)), place)
            read[table.name] = connection.read_parquet(str(place))
        bills = bills_table(**read, institutions=ibis.memtable(pa.table(PLACES)), person_key="invented key")
        return sorted((tuple(row.values()) for row in connection.to_pyarrow(bills).to_pylist()), key=repr)

    assert rows(spark) == rows(duck)
