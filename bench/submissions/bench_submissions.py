"""How long does a large month take from file to lake, and how much memory?

Question: does memory stay bounded, and what does each step cost, for a month of one large hospital?
Peers: reading the same CSV with Python's own csv module into lists, and with pyarrow.csv, without any check.
Command: .venv/bin/python bench/submissions/bench_submissions.py
  [--rows 400000] [--fee-lines 2000000] [--workbook-rows 50000]

Every case runs in a process of its own, so that peak memory is its own. Figures of the last run: README.md beside.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import os
import platform
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from yigongti.facts.public import Lake, commit, connect, dry_run, take_snapshot
from yigongti.foundation.period import Month
from yigongti.foundation.schemas import ADDING_FEE_ITEMS, DISCHARGES, FEE_LINES

OCTOBER = Month(2026, 10)


def discharge_header() -> list[str]:
    """The pinyin columns of the front page: about 175 of them, as hospitals export it."""
    names = []
    for column in DISCHARGES:
        if column.name == "case_id":
            names.append("case_id")
        elif not column.repeats and column.pinyin:
            names.append(column.pinyin)
        elif column.repeats:
            names += [column.head_pinyin] if column.head_pinyin else []
            names += [column.pinyin.format(n=n) for n in range(1, 9)]
    return names


def write_discharges(path: Path, rows: int, encoding: str = "utf-8") -> None:
    """Invented rows, the same for the same number of rows."""
    chance = random.Random(1)
    header = discharge_header()
    fees = {item.pinyin for item in ADDING_FEE_ITEMS}
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        for n in range(rows):
            values = {
                "case_id": f"c{n:07d}",
                "USERNAME": "H001",
                "BAH": f"{n:08d}",
                "ZYCS": "1",
                "XM": "演示患者",
                "XB": "1",
                "CSRQ": f"{1940 + n % 70}-0{1 + n % 9}-1{n % 10}",
                "NL": str(86 - n % 70),
                "XZZ": "某县某镇某村（演示）",
                "RYSJ": f"2026-10-0{1 + n % 9} 08:{n % 60:02d}:00",
                "CYSJ": f"2026-10-1{n % 10} 15:{n % 60:02d}:00",
                "SJZYTS": "9",
                "LYFS": "1",
                "JBDM": "I10.x00x002",
                "RYBQ": "1",
                "JBDM1": "E11.900",
                "JBDM2": f"J{10 + n % 80}.900",
                "RYBQ1": "1",
                "RYBQ2": "1",
                "SSJCZBM1": "33.2400",
                "SSJCZRQ1": "2026-10-09",
                "ZFY": f"{chance.randint(1000, 30000)}.{n % 100:02d}",
            }
            values |= {name: f"{chance.randint(0, 900)}.{n % 100:02d}" for name in header if name in fees}
            writer.writerow([values.get(name, "") for name in header])


def write_fee_lines(path: Path, rows: int) -> None:
    chance = random.Random(2)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([column.name for column in FEE_LINES])
        for n in range(rows):
            writer.writerow(
                [
                    "H001",
                    f"c{n // 600:07d}",
                    n,
                    f"X{chance.randint(1, 5000):05d}",
                    "演示项目",
                    "fee_laboratory",
                    f"2026-10-{1 + n % 28:02d}",
                    f"{chance.randint(1, 300)}.5",
                    chance.randint(1, 9),
                    f"{chance.randint(1, 900)}.{n % 100:02d}",
                    "0301",
                    "D01",
                    "1",
                ]
            )


def write_workbook(path: Path, source: Path) -> None:
    import xlsxwriter

    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    sheet = book.add_worksheet()
    with source.open(encoding="utf-8", newline="") as file:
        for line, row in enumerate(csv.reader(file)):
            for position, text in enumerate(row):
                if text:
                    sheet.write_string(line, position, text)
    book.close()


def measured_submission(path: Path, kind: str) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        lake = Lake(Path(folder) / "lake")
        began = time.perf_counter()
        run = dry_run(path, kind, "H001", OCTOBER, lake=lake, folder=Path(folder) / "run")
        checked = time.perf_counter()
        assert run.can_be_committed, run.error_counts
        commit(lake, run, submission_id="b", submitted_by="b", submitted_at=dt.datetime.now(dt.UTC))
        landed = time.perf_counter()
        table = connect(lake, take_snapshot(lake, [OCTOBER])).table(kind)
        assert table.count().execute() == run.accepted
        read = time.perf_counter()
    return {
        "rows": run.accepted,
        "dry run s": checked - began,
        "commit s": landed - checked,
        "connect and count s": read - landed,
    }


def measured_csv_module(path: Path, kind: str) -> dict[str, float]:
    began, rows = time.perf_counter(), 0
    with path.open(encoding="utf-8", newline="") as file:
        for _ in csv.reader(file):
            rows += 1
    return {"rows": rows - 1, "read s": time.perf_counter() - began}


def measured_arrow_csv(path: Path, kind: str) -> dict[str, float]:
    import pyarrow.csv as arrow_csv

    began = time.perf_counter()
    table = arrow_csv.read_csv(path, parse_options=arrow_csv.ParseOptions(newlines_in_values=True))
    return {"rows": table.num_rows, "read s": time.perf_counter() - began}


CASES = {"submission": measured_submission, "csv module": measured_csv_module, "pyarrow.csv": measured_arrow_csv}


def run_alone(case: str, path: Path, kind: str) -> None:
    command = [sys.executable, __file__, "--case", case, "--path", str(path), "--kind", kind]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    size = path.stat().st_size / 1e6
    print(f"{path.name:28} {size:7.0f} MB  {case:12} {done.stdout.strip()}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=400_000)
    parser.add_argument("--fee-lines", type=int, default=2_000_000)
    parser.add_argument("--workbook-rows", type=int, default=50_000)
    parser.add_argument("--case")
    parser.add_argument("--path", type=Path)
    parser.add_argument("--kind")
    asked = parser.parse_args()
    if asked.case:
        figures = CASES[asked.case](asked.path, asked.kind)
        used = resource.getrusage(resource.RUSAGE_SELF)
        cpu = used.ru_utime + used.ru_stime  # what stays comparable on a machine that does other work too
        print(
            "  ".join(f"{name} {value:,.1f}" for name, value in figures.items()),
            f" cpu s {cpu:,.1f}  peak {used.ru_maxrss / 1024:,.0f} MiB",
        )
        return
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for encoding in ("utf-8", "gb18030"):
            path = root / f"discharges-{encoding}.csv"
            write_discharges(path, asked.rows, encoding)
            run_alone("submission", path, "discharges")
        for peer in ("csv module", "pyarrow.csv"):
            run_alone(peer, root / "discharges-utf-8.csv", "discharges")
        small = root / "small.csv"
        write_discharges(small, asked.workbook_rows)
        write_workbook(root / "discharges.xlsx", small)
        run_alone("submission", root / "discharges.xlsx", "discharges")
        write_fee_lines(root / "fee-lines.csv", asked.fee_lines)
        run_alone("submission", root / "fee-lines.csv", "fee_lines")


if __name__ == "__main__":
    main()
