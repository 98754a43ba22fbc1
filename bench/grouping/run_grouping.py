"""How fast are cases grouped, against reading the same columns and against two peers, in one run?

    python bench/grouping/run_grouping.py SCHEME --cases 1000000 --peers-python VENV/bin/python

Prints the machine, the command, wall and processor seconds, peak memory and the ratios. Peers (drgpy, msdrg) live in
an environment of their own and get as many ICD-10-CM cases unless --peer-cases says fewer.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import ibis
from make_cases import make_cases

from yigongti.engines.casemix.public import CASE_COLUMNS, group_table, load_scheme

ROUNDS = 3


def processor_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def best(action: Callable[[], object]) -> tuple[float, float]:
    """Wall and processor seconds of the fastest of some rounds."""
    rounds = []
    for _ in range(ROUNDS):
        wall, processor = time.perf_counter(), processor_seconds()
        action()
        rounds.append((time.perf_counter() - wall, processor_seconds() - processor))
    return min(wall for wall, _ in rounds), min(processor for _, processor in rounds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scheme")
    parser.add_argument("--cases", type=int, default=1_000_000)
    parser.add_argument("--input", type=Path, help="a Parquet file of cases; made if not given")
    parser.add_argument("--memory", default="4GB")
    parser.add_argument("--peers-python")
    parser.add_argument("--peer-cases", type=int)
    given = parser.parse_args()
    load = os.getloadavg()[0]
    print(f"machine   {platform.machine()}, {os.cpu_count()} cores, load {load:.1f}, {platform.python_version()}")
    print(f"command   {' '.join(sys.argv)}")
    with tempfile.TemporaryDirectory() as folder:
        scheme = load_scheme(given.scheme)
        cases = given.input or Path(folder) / "cases.parquet"
        if not given.input:
            make_cases(scheme, cases, given.cases)
        connection = ibis.duckdb.connect(threads=2, memory_limit=given.memory, temp_directory=folder)
        table = connection.read_parquet(cases, file_row_number=True)
        count = table.count().execute()
        # Something that needs every value: a maximum would be answered from the file's statistics.
        asked = ", ".join(
            f"sum({name})" if table[name].type().is_numeric() else f"sum(len({name}))" for name in CASE_COLUMNS
        )
        read_wall, read_cpu = best(
            lambda: connection.raw_sql(f"SELECT {asked} FROM read_parquet('{cases}')").fetchall()
        )
        prepared = time.perf_counter()
        groups = group_table(table, scheme, connection, row_key="file_row_number").drop("file_row_number")
        prepared = time.perf_counter() - prepared
        wall, cpu = best(lambda: connection.to_parquet(groups, Path(folder) / "groups.parquet"))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    print(f"cases     {count:,}, Parquet to Parquet; plan of the scheme made once in {prepared:.2f} s")
    print(f"reading   {read_wall:.2f} s wall, {read_cpu:.2f} s processor")
    print(f"grouping  {wall:.2f} s wall = {count / wall:,.0f} cases/s")
    print(f"          {cpu:.2f} s processor = {2 * count / cpu:,.0f} cases/s on 2 free cores")
    print(f"ratio     {wall / read_wall:.1f} × reading by the wall clock, {cpu / read_cpu:.1f} × by processor time")
    print(f"memory    {memory:.2f} GiB at most")
    if given.peers_python:
        script = Path(__file__).with_name("peers.py")
        for peer in ("drgpy", "msdrg"):
            command = [given.peers_python, str(script), peer, "--cases", str(given.peer_cases or count)]
            answer = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
            peer_count, seconds = int(answer[0]), float(answer[1])
            speed = peer_count / seconds
            print(f"peer      {peer}: {peer_count:,} cases in {seconds:.1f} s = {speed:,.0f} cases/s")
            print(f"          we are {count / wall / speed:,.1f} × as fast")


if __name__ == "__main__":
    main()
