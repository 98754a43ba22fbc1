"""What the generator writes is what the submissions read: every layout is accepted whole and means the same."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet
import pytest

from yigongti.demo.county.public import generate
from yigongti.facts.public import Lake, commit, connect, dry_run, take_snapshot
from yigongti.foundation.period import Month
from yigongti.foundation.policy import Policy
from yigongti.foundation.schemas import FACT_TABLES

MONTH = Month(2026, 3)
POLICY = Policy.load(Path(__file__).resolve().parents[3] / "policy")
AT = datetime(2026, 4, 1, tzinfo=UTC)


def _landed(folder: Path, submissions: Path, file_format: str, kind: str) -> list[dict[str, object]]:
    """The rows of one kind in the lake after every institution has handed in its file."""
    lake = Lake(folder / "lake")
    for file in sorted(submissions.glob(f"*/{kind}.{file_format}")):
        place = file.parent
        run = dry_run(file, kind, place.name, MONTH, lake=lake, folder=folder / "work" / place.name)
        assert (run.errors, run.unknown_headers) == (0, ()), run.error_counts
        commit(lake, run, submission_id=place.name, submitted_by="test", submitted_at=AT)
    rows = connect(lake, take_snapshot(lake, [MONTH])).table(kind).to_pyarrow().to_pylist()
    return sorted(rows, key=lambda row: _key(kind, row))


def _key(kind: str, row: dict[str, object]) -> tuple[object, ...]:
    return tuple(row[name] for name in FACT_TABLES[kind].key)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The month as the generator means it: Parquet under the product's own names."""
    folder = tmp_path_factory.mktemp("plain") / "county"
    generate(folder, 4_000, 1, MONTH, 5, fee_lines_per_stay=60, policy=POLICY)
    return folder / "submissions" / "2026-03"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("file_format", "layout", "lost"),
    [
        ("parquet", "own", ()),
        ("csv", "own", ()),
        ("csv", "pinyin", ("ventilator_hours",)),  # the pinyin set has no column for it
        ("csv", "national", ("operation_number", "daily_dose")),  # the interface has no column for them
        ("xlsx", "national", ("operation_number", "daily_dose")),
    ],
)
def test_a_file_in_any_layout_lands_as_it_was_generated(
    tmp_path: Path, plain: Path, file_format: str, layout: str, lost: tuple[str, ...]
) -> None:
    generate(
        tmp_path / "asked", 4_000, 1, MONTH, 5, fee_lines_per_stay=60, file_format=file_format, layout=layout,
        policy=POLICY,
    )  # fmt: skip
    for kind in FACT_TABLES:
        landed = _landed(tmp_path / kind, tmp_path / "asked" / "submissions" / "2026-03", file_format, kind)
        written = [
            row
            for file in sorted(plain.glob(f"*/{kind}.parquet"))
            for row in pyarrow.parquet.read_table(file).to_pylist()
        ]
        written.sort(key=lambda row: _key(kind, row))
        assert len(landed) == len(written) > 0
        for mine, theirs in zip(written, landed, strict=True):
            assert {n: _plain(theirs[n]) for n in mine if n not in lost} == {
                n: _plain(mine[n]) for n in mine if n not in lost
            }


def _plain(value: object) -> object:
    """Lists without their empty ends; "nothing" however it is written."""
    if isinstance(value, list):
        cells = [cell or "" for cell in value]
        while cells and not cells[-1]:
            cells.pop()
        return cells
    return value or None
