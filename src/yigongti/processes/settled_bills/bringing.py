"""The counter's settlements into the lake, before a close names its snapshot.

An institution may submit a file of its settlements and settle at the counter as well: a number that both know stands
once, as the counter has it. Nothing is written when the lake has these rows already.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from yigongti.facts.public import Lake, Receipt, rows_schema
from yigongti.foundation.period import Month
from yigongti.foundation.schemas.settlements import SETTLEMENTS
from yigongti.systems.benefits import public as benefits

READING = "counter"
"""Stands in receipts for how the rows came: from the counter, merged with what was submitted."""


def bring_counter(month: Month, lake: Lake, at: datetime) -> int:
    """Put the month's rows of the counter beside what institutions submitted; how many institutions changed.

    Raises Conflict when an institution submits in the same moment; the close is then started again."""
    of_counter = benefits.table_of_month(None, month)
    changed = 0
    for code in pc.unique(of_counter["institution_code"]).to_pylist():
        own = of_counter.filter(pc.equal(of_counter["institution_code"], code))
        changed += _bring(code, month, own, lake, at)
    return changed


def _bring(code: str, month: Month, own: pa.Table, lake: Lake, at: datetime) -> bool:
    schema = rows_schema(SETTLEMENTS)
    there = lake.read(SETTLEMENTS.name, code, month).select(schema.names)
    known = pc.is_in(there["settlement_number"], value_set=own["settlement_number"].combine_chunks())
    merged = pa.concat_tables([there.filter(pc.invert(known)), own.cast(schema)])
    merged = merged.sort_by("settlement_number").combine_chunks()
    if merged.equals(there.sort_by("settlement_number").combine_chunks()):
        return False
    in_force = lake.in_force(SETTLEMENTS.name, code, month)
    sink = hashlib.sha256()
    for row in merged.to_pylist():
        sink.update(repr(sorted(row.items())).encode())
    digest = sink.hexdigest()
    receipt = Receipt(
        submission_id=f"counter/{month}/{code}/{digest[:16]}",
        kind=SETTLEMENTS.name,
        institution_code=code,
        month=month,
        rows=merged.num_rows,
        amount=pc.sum(merged["total_cost"]).as_py(),
        digest=digest,
        reading=READING,
        file_name="",
        submitted_by="",
        submitted_at=at,
    )
    lake.replace(receipt, merged.to_batches(), in_force.version if in_force else None)
    return True
