"""Before and after against peers."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pytest

from yigongti.engines.claim_checks.effect import Effect, MonthOfCheck, measure_effect
from yigongti.foundation.period import Month

FIRST = Month(2026, 1)
LINES = 10_000


def months(institution: str, found: Sequence[int | None], check: str = "pair") -> list[MonthOfCheck]:
    """Findings in 10,000 lines of each month from January; None: the month is missing."""
    return [
        MonthOfCheck(check, institution, FIRST.plus(place), Decimal(count), Decimal(LINES))
        for place, count in enumerate(found)
        if count is not None
    ]


STEADY = {"B": [20, 22, 21, 20, 21, 22], "C": [30, 29, 31, 30, 30, 30], "D": [10, 12, 11, 13, 10, 11]}


def effect(
    own: Sequence[int | None],
    peers: dict[str, list[int | None]] | dict[str, list[int]] = STEADY,
    after: int = 3,
    **more: object,
) -> Effect:
    rows = months("A", own)
    for peer, found in peers.items():
        rows += months(peer, found)
    return measure_effect(
        rows, check="pair", institution_code="A", peers=list(peers), first_month_after=FIRST.plus(after), **more  # type: ignore[arg-type]
    )  # fmt: skip


def test_the_worked_table_of_the_documentation() -> None:
    found = effect([80, 84, 82, 40, 38, 42])
    # gaps: 6.0, 6.3, 6.1 before; 1.9, 1.767, 2.1 after (per 1,000 lines; peers together 2.0, 2.1, 2.1, 2.1, 2.033, 2.1)
    assert [round(one.gap, 3) for one in found.before] == [6.0, 6.3, 6.1]
    assert [round(one.gap, 3) for one in found.after] == [1.9, 1.767, 2.1]
    assert found.effect == pytest.approx(-4.2111, abs=1e-4)
    assert (found.low, found.high) == (pytest.approx(-4.576, abs=1e-3), pytest.approx(-3.846, abs=1e-3))
    assert found.certain


def test_what_hits_all_alike_is_no_effect() -> None:
    fallen = {
        name: [count // 2 if place >= 3 else count for place, count in enumerate(own)] for name, own in STEADY.items()
    }
    found = effect([20, 20, 21, 10, 11, 10], fallen)
    assert found.effect == pytest.approx(0, abs=0.1)
    assert not found.certain


def test_with_two_months_on_a_side_there_is_an_effect_and_no_interval() -> None:
    found = effect([80, 84, 82, 40, 38], {name: own[:5] for name, own in STEADY.items()})
    assert found.effect is not None and found.low is None
    assert found.doubts == ("too_few_months",)


def test_with_two_peers_there_is_no_placebo_and_the_doubt_is_told() -> None:
    found = effect([80, 84, 82, 40, 38, 42], {name: STEADY[name] for name in ("B", "C")})
    assert found.placebo is None
    assert found.doubts == ("too_few_peers",)


def test_without_a_month_after_there_is_no_effect() -> None:
    found = effect([80, 84, 82, 81, 80, 84], after=6)
    assert found.effect is None
    assert "no_month_after" in found.doubts


def test_a_peer_that_lacks_a_month_is_left_out_and_named() -> None:
    found = effect([80, 84, 82, 40, 38, 42], STEADY | {"E": [5, None, 5, 5, 5, 5]})
    assert (found.peers, found.left_out) == (("B", "C", "D"), ("E",))


def test_months_of_transition_count_on_neither_side() -> None:
    found = effect([80, 84, 82, 60, 38, 42], without=[FIRST.plus(3)])
    assert [str(one.month) for one in found.after] == ["2026-05", "2026-06"]


def test_the_placebo_says_how_many_did_as_well() -> None:
    assert effect([80, 84, 82, 40, 38, 42]).placebo == pytest.approx(1 / 4)


def test_gaps_that_do_not_vary_give_no_interval() -> None:
    flat = {name: [10] * 6 for name in "BCD"}
    found = effect([20, 20, 20, 10, 10, 10], flat)
    assert (found.effect, found.low, found.doubts) == (pytest.approx(-1), None, ("no_spread",))


def test_without_peers_nothing_is_measured() -> None:
    found = effect([80, 84, 82, 40, 38, 42], {})
    assert found.effect is None
    assert "too_few_peers" in found.doubts


def test_other_checks_are_not_counted() -> None:
    rows = months("A", [80, 84, 82, 40, 38, 42]) + months("A", [9] * 6, "other")
    for peer, own in STEADY.items():
        rows += months(peer, own)
    found = measure_effect(
        rows, check="pair", institution_code="A", peers=list(STEADY), first_month_after=FIRST.plus(3)
    )
    assert found.before[0].own == pytest.approx(8.0)
