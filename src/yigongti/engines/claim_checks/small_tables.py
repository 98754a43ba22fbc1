"""Small tables out of memory that mean the same on every backend.

What Ibis hands to Spark passes through pandas, where a whole number, a decimal or a day can be missing only at the
price of its type. So values travel as text, "" for none, and are typed again by the query.
"""

from __future__ import annotations

from typing import Any

import ibis
import pyarrow as pa


def small_table(rows: pa.Table) -> Any:
    """The rows as an Ibis table of the same columns and types; empty text becomes null."""
    written = {name: rows[name].cast(pa.string()).fill_null("") for name in rows.column_names}
    table = ibis.memtable(pa.table(written))
    kinds = ibis.Schema.from_pyarrow(rows.schema)
    return table.select(**{name: table[name].nullif("").cast(kind) for name, kind in kinds.items()})
