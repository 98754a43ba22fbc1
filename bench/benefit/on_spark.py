"""Whether a year of bills comes out of Spark as it comes out of DuckDB: the same expressions, the same rows.

    python bench/benefit/on_spark.py

Not among the tests because Spark needs a minute or two to plan the query, however few the rows. Needs the extra
`cluster` and Java.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

import ibis
from measure import ROOT, ROWS, YEAR
from pyspark.sql import SparkSession

from yigongti.engines.benefit.public import ANSWERS, settle_table
from yigongti.foundation.policy import Policy

BILLS = 2_000


def main() -> None:
    session = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", "2")
        .getOrCreate()
    )
    policy = Policy.load(ROOT / "policy")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "settlements.parquet"
        duckdb = ibis.duckdb.connect()
        duckdb.con.execute(ROWS, [BILLS])
        duckdb.con.execute(f"COPY settlements TO '{path}' (FORMAT parquet)")
        found = []
        for backend in (duckdb, ibis.pyspark.connect(session)):
            started = time.perf_counter()
            found.append(settled_by(backend, path, policy))
            print(f"{backend.name}: {BILLS} bills in {time.perf_counter() - started:.1f} s")
    session.stop()
    print("alike" if found[0] == found[1] else "NOT ALIKE")


def settled_by(backend: Any, path: Path, policy: Policy) -> list[dict[str, Any]]:
    given = backend.read_parquet(str(path))
    answer = settle_table(given, policy, first_on=YEAR[0], last_on=YEAR[1])
    rows = backend.to_pyarrow(answer.select("settlement_number", *ANSWERS)).to_pylist()
    return sorted(rows, key=lambda row: str(row["settlement_number"]))


if __name__ == "__main__":
    main()
