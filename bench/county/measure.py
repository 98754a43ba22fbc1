"""How long, how much memory: generating a demo county. Prints machine, command and figures.

    python bench/county/measure.py --residents 614000 --months 12 [--fee-lines 600]

The peer is reading: the same Parquet files read back once, which no generator can beat by much.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import tempfile
import time
from pathlib import Path

import duckdb

from yigongti.demo.county.public import generate
from yigongti.foundation.period import Month


def main() -> None:
    """Generate into a temporary folder, read it back, print."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--residents", type=int, default=614_000)
    asked.add_argument("--months", type=int, default=12)
    asked.add_argument("--fee-lines", type=int, default=600)
    asked.add_argument("--seed", type=int, default=1)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "county"
        started = time.perf_counter()
        made = generate(
            folder, given.residents, given.months, Month(2026, 10), given.seed, fee_lines_per_stay=given.fee_lines
        )
        seconds, processor = time.perf_counter() - started, time.process_time()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 / 1024
        size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1024 / 1024
        started = time.perf_counter()
        pattern = f"{folder}/submissions/*/*/fee_lines.parquet"
        query = f"select count(*), sum(amount), max(item_name) from read_parquet('{pattern}')"
        [read] = duckdb.connect().execute(query).fetchall()
        reading = time.perf_counter() - started
    print(f"machine: {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(
        f"command: python bench/county/measure.py --residents {given.residents} --months {given.months} "
        f"--fee-lines {given.fee_lines} --seed {given.seed}"
    )
    print(
        f"discharges {made.discharges}, fee lines {made.fee_lines} ({made.fee_lines / made.discharges:.0f} a stay), "
        f"settlement lists {made.settlement_lists}, planted defects {made.planted_defects}"
    )
    print(
        f"generated in {seconds:.1f} s ({processor:.0f} s of processor time), "
        f"{made.fee_lines / seconds:,.0f} fee lines a second; peak memory {peak:.2f} GiB; {size:.0f} MiB written"
    )
    print(f"peer, reading the fee lines back: {reading:.2f} s for {read[0]} lines")


if __name__ == "__main__":
    main()
