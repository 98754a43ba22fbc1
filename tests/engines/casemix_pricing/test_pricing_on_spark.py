"""Prices and performance come out of Spark as they come out of DuckDB: the same expressions, the same rows."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import ibis
import pyarrow.parquet as pq
import pytest

from yigongti.engines.casemix.performance.public import performance_table
from yigongti.engines.casemix.pricing.public import (
    GroupedCase,
    PaymentRules,
    WeightTable,
    cases_to_table,
    price_pool_table,
    price_table,
)

POOL = Decimal("1000000.00")


@pytest.fixture(scope="module")
def spark() -> Iterator[ibis.BaseBackend]:
    sql = pytest.importorskip("pyspark.sql", reason="the extra `cluster` is not installed")
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java, which is absent")
    session = (
        sql.SparkSession.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", "2")
        .getOrCreate()
    )
    yield ibis.pyspark.connect(session)
    session.stop()


def drawn() -> list[GroupedCase]:
    draw = random.Random(20261031)
    return [
        GroupedCase(
            str(number),
            draw.choice(["H1", "T1"]),
            draw.choice(["county", "township", "unknown"]),
            draw.choice(["310", "390", ""]),
            draw.choice(["BR25", "ES35", "AA19", "IZ19", "0000"]),
            Decimal(draw.randrange(3_000_000)).scaleb(-2),
            None if draw.random() < 0.1 else Decimal(draw.randrange(100_000)).scaleb(-2),
            draw.randrange(1, 70),
        )
        for number in range(200)
    ]


@pytest.mark.slow
@pytest.mark.parametrize("what", ["fixed", "pool", "performance"])
def test_spark_gives_the_rows_that_duckdb_gives(
    what: str,
    spark: ibis.BaseBackend,
    connection: ibis.BaseBackend,
    weights: WeightTable,
    rules: PaymentRules,
    tmp_path: Path,
) -> None:
    source = tmp_path / "cases.parquet"
    pq.write_table(connection.to_pyarrow(cases_to_table(drawn())), source)

    def rows(backend: ibis.BaseBackend, name: str) -> list[dict[str, Any]]:
        cases = backend.read_parquet(str(source))
        pooled = what == "pool"
        result = price_pool_table(cases, POOL, weights, rules) if pooled else price_table(cases, weights, rules)
        if what == "performance":
            result = performance_table(result.mutate(died=ibis.literal(False)), weights, ["institution_code"])
        target = tmp_path / name
        backend.to_parquet(result, str(target))
        found: list[dict[str, Any]] = pq.read_table(target).to_pylist()
        return sorted(found, key=lambda row: (row["institution_code"], row.get("case_id", "")))

    on_duckdb = rows(connection, "duckdb.parquet")
    assert len(on_duckdb) == (2 if what == "performance" else 200)
    assert rows(spark, "spark") == on_duckdb
