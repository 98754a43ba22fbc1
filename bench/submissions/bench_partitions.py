"""Should the lake be partitioned by month alone, or by month and institution?

Question: what do a commit, a replacement and the reading of a month cost, and do institutions get in each other's way?
Peer: the same Delta table partitioned by month only, where a replacement must rewrite the file it shares.
Command: .venv/bin/python bench/submissions/bench_partitions.py [--institutions 14] [--months 12] [--rows 3000]
"""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
import threading
import time
from pathlib import Path

import duckdb
import pyarrow as pa
from deltalake import DeltaTable, write_deltalake
from deltalake.exceptions import CommitFailedError


def rows(institution: str, month: str, size: int) -> pa.Table:
    return pa.table(
        {
            "institution_code": [institution] * size,
            "month": [month] * size,
            "case_id": [f"{institution}-{n}" for n in range(size)],
            "cost": list(range(size)),
            "diagnoses": [["I10.x00", "E11.900"]] * size,
        }
    )


def put(path: Path, table: pa.Table, partition_by: list[str]) -> int:
    """Replace an institution's month, trying again on conflicts; answers how often it had to."""
    institution, month = table["institution_code"][0].as_py(), table["month"][0].as_py()
    predicate = f"month = '{month}' AND institution_code = '{institution}'"
    for attempt in range(1000):
        try:
            write_deltalake(path, table, mode="overwrite", predicate=predicate, partition_by=partition_by)
            return attempt
        except CommitFailedError:
            continue
    raise RuntimeError("never landed")


def measure(partition_by: list[str], institutions: int, months: int, size: int, folder: Path) -> None:
    codes = [f"H{n:03d}" for n in range(institutions)]
    names = [f"2026-{n:02d}" for n in range(1, months + 1)]
    DeltaTable.create(folder, rows("H", "2026-01", 1).schema, partition_by=partition_by)
    began = time.perf_counter()
    for month in names:
        for code in codes:
            put(folder, rows(code, month, size), partition_by)
    loaded = time.perf_counter() - began
    began = time.perf_counter()
    for code in codes:
        put(folder, rows(code, names[-1], size), partition_by)
    replaced = (time.perf_counter() - began) / institutions
    again: list[int] = []
    threads = [
        threading.Thread(target=lambda code=code: again.append(put(folder, rows(code, names[0], size), partition_by)))
        for code in codes
    ]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    together = time.perf_counter() - began
    began = time.perf_counter()
    actions = pa.table(DeltaTable(folder).get_add_actions(flatten=True)).to_pylist()
    files = [str(folder / a["path"]) for a in actions if a["partition.month"] == names[0]]
    count = duckdb.sql(f"SELECT count(*), sum(cost) FROM read_parquet({files})").fetchall()[0][0]
    read = time.perf_counter() - began
    assert count == institutions * size
    print(
        f"partitioned by {'+'.join(partition_by):26} first load {loaded:6.1f} s   "
        f"replace one month {replaced * 1000:6.0f} ms"
        f"   {institutions} at once {together:5.1f} s with {sum(again)} repeats   read a month {read * 1000:5.0f} ms"
        f" from {len(files)} files",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--institutions", type=int, default=14)
    parser.add_argument("--months", type=int, default=12)
    parser.add_argument("--rows", type=int, default=3000)
    asked = parser.parse_args()
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    for partition_by in (["month"], ["month", "institution_code"]):
        with tempfile.TemporaryDirectory() as folder:
            measure(partition_by, asked.institutions, asked.months, asked.rows, Path(folder) / "table")


if __name__ == "__main__":
    main()
