"""A year of bills comes out of Spark as it comes out of DuckDB: the same expressions, the same rows."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import bills_of_a_year as year
import ibis
import pyarrow.parquet as pq
import pytest

from yigongti.engines.benefit.public import ANSWERS, settle_table
from yigongti.foundation.policy import Policy

FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)


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
        .config("spark.sql.codegen.wholeStage", "false")  # compiling the plan costs more than sixty rows
        .getOrCreate()
    )
    yield ibis.pyspark.connect(session)
    session.stop()


def drawn() -> list[year.Row]:
    draw = random.Random(20261201)
    return [
        year.a_row(
            number,
            person=draw.choice(["P1", "P2", "P3"]),
            care=draw.choice(["inpatient", "inpatient", "outpatient"]),
            total=Decimal(draw.randrange(20_000_000)).scaleb(-2),
            first=Decimal(draw.randrange(10_000)).scaleb(-2),
            ended_on=FIRST + timedelta(days=draw.randrange(300)),
            level=draw.choice(["township", "county", "city"]),
            referral=draw.choice(["none", "up", "down"]),
            groups=draw.choice([(), ("low_income",), ("marginal", "severe_disability")]),
        )
        for number in range(60)
    ]


def test_a_year_of_bills_settles_alike_on_spark(spark, policy_root, tmp_path):
    pq.write_table(year.rows_of(drawn()), tmp_path / "settlements.parquet")
    policy = Policy.load(policy_root)

    def settled_by(backend):
        answer = settle_table(
            backend.read_parquet(str(tmp_path / "settlements.parquet")), policy, first_on=FIRST, last_on=LAST
        )
        rows = backend.to_pyarrow(answer.select("settlement_number", *ANSWERS)).to_pylist()
        return sorted(rows, key=lambda row: row["settlement_number"])

    assert settled_by(spark) == settled_by(ibis.duckdb.connect())
