"""How fast are fee lines checked by all checks of a line, against one SQL statement each and against plain Python?

    python bench/claim_checks/measure.py --lines 5000000 [--peer] [--reference-lines 40000] [--memory 5GB]

Everything runs in one process over the same files; figures are wall and processor seconds and their ratios. With --peer
the findings of both ways are compared row by row. The lines are invented (made_lines.py) and made beforehand.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any

from made_lines import LINES_OF_A_BILL, beside, made_checks, make_lines

from yigongti.engines.claim_checks.public import (
    ClaimChecks,
    Tables,
    bill_of,
    check_bill,
    find_all,
    handler,
    keep,
    knowledge_tables,
    merge_table,
)
from yigongti.facts.public import open_duckdb


def processor_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def timed(action: Callable[[], Any]) -> tuple[Any, float, float]:
    wall, processor = time.perf_counter(), processor_seconds()
    answer = action()
    return answer, time.perf_counter() - wall, processor_seconds() - processor


def statements() -> dict[str, str]:
    """Handler → the peer's statement."""
    text = Path(__file__).with_name("one_statement_each.sql").read_text("utf-8")
    parts = text.split("-- name: ")[1:]
    return {part.split("\n", 1)[0].strip(): part.split("\n", 1)[1].strip().rstrip(";") for part in parts}


def peer(connection: Any, files: dict[str, Path], checks: ClaimChecks) -> None:
    """Every check by its own statement; findings go into the table peer_findings."""
    connection.raw_sql(
        "CREATE OR REPLACE TEMP TABLE peer_findings"
        "(name VARCHAR, institution_code VARCHAR, case_id VARCHAR, line_number BIGINT, amount DECIMAL(18, 2))"
    )
    written, sources = statements(), {name: f"read_parquet('{place}')" for name, place in files.items()}
    for check in checks:
        fields = dict(sources, knowledge=f"known_{check.id}")
        groups: Iterable[tuple[str, str]] = [("", "0")]
        if check.handler == "mark_up":
            version = check.versions[0]
            groups = [(f"'{item}'", str(version.number(f"ratio_{item}") or 0)) for item in version.codes("fee_items")]
        for fee_items, ratio in groups:
            statement = written[check.handler]
            for name, value in (*fields.items(), ("fee_items", fee_items), ("ratio", ratio)):
                statement = statement.replace("{" + name + "}", value)
            connection.raw_sql(f"INSERT INTO peer_findings SELECT '{check.id}', * FROM ({statement})")


def same_findings(connection: Any, found: Any) -> tuple[int, int]:
    """Rows of ours that the peer lacks or gives another amount, and rows of the peer that we lack."""
    ours = 'SELECT "check", institution_code, case_id, line_number, amount FROM our_findings'
    connection.create_view("our_findings", found, overwrite=True)
    counts = []
    for first, second in ((ours, "SELECT * FROM peer_findings"), ("SELECT * FROM peer_findings", ours)):
        counts.append(connection.raw_sql(f"SELECT count(*) FROM ({first} EXCEPT {second})").fetchall()[0][0])
    return counts[0], counts[1]


def by_reference(connection: Any, tables: Tables, checks: ClaimChecks, lines: int) -> tuple[int, float]:
    """Some bills by plain Python, with the purchases of their institutions; answers lines and processor seconds."""
    wanted = tables.bills.limit(max(1, lines // LINES_OF_A_BILL))
    bills = connection.to_pyarrow(wanted).to_pylist()
    of_bills = connection.to_pyarrow(tables.lines.semi_join(wanted, ["institution_code", "case_id"])).to_pylist()
    by_bill: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in of_bills:
        by_bill.setdefault((row["institution_code"], row["case_id"]), []).append(row)
    made = [bill_of(row, by_bill.get((row["institution_code"], row["case_id"]), [])) for row in bills]
    plain = [check.id for check in checks if "stock_moves" not in handler(check.handler).reads]

    def run() -> None:
        for bill in made:
            check_bill(bill, None, checks, "after", date.max, only=plain)

    _, _, seconds = timed(run)
    return len(of_bills), seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=5_000_000)
    parser.add_argument("--input", type=Path, help="lines made before, with their bills and purchases beside them")
    parser.add_argument("--memory", default="5GB")
    parser.add_argument("--peer", action="store_true", help="also one SQL statement a check")
    parser.add_argument("--reference-lines", type=int, default=0, help="also so many lines by plain Python")
    parser.add_argument("--merge", action="store_true", help="also merge the findings")
    given = parser.parse_args()
    print(f"machine   {platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    print(f"command   {' '.join(sys.argv)}")
    with tempfile.TemporaryDirectory() as folder:
        path = given.input or Path(folder) / "lines.parquet"
        if not path.exists():
            _, seconds, _ = timed(lambda: make_lines(path, given.lines))
            print(f"made      in {seconds:.0f} s")
        connection = open_duckdb(memory_limit=given.memory, threads=2, spill_folder=Path(folder) / "spill")
        files = {"lines": path, "bills": beside(path, "bills"), "stock_moves": beside(path, "stock_moves")}
        read = {name: connection.read_parquet(place) for name, place in files.items()}
        checks = made_checks()
        tables = Tables(**read, knowledge=knowledge_tables(checks))
        count = int(tables.lines.count().execute())
        found, wall, cpu = timed(lambda: keep(find_all(tables, checks, connection=connection), connection))
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
        findings = int(found.count().execute())
        print(f"lines     {count:,}, {len(checks)} checks of a line, {findings:,} findings")
        print(f"one pass  {wall:.1f} s wall = {count / wall:,.0f} lines/s; {cpu:.1f} s processor")
        print(f"          = {2 * count / cpu:,.0f} lines/s on 2 free cores; {memory:.2f} GiB at most")
        if given.merge:
            _, wall_merge, _ = timed(lambda: keep(merge_table(found, tables, checks), connection))
            print(f"merging   {wall_merge:.1f} s wall")
        if given.peer:
            for check_id, table in tables.knowledge.items():
                connection.create_table(f"known_{check_id}", table, temp=True)
            _, peer_wall, peer_cpu = timed(lambda: peer(connection, files, checks))
            print(f"peer      one statement each: {peer_wall:.1f} s wall, {peer_cpu:.1f} s processor")
            print(f"          {peer_wall / wall:.1f} × as long as the one pass, {peer_cpu / cpu:.1f} × by processor")
            lacking, more = same_findings(connection, found)
            print(f"          findings that differ: ours {lacking:,}, the peer's {more:,}")
        if given.reference_lines:
            judged, seconds = by_reference(connection, tables, checks, given.reference_lines)
            speed = judged / seconds
            print(f"reference {judged:,} lines in {seconds:.1f} s = {speed:,.0f} lines/s (without mark-up)")
            print(f"          the one pass is {2 * count / cpu / speed:,.0f} × as fast on 2 free cores")


if __name__ == "__main__":
    main()
