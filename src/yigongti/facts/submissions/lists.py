"""Lists that a file writes over numbered columns, or in one cell joined with "|", and families that stay aligned.

The conditions on admission belong to the diagnoses one by one, and dates, levels, surgeons… to the procedures. So
a family is put together at once: a place is left out only where every member of the family is empty, and never the
first place while later ones are filled, because the first is the principal one. Missing members hold "".
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from yigongti.facts.submissions.values import clean

FAMILIES: dict[str, tuple[str, ...]] = {
    "diagnoses": ("admission_conditions",),
    "procedures": (
        "procedure_dates",
        "procedure_levels",
        "procedure_surgeons",
        "procedure_incisions",
        "procedure_anaesthesia",
        "procedure_anaesthetists",
    ),
}
"""The leading list and those that follow it, place by place."""

Grid = list[pa.Array]
"""One array of cleaned text for each place of a list; all have as many rows as the batch."""


@dataclass(frozen=True, slots=True)
class Members:
    """A list column before its values are read: flat text, null for a missing member, with the row lengths."""

    flat: pa.Array
    offsets: np.ndarray

    @property
    def rows(self) -> np.ndarray:
        """For each flat member the row that it belongs to."""
        return np.repeat(np.arange(len(self.offsets) - 1), np.diff(self.offsets))

    def as_list(self, values: pa.Array) -> pa.Array:
        """The list column made of the flat members once they are read; absent texts become ""."""
        if pa.types.is_string(values.type):
            values = pc.fill_null(values, "")
        return pa.ListArray.from_arrays(pa.array(self.offsets, pa.int32()), values)


def split_cells(cell: pa.Array, limit: int) -> tuple[Grid, np.ndarray]:
    """The places of a list written in one cell (or already a list), and which rows hold more than `limit`."""
    lists = cell if pa.types.is_list(cell.type) else pc.split_pattern(pc.fill_null(clean(cell), ""), "|")
    lengths = np.asarray(pc.fill_null(pc.list_value_length(lists), 0), dtype=np.int64)
    too_long = lengths > limit
    flat = pc.list_flatten(lists)
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]]) if len(lengths) else np.empty(0, dtype=np.int64)
    places = int(lengths[~too_long].max(initial=0))
    grid = []
    for place in range(places):
        there = (lengths > place) & ~too_long
        indices = pa.array(np.where(there, starts + place, 0), pa.int64(), mask=~there)
        grid.append(clean(flat.take(indices)))
    return grid, too_long


def align(grids: dict[str, Grid], rows: int) -> dict[str, Members]:
    """Put a family together. Every list of it gets the same lengths; see the head of this file for what is kept."""
    places = max((len(grid) for grid in grids.values()), default=0)
    filled = np.zeros((rows, places), dtype=bool)
    for grid in grids.values():
        for place, array in enumerate(grid):
            filled[:, place] |= np.asarray(array.is_valid())
    if places > 1:
        filled[:, 0] |= filled[:, 1:].any(axis=1)
    offsets = np.concatenate([[0], np.cumsum(filled.sum(axis=1))]).astype(np.int32)
    return {name: Members(_flatten(grid, filled, rows, places), offsets) for name, grid in grids.items()}


def _flatten(grid: Grid, kept: np.ndarray, rows: int, places: int) -> pa.Array:
    missing = pa.nulls(rows, pa.string())
    columns = [grid[place] if place < len(grid) else missing for place in range(places)]
    if not columns:
        return pa.array([], pa.string())
    stacked = pa.concat_arrays(
        [column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column for column in columns]
    )
    # row by row: element (row, place) stands at place * rows + row of the stack
    order = (np.arange(places)[None, :] * rows + np.arange(rows)[:, None])[kept]
    return stacked.take(pa.array(order, pa.int64()))
