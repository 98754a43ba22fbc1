"""The cube comes out of Spark as it comes out of DuckDB: the same expressions, the same cells."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from engines.measures.invented_rows import INSTITUTIONS, MONTHS, SCHEMAS, SUBJECTS, tables
from engines.measures.small_book import BOOK
from yigongti.engines.measures.table import make_apart, make_cube
from yigongti.foundation.period import Month, Quarter

PERIODS = [Month(2026, 1), Quarter(2026, 1)]
OF_EACH_KIND = (  # Spark takes a while over each count; DuckDB is held to all of them by the reference
    "share_operated",
    "share_of_chapter",
    "share_home",
    "share_in_the_second_half",
    "mean_cost",
    "middle_cost_of_a_stay",
    "standardised_persons",
    "income_per_physician",
    "record_level",
)
FEW = replace(BOOK, measures={name: BOOK.measures[name] for name in OF_EACH_KIND})
NOON = datetime(2026, 2, 14, 12, tzinfo=UTC)


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
        .config("spark.sql.shuffle.partitions", "1")
        .config("spark.sql.codegen.wholeStage", "false")  # compiling the plan costs more than these rows
        .getOrCreate()
    )
    yield ibis.pyspark.connect(session)
    session.stop()


def drawn() -> dict[str, list[dict]]:
    chance = random.Random(5)
    pick = chance.choice

    def where() -> dict:
        return {"institution_code": pick(INSTITUTIONS), "month": pick(MONTHS)}

    stays = [
        where()
        | {
            "person": pick(["a", "b", "", None]),
            "disposition": pick(["1", "2", "5", None]),
            "diagnosis": pick(["J18.9", "I10", "", None]),
            "procedures": chance.choices(["00.1", "51.22", "99.9"], k=chance.randint(0, 3)),
            "days": pick([None, 0, 3, 9]),
            "cost": pick([None, Decimal("99.49"), Decimal("1000.00"), Decimal("5000.01")]),
            "age": pick([None, "30-34", "35-39"]),
            "discharged_at": NOON + timedelta(hours=chance.randint(0, 24)),
        }
        for _ in range(120)
    ]
    visits = [where() | {"kind": pick(["E", "O", None])} for _ in range(60)]
    items = [(i, m, item) for i in INSTITUTIONS for m in MONTHS for item in ("physicians", "income", "record_level")]
    returns = [
        {"institution_code": i, "month": m, "item": item, "breakdown": "", "value": Decimal(chance.randint(0, 999)) / 4}
        for i, m, item in items
    ]
    return {"discharges": stays, "visits": visits, "returns": returns}


@pytest.mark.slow
def test_spark_makes_the_same_cube(spark, tmp_path):
    rows = drawn()
    far = {}
    for name, made in rows.items():
        pq.write_table(pa.Table.from_pylist(made, SCHEMAS[name]), tmp_path / f"{name}.parquet")
        far[name] = spark.read_parquet(tmp_path / f"{name}.parquet", table_name=name)
    near = tables(rows)

    def cells(table: pa.Table) -> list[str]:
        return sorted(map(repr, table.to_pylist()))

    assert cells(make_cube(far, FEW)) == cells(make_cube(near, FEW))
    assert cells(make_apart(far, FEW, SUBJECTS, PERIODS)) == cells(make_apart(near, FEW, SUBJECTS, PERIODS))
