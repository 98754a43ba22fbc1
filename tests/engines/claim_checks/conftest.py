"""A DuckDB in memory for the tests of the claim checks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from yigongti.facts.public import open_duckdb


@pytest.fixture(scope="session")
def duck() -> Iterator[Any]:
    connection = open_duckdb(memory_limit="1GB", threads=1)
    yield connection
    connection.disconnect()
