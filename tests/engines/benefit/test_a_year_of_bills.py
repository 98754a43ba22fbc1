"""The reference, bill by bill, and the table, a year at once, settle alike to the fen, odd input included."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import bills_of_a_year as year
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from yigongti.engines.benefit.public import Care, Level, Place, Referral, Settlement
from yigongti.engines.benefit.table import AMOUNTS
from yigongti.foundation.policy import Policy

FIRST, LAST = date(2012, 1, 1), date(2027, 12, 31)
GROUPS = ("low_income", "extreme_poverty", "marginal", "returned_to_poverty", "severe_disability", "none", "nobility")
DISEASES = ("", "hypertension", "diabetes", "coronary_disease", "dialysis", "breast_cancer", "congenital_heart_disease")


@pytest.fixture(scope="module")
def policy(policy_root) -> Policy:
    return Policy.load(policy_root)


@pytest.fixture(scope="module")
def settling(policy) -> year.Settling:
    return year.Settling(policy, FIRST, LAST)


def as_told(settled: Settlement | str) -> dict[str, Any]:
    if isinstance(settled, str):
        return {**dict.fromkeys(AMOUNTS), "refused": settled}
    return {**{name: getattr(settled, name) for name in AMOUNTS}, "refused": None}


def require_alike(rows: Sequence[year.Row], policy: Policy, settling: year.Settling) -> None:
    found = settling(rows)
    assert len(found) == len(rows)
    table = {(row["institution_code"], row["settlement_number"]): row for row in found}
    for key, settled in year.settled_one_by_one(rows, policy).items():
        assert {name: table[key][name] for name in (*AMOUNTS, "refused")} == as_told(settled), key


money = st.one_of(
    st.integers(0, 3_000_000),
    st.sampled_from([0, 1, 20_000, 60_000, 2_060_001, 20_060_000, 100_060_000]),
).map(lambda fen: Decimal(fen) / 100)
odd_money = st.one_of(st.none(), money, st.sampled_from([Decimal("-0.01"), Decimal("1000000000.00")]))
share = st.one_of(st.none(), st.integers(0, 50_000).map(lambda fen: Decimal(fen) / 100))


@st.composite
def a_bill(draw: st.DrawFn, number: int, totals: Any = money) -> year.Row:
    ended_on = date(2026, 1, 1) + timedelta(days=draw(st.one_of(st.integers(0, 30), st.integers(-400, 400))))
    scheme = draw(st.sampled_from(["390", "390", "390", "310", "380"]))
    if scheme == "380":
        ended_on = ended_on.replace(year=ended_on.year - 11, day=min(ended_on.day, 28))
    care = draw(st.sampled_from(["inpatient", "inpatient", *Care]))
    needs = care in ("two_diseases", "special_disease", "major_disease")
    return year.a_row(
        number,
        person=draw(st.sampled_from(["P1", "P2", "P3", "P4"])),
        care=str(care),
        insurance_type=scheme,
        total=draw(totals),
        outside=draw(share),
        above=draw(share),
        first=draw(share),
        ended_on=ended_on,
        started_on=ended_on - timedelta(days=draw(st.integers(0, 6))),
        settled_on=ended_on + timedelta(days=draw(st.integers(0, 2))),
        level=draw(st.sampled_from([str(level) for level in Level])),
        place=draw(st.sampled_from([str(place) for place in Place])),
        referral=draw(st.sampled_from(["up", "up", *(str(referral) for referral in Referral)])),
        groups=tuple(draw(st.lists(st.sampled_from(GROUPS[:-1]), max_size=2))),
        disease_code=draw(st.sampled_from(DISEASES)) if needs else "",
        account=draw(st.one_of(st.none(), money)),
    )


@st.composite
def bills(draw: st.DrawFn) -> list[year.Row]:
    rows = [draw(a_bill(number)) for number in range(draw(st.integers(1, 40)))]
    for number in range(draw(st.integers(0, 4))):
        target = draw(st.sampled_from(rows))
        rows.append(
            replace(
                target,
                number=f"9{number:05d}",
                reverses=draw(st.sampled_from([target.number, target.number, "gone"])),
                total=None if target.total is None else -target.total,
                settled_on=target.settled_on + timedelta(days=draw(st.integers(0, 40))),
            )
        )
    return rows


@st.composite
def odd_bills(draw: st.DrawFn) -> list[year.Row]:
    rows = [draw(a_bill(number, odd_money)) for number in range(draw(st.integers(1, 25)))]
    changes: dict[str, Any] = {
        "groups": st.lists(st.sampled_from(GROUPS), max_size=3).map(tuple),
        "birth_date": st.sampled_from([None, date(1960, 1, 1), date(2026, 1, 10), date(2030, 1, 1)]),
        "outside": odd_money,
        "first": odd_money,
        "account": odd_money,
        "started_on": st.sampled_from([date(2026, 1, 10), date(2030, 1, 1)]),
        "insurance_type": st.sampled_from(["390", "380", "999"]),
    }
    odd = []
    for row in rows:
        name = draw(st.sampled_from(sorted(changes)))
        odd.append(replace(row, **{name: draw(changes[name])}))
    return odd


# a query over ten rows costs as much as one over ten thousand: few examples of many bills, and no shrinking
SETTING = settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)


@SETTING
@given(rows=bills())
def test_both_settle_a_year_of_bills_alike(rows, policy, settling):
    require_alike(rows, policy, settling)


@SETTING
@given(rows=odd_bills())
def test_both_refuse_the_same_odd_bills_for_the_same_reason(rows, policy, settling):
    require_alike(rows, policy, settling)
