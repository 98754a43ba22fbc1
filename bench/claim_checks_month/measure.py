"""How long do all checks of a county month take, as the close runs them?

Question: seconds by the clock and of processor, and peak memory, of `check_month` over one month of a county of 614,000
residents (about 2,150,000 fee lines) with the policy's checks and knowledge; target 15 seconds on an idle machine.
Peer: none; the target is the measure (bench/claim_checks compares with plain SQL and plain Python). Command:

    yigongti county --residents 614000 --months 1 --seed 2027 -o COUNTY
    python bench/claim_checks_month/measure.py COUNTY LAKE [--profile]

LAKE is a folder for this alone: the county is submitted there the first time, as a hospital submits, and used again.
"""

from __future__ import annotations

import csv
import os
import platform
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

POLICY = Path(__file__).resolve().parents[2] / "policy"
MONTH = "2026-10"
TARGET = 15
KINDS = ("discharges", "visits", "settlement_lists", "fee_lines", "stock_moves")


def submit(county: Path, root: Path) -> None:
    """Commit every file of the county's month by the public path."""
    from yigongti.facts.public import Lake, commit, dry_run
    from yigongti.foundation.period import Month

    lake, at = Lake(root / "lake"), datetime(2026, 11, 3, tzinfo=UTC)
    for place in sorted((county / "submissions" / MONTH).iterdir()):
        for kind in KINDS:
            file = place / f"{kind}.parquet"
            if file.exists():
                folder = root / "work" / f"{place.name}-{kind}"
                run = dry_run(file, kind, place.name, Month.parse(MONTH), lake=lake, folder=folder)
                commit(lake, run, submission_id=f"{place.name}-{kind}", submitted_by="bench", submitted_at=at)
    (root / "submitted").touch()


def check(county: Path, root: Path, profile: bool) -> None:
    """Judge the month once and tell the rows."""
    from yigongti.engines.claim_checks.public import load_checks
    from yigongti.facts.public import Lake, take_snapshot
    from yigongti.foundation.period import Month
    from yigongti.foundation.policy import Policy
    from yigongti.systems.claim_checks.month import check_month
    from yigongti.systems.claim_checks.month_facts import Place

    with (county / "institutions.csv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        places = {row["code"]: Place(row["level"], row["kind"], row["community"]) for row in rows}
    policy, lake, month = Policy.load(POLICY), Lake(root / "lake"), Month.parse(MONTH)
    checks, snapshot = load_checks(policy), take_snapshot(lake, [month])
    begun, worked = time.perf_counter(), time.process_time()

    def run() -> None:
        files = check_month(month, lake, snapshot, policy, checks, places)
        print(*(f"{file.path.parent.parent.name} {file.rows:,} rows {file.sha256[:12]}" for file in files), sep="; ")

    if profile:
        import cProfile

        cProfile.runctx("run()", {}, {"run": run}, sort="cumulative")
    else:
        run()
    print(f"check_month alone: {time.perf_counter() - begun:.1f} s, processor {time.process_time() - worked:.1f} s")


def main(county: Path, root: Path, options: list[str]) -> None:
    if not (root / "submitted").exists():
        submit(county, root)
    load, begun = os.getloadavg()[0], time.perf_counter()
    running = subprocess.Popen([sys.executable, __file__, str(county), str(root), "--once", *options])
    _, status, used = os.wait4(running.pid, 0)
    seconds, processor = time.perf_counter() - begun, used.ru_utime + used.ru_stime
    if status:
        raise SystemExit(os.waitstatus_to_exitcode(status))
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, load {load:.1f} before")
    print(f"the whole command: {seconds:.1f} s, processor {processor:.1f} s, peak {used.ru_maxrss / 1024**2:.2f} GiB")
    print(f"target under {TARGET} s: {'reached' if seconds < TARGET else 'MISSED'}")


if __name__ == "__main__":
    asked = sys.argv[1:]
    if "--once" in asked:
        check(Path(asked[0]), Path(asked[1]), "--profile" in asked)
    else:
        main(Path(asked[0]), Path(asked[1]), asked[2:])
