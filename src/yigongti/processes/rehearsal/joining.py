"""Two runs that found different rows, brought to the same ones: what only one of them found is nothing in the other.

Findings of checks come and go with the policy, so the two runs of such a part are joined by key; parts whose rows are
the facts themselves (bills, stays) must meet the same rows and are never joined.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from yigongti.processes.rehearsal.replaying import KEY, Payer

_SEPARATOR = "\x1f"


def joined(before: pa.Table, after: pa.Table, payers: Sequence[Payer]) -> tuple[pa.Table, pa.Table]:
    """Both runs over the rows of either, in key order. A row that both found keeps what it is told by in the first."""
    both = pa.concat_tables([before, after])
    keys = pc.binary_join_element_wise(*(both[name] for name in KEY), _SEPARATOR).to_pylist()
    first: dict[str, int] = {}
    for place, key in enumerate(keys):
        first.setdefault(key, place)
    order = sorted(first)
    told = both.take(pa.array([first[key] for key in order], pa.int64()))
    where = {key: place for place, key in enumerate(order)}
    halves = (before, keys[: before.num_rows]), (after, keys[before.num_rows :])
    one, two = (_spread(told, half, [where[key] for key in own], payers) for half, own in halves)
    return one, two


def _spread(told: pa.Table, half: pa.Table, places: Sequence[int], payers: Sequence[Payer]) -> pa.Table:
    for payer in payers:
        amounts = np.zeros(told.num_rows, dtype=np.int64)
        np.add.at(amounts, np.asarray(places, dtype=np.int64), half[payer.name].to_numpy())
        column = told.schema.get_field_index(payer.name)
        told = told.set_column(column, payer.name, pa.array(amounts, pa.int64()))
    return told
