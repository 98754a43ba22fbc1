"""A lake of its own for each test, and files small enough to be read in the test itself."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from yigongti.facts.public import DryRun, Lake, Receipt, commit, dry_run
from yigongti.foundation.period import Month

OCTOBER = Month(2026, 10)
AT = dt.datetime(2026, 11, 3, 2, 0, tzinfo=dt.UTC)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "lake")


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """write(rows, encoding=…) → a CSV file."""

    def write_rows(rows: Sequence[Sequence[Any]], encoding: str = "utf-8", name: str = "file.csv") -> Path:
        text = io.StringIO()
        csv.writer(text).writerows(rows)
        path = tmp_path / name
        path.write_bytes(text.getvalue().encode(encoding))
        return path

    return write_rows


@pytest.fixture
def run(lake: Lake, tmp_path: Path) -> Callable[..., DryRun]:
    """run(path, kind="discharges", …) → the dry run, each in a folder of its own."""
    folders = iter(range(1000))

    def run_file(path: Path, kind: str = "discharges", institution: str = "H001", **more: Any) -> DryRun:
        month = more.pop("month", OCTOBER)
        return dry_run(path, kind, institution, month, lake=lake, folder=tmp_path / f"run{next(folders)}", **more)

    return run_file


@pytest.fixture
def land(lake: Lake, run: Callable[..., DryRun]) -> Callable[..., Receipt]:
    """land(path, …) → the receipt of a committed submission."""
    numbers = iter(range(1000))

    def land_file(path: Path, **more: Any) -> Receipt:
        return commit(
            lake, run(path, **more), submission_id=f"s{next(numbers)}", submitted_by="演示员", submitted_at=AT
        )

    return land_file
