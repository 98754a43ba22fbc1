"""The effect of an order: differences in differences, what cannot be said yet, and intervals that hold."""

from datetime import date
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yigongti.engines.claim_checks.effect import Cell, Settings, begun, by_month, measure, peers_of
from yigongti.foundation.period import Month

EVENT = date(2026, 7, 14)
JANUARY = Month(2026, 1)
SETTINGS = Settings()


def a_series(before, after, lines=1000, first=JANUARY):
    """Findings by month; the month of the event lies between the two, with none."""
    told = [*before, 0, *after]
    return {first.plus(n): Cell(Decimal(v), Decimal(lines)) for n, v in enumerate(told)}


def worked():
    """The worked example of docs/algorithms/claim-checks-effect.md: six months, the event in July, four months."""
    return {
        "T1": a_series([3, 4, 2, 3, 4, 3], [1, 1, 0, 1]),
        "T2": a_series([3, 3, 2, 3, 4, 3], [3, 2, 3, 3]),
        "T3": a_series([2, 3, 3, 2, 3, 2], [2, 3, 2, 2]),
    }


def test_the_worked_example_comes_to_the_figures_of_the_document():
    found = measure("T1", worked(), ["T2", "T3"], EVENT, SETTINGS)
    assert (found.before, found.after) == (Decimal("3.1667"), Decimal("0.7500"))
    assert (found.peers_before, found.peers_after) == (Decimal("2.7500"), Decimal("2.5000"))
    assert found.effect == Decimal("-2.1667")
    assert (found.interval.by, found.interval.low, found.interval.high) == (
        "months",
        Decimal("-2.9369"),
        Decimal("-1.3965"),
    )
    assert found.interval.shows_a_change


def test_the_month_of_the_event_is_left_out():
    with_event = worked()
    with_event["T1"][Month(2026, 7)] = Cell(Decimal(900), Decimal(1000))
    assert measure("T1", with_event, ["T2", "T3"], EVENT, SETTINGS) == measure(
        "T1", worked(), ["T2", "T3"], EVENT, SETTINGS
    )


def test_every_step_is_told_in_both_languages():
    found = measure("T1", worked(), ["T2", "T3"], EVENT, SETTINGS)
    assert [step.name for step in found.trace] == [
        "window", "own", "peers", "difference", "months", "placebo", "shown",
    ]  # fmt: skip
    assert all(step.said.zh and step.said.en for step in found.trace)
    assert found.trace.named("shown")[0].said.zh == "采用月份波动区间（95%）：-2.9369至-1.3965；区间不含0"


def test_of_two_intervals_the_wider_is_shown_and_the_trace_says_so():
    series = a_county(Random(1), peers=39, months=6, drift=1.0)
    found = measure("T0", series, sorted(set(series) - {"T0"}), EVENT, SETTINGS)
    assert {interval.by for interval in found.intervals} == {"months", "peers"}
    assert found.interval.width == max(interval.width for interval in found.intervals)
    assert found.trace.named("shown")[0].said.en.startswith("of two the wider, the interval over")


@pytest.mark.parametrize(
    ("before", "after", "peers", "cannot"),
    [
        ([3, 3], [1, 1, 1], ["T2", "T3"], ("few_months_before",)),
        ([3, 3, 3], [1, 1], ["T2", "T3"], ("few_months_after",)),
        ([3, 3, 3], [1, 1, 1], ["T2"], ("few_peers",)),
        ([3, 3], [1], [], ("few_months_before", "few_months_after", "few_peers")),
    ],
)
def test_it_says_why_nothing_can_be_said_yet(before, after, peers, cannot):
    first = Month(2026, 7).plus(-len(before))
    series = {name: a_series(before, after, first=first) for name in ("T1", "T2", "T3")}
    found = measure("T1", series, peers, EVENT, SETTINGS)
    assert (found.effect, found.interval, found.cannot) == (None, None, cannot)
    assert found.before == Decimal(3) and found.change is not None, "what the institution itself did can be told"
    assert [step.evidence[0] for step in found.trace.named("cannot")] == list(cannot)


def test_without_a_finding_anywhere_there_is_an_effect_of_nothing_and_no_interval():
    series = {name: a_series([0] * 4, [0] * 4, first=Month(2026, 3)) for name in ("T1", "T2", "T3")}
    found = measure("T1", series, ["T2", "T3"], EVENT, SETTINGS)
    assert (found.effect, found.interval, found.cannot) == (Decimal("0.0000"), None, ("no_scatter",))


def test_months_that_are_all_alike_give_no_interval_of_no_width():
    series = {f"T{n}": a_series([n] * 4, [n] * 4, lines=2999 + n, first=Month(2026, 3)) for n in range(1, 5)}
    found = measure("T1", series, ["T2", "T3", "T4"], EVENT, SETTINGS)
    assert (found.interval, found.cannot) == (None, ("no_scatter",))


def test_an_institution_without_any_month_has_no_rate():
    found = measure("T9", worked(), ["T2", "T3"], EVENT, SETTINGS)
    assert (found.before, found.after, found.change) == (None, None, None)


def test_months_without_lines_and_peers_without_months_are_not_looked_at():
    series = worked()
    series["T1"][Month(2026, 2)] = Cell(Decimal(0), Decimal(0))
    series["T3"] = {month: cell for month, cell in series["T3"].items() if month < Month(2026, 9)}
    found = measure("T1", series, ["T2", "T3"], EVENT, SETTINGS)
    assert (len(found.months_before), found.peers, found.cannot) == (5, ("T2",), ("few_peers",))


