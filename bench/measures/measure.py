"""Times all measures of a month of an invented county, again after one institution submits again, and the peer.

python bench/measures/measure.py [--peer] [--folder PLACE]
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import ibis
from made_county import MONTH, MONTHS, make_book, make_rows, reporting, subjects
from one_query_each import queries

from yigongti.engines.measures.definitions import State
from yigongti.engines.measures.public import affected, make_apart, make_cube, replace_in_cube, values_of

AGAIN = "H1"


def timed(what: str, work: Callable[[], Any]) -> Any:
    clock, processor = time.perf_counter(), time.process_time()
    found = work()
    print(f"{what:<58} {time.perf_counter() - clock:7.2f} s {time.process_time() - processor:7.2f} s of processor")
    return found


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--peer", action="store_true")
    asked.add_argument("--folder", type=Path)
    chosen = asked.parse_args()
    folder = chosen.folder or Path(tempfile.mkdtemp())
    if not (folder / "returns.parquet").exists():
        print(timed("rows made", lambda: make_rows(folder)))
    connection = ibis.duckdb.connect(threads=2)
    facts = {
        each.stem: connection.read_parquet(each, table_name=each.stem) for each in sorted(folder.glob("*.parquet"))
    }
    book, tree, owed = make_book(), subjects(), reporting()
    month, year_ago = str(MONTH), str(MONTH.plus(-12))
    print(f"{len(book.measures)} measures, {len(book.counts)} counts, {len(tree)} subjects")

    def whole() -> tuple[Any, list[Any]]:
        cube = timed("  cube of 13 months", lambda: make_cube(facts, book, months=MONTHS))
        apart = timed("  what does not add up, of the month", lambda: make_apart(facts, book, tree, [MONTH]))
        values = timed("  values", lambda: values_of(book, cube, apart, tree, [MONTH], owed))
        return cube, values

    cube, values = timed("all measures, all subjects, the month", whole)
    print(f"{cube.num_rows} cells, {len(values)} values, {sum(v.state is State.VALUE for v in values)} with a number")
    timed("cube of the month and the one a year before only", lambda: make_cube(facts, book, months={month, year_ago}))

    def again() -> list[Any]:
        own = {AGAIN}
        part = timed("  its cells", lambda: make_cube(facts, book, institutions=own, months={month}))
        new = timed("  put in place", lambda: replace_in_cube(cube, part, list(facts), own, {month}))
        touched = affected(tree, own)
        apart = timed("  what does not add up", lambda: make_apart(facts, book, touched, [MONTH]))
        return timed("  values", lambda: values_of(book, new, apart, touched, [MONTH], owed))

    changed = timed(f"again, after {AGAIN} has submitted the month", again)
    same = {(v.measure, v.subject): v for v in values}
    assert all(same[v.measure, v.subject] == v for v in changed), "the same rows must give the same values"
    if chosen.peer:
        compare(connection, book, tree, values)
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2:.2f} GiB")


def compare(connection: Any, book: Any, tree: Any, values: list[Any]) -> None:
    """One query for each measure, as an office would write it, and where its numbers differ."""
    raw = connection.con
    written = queries(raw, book, tree, MONTH)
    print(f"{len(written)} of {len(book.measures)} measures are written as queries")
    found = timed("one query each", lambda: {name: raw.execute(sql).fetchall() for name, sql in written.items()})
    ours = {(v.measure, v.subject): v.value for v in values}
    held = differ = 0
    for name, rows in found.items():
        for subject, value in rows:
            mine = ours.get((name, subject))
            if mine is not None and value is not None:
                held += 1
                theirs = Decimal(value).quantize(Decimal("0.0001"), ROUND_HALF_UP)
                differ += abs(theirs - mine) > max(Decimal("0.0002"), abs(mine) / 10**12)
    print(f"{held} values held against the peer, {differ} differ")


if __name__ == "__main__":
    main()
