"""The groups that benefits vary by, as the office lists them: policy/codesets/benefit_groups.csv."""

from __future__ import annotations

import csv
from functools import lru_cache

from yigongti.foundation.errors import Text
from yigongti.kernel.access.limits import policy


@lru_cache(maxsize=1)
def groups() -> dict[str, Text]:
    """Code → name, in the order of the file."""
    with policy().file("codesets/benefit_groups.csv").open(encoding="utf-8", newline="") as file:
        return {row["code"]: Text(row["zh"], row["en"]) for row in csv.DictReader(file)}


def known_groups() -> frozenset[str]:
    return frozenset(groups())
