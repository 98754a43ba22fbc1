"""A small county, generated once for all tests of the generator."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet
import pytest

from yigongti.demo.county.public import generate
from yigongti.foundation.period import Month

Rows = list[dict[str, object]]


@pytest.fixture(scope="session")
def small_county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """40,000 residents and two months, few fee lines."""
    folder = tmp_path_factory.mktemp("county") / "small"
    generate(folder, 40_000, 2, Month(2026, 10), 11, fee_lines_per_stay=60)
    return folder


@pytest.fixture(scope="session")
def submitted(small_county: Path) -> Callable[[str], Rows]:
    """All rows of a submission kind, over institutions and months."""

    def rows(kind: str) -> Rows:
        return [
            row
            for file in sorted(small_county.glob(f"submissions/*/*/{kind}.parquet"))
            for row in pyarrow.parquet.read_table(file).to_pylist()
        ]

    return rows


@pytest.fixture(scope="session")
def table(small_county: Path) -> Callable[[str], list[dict[str, str]]]:
    """The rows of one of the county's CSV files."""

    def rows(name: str) -> list[dict[str, str]]:
        with (small_county / name).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    return rows


@pytest.fixture(scope="session")
def clean_pages(submitted: Callable[[str], Rows], table: Callable[[str], list[dict[str, str]]]) -> Rows:
    """The pages on which no defect was planted."""
    planted = {(row["institution_code"], row["case_id"]) for row in table("truth/front_page_defects.csv")}
    return [page for page in submitted("discharges") if (page["institution_code"], page["case_id"]) not in planted]
