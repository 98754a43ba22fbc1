"""How well and how fast are front pages judged?

Question: precision and recall against the defects planted in the demo county, and the time for a county month and
for a million pages. Peer: none; the planted truth is the measure. Command:

    yigongti county --residents 60000 --months 1 --seed 7 -o COUNTY
    python bench/record_quality/measure.py COUNTY [--million]
"""

from __future__ import annotations

import csv
import platform
import sys
import time
from datetime import date
from pathlib import Path

import ibis
import pyarrow as pa
import pyarrow.dataset as ds

from yigongti.engines.record_quality.public import (
    Detection,
    judge_table,
    load_rulebook,
    measure_detection,
    runnable,
    score_table,
    with_extra_columns,
)
from yigongti.foundation.policy import Policy

ON = date(2026, 10, 31)
POLICY = Path(__file__).resolve().parents[2] / "policy"


def _read(county: Path, kind: str) -> pa.Table:
    files = sorted((county / "submissions").rglob(f"{kind}.parquet"))
    return ds.dataset(files).to_table()


class _Clock:
    """Wall and processor seconds: on a shared machine the second says what the work costs."""

    def __init__(self) -> None:
        self._wall, self._processor = time.perf_counter(), time.process_time()

    def __str__(self) -> str:
        return f"{time.perf_counter() - self._wall:.2f} s (processor {time.process_time() - self._processor:.2f} s)"


def _percent(detection: Detection) -> str:
    return f"{detection.good:>7} of {detection.all:>7}  {detection.share:8.2%}  {detection.name}"


def main(county: Path, million: bool) -> None:
    book = load_rulebook(Policy.load(POLICY), ON)
    connection = ibis.duckdb.connect(threads=2)
    discharges = _read(county, "discharges")
    for kind, table in (
        ("discharges", discharges),
        ("fee_lines", _read(county, "fee_lines")),
        ("settlement_lists", _read(county, "settlement_lists")),
    ):
        connection.con.register(f"county_{kind}", table)
    pages = with_extra_columns(
        connection.table("county_discharges"),
        fee_lines=connection.table("county_fee_lines"),
        settlement_lists=connection.table("county_settlement_lists"),
    )
    rules, left_out = runnable(book.in_force(ON), pages.columns)
    print(f"machine: {platform.machine()}, Python {platform.python_version()}, 2 threads")
    print(f"{discharges.num_rows} pages, {len(rules)} rules, {len(left_out)} left out for want of a column")
    clock = _Clock()
    defects = judge_table(pages, book, connection, ON)
    scores = score_table(pages, defects, book).to_pyarrow()
    print(f"judged and scored with fee lines and settlement lists: {clock}")
    clock = _Clock()
    judge_table(connection.table("county_discharges"), book, connection, ON)
    print(f"judged, the pages alone: {clock}")
    print(f"pages that pass: {sum(scores['passes'].to_pylist())}, complete: {sum(scores['complete'].to_pylist())}")
    _print_detection(county, defects.to_pyarrow().to_pylist(), book)
    if million:
        _print_million(connection, discharges, book)


def _print_detection(county: Path, found: list[dict[str, str]], book) -> None:  # type: ignore[no-untyped-def]
    truth_file = county / "truth" / "front_page_defects.csv"
    with truth_file.open(encoding="utf-8", newline="") as lines:
        truth = list(csv.DictReader(lines))
    consequences = []
    consequences_file = county / "truth" / "front_page_consequences.csv"
    if consequences_file.exists():
        with consequences_file.open(encoding="utf-8", newline="") as lines:
            consequences = list(csv.DictReader(lines))
    measure = measure_detection(found, truth, book, consequences)
    print("recall by planted kind:", *(_percent(line) for line in measure.recall_by_hint), sep="\n")
    print("precision by rule:", *(_percent(line) for line in measure.precision_by_rule), sep="\n")
    print("recall   ", _percent(measure.recall))
    print("precision", _percent(measure.precision))
    for row in measure.missed[:10]:
        print("missed", dict(row))
    for row in measure.false_alarms[:20]:
        print("false alarm", dict(row))


def _print_million(connection, discharges: pa.Table, book) -> None:  # type: ignore[no-untyped-def]
    times = 1_000_000 // discharges.num_rows + 1
    many = pa.concat_tables([discharges] * times).slice(0, 1_000_000)
    many = many.set_column(many.schema.get_field_index("case_id"), "case_id", pa.array(map(str, range(1_000_000))))
    connection.con.register("million_pages", many)
    clock = _Clock()
    judge_table(connection.table("million_pages"), book, connection, ON)
    print(f"1,000,000 pages judged: {clock}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), "--million" in sys.argv[2:])
