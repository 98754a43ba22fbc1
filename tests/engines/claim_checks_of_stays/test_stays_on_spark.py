"""On Spark the checks of bills, persons and counties find what their references find."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ibis
import pyarrow.parquet as pq
import pytest
from random_stays import CHECKS, random_check, world
from small_stays import arrow_tables, by_reference, finding_of, sorted_findings

from yigongti.engines.claim_checks.facts import Facts
from yigongti.engines.claim_checks.handler import Tables, table_of
from yigongti.engines.claim_checks.tables_of import knowledge_tables

pytestmark = pytest.mark.slow
pyspark = pytest.importorskip("pyspark", reason="the extra “cluster” is not installed")

SEED = 20261008


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    if shutil.which("java") is None:
        pytest.skip("Java is not installed")
    from pyspark.sql import SparkSession

    session = (
        SparkSession.builder.master("local[2]")
        .appName("claim-checks-of-stays")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", "2")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    yield ibis.pyspark.connect(session)
    session.stop()


@pytest.fixture(scope="module")
def small_world() -> Facts:
    return world(SEED, 60)


@pytest.fixture(scope="module")
def tables(spark: Any, small_world: Facts, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("world")
    read = {}
    for name, table in arrow_tables(small_world).items():
        path: Path = folder / f"{name}.parquet"
        pq.write_table(table, path)
        read[name] = spark.read_parquet(str(path))
    return read


@pytest.mark.parametrize("name", sorted(CHECKS))
def test_spark_finds_what_the_reference_finds(
    name: str, spark: Any, tables: dict[str, Any], small_world: Facts
) -> None:
    checks = [random_check(name, seed) for seed in range(20)]
    check = max(checks, key=lambda one: min(len(by_reference(small_world, one)), 50))
    expected = sorted_findings(by_reference(small_world, check))
    knowledge = knowledge_tables([check])
    found = []
    for version in check.versions:
        given = Tables(tables["lines"], tables["bills"], tables["stock_moves"], knowledge)
        found += [finding_of(row) for row in table_of(name)(given, check, version).to_pyarrow().to_pylist()]
    assert expected, "the world does not break this rule: the comparison said nothing"
    assert sorted_findings(found) == expected
