"""Who is drawn, what is estimated from the reviewed rows, and how sure that is."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yigongti.engines.claim_checks.recovery import estimate_recovery
from yigongti.engines.claim_checks.sampling import Unit, amount_band, draw_sample
from yigongti.engines.claim_checks.student import satterthwaite, t_distribution, t_quantile
from yigongti.foundation.errors import InvalidInput

SIZES = {("A", "pair"): 40, ("A", "price"): 9, ("B", "pair"): 200}


def units(sizes: dict[tuple[str, ...], int] = SIZES, seed: int = 1) -> list[Unit]:
    drawn = Random(seed)
    return [
        Unit(f"{'/'.join(name)}/{number}", name, Decimal(drawn.randint(100, 90_000)) / 100)
        for name, count in sizes.items()
        for number in range(count)
    ]


def drawn_keys(found: list[Unit], seed: str = "s", size: int = 30, **choices: object) -> list[str]:
    return [unit.key for unit in draw_sample(found, seed=seed, size=size, **choices).units]  # type: ignore[arg-type]


def test_the_same_seed_draws_the_same_rows_in_whatever_order_they_come() -> None:
    rows = units()
    shuffled = list(rows)
    Random(5).shuffle(shuffled)
    assert drawn_keys(rows) == drawn_keys(shuffled)


def test_another_seed_draws_other_rows() -> None:
    assert drawn_keys(units(), "s") != drawn_keys(units(), "t")


def test_a_larger_sample_of_the_same_seed_holds_the_smaller() -> None:
    assert set(drawn_keys(units(), size=30)) <= set(drawn_keys(units(), size=60))


def test_in_proportion_a_stratum_of_200_of_249_is_given_four_fifths() -> None:
    sample = draw_sample(units(), seed="s", size=50)
    assert {stratum.name: len(stratum.drawn) for stratum in sample.strata} == {
        ("A", "pair"): 8,
        ("A", "price"): 2,
        ("B", "pair"): 40,
    }


def test_neyman_looks_closer_where_amounts_differ_more() -> None:
    even = [Unit(f"e{n}", ("even",), Decimal(100)) for n in range(50)]
    uneven = [Unit(f"u{n}", ("uneven",), Decimal(n * 100)) for n in range(50)]
    sample = draw_sample([*even, *uneven], seed="s", size=20, allocation="neyman", least=3)
    assert [len(stratum.drawn) for stratum in sample.strata] == [3, 17]


def test_a_stratum_with_fewer_rows_than_the_least_is_drawn_whole() -> None:
    sample = draw_sample(units({("A",): 1, ("B",): 100}), seed="s", size=10, least=3)
    assert [len(stratum.drawn) for stratum in sample.strata] == [1, 9]


@pytest.mark.parametrize(("size", "least"), [(5, 2), (50, 0)])
def test_what_cannot_be_allocated_is_refused(size: int, least: int) -> None:
    with pytest.raises(InvalidInput):
        draw_sample(units(), seed="s", size=size, least=least)


def test_a_key_that_stands_twice_is_refused() -> None:
    with pytest.raises(InvalidInput, match="sample_key_twice"):
        draw_sample([Unit("k", ("A",), Decimal(1))] * 2, seed="s", size=2)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.integers(1, 60), min_size=1, max_size=8),
    st.integers(1, 300),
    st.integers(1, 4),
    st.sampled_from(["proportional", "neyman"]),
    st.integers(0, 99),
)
def test_strata_are_given_what_is_asked_between_their_least_and_all(
    sizes: list[int], size: int, least: int, allocation: str, seed: int
) -> None:
    found = units({(f"s{place}",): count for place, count in enumerate(sizes)}, seed)
    if size < sum(min(least, count) for count in sizes):
        return
    sample = draw_sample(found, seed="s", size=size, allocation=allocation, least=least)
    assert sample.size == min(size, len(found))
    assert sum(stratum.size for stratum in sample.strata) == len(found)
    assert sum(stratum.amount for stratum in sample.strata) == sum(unit.amount for unit in found)
    for stratum in sample.strata:
        assert min(least, stratum.size) <= len(stratum.drawn) <= stratum.size


def test_bands_of_amounts() -> None:
    limits = [Decimal(100), Decimal(1000)]
    assert [amount_band(Decimal(text), limits) for text in ("99.99", "100", "1000")] == ["<100", "100-1000", "≥1000"]


def test_the_worked_table_of_the_documentation() -> None:
    rows = [Unit(f"a{n}", ("a",), Decimal(100)) for n in range(10)] + [
        Unit(f"b{n}", ("b",), Decimal(1000)) for n in range(4)
    ]
    sample = draw_sample(rows, seed="s", size=6, least=2)
    a, b = ([unit.key for unit in stratum.drawn] for stratum in sample.strata)
    recovered = dict(zip(a, map(Decimal, (100, 100, 0, 100)), strict=True)) | dict(
        zip(b, map(Decimal, (1000, 500)), strict=True)
    )
    found = estimate_recovery(sample, recovered)
    assert (found.certain, found.mean_per_unit.amount, found.ratio.amount) == (1800, 3750, 3750)
    assert found.mean_per_unit.standard_error == Decimal("733.14")
    assert found.mean_per_unit.degrees == pytest.approx(1.153, abs=1e-3)


def test_what_was_reviewed_completely_has_no_error() -> None:
    sample = draw_sample(units({("A",): 6}), seed="s", size=6)
    reviewed = {unit.key: unit.amount / 2 for unit in sample.units}
    found = estimate_recovery(sample, reviewed)
    assert found.mean_per_unit.standard_error == 0
    assert found.mean_per_unit.lower == found.mean_per_unit.amount == found.certain


def test_no_bound_is_below_what_the_reviewed_rows_hold() -> None:
    sample = draw_sample(units({("A",): 30}), seed="s", size=3)
    reviewed = dict(zip((unit.key for unit in sample.units), map(Decimal, (0, 0, 900)), strict=True))
    found = estimate_recovery(sample, reviewed)
    assert found.mean_per_unit.lower == found.certain == 900


def test_rows_that_do_not_differ_still_leave_something_open() -> None:
    sample = draw_sample(units({("A",): 100}), seed="s", size=10)
    found = estimate_recovery(sample, {unit.key: unit.amount for unit in sample.units})
    assert found.ratio.standard_error == 0
    assert found.ratio.lower == (found.ratio.amount * Decimal(0.05 ** (1 / 10))).quantize(Decimal("0.01"))


def test_one_reviewed_row_in_all_gives_no_bound() -> None:
    sample = draw_sample(units({("A",): 100}), seed="s", size=10)
    assert estimate_recovery(sample, {sample.units[0].key: Decimal(1)}).ratio.lower is None


def test_a_stratum_that_nobody_reviewed_counts_as_nothing_and_says_so() -> None:
    sample = draw_sample(units({("A",): 10, ("B",): 10}), seed="s", size=8)
    found = estimate_recovery(sample, {unit.key: Decimal(10) for unit in sample.strata[0].drawn})
    assert found.mean_per_unit.amount == 100
    assert [step.passed for step in found.trace.named("stratum")] == [True, False]


def test_a_single_row_of_a_stratum_borrows_the_spread_of_all() -> None:
    sample = draw_sample(units({("A",): 10, ("B",): 10}), seed="s", size=8)
    first, second = sample.strata
    reviewed = dict(zip((unit.key for unit in first.drawn), map(Decimal, (0, 10, 20, 30)), strict=True))
    alone = estimate_recovery(sample, reviewed | {second.drawn[0].key: Decimal(15)})
    # A: 10² · 0.6 · 500/3 / 4 = 2500; B: 10² · 0.9 · 125 / 1 = 11250 (all five rows: 125)
    assert alone.mean_per_unit.standard_error == Decimal("117.26")


@pytest.mark.parametrize("amount", ["-1"])
def test_reviews_below_nothing_or_of_other_rows_are_refused(amount: str) -> None:
    sample = draw_sample(units(), seed="s", size=30)
    with pytest.raises(InvalidInput):
        estimate_recovery(sample, {sample.units[0].key: Decimal(amount)})
    with pytest.raises(InvalidInput):
        estimate_recovery(sample, {"unknown": Decimal(1)})


def simulated(rounds: int) -> Iterator[tuple[float, float, float, float, float]]:
    """truth, both estimates and both bounds of many samples of one invented county: 60 % upheld, some by half."""
    drawn = Random(20_261_001)
    rows = units({("A",): 300, ("B",): 120, ("C",): 60})
    upheld = {unit.key: unit.amount * Decimal(drawn.choice(["1", "1", "1", "0.5", "0"])) for unit in rows}
    truth = float(sum(upheld.values()))
    for round_ in range(rounds):
        sample = draw_sample(rows, seed=f"round {round_}", size=60, least=5)
        found = estimate_recovery(sample, {unit.key: upheld[unit.key] for unit in sample.units})
        assert found.mean_per_unit.lower is not None and found.ratio.lower is not None
        yield (
            truth,
            float(found.mean_per_unit.amount),
            float(found.ratio.amount),
            float(found.mean_per_unit.lower),
            float(found.ratio.lower),
        )


def test_estimates_are_right_on_average_and_bounds_hold_nineteen_times_in_twenty() -> None:
    rounds = list(simulated(400))
    truth = rounds[0][0]
    for place in (1, 2):
        assert sum(row[place] for row in rounds) / len(rounds) == pytest.approx(truth, rel=0.01)
    for place in (3, 4):
        held = sum(row[place] <= truth for row in rounds) / len(rounds)
        assert 0.925 <= held <= 0.99  # 95 % give or take what 400 rounds leave open


def test_the_ratio_is_sharper_where_what_is_upheld_goes_with_what_was_at_stake() -> None:
    rounds = list(simulated(100))
    error = [sum((row[place] - row[0]) ** 2 for row in rounds) for place in (1, 2)]
    assert error[1] < error[0]


@pytest.mark.parametrize(
    ("probability", "degrees", "value"),
    [
        (0.95, 1, 6.313751515),
        (0.95, 2, 2.91998558),
        (0.975, 4, 2.776445105),
        (0.95, 10, 1.812461123),
        (0.995, 30, 2.749995654),
        (0.95, 1e7, 1.644853627),
        (0.05, 10, -1.812461123),
    ],
)
def test_quantiles_are_those_of_printed_tables(probability: float, degrees: float, value: float) -> None:
    assert t_quantile(probability, degrees) == pytest.approx(value, rel=1e-6)


@settings(deadline=None)
@given(st.floats(0.01, 0.99), st.floats(0.5, 500))
def test_a_quantile_is_where_the_distribution_reaches_its_probability(probability: float, degrees: float) -> None:
    assert t_distribution(t_quantile(probability, degrees), degrees) == pytest.approx(probability, abs=1e-9)


def test_degrees_of_two_equal_variances_add_up() -> None:
    assert satterthwaite([(2.0, 5.0), (2.0, 5.0)]) == pytest.approx(10)
