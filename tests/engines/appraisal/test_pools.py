"""A pool handed down: to the fen, between floors and caps, level by level; what cannot be is refused."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yigongti.engines.appraisal.public import Bound, Factor, Receiver, Shared, share_pool
from yigongti.foundation.errors import InvalidInput, Text

NAME = Text(zh="某", en="somebody")
FEN = Decimal("0.01")


def receiver(code: str, weight: str, **more: object) -> Receiver:
    return Receiver(code, NAME, (Factor(Text(zh="权重", en="weight"), Decimal(weight)),), **more)  # type: ignore[arg-type]


def fens(most: int) -> st.SearchStrategy[Decimal]:
    return st.integers(0, most).map(lambda fen: fen * FEN)


@st.composite
def possible(draw: st.DrawFn) -> tuple[Decimal, list[Receiver]]:
    """A pool that lies between the sum of floors and the sum of caps."""
    people = []
    least = most = Decimal(0)
    for number in range(draw(st.integers(1, 8))):
        floor = draw(fens(5000))
        cap = floor + draw(fens(20000))
        weight = draw(st.decimals(min_value="0.001", max_value=50, places=3))
        people.append(receiver(f"P{number}", str(weight), floor=floor, cap=cap))
        least, most = least + floor, most + cap
    pool = least + int((most - least) * draw(st.integers(0, 100))) * FEN
    return min(pool, most), people


@given(case=possible())
@settings(deadline=None)
def test_shares_add_up_and_lie_between_floor_and_cap(case: tuple[Decimal, list[Receiver]]) -> None:
    pool, people = case
    shared = share_pool(pool, people)
    assert sum(row.amount for row in shared.rows) == pool
    for each in people:
        assert each.floor <= shared.of(each.code).amount <= each.cap


@given(case=possible())
@settings(deadline=None)
def test_who_is_held_by_nothing_gets_one_rate_to_the_fen(case: tuple[Decimal, list[Receiver]]) -> None:
    pool, people = case
    free = [row for row in share_pool(pool, people).rows if row.bound is Bound.WEIGHT]
    weight = sum((row.weight for row in free), Decimal(0))
    amount = sum((row.amount for row in free), Decimal(0))
    assert all(abs(row.amount - amount * row.weight / weight) <= FEN for row in free)


@given(case=possible())
@settings(deadline=None)
def test_at_a_floor_the_rate_would_give_less_and_at_a_cap_more(case: tuple[Decimal, list[Receiver]]) -> None:
    pool, people = case
    rows = share_pool(pool, people).rows
    rates = [row.amount / row.weight for row in rows if row.bound is Bound.WEIGHT]
    slack = FEN / min(row.weight for row in rows)
    for row in rows:
        if rates and row.bound is Bound.FLOOR:
            assert row.amount / row.weight >= min(rates) - slack
        if rates and row.bound is Bound.CAP:
            assert row.amount / row.weight <= max(rates) + slack


def county() -> list[Receiver]:
    nurses = (receiver("N1", "1"), receiver("N2", "1"), receiver("N3", "1"))
    units = (
        receiver("U1", "2", members=nurses, kept=Decimal("0.1")),
        receiver("U2", "1"),
    )
    return [receiver("H1", "3", members=units), receiver("T1", "1")]


def test_four_levels_keep_the_pool_whole() -> None:
    shared = share_pool(Decimal("100000.01"), county())
    assert sum(shared.ends.values()) == Decimal("100000.01")
    assert [row.depth for row in shared.rows] == [0, 1, 2, 2, 2, 1, 0]


def test_each_level_adds_up_to_what_it_was_given() -> None:
    shared = share_pool(Decimal("77777.77"), county())
    for row in shared.rows:
        members = [inner.amount for inner in shared.rows if inner.of == row.code]
        assert not members or row.kept + sum(members) == row.amount


def test_the_preview_tells_the_change_since_last_time() -> None:
    shared = share_pool(Decimal("100.00"), [receiver("A", "1"), receiver("B", "3")], before={"A": Decimal("30.00")})
    assert (shared.of("A").change, shared.of("B").change) == (Decimal("-5.00"), None)


def test_the_preview_tells_the_share_without_the_cap() -> None:
    shared = share_pool(Decimal("100.00"), [receiver("A", "1"), receiver("B", "3", cap=Decimal("60.00"))])
    row = shared.of("B")
    assert (row.by_weight, row.amount, row.bound) == (Decimal("75.00"), Decimal("60.00"), Bound.CAP)
    assert "封顶 60.00" in row.said.zh
    assert "held at the cap 60.00" in row.said.en


def refusal(pool: str, receivers: list[Receiver]) -> str:
    with pytest.raises(InvalidInput) as refused:
        share_pool(Decimal(pool), receivers)
    assert refused.value.text.zh
    assert refused.value.text.en
    return refused.value.code


def two_bound_by(*, floor: bool) -> list[Receiver]:
    """Two with floors, or caps, of 60 and 40 yuan."""
    name = "floor" if floor else "cap"
    return [receiver("A", "1", **{name: Decimal(60)}), receiver("B", "1", **{name: Decimal(40)})]


@pytest.mark.parametrize(
    ("code", "pool", "receivers"),
    [
        ("appraisal.floors_impossible", "99.99", two_bound_by(floor=True)),
        ("appraisal.caps_impossible", "100.01", two_bound_by(floor=False)),
        ("appraisal.floor_above_cap", "100.00", [receiver("A", "1", floor=Decimal("60"), cap=Decimal("40"))]),
        ("appraisal.nobody_to_receive", "1.00", [receiver("A", "0"), receiver("B", "0")]),
        ("appraisal.receiver_twice", "1.00", [receiver("A", "1"), receiver("A", "2")]),
        ("appraisal.pool_not_usable", "1.005", [receiver("A", "1")]),
        ("appraisal.pool_not_usable", "-1.00", [receiver("A", "1")]),
        ("appraisal.weight_not_usable", "1.00", [receiver("A", "-1")]),
        ("appraisal.bound_not_usable", "1.00", [receiver("A", "1", floor=Decimal("0.005"))]),
        ("appraisal.kept_not_usable", "1.00", [receiver("A", "1", kept=Decimal(2), members=(receiver("B", "1"),))]),
        ("appraisal.nobody_to_receive", "1.00", []),
    ],
)  # fmt: skip
def test_what_cannot_be_shared_is_refused(code: str, pool: str, receivers: list[Receiver]) -> None:
    assert refusal(pool, receivers) == code


def test_a_floor_below_that_the_unit_s_share_cannot_keep_names_the_unit() -> None:
    poor = receiver("U1", "1", members=(receiver("N1", "1", floor=Decimal("80.00")),))
    with pytest.raises(InvalidInput) as refused:
        share_pool(Decimal("100.00"), [poor, receiver("U2", "1")])
    assert (refused.value.code, refused.value.where) == ("appraisal.floors_impossible", "U1")


def test_without_weight_a_floor_is_still_paid() -> None:
    shared: Shared = share_pool(Decimal("100.00"), [receiver("A", "0", floor=Decimal("10.00")), receiver("B", "1")])
    assert shared.ends == {"A": Decimal("10.00"), "B": Decimal("90.00")}


def test_nothing_to_share_gives_everybody_nothing() -> None:
    assert share_pool(Decimal("0.00"), [receiver("A", "1"), receiver("B", "0")]).ends == {"A": 0, "B": 0}
