"""The machine dies in the middle of a submission: what was good before is there, and the next submission lands."""

from __future__ import annotations

import datetime as dt
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from yigongti.facts.public import Lake, commit, dry_run, load_dry_run
from yigongti.foundation.errors import InvalidInput
from yigongti.foundation.period import Month

OCTOBER = Month(2026, 10)

HELD_IN_THE_MIDDLE = """
import datetime as dt, sys, time
from pathlib import Path
from yigongti.facts import public
from yigongti.facts.submissions.dry_run import DryRun

root, folder = map(Path, sys.argv[1:])
batches = DryRun.accepted_batches

def slowly(run):
    for batch in batches(run):
        for start in range(0, batch.num_rows, 100):
            yield batch.slice(start, 100)
            print("writing", flush=True)
            time.sleep(0.05)

DryRun.accepted_batches = slowly
public.commit(public.Lake(root), public.load_dry_run(folder), submission_id="killed", submitted_by="x",
              submitted_at=dt.datetime.now(dt.UTC))
"""

AGAIN_AND_AGAIN = """
import datetime as dt, itertools, sys
from pathlib import Path
from yigongti.facts import public
from yigongti.foundation.period import Month

root, *files = map(Path, sys.argv[1:])
lake = public.Lake(root)
print("ready", flush=True)
for number, file in enumerate(itertools.cycle(files)):
    run = public.dry_run(file, "discharges", "H001", Month(2026, 10), lake=lake, folder=root / f"run{number % 2}")
    public.commit(lake, run, submission_id=f"{dt.datetime.now(dt.UTC).timestamp()}", submitted_by="x",
                  submitted_at=dt.datetime.now(dt.UTC))
"""


def write(path: Path, first: int, rows: int) -> Path:
    lines = [f"c{n},2026-10-05,10.00" for n in range(first, first + rows)]
    path.write_text("case_id,discharged_at,total_cost\n" + "\n".join(lines), encoding="utf-8")
    return path


def prepare(lake: Lake, path: Path, folder: Path):
    return dry_run(path, "discharges", "H001", OCTOBER, lake=lake, folder=folder)


def land(lake: Lake, path: Path, folder: Path, name: str):
    return commit(
        lake,
        prepare(lake, path, folder),
        submission_id=name,
        submitted_by="演示员",
        submitted_at=dt.datetime.now(dt.UTC),
    )


def test_a_kill_while_the_rows_are_written_leaves_the_good_version(tmp_path):
    lake = Lake(tmp_path / "lake")
    good = land(lake, write(tmp_path / "a.csv", 0, 50), tmp_path / "a", "good")
    waiting = prepare(lake, write(tmp_path / "b.csv", 1000, 5000), tmp_path / "b")
    child = subprocess.Popen(
        [sys.executable, "-c", HELD_IN_THE_MIDDLE, str(lake.root), str(waiting.folder)], stdout=subprocess.PIPE
    )
    assert child.stdout is not None
    for _ in range(3):
        assert child.stdout.readline() == b"writing\n"
    child.send_signal(signal.SIGKILL)
    assert child.wait() == -signal.SIGKILL
    child.stdout.close()
    assert lake.in_force("discharges", "H001", OCTOBER) == good
    assert lake.read("discharges", "H001", OCTOBER).num_rows == 50
    again = commit(
        Lake(lake.root),
        load_dry_run(waiting.folder),
        submission_id="again",
        submitted_by="演示员",
        submitted_at=dt.datetime.now(dt.UTC),
    )
    assert (again.rows, again.replaced_version) == (5000, good.version)
    assert lake.read("discharges", "H001", OCTOBER).num_rows == 5000


def test_a_dry_run_that_was_killed_cannot_be_committed(tmp_path):
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "accepted.parquet").write_bytes(b"PAR1 half")
    (tmp_path / "run" / "dry_run.json.unfinished").write_text("{")
    with pytest.raises(InvalidInput, match=r"dry_run_lost"):
        load_dry_run(tmp_path / "run")


@pytest.mark.slow
def test_kills_at_any_moment_leave_one_whole_version_in_force(tmp_path):
    chance = random.Random(20261122)
    lake = Lake(tmp_path / "lake")
    files = [write(tmp_path / "a.csv", 0, 300), write(tmp_path / "b.csv", 1000, 700)]
    land(lake, files[0], tmp_path / "first", "first")
    seen = set()
    for _ in range(12):
        child = subprocess.Popen(
            [sys.executable, "-c", AGAIN_AND_AGAIN, str(lake.root), *map(str, files)], stdout=subprocess.PIPE
        )
        assert child.stdout is not None
        child.stdout.readline()
        time.sleep(chance.uniform(0.0, 0.6))
        child.send_signal(signal.SIGKILL)
        child.wait()
        child.stdout.close()
        fresh = Lake(lake.root)
        receipt = fresh.in_force("discharges", "H001", OCTOBER)
        rows = fresh.read("discharges", "H001", OCTOBER)
        assert receipt is not None and receipt.rows == rows.num_rows in (300, 700)
        assert len(set(rows["case_id"].to_pylist())) == rows.num_rows
        seen.add(receipt.version)
    assert len(seen) > 3, "the kills came before anything was committed: the test shows nothing"
