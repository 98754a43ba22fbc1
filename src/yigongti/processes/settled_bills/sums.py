"""The month's settlements added up by institution and kind of care, as the books take them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from yigongti.foundation.money import ZERO
from yigongti.foundation.schemas.settlements import INSIDE_COUNTY

PAID = (
    "total_cost", "pool_fund", "critical_illness", "medical_assistance", "other_funds", "personal_account", "cash",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sum:
    """Settlements of one institution, month and kind of care, within the county or outside. digest: of the rows."""

    institution_code: str
    care: str
    outside: bool
    amounts: dict[str, Decimal]
    rows: int
    digest: str


def sums_of(rows: Iterable[dict[str, Any]], apart: Collection[tuple[str, str]]) -> list[Sum]:
    """Sums in order of institution and care. apart: (institution code, number) of what is posted singly: left out."""
    groups: dict[tuple[str, str, bool], list[dict[str, Any]]] = {}
    for row in rows:
        if (row["institution_code"], row["settlement_number"]) not in apart:
            outside = row["place"] not in INSIDE_COUNTY
            groups.setdefault((row["institution_code"], row["care"], outside), []).append(row)
    return [
        Sum(code, care, outside, _added(own), len(own), _digest(own))
        for (code, care, outside), own in sorted(groups.items())
    ]


def _added(rows: list[dict[str, Any]]) -> dict[str, Decimal]:
    return {name: sum((row[name] for row in rows), ZERO) for name in PAID}


def _digest(rows: list[dict[str, Any]]) -> str:
    told = sorted([row["settlement_number"], *(str(row[name]) for name in PAID)] for row in rows)
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]
