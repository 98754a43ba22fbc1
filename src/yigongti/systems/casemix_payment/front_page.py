"""A case's front page as it was submitted, read from the lake.

To be called only with a case that row security has let through (queries.the_case): the lake knows no actor.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

import pyarrow.parquet as pq
from django.conf import settings

from yigongti.facts.public import Lake
from yigongti.foundation.errors import Text
from yigongti.foundation.period import Month
from yigongti.foundation.schemas import ADDING_FEE_ITEMS, DISCHARGES, FEE_GROUPS
from yigongti.systems.casemix_payment.models import PricedCase, PublishedMonth

_MASKED = frozenset(
    {"name", "resident_number", "health_card_number", "address", "phone", "contact_name", "contact_phone"}
)
"""Columns that tell who the patient is; nobody needs them to understand a group."""


@dataclass(frozen=True)
class FrontPage:
    """raw: the columns of the schema. fields: (label, value as text) in the order of the schema, filled ones only.
    fee_groups: (label, yuan) of the ten groups."""

    raw: dict[str, Any]
    fields: list[tuple[Text, str]]
    fee_groups: list[tuple[Text, Decimal]]

    @property
    def fees_total(self) -> Decimal:
        return sum((amount for _label, amount in self.fee_groups), Decimal(0))


@lru_cache(maxsize=1)
def _lake(root: str) -> Lake:
    return Lake(root)


def front_page(case: PricedCase, month: PublishedMonth | None) -> FrontPage | None:
    """The page at the version that the month was closed with; None where the lake does not hold it."""
    rows = _rows(case, month, "discharges", None)
    return _page(rows[0]) if rows else None


def charged_item_names(case: PricedCase, month: PublishedMonth | None) -> tuple[str, ...]:
    """The names of the items and medicines on the case's bill, each once."""
    rows = _rows(case, month, "fee_lines", ["item_name", "amount"])
    return tuple(sorted({row["item_name"] for row in rows if row["item_name"] and row["amount"] > 0}))


def _rows(case: PricedCase, month: PublishedMonth | None, kind: str, columns: list[str] | None) -> list[dict[str, Any]]:
    version = month.snapshot.get(kind) if month else None
    lake = _lake(str(settings.LAKE_ROOT))
    found: list[dict[str, Any]] = []
    for file in lake.files(kind, version, [Month.parse(case.month)]):
        if file.institution_code == case.institution.code:
            own = pq.read_table(file.uri, columns=columns, filters=[("case_id", "==", case.case_id)], partitioning=None)
            found += own.to_pylist()
    return found


def _page(row: dict[str, Any]) -> FrontPage:
    fees = {item.name for item in ADDING_FEE_ITEMS}
    shown = []
    for column in DISCHARGES:
        value = row.get(column.name)
        if value in (None, "", []) or column.name.startswith("fee_"):
            continue
        shown.append((column.label, _masked(value) if column.name in _MASKED else _written(value)))
    groups: dict[str, Decimal] = dict.fromkeys(FEE_GROUPS, Decimal(0))
    for item in ADDING_FEE_ITEMS:
        if item.name in fees and row.get(item.name) is not None:
            groups[item.group] += row[item.name]
    return FrontPage(row, shown, [(FEE_GROUPS[name], amount) for name, amount in groups.items() if amount])


def _masked(value: Any) -> str:
    text = str(value)
    return text[0] + "＊" * (len(text) - 1)


def _written(value: Any) -> str:
    if isinstance(value, list):
        return "、".join("—" if part in (None, "") else str(part) for part in value)
    if hasattr(value, "hour"):
        from django.utils import timezone

        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
    return str(value)
