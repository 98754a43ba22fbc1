"""The same arguments give the same bytes; another seed gives another county."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from yigongti.demo.county.public import generate
from yigongti.foundation.period import Month


def _digests(folder: Path) -> dict[str, str]:
    return {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def _generate(folder: Path, seed: int = 5, file_format: str = "parquet", layout: str = "own") -> dict[str, str]:
    generate(folder, 3_000, 2, Month(2026, 3), seed, fee_lines_per_stay=60, file_format=file_format, layout=layout)
    return _digests(folder)


def test_the_same_seed_gives_the_same_bytes_of_every_file(tmp_path: Path) -> None:
    assert _generate(tmp_path / "one") == _generate(tmp_path / "two")


@pytest.mark.slow
def test_workbooks_too_are_the_same_bytes(tmp_path: Path) -> None:
    first = _generate(tmp_path / "one", file_format="xlsx", layout="pinyin")
    assert first == _generate(tmp_path / "two", file_format="xlsx", layout="pinyin")
    assert any(name.endswith("discharges.xlsx") for name in first)


def test_another_seed_gives_other_people_and_stays(tmp_path: Path) -> None:
    first, second = _generate(tmp_path / "one"), _generate(tmp_path / "two", seed=6)
    assert first["residents.parquet"] != second["residents.parquet"]
    assert first["institutions.csv"] == second["institutions.csv"]


def test_more_months_do_not_change_the_residents(tmp_path: Path) -> None:
    generate(tmp_path / "one", 3_000, 1, Month(2026, 3), 5, fee_lines_per_stay=60)
    assert _digests(tmp_path / "one")["residents.parquet"] == _generate(tmp_path / "two")["residents.parquet"]
