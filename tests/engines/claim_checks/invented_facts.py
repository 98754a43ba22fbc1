"""Bills, purchases and a check of every kind that looks at a line, drawn so that the rules' edges are often met."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st
from made_checks import check, row

from yigongti.engines.claim_checks.check import Check
from yigongti.engines.claim_checks.facts import Bill, Facts, Line, StockMove
from yigongti.engines.claim_checks.loading import ClaimChecks

ITEMS = ["I1", "I2", "I3", "I4"]
FEES = ["fee_western_medicine", "fee_herbal_medicine", "fee_treatment_supplies", "fee_laboratory", ""]
FIRST = date(2026, 9, 27)

_BORN = [None, date(2008, 10, 1), date(2020, 2, 29), date(1960, 5, 5), date(2026, 10, 5)]
_days = st.integers(0, 20).map(lambda days: FIRST + timedelta(days=days))
_money = st.integers(-200, 20_000).map(lambda fens: Decimal(fens) / 100)
_prices = st.sampled_from([None, "9.9999", "10", "10.005", "10.0051", "12.345", "12.5", "12.5051", "0.0001"]).map(
    lambda text: None if text is None else Decimal(text)
)
_quantities = st.sampled_from(["1", "2", "3", "0.5", "0.3333", "-1", "0"]).map(Decimal)
_diagnoses = st.lists(
    st.sampled_from(["C34.900", "I10.x00x002", "E11.900", "J18.900", "XC34", "K80.2"]), max_size=3, unique=True
).map(tuple)


@st.composite
def lines(draw: st.DrawFn, number: int) -> Line:
    amount = draw(_money)
    return Line(
        number,
        draw(st.sampled_from(ITEMS)),
        draw(_days),
        amount,
        quantity=draw(_quantities),
        unit_price=draw(_prices),
        item_name=draw(st.sampled_from(["", "甲"])),
        fee_item=draw(st.sampled_from(FEES)),
        care_setting=draw(st.sampled_from(["", "1", "2", "3", "5"])),
        days_supply=draw(st.sampled_from([None, 1, 3, 4, 7, 8, 15, 30, 31])),
        daily_dose=draw(st.sampled_from([None, "39.9999", "40", "40.0001", "120"]).map(_decimal)),
        fund_amount=draw(st.one_of(st.none(), st.just(Decimal(0)), st.just(amount / 2).map(lambda a: round(a, 2)))),
    )


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


@st.composite
def bills(draw: st.DrawFn, number: int) -> Bill:
    started = draw(_days)
    of_bill = tuple(draw(lines(place)) for place in range(1, draw(st.integers(0, 5)) + 1))
    return Bill(
        draw(st.sampled_from(["H1", "H2"])),
        f"C{number}",
        draw(st.sampled_from(["1", "2", "3", "4"])),
        started,
        started + timedelta(days=draw(st.integers(0, 9))),
        institution_level=draw(st.sampled_from(["township", "county", "city", ""])),
        insurance_type=draw(st.sampled_from(["310", "390", "410", ""])),
        person=f"P{number % 3}",
        sex=draw(st.sampled_from(["1", "2", "9", ""])),
        birth_date=draw(
            st.sampled_from([None, date(2008, 10, 1), date(2020, 2, 29), date(1960, 5, 5), date(2026, 10, 5)])
        ),
        died_on=draw(st.one_of(st.none(), _days)),
        diagnoses=draw(_diagnoses),
        total_cost=sum((line.amount for line in of_bill), Decimal(0)),
        lines=of_bill,
    )


@st.composite
def facts(draw: st.DrawFn) -> Facts:
    """Up to six bills with their lines, and purchases of their items."""
    of_month = tuple(draw(bills(number)) for number in range(1, draw(st.integers(1, 6)) + 1))
    moves = draw(
        st.lists(
            st.builds(
                StockMove,
                st.sampled_from(["H1", "H2"]),
                st.sampled_from(ITEMS),
                _days,
                st.sampled_from(["purchase", "purchase", "opening", "return"]),
                st.just(Decimal(10)),
                _prices,
            ),
            max_size=6,
        )
    )
    return Facts(of_month, tuple(moves))


def _rows(**limits: Any) -> list[Any]:
    """The limit for I1 at all times, for I2 until 3 October and another one from the 4th."""
    until, other = date(2026, 10, 3), {name: values[1] for name, values in limits.items()}
    first = {name: values[0] for name, values in limits.items()}
    return [
        row("k1", item_code="I1", item_name="一", **first),
        row("k2", item_code="I2", last=until, **first),
        row("k2", item_code="I2", first=until + timedelta(days=1), **other),
        row("k3", item_code="I3", **other),
    ]


def line_checks() -> dict[str, Check]:
    """A check of every kind that looks at a line."""
    days = {"outpatient_days": "7", "emergency_days": "3", "chronic_days": "30", "chronic_diagnoses": ["I10", "E11"]}
    ceilings = [
        row(f"{level}{item}", item_code=item, level=level, ceiling=Decimal(ceiling))
        for item in ("I1", "I2")
        for level, ceiling in (("township", "9.9999"), ("county", "10"), ("city", "12.345"))
    ]
    made = [
        check("sex", _rows(sex=("1", "2"))),
        check("age", _rows(min_years=(18, None), max_years=(60, 17))),
        check("insurance_type", _rows(insurance_type=("410", "390"))),
        check("care_setting", _rows(settings=(("2", "3"), ("1",)))),
        check("institution_level", _rows(min_level=("county", "city"))),
        check("indication", _rows(diagnoses=(("C34", "C50"), ("I10.x", "K8")))),
        check("price_ceiling", ceilings),
        check("mark_up", fee_items=FEES[:3], ratio_fee_herbal_medicine="0.25"),
        check("mark_up", name="mark_up_of_october", first=date(2026, 10, 1), fee_items=FEES[:1]),
        check("after_death"),
        check("dose", _rows(max_daily_dose=(Decimal(40), Decimal("39.9999")))),
        check("days_supply", **days),
        check("days_supply", _rows(max_days=(15, 3)), name="days_with_knowledge", **days),
        check("not_payable", _rows(), last=date(2026, 10, 10)),
    ]
    return {made_check.id: made_check for made_check in made}


def all_line_checks() -> ClaimChecks:
    return ClaimChecks(line_checks(), "invented")


def many_facts(seed: int, count: int) -> Facts:
    """A month of so many bills, the same for the same seed."""
    drawn = random.Random(seed)

    def of_bill(number: int) -> Bill:
        started = FIRST + timedelta(days=drawn.randint(0, 20))
        charged = tuple(_drawn_line(drawn, place) for place in range(1, drawn.randint(0, 6) + 1))
        return Bill(
            drawn.choice(["H1", "H2"]),
            f"C{number}",
            drawn.choice(["1", "2", "3"]),
            started,
            started + timedelta(days=drawn.randint(0, 9)),
            institution_level=drawn.choice(["township", "county", "city"]),
            insurance_type=drawn.choice(["310", "390", "410", ""]),
            person=f"P{number % 40}",
            sex=drawn.choice(["1", "2", ""]),
            birth_date=drawn.choice(_BORN),
            died_on=drawn.choice([None, None, started]),
            diagnoses=drawn.choice([(), ("C34.900",), ("I10.x00x002", "E11.900"), ("J18.900",)]),
            total_cost=sum((line.amount for line in charged), Decimal(0)),
            lines=charged,
        )

    moves = tuple(
        StockMove(place, item, FIRST + timedelta(days=drawn.randint(0, 20)), "purchase", Decimal(10), Decimal(price))
        for place in ("H1", "H2")
        for item in ITEMS
        for price in ("9.5", "10", "10.005")
    )
    return Facts(tuple(of_bill(number) for number in range(count)), moves)


def _drawn_line(drawn: random.Random, number: int) -> Line:
    amount = Decimal(drawn.randint(-100, 20_000)) / 100
    return Line(
        number,
        drawn.choice(ITEMS),
        FIRST + timedelta(days=drawn.randint(0, 20)),
        amount,
        quantity=Decimal(drawn.choice(["1", "2", "0.5", "3"])),
        unit_price=_decimal(drawn.choice([None, "9.9999", "10.0051", "12.345", "12.5051"])),
        item_name=drawn.choice(["", "甲"]),
        fee_item=drawn.choice(FEES),
        care_setting=drawn.choice(["", "1", "2", "3"]),
        days_supply=drawn.choice([None, 3, 4, 8, 31]),
        daily_dose=_decimal(drawn.choice([None, "39.9999", "40.0001"])),
        fund_amount=drawn.choice([None, Decimal(0), Decimal("12.34")]),
    )
