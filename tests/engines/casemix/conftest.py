"""The small scheme of small_scheme.py, made for a test with other choices or tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import ibis
import pytest
from small_scheme import SMALL, write_scheme

from yigongti.engines.casemix.public import Scheme, load_scheme


@pytest.fixture
def small(tmp_path: Path) -> Callable[..., Scheme]:
    """Makes the small scheme, with choices (YAML lines) and with tables replaced."""

    def make(choices: str = "", **replaced: list[list[str]]) -> Scheme:
        tables = SMALL | {name.replace("_csv", ".csv"): rows for name, rows in replaced.items()}
        folder = tmp_path / f"scheme{len(list(tmp_path.iterdir()))}"
        return load_scheme(write_scheme(folder, tables, choices))

    return make


@pytest.fixture(scope="session")
def duck() -> Iterator[Any]:
    connection = ibis.duckdb.connect(threads=2)
    yield connection
    connection.disconnect()
