"""The groups and diseases that benefits vary by, as the office lists them: policy/codesets/benefit_*.csv."""

from __future__ import annotations

import csv
from functools import lru_cache

from yigongti.foundation.errors import Text
from yigongti.kernel.access.limits import policy


@lru_cache(maxsize=1)
def groups() -> dict[str, Text]:
    """Code → name, in the order of the file; "none" stands for no group and is no group."""
    return {row["code"]: Text(row["zh"], row["en"]) for row in _rows("benefit_groups") if row["code"] != "none"}


@lru_cache(maxsize=1)
def diseases() -> dict[str, dict[str, Text]]:
    """Kind of benefit → code → name."""
    found: dict[str, dict[str, Text]] = {}
    for row in _rows("benefit_diseases"):
        found.setdefault(row["care"], {})[row["code"]] = Text(row["zh"], row["en"])
    return found


def diseases_of(care: str) -> dict[str, Text]:
    """The diseases of a kind of benefit; none for a kind that has none."""
    return diseases().get(care, {})


def disease_name(care: str, code: str) -> Text | None:
    return diseases_of(care).get(code)


def _rows(name: str) -> list[dict[str, str]]:
    with policy().file(f"codesets/{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
