"""Stock moves of a month: what an institution bought, and counted at its beginning and end, beside what it sold.

Medicines and supplies are bought at the price at which they are sold; herbs may be sold a quarter dearer.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pyarrow as pa

from yigongti.demo.county.claim_faults import FaultBook
from yigongti.demo.county.fee_lines import LineArrays, decimals
from yigongti.demo.county.prices import PriceList
from yigongti.facts.public import rows_schema
from yigongti.foundation.period import Month
from yigongti.foundation.schemas import STOCK_MOVES

_KINDS = ("opening", "purchase", "closing")
_KEPT_PER_CENT = 20
_LEAST_SOLD = 20 * 10_000  # of what a shortage is planted on, in ten-thousandths of a unit
_SHORTAGES_PER_INSTITUTION_MONTH = 250.0  # in a thousand


class Stores:
    """The stores of all institutions; they are carried on from month to month."""

    def __init__(self, prices: PriceList) -> None:
        self.prices = prices
        goods = [e.fee_item.endswith(("_medicine", "_supplies")) for e in prices.entries]
        self.goods = np.flatnonzero(np.array(goods))
        cost = [e.price * 4 // 5 if e.fee_item == "fee_herbal_medicine" else e.price for e in prices.entries]
        self.cost = np.array(cost, dtype=np.int64)
        self._left: dict[str, np.ndarray] = {}

    def month(
        self, institution_code: str, month: Month, lines: list[tuple[LineArrays, slice]], book: FaultBook
    ) -> pa.Table:
        """The institution's rows of STOCK_MOVES. lines: those of its bills."""
        size = len(self.prices.entries)
        sold, taken = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.int64)
        for arrays, part in lines:
            np.add.at(sold, arrays.entry[part], arrays.quantity[part])
            np.add.at(taken, arrays.entry[part], arrays.amount[part])
        opening = self._left.get(institution_code, np.zeros(size, dtype=np.int64))
        closing = np.maximum(sold * _KEPT_PER_CENT // 100, np.minimum(opening, sold))
        bought = np.maximum(0, closing + sold - opening)
        closing = opening + bought - sold
        bought = self._with_shortages(institution_code, sold, taken, bought, book)
        self._left[institution_code] = closing
        at = self.goods[(sold[self.goods] > 0) | (opening[self.goods] > 0)]
        return self._table(institution_code, month, at, (opening, bought, closing))

    def _with_shortages(
        self, institution_code: str, sold: np.ndarray, taken: np.ndarray, bought: np.ndarray, book: FaultBook
    ) -> np.ndarray:
        """Where more was sold than there ever was: what was sold under its name must have been something else."""
        if not book.plan.planted or book.draw.random() * 1000 > _SHORTAGES_PER_INSTITUTION_MONTH:
            return bought
        enough = self.goods[(sold[self.goods] >= _LEAST_SOLD) & (bought[self.goods] >= sold[self.goods] * 6 // 10)]
        if not len(enough):
            return bought
        at = int(enough[book.draw.randrange(len(enough))])
        missing = int(sold[at]) * book.draw.randint(20, 45) // 100
        bought = bought.copy()
        bought[at] -= missing
        price = Decimal(int(taken[at])) * 100 / int(sold[at])  # yuan a unit
        amount = (price * missing / 10_000).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
        what = f"{self.prices.names[at]}：销售数量大于进货与库存"
        book.note_bill("stock_sales", institution_code, "", amount, what)
        book.truth.claim_faults[-1]["item_code"] = self.prices.codes[at]
        return bought

    def _table(
        self, institution_code: str, month: Month, at: np.ndarray, moved: tuple[np.ndarray, ...]
    ) -> pa.Table:  # fmt: skip
        """An opening count and a purchase on the first day, a closing count on the last."""
        schema = rows_schema(STOCK_MOVES)
        kind = np.repeat(np.arange(len(_KINDS)), len(at))
        entry = np.tile(at, len(_KINDS))
        quantity = np.concatenate([what[at] for what in moved])
        kept = (quantity > 0) | (kind != 1)
        kind, entry, quantity = kind[kept], entry[kept], quantity[kept]
        day = [month.first_day, month.first_day, month.last_day]
        names = [f"{month.year % 100:02d}{month.number:02d}-{number:05d}" for number in range(1, len(entry) + 1)]
        columns = {
            "institution_code": pa.repeat(pa.scalar(institution_code), len(entry)),
            "move_number": pa.array(names, pa.string()),
            "item_code": pa.array(self.prices.codes, pa.string()).take(pa.array(entry)),
            "item_name": pa.array(self.prices.names, pa.string()).take(pa.array(entry)),
            "moved_on": pa.array(day, pa.date32()).take(pa.array(kind)),
            "kind": pa.array(_KINDS, pa.string()).take(pa.array(kind)),
            "quantity": decimals(quantity, schema.field("quantity").type),
            "unit_price": decimals(self.cost[entry], schema.field("unit_price").type),
        }
        return pa.table([columns[name] for name in schema.names], schema=schema)
