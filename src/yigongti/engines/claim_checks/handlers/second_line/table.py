"""The same over tables: second-line charges that do not meet a first-line charge of their person in the days before."""

from __future__ import annotations

from typing import Any

import ibis
import pyarrow as pa

from yigongti.engines.claim_checks.charge_expressions import (
    LINE,
    ROW_OF_KNOWLEDGE,
    charges_of,
    charges_with_knowledge,
    with_person,
)
from yigongti.engines.claim_checks.check import Check, Version
from yigongti.engines.claim_checks.exact import yuan
from yigongti.engines.claim_checks.expressions import BILL, answer
from yigongti.engines.claim_checks.handler import Tables
from yigongti.engines.claim_checks.small_tables import small_table


def find(tables: Tables, check: Check, version: Version) -> Any:
    """Lines of a second-line medicine without one of the first line before them."""
    asked = charges_with_knowledge(tables, check, version)
    asked = with_person(asked.filter(asked.at_stake > 0), tables)
    pairs = sorted(
        (row.key, row.valid_from, code)
        for row in check.knowledge.rows
        for code in (row["first_line"] if isinstance(row["first_line"], tuple) else ())
    )
    schema = pa.schema([("k_key", pa.string()), ("k_valid_from", pa.date32()), ("first_code", pa.string())])
    listed = small_table(pa.Table.from_pylist([dict(zip(schema.names, pair, strict=True)) for pair in pairs], schema))
    first = charges_of(tables, (code for _, _, code in pairs))
    first = with_person(first.select(*BILL, first_code="item_code", used_on="charged_on"), tables)
    first = first.select("who", "first_code", "used_on").distinct()
    met = asked.select(*LINE, *ROW_OF_KNOWLEDGE, "who", "charged_on", "k_lookback_days").join(listed, ROW_OF_KNOWLEDGE)
    met = met.join(first, ["who", "first_code"])
    ago = met.charged_on.delta(met.used_on, unit="day")
    before = met.filter((ago >= 0) & (ago <= met.k_lookback_days)).select(*LINE, *ROW_OF_KNOWLEDGE)
    found = asked.anti_join(before, [*LINE, *ROW_OF_KNOWLEDGE])
    return answer(
        found, check, version, amount=yuan(found.at_stake), item=found.item_name,
        limit=found.k_first_line.replace("|", "、"),
        observed=found.k_lookback_days.cast("string") + ibis.literal("天"),
    )  # fmt: skip