def test_no_side_reaches_further_than_the_settings_say():
    found = measure("T1", worked(), ["T2", "T3"], EVENT, Settings(most_months=3))
    assert [str(m) for m in (*found.months_before, *found.months_after)] == [
        "2026-04", "2026-05", "2026-06", "2026-08", "2026-09", "2026-10",
    ]  # fmt: skip


def test_peers_have_the_same_level_and_no_order_in_the_window():
    levels = {"T1": "township", "T2": "township", "T3": "township", "T4": "township", "H1": "county", "X": ""}
    ordered = {"T3": [date(2026, 9, 1)], "T4": [date(2024, 1, 1)]}
    assert peers_of("T1", levels, ordered, date(2025, 7, 1), date(2026, 12, 31)) == ["T2", "T4"]
    assert peers_of("X", levels, {}, date(2025, 7, 1), date(2026, 12, 31)) == []


def test_orders_that_follow_each_other_are_one_event():
    days = [date(2026, 5, 20), date(2026, 5, 12), date(2026, 9, 1), date(2027, 10, 1)]
    assert begun(days, 12) == [date(2026, 5, 12), date(2027, 10, 1)]


def test_the_months_of_a_picture_have_the_middle_half_of_the_peers():
    series = {"T1": a_series([4], []), **{f"P{n}": a_series([n], []) for n in range(1, 6)}}
    (first, _event) = by_month("T1", series, [f"P{n}" for n in range(1, 6)], 1000)
    assert (first.own, first.findings, first.mean, first.low, first.high) == (4, 4, 3, 2, 4)


counts = st.lists(st.integers(0, 30), min_size=3, max_size=8)


@st.composite
def worlds(draw):
    before, after = draw(st.integers(3, 6)), draw(st.integers(3, 6))
    side = lambda n: st.lists(st.integers(0, 30), min_size=n, max_size=n)  # noqa: E731
    first = Month(2026, 7).plus(-before)
    lines = st.integers(200, 5000)
    return {
        f"T{n}": a_series(draw(side(before)), draw(side(after)), lines=draw(lines), first=first)
        for n in range(draw(st.integers(3, 6)))
    }


@settings(max_examples=80)
@given(worlds())
def test_the_effect_is_the_change_less_the_mean_change_of_the_peers(series):
    peers = sorted(set(series) - {"T0"})
    found = measure("T0", series, peers, EVENT, SETTINGS)
    changes = [measure(p, series, peers, EVENT, SETTINGS).change for p in peers]
    assert found.effect == pytest.approx(found.change - sum(changes) / len(changes), abs=Decimal("0.001"))
    if found.interval is not None:
        assert found.interval.low <= found.effect <= found.interval.high


@settings(max_examples=80)
@given(worlds(), st.integers(1, 20))
def test_what_happens_to_all_of_them_is_no_effect(series, more):
    """The same rise everywhere after the event leaves the effect as it was."""
    raised = {
        name: {
            month: Cell(cell.numerator + (cell.denominator * more if month > Month.of(EVENT) else 0), cell.denominator)
            for month, cell in own.items()
        }
        for name, own in series.items()
    }
    peers = sorted(set(series) - {"T0"})
    first, second = (measure("T0", told, peers, EVENT, SETTINGS) for told in (series, raised))
    assert first.effect == pytest.approx(second.effect, abs=Decimal("0.0002"))


def test_the_interval_over_peers_needs_39_of_them_at_95_percent():
    assert (Settings().peers_for_placebo, Settings(level=0.9).peers_for_placebo) == (39, 19)


def a_county(chooser, peers, months, drift):
    """Institutions with rates of their own, noise by month and by institution, no effect; drift: how far an
    institution's rate wanders by itself between the sides, in findings for 1,000 lines."""
    made = {}
    for n in range(peers + 1):
        rate, wandered = chooser.uniform(2, 4), chooser.gauss(0, drift)
        lines = chooser.randint(2000, 6000)
        told = {}
        for m in range(2 * months + 1):
            mean = (rate + (wandered if m > months else 0)) * lines / 1000
            told[Month(2026, 7).plus(m - months)] = Cell(
                Decimal(max(0, round(chooser.gauss(mean, max(mean, 0.1) ** 0.5)))), Decimal(lines)
            )
        made[f"T{n}"] = told
    return made


def held(peers, months, drift, worlds=300, seed=20261101):
    """How often the interval that is shown, and each of the two, hold the effect, which is nothing."""
    chooser = Random(seed)
    hits = {"shown": 0, "months": 0, "peers": 0}
    for _ in range(worlds):
        series = a_county(chooser, peers, months, drift)
        found = measure("T0", series, sorted(set(series) - {"T0"}), EVENT, SETTINGS)
        for interval in found.intervals:
            hits[interval.by] += not interval.shows_a_change
        hits["shown"] += not found.interval.shows_a_change
    return {name: count / worlds for name, count in hits.items()}


def test_over_months_the_interval_holds_as_often_as_it_says():
    assert held(peers=6, months=6, drift=0)["shown"] >= 0.92


def test_with_many_peers_the_interval_holds_though_institutions_wander_by_themselves():
    found = held(peers=39, months=4, drift=1.0, worlds=150)
    assert found["shown"] >= 0.92
    assert found["months"] < 0.85, "months alone do not see it: this is why peers are asked too"
