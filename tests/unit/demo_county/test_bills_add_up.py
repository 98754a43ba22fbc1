"""Fee lines, front pages and settlements agree to the fen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from yigongti.demo.county.clinical_lists import read_lists
from yigongti.demo.county.fee_lines import decimals, expand, sums_by_case
from yigongti.demo.county.orders import Order
from yigongti.demo.county.prices import PriceList
from yigongti.foundation.schemas import ADDING_FEE_ITEMS, FEE_ITEMS

Submitted = Callable[[str], list[dict[str, object]]]
PRICES = PriceList(read_lists())


def _by_case(rows: list[dict[str, object]]) -> dict[tuple[object, object], list[dict[str, object]]]:
    found = defaultdict(list)
    for row in rows:
        found[row["institution_code"], row["case_id"]].append(row)
    return found


def test_fee_items_of_clean_pages_are_the_sums_of_their_lines(
    clean_pages: list[dict[str, object]], submitted: Submitted
) -> None:
    lines = _by_case(submitted("fee_lines"))
    for page in clean_pages:
        sums: dict[object, Decimal] = defaultdict(Decimal)
        for line in lines[page["institution_code"], page["case_id"]]:
            sums[line["fee_item"]] += line["amount"]  # type: ignore[operator]
        assert {item.name: page[item.name] for item in ADDING_FEE_ITEMS} == {
            item.name: sums[item.name] for item in ADDING_FEE_ITEMS
        }
        assert page["total_cost"] == sum(sums.values())


def test_parts_never_exceed_the_item_that_holds_them(clean_pages: list[dict[str, object]]) -> None:
    for page in clean_pages:
        within: dict[str, Decimal] = defaultdict(Decimal)
        for item in FEE_ITEMS:
            if item.part_of:
                within[item.part_of] += page[item.name]  # type: ignore[operator]
        assert all(amount <= page[name] for name, amount in within.items())  # type: ignore[operator]


def test_every_line_is_price_times_quantity_rounded_half_up(submitted: Submitted) -> None:
    for line in submitted("fee_lines"):
        exact = line["unit_price"] * line["quantity"]  # type: ignore[operator]
        assert line["amount"] == exact.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def test_lines_fall_within_the_stay_and_are_numbered_from_one(
    clean_pages: list[dict[str, object]], submitted: Submitted
) -> None:
    lines = _by_case(submitted("fee_lines"))
    for page in clean_pages:
        own = lines[page["institution_code"], page["case_id"]]
        assert [line["line_number"] for line in own] == list(range(1, len(own) + 1))
        first, last = (_day(page[name]) for name in ("admitted_at", "discharged_at"))
        assert all(first <= line["charged_on"] <= last for line in own)  # type: ignore[operator]


def test_settlements_add_up_to_the_bill(clean_pages: list[dict[str, object]], submitted: Submitted) -> None:
    settled = {key: rows[0] for key, rows in _by_case(submitted("settlement_lists")).items()}
    seen = 0
    for page in clean_pages:
        row = settled.get((page["institution_code"], page["case_id"]))
        if row is None:
            assert page["payment_method"] == "7"
            continue
        seen += 1
        paid = ("pool_fund", "supplementary_fund", "medical_assistance", "patient_share", "outside_catalogue")
        assert row["total_cost"] == page["total_cost"] == sum(row[name] for name in paid)  # type: ignore[misc]
        borne = row["patient_share"] + row["outside_catalogue"]  # type: ignore[operator]
        assert page["self_paid"] == borne == row["cash"] + row["personal_account"]  # type: ignore[operator]
        assert all(row[name] >= 0 for name in (*paid, "cash", "personal_account"))  # type: ignore[operator]
    assert seen > 100


_orders = st.builds(
    lambda *drawn: Order(*drawn),  # the rest of an order as it is by default
    st.integers(0, len(PRICES.entries) - 1),
    st.integers(0, 3),
    st.integers(1, 4),
    st.integers(1, 3),
    st.sampled_from((5_000, 10_000, 25_000)),
)


@given(st.lists(st.lists(_orders, max_size=5), min_size=1, max_size=5))
def test_expanded_orders_are_those_of_a_plain_loop(cases: list[list[Order]]) -> None:
    start = date(2026, 10, 1)
    lines = expand(cases, [start] * len(cases), PRICES)
    plain = sorted(
        (case, start + timedelta(days=order.first_day + day), order.entry, order.quantity)
        for case, orders in enumerate(cases)
        for order in orders
        for day in range(order.days)
        for _ in range(order.times_a_day)
    )
    got = sorted(
        zip(
            lines.case.tolist(),
            [date(1970, 1, 1) + timedelta(days=d) for d in lines.charged_on.tolist()],
            lines.entry.tolist(),
            lines.quantity.tolist(),
            strict=True,
        )
    )
    assert got == plain
    sums = sums_by_case(lines, len(cases), PRICES)
    assert sums.total.sum() == lines.amount.sum() == sums.classes.sum() == sums.parts.sum()


@given(st.lists(st.integers(-(10**13), 10**13)))
def test_decimals_are_the_whole_numbers_shifted_by_two_places(whole: list[int]) -> None:
    made = decimals(np.array(whole, dtype=np.int64), pa.decimal128(14, 2)) if whole else []
    assert [value.as_py() for value in made] == [Decimal(number).scaleb(-2) for number in whole]


def _day(instant: object) -> date:
    assert isinstance(instant, datetime)
    return (instant.astimezone(UTC) + timedelta(hours=8)).date()
