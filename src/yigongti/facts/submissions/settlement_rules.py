"""What a row of settlements must keep to before it may land: it is money, and books are written from it.

Amounts that the file leaves empty are 0. The parts of what was paid add up to the total to the fen, what stands outside
the policy does not exceed it, and only a row that takes an earlier one back may be, and then is wholly, negative.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from yigongti.facts.arrow_schemas import MONEY
from yigongti.foundation.schemas import FactTable, Kind

PAID = ("pool_fund", "critical_illness", "medical_assistance", "other_funds", "personal_account", "cash")
OUTSIDE = ("outside_catalogue", "above_limits", "first_share", "deductible")

Wrong = tuple[str, np.ndarray, str]
"""A column, the rows that are wrong in it, and the code of the problem."""


def fill_amounts(table: FactTable, columns: dict[str, pa.Array]) -> None:
    """An amount that is not written is 0: nothing was paid by that payer."""
    nothing = pa.scalar(Decimal("0.00"), MONEY)
    for column in table:
        if column.kind is Kind.MONEY and not column.required:
            columns[column.name] = pc.fill_null(columns[column.name], nothing)


def problems(table: FactTable, columns: dict[str, pa.Array]) -> Iterator[Wrong]:
    """Every rule that rows break, column by column; rows whose cells are empty where they must not be are left out."""
    for column in table:
        if column.codes and not column.repeats:
            known = pc.is_in(columns[column.name], value_set=pa.array(column.codes))
            yield column.name, _true(pc.and_(columns[column.name].is_valid(), pc.invert(known))), "code_not_known"
    taken_back = np.asarray(columns["reverses"].is_valid())
    fen = {c.name: _fen(columns[c.name]) for c in table if c.kind is Kind.MONEY}
    for name, amounts in fen.items():
        yield name, (amounts < 0) & ~taken_back, "negative"
        yield name, (amounts > 0) & taken_back, "reversal_not_negative"
    yield "reverses", _true(pc.equal(columns["reverses"], columns["settlement_number"])), "reverses_itself"
    total = fen["total_cost"]
    yield "total_cost", sum(fen[name] for name in PAID) != total, "parts_do_not_add_up"
    outside = sum(np.abs(fen[name]) for name in OUTSIDE)
    yield "total_cost", outside > np.abs(total), "outside_exceeds_total"
    yield "ended_on", _true(pc.less(columns["ended_on"], columns["started_on"])), "ends_before_it_starts"
    yield "settled_on", _true(pc.less(columns["settled_on"], columns["ended_on"])), "settled_before_it_ends"


def _fen(amounts: pa.Array) -> np.ndarray:
    """Whole fen; 0 where the cell could not be read, which is noted already."""
    # fourteen digits fit a double exactly enough to be rounded back to whole fen
    return np.rint(np.asarray(pc.fill_null(amounts, Decimal(0)).cast(pa.float64())) * 100).astype(np.int64)


def _true(found: pa.Array) -> np.ndarray:
    return np.asarray(pc.fill_null(found, False))
