"""Turns the orders of a month into fee lines: arrays, no loop over lines, exact to the fen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from yigongti.demo.county.orders import Order
from yigongti.demo.county.prices import FEE_ITEM_NAMES, PARTS, PriceList
from yigongti.facts.public import rows_schema
from yigongti.foundation.schemas import FEE_LINES

EPOCH = date(1970, 1, 1)


def decimals(whole: np.ndarray, kind: pa.Decimal128Type) -> pa.Array:
    """Whole numbers of the last decimal place (fen for money) as decimals, without a step through floats."""
    words = np.empty((len(whole), 2), dtype=np.int64)
    words[:, 0] = whole
    words[:, 1] = whole >> 63
    return pa.Array.from_buffers(kind, len(whole), [None, pa.py_buffer(words)])


@dataclass(frozen=True)
class LineArrays:
    """The fee lines of some bills, ordered by case and day. Money in fen, prices and quantities in ten-thousandths.

    supply, dose, prescription, operation, claimed, mark: of the order, see orders.Order; prescription and operation are
    numbers within the case, 0 for none.
    """

    case: np.ndarray
    entry: np.ndarray
    charged_on: np.ndarray
    price: np.ndarray
    quantity: np.ndarray
    amount: np.ndarray
    line_number: np.ndarray
    supply: np.ndarray
    dose: np.ndarray
    prescription: np.ndarray
    operation: np.ndarray
    claimed: np.ndarray
    mark: np.ndarray

    def __len__(self) -> int:
        return len(self.case)


@dataclass(frozen=True)
class CaseSums:
    """Per case, in fen: each adding fee item, each part "of which", each insurance class, and the total."""

    fee_items: np.ndarray  # cases × FEE_ITEM_NAMES
    parts: np.ndarray  # cases × PARTS
    classes: np.ndarray  # cases × (1, 2, 3)
    total: np.ndarray


def expand(orders_of_cases: Sequence[Sequence[Order]], admitted_on: Sequence[date], prices: PriceList) -> LineArrays:
    """One line for each time of each day of each order."""
    width = len(Order._fields)
    case_of_order = np.repeat(np.arange(len(orders_of_cases)), [len(orders) for orders in orders_of_cases])
    numbers = np.fromiter(chain.from_iterable(chain.from_iterable(orders_of_cases)), dtype=np.int64)
    flat = dict(zip(Order._fields, numbers.reshape(-1, width).T, strict=True))
    flat["price"] = np.where(flat["price"] < 0, prices.price[flat["entry"]], flat["price"])
    times = flat["times_a_day"]
    counts = flat["days"] * times
    order_at = np.repeat(np.arange(len(times)), counts)
    within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    case = case_of_order[order_at]
    day = flat["first_day"][order_at] + within // times[order_at]
    sequence = np.lexsort((order_at, day, case))
    case, order_at, day = case[sequence], order_at[sequence], day[sequence]
    starts = np.array([(start - EPOCH).days for start in admitted_on], dtype=np.int64)
    line = {name: flat[name][order_at] for name in Order._fields}
    first_of_case = np.searchsorted(case, np.arange(len(orders_of_cases)))
    # in a stay the medicines of a day are one prescription, and what is operated in a day one operation
    in_stay = prices.is_medicine[line["entry"]] & (line["prescription"] == 0)
    return LineArrays(
        case=case,
        entry=line["entry"],
        charged_on=(starts[case] + day).astype(np.int32),
        price=line["price"],
        quantity=line["quantity"],
        amount=(line["price"] * line["quantity"] + 500_000) // 1_000_000,  # half-up to the fen
        line_number=np.arange(len(case)) - first_of_case[case] + 1,
        supply=line["supply"],
        dose=line["dose"],
        prescription=np.where(in_stay, day + 1, line["prescription"]),
        operation=np.where(line["operation"] > 0, day + 1, 0),
        claimed=line["claimed"],
        mark=line["mark"],
    )


def sums_by_case(lines: LineArrays, cases: int, prices: PriceList) -> CaseSums:
    """What the front pages and the settlements are filled from: sums of the very lines that are submitted."""

    def by(which: np.ndarray, width: int) -> np.ndarray:
        flat = np.zeros(cases * width, dtype=np.int64)
        np.add.at(flat, lines.case * width + which, lines.amount)
        return flat.reshape(cases, width)

    fee_items = by(prices.fee_item[lines.entry], len(FEE_ITEM_NAMES))
    return CaseSums(
        fee_items,
        by(prices.part[lines.entry], len(PARTS)),
        by(prices.insurance_class[lines.entry] - 1, 3),
        fee_items.sum(axis=1),
    )


def fee_line_table(
    lines: LineArrays,
    first: int,
    last: int,
    institution_code: str,
    case_ids: Sequence[str],
    departments: Sequence[str],
    physicians: Sequence[str],
    settings: Sequence[str],
    prices: PriceList,
) -> pa.Table:
    """The lines of the cases first (included) to last (excluded) as a table of FEE_LINES. settings: of each case."""
    low, high = np.searchsorted(lines.case, (first, last))
    part = slice(int(low), int(high))
    case = lines.case[part] - first
    entry = pa.array(lines.entry[part])
    schema = rows_schema(FEE_LINES)

    def per_entry(values: Sequence[str]) -> pa.Array:
        return pa.array(values, pa.string()).take(entry)

    def per_case(values: Sequence[str]) -> pa.Array:
        return pa.array(values[first:last], pa.string()).take(pa.array(case))

    def numbered(sign: str, numbers: np.ndarray) -> pa.Array:
        """The case's number with another behind it; null where that is 0."""
        texts = pc.binary_join_element_wise(columns["case_id"], pa.array(numbers).cast(pa.string()), sign)
        return pc.if_else(pa.array(numbers > 0), texts, pa.scalar(None, pa.string()))

    def unless_zero(values: np.ndarray, kind: pa.DataType) -> pa.Array:
        made = decimals(values, kind) if pa.types.is_decimal(kind) else pa.array(values)
        return pc.if_else(pa.array(values > 0), made, pa.scalar(None, made.type))

    columns = {
        "institution_code": pa.repeat(pa.scalar(institution_code), len(entry)),
        "case_id": per_case(case_ids),
        "line_number": pa.array(lines.line_number[part]),
        "item_code": per_entry(prices.codes),
        "item_name": per_entry(prices.names),
        "fee_item": per_entry([e.fee_item for e in prices.entries]),
        "charged_on": pa.array(lines.charged_on[part]).view(pa.date32()),
        "unit_price": decimals(lines.price[part], schema.field("unit_price").type),
        "quantity": decimals(lines.quantity[part], schema.field("quantity").type),
        "amount": decimals(lines.amount[part], schema.field("amount").type),
        "department_code": per_case(departments),
        "physician": per_case(physicians),
        "insurance_class": per_entry([e.insurance_class for e in prices.entries]),
        "care_setting": per_case(settings),
    }
    nothing = pa.scalar(None, schema.field("fund_amount").type)
    columns |= {
        "prescription_number": numbered("-R", lines.prescription[part]),
        "operation_number": numbered("-S", lines.operation[part]),
        "days_supply": unless_zero(lines.supply[part], pa.int64()),
        "daily_dose": unless_zero(lines.dose[part], schema.field("daily_dose").type),
        # empty: the whole amount is claimed; what the fund is not asked for says so
        "fund_amount": pc.if_else(
            pa.array(lines.claimed[part] == 0), decimals(np.zeros(1, np.int64), nothing.type)[0], nothing
        ),
    }
    return pa.table([columns[name].cast(schema.field(name).type) for name in schema.names], schema=schema)
