"""Random small worlds with few codes, days and persons, so that things collide; hypothesis draws seed and size."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from hypothesis import strategies as st
from small_stays import check

from yigongti.engines.claim_checks.check import Check
from yigongti.engines.claim_checks.facts import Bill, Facts, Line, StockMove

ITEMS = ("X1", "X2", "X3", "Y1")
FEES = ("fee_herbal_medicine", "fee_imaging", "fee_nursing", "fee_general_service", "")
DIAGNOSES = ("J18.9", "J18.0", "J06", "I10", "C50.1")
AMOUNTS = ("10.00", "10.00", "7.35", "7.35", "0.01", "100.00", "-10.00", "-7.35")
FIRST = date(2024, 1, 29)


def worlds() -> st.SearchStrategy[Facts]:
    return st.builds(world, st.integers(0, 2**32), st.integers(1, 24))


def world(seed: int, bills: int) -> Facts:
    drawn = Random(seed)
    return Facts(
        tuple(bill(drawn, place) for place in range(bills)), tuple(move(drawn) for _ in range(drawn.randint(0, 12)))
    )


def a_day(drawn: Random) -> date:
    return FIRST + timedelta(days=drawn.randint(0, 9))


def decimal(drawn: Random, *texts: str | None) -> Decimal | None:
    text = drawn.choice(texts)
    return None if text is None else Decimal(text)


def bill(drawn: Random, place: int) -> Bill:
    setting = drawn.choice("22213")
    started = a_day(drawn)
    ended = started + timedelta(days=drawn.randint(-1, 6) if setting == "2" else 0)
    numbers = drawn.sample(range(1, 30), drawn.randint(0, 9))
    return Bill(
        institution_code=drawn.choice("ABCD"),
        case_id=f"{drawn.choice('st')}{place}",
        care_setting=setting,
        started_on=started,
        ended_on=ended,
        institution_level=drawn.choice(["county", "county", "township", ""]),
        community=drawn.choice(["", "一", "一"]),
        person=drawn.choice(["p1", "p1", "p2", "p3", ""]),
        diagnoses=tuple(drawn.choices(DIAGNOSES, k=drawn.randint(0, 3))),
        procedures=drawn.choice([(), (), ("47.0",)]),
        admission_route=drawn.choice(["1", "2", ""]),
        disposition=drawn.choice(["1", "1", "2", "3", ""]),
        readmission_planned=drawn.random() < 0.2,
        total_cost=Decimal(drawn.choice(["120.50", "0.00"])),
        lines=tuple(charge(drawn, number) for number in numbers),
    )


def charge(drawn: Random, number: int) -> Line:
    item = drawn.choice(ITEMS)
    amount = Decimal(drawn.choice(AMOUNTS))
    return Line(
        line_number=number,
        item_code=item,
        charged_on=a_day(drawn),
        amount=amount,
        quantity=Decimal(drawn.choice(["1", "1", "2", "0.5", "3.3333", "24"])),
        unit_price=decimal(drawn, None, "100", "60.5", "50", "33.3333"),
        item_name=drawn.choice([item, f"项目{item}", ""]),
        fee_item=drawn.choice(FEES),
        prescription_number=drawn.choice(["", "", "R1"]),
        operation_number=drawn.choice(["", "O1"]),
        days_supply=drawn.choice([None, None, 1, 3, 7]),
        fund_amount=drawn.choice([None, None, Decimal("0.00"), Decimal("3.33"), amount]),
    )


def move(drawn: Random) -> StockMove:
    kind = drawn.choice(["opening", "purchase", "purchase", "return", "loss", "closing", "sale"])
    quantity = Decimal(drawn.choice(["1", "2", "3.5", "40"]))
    return StockMove(drawn.choice("ABCD"), drawn.choice(ITEMS), a_day(drawn), kind, quantity)


def any_of(*values: Any) -> Callable[[Random], Any]:
    return lambda drawn: drawn.choice(values)


Columns = Mapping[str, Callable[[Random], Any]]
ITEM = any_of(*ITEMS)
RATIO = any_of(Decimal("0"), Decimal("0.3"), Decimal("0.5"))
PREFIX = any_of("J", "J18", "J18.9", "I10")
FIVE = any_of(Decimal(5))
NAME = any_of("", "知识表名称")
PAIR: Columns = {
    "item_code": ITEM,
    "other_code": ITEM,
    "item_name": NAME,
    "other_name": NAME,
    "window": any_of("day", "stay"),
}
EXAMINATIONS: Columns = {
    "longest_days": FIVE,
    "examination_share": RATIO,
    "examination_items": any_of(("fee_imaging",), ("fee_imaging", "fee_nursing")),
}

CHECKS: dict[str, tuple[Columns, Columns]] = {
    "single_herb": ({"item_code": ITEM, "item_name": NAME}, {}),
    "duplicate_pair": (PAIR, {}),
    "exclusive_pair": (PAIR, {}),
    "same_incision": (
        {
            "item_code": ITEM,
            "group": any_of("g", "g", "h"),
            "full_price": any_of(None, Decimal("100"), Decimal("66.6667")),
        },
        {"ratio": RATIO},
    ),
    "quantity_days": (
        {
            "item_code": ITEM,
            "group": any_of("g", "h"),
            "per_day": any_of(Decimal("0"), Decimal("1"), Decimal("0.75")),
            "counts_last_day": any_of("0", "1"),
        },
        {},
    ),
    "course": ({"item_code": ITEM, "max_days": any_of(0, 1, 2, 5)}, {}),
    "duplicate_therapy": ({"item_code": ITEM, "item_name": NAME, "therapy": any_of("t", "u")}, {}),
    "interaction": ({"item_code": ITEM, "other_code": ITEM, "reason": any_of("", "十八反")}, {}),
    "bed_without_care": (
        {},
        {
            "bed_fee_items": any_of(("fee_general_service", "fee_nursing")),
            "share": RATIO,
            "least_days": any_of(Decimal(0), Decimal(4)),
        },
    ),
    "admission_without_need": ({"diagnosis": PREFIX}, EXAMINATIONS),
    "check_up_admission": ({}, {**EXAMINATIONS, "except_diagnoses": any_of((), ("J18", "C"))}),
    "up_coding": (
        {
            "diagnosis": PREFIX,
            "evidence_items": any_of(("X",), ("X1", "Y"), ("Z",)),
            "evidence_name": any_of("", "影像"),
        },
        {},
    ),
    "frequency": (
        {
            "item_code": ITEM,
            "window": any_of("day", "stay", "week", "month", "year", "sliding", "sliding", "sliding"),
            "days": any_of(None, 1, 3, 7),
            "max_quantity": any_of(Decimal("0"), Decimal("1"), Decimal("2.5")),
        },
        {},
    ),
    "second_line": (
        {"item_code": ITEM, "first_line": any_of(("X1",), ("X2", "Y1")), "lookback_days": any_of(0, 1, 5)},
        {},
    ),
    "overlapping": ({}, {"with": any_of("stay", "visit")}),
    "split_admission": (
        {},
        {"days": FIVE, "within": any_of("institution", "community"), "except_diagnoses": any_of((), ("C",))},
    ),
    "cost_shifted": (
        {},
        {
            "days": any_of(Decimal(0), Decimal(3)),
            "fee_items": any_of(("fee_imaging", "fee_herbal_medicine")),
            "least_amount": any_of(Decimal("0"), Decimal("7.35")),
        },
    ),
    "ratio_outlier": (
        {},
        {
            "numerator": any_of(("fee_imaging",), ("fee_imaging", "fee_nursing")),
            "sigmas": any_of(Decimal("0"), Decimal("0.5"), Decimal("2")),
            "least_peers": any_of(Decimal(1), Decimal(2)),
            "least_bills": any_of(Decimal(1)),
        },
    ),
    "stock_sales": (
        {},
        {
            "fee_items": any_of(("fee_herbal_medicine", "fee_imaging")),
            "tolerance": any_of(Decimal("0"), Decimal("0.02")),
        },
    ),
}


def random_check(name: str, seed: int) -> Check:
    """A check of the handler with random knowledge (some of it in force for a part of the days only) and parameters, in
    one or two versions."""
    drawn = Random(f"{name} {seed}")
    columns, parameters = CHECKS[name]
    days: Columns = {
        "valid_from": any_of(date(2020, 1, 1), FIRST + timedelta(days=2)),
        "valid_to": any_of(None, None, FIRST + timedelta(days=4)),
    }
    rows = [{key: draw(drawn) for key, draw in {**columns, **days}.items()} for _ in range(drawn.randint(1, 4))]
    split = FIRST + timedelta(days=3)
    versions = drawn.choice(
        [
            ((date(2020, 1, 1), None),),
            ((date(2020, 1, 1), split), (split + timedelta(days=1), None)),
            ((split, None),),
        ]
    )
    return check(name, rows if columns else (), {key: draw(drawn) for key, draw in parameters.items()}, versions)
