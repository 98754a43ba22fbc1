"""Stratified samples: the same draw for the same seed, allocations that add up, estimates and bounds that hold."""

from decimal import Decimal
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yigongti.engines.claim_checks.sampling import (
    LEAST,
    Reviewed,
    SampleRow,
    Size,
    allocation,
    band_of,
    drawn,
    estimated,
    sizes,
    strata_of,
)
from yigongti.foundation.errors import InvalidInput


def a_row(number, check="a", institution="H1", yuan="10"):
    return SampleRow(f"{institution}/C{number:04d}/1/{check}", check, institution, Decimal(yuan))


def rows(*counts):
    """Strata a, b, c … with so many rows each; later ones are dearer."""
    return [a_row(n, "abcdef"[i], yuan=str(10 * (i + 1) + n)) for i, count in enumerate(counts) for n in range(count)]


amounts = st.decimals("0.01", "9999.99", places=2)
many_rows = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["H1", "H2"]), amounts), min_size=1, max_size=60)


def named(told):
    return [SampleRow(f"{i}", check, place, yuan) for i, (check, place, yuan) in enumerate(told)]


def test_the_same_seed_draws_the_same_rows_and_another_seed_others():
    strata = strata_of(rows(100, 10))
    wanted = allocation(strata, 12)
    assert drawn(strata, wanted, 7) == drawn(strata, wanted, 7)
    assert drawn(strata, wanted, 7) != drawn(strata, wanted, 8)


@given(many_rows, st.integers(0, 2**63 - 1), st.integers(2, 30), st.randoms())
def test_the_draw_does_not_depend_on_the_order_of_the_findings(told, seed, size, shuffler):
    own = named(told)
    mixed = list(own)
    shuffler.shuffle(mixed)
    first, second = strata_of(own), strata_of(mixed)
    assert drawn(first, allocation(first, size), seed) == drawn(second, allocation(second, size), seed)


def test_a_larger_sample_of_a_stratum_holds_the_smaller_one():
    strata = strata_of(rows(50))
    small, large = (drawn(strata, {"a": n}, 3) for n in (10, 20))
    assert large[:10] == small


@given(many_rows, st.integers(1, 80), st.sampled_from(["yuan", "neyman"]))
def test_an_allocation_adds_up_within_the_limits_of_its_strata(told, size, method):
    strata = strata_of(named(told), by=("check", "institution", "band"), bands=(Decimal(100), Decimal(1000)))
    wanted = allocation(strata, size, method)
    least = sum(min(LEAST, len(own)) for own in strata.values())
    assert sum(wanted.values()) == min(max(size, least), len(told))
    assert all(min(LEAST, len(own)) <= wanted[name] <= len(own) for name, own in strata.items())


def test_rows_go_where_the_yuan_are():
    strata = {
        "dear": [a_row(n, "dear", yuan="20") for n in range(500)],
        "cheap": [a_row(n, "cheap", yuan="2") for n in range(40)],
        "single": [a_row(1, "single", yuan="0")],
    }
    assert allocation(strata, 50) == {"cheap": 2, "dear": 47, "single": 1}


def test_neyman_sends_rows_where_amounts_differ_and_few_where_they_are_alike():
    strata = {
        "alike": [a_row(n, "alike", yuan="100") for n in range(100)],
        "apart": [a_row(n, "apart", yuan=str(1 + 2 * n)) for n in range(100)],
    }
    assert allocation(strata, 30, "neyman") == {"alike": 2, "apart": 28}
    assert allocation(strata, 30, "yuan") == {"alike": 15, "apart": 15}


@pytest.mark.parametrize(
    ("yuan", "band"),
    [("0.01", "0-200"), ("199.99", "0-200"), ("200", "200-1000"), ("1000", "1000-"), ("9999", "1000-")],
)
def test_the_lower_end_of_a_band_belongs_to_it(yuan, band):
    assert band_of(Decimal(yuan), [Decimal(200), Decimal(1000)]) == band


def test_strata_are_named_by_what_was_chosen():
    own = [a_row(1), a_row(2, institution="H2", yuan="500")]
    assert set(strata_of(own, by=("institution", "check"))) == {"a|H1", "a|H2"}
    assert sizes(strata_of(own, by=("band",), bands=[Decimal(200)])) == {
        "0-200": Size(1, Decimal(10)), "200-": Size(1, Decimal(500)),
    }  # fmt: skip


@pytest.mark.parametrize("by", [(), ("physician",)])
def test_strata_by_nothing_or_by_something_unknown_are_refused(by):
    with pytest.raises(InvalidInput):
        strata_of(rows(3), by=by)


def test_a_finding_that_is_there_twice_is_refused():
    with pytest.raises(InvalidInput):
        strata_of([a_row(1), a_row(1)])


def right(*yuan):
    return [Reviewed(Decimal(y), Decimal(y)) for y in yuan]


def test_what_was_reviewed_whole_is_its_sum_without_any_doubt():
    found = estimated({"a": Size(2, Decimal(30))}, {"a": [Reviewed(Decimal(20), Decimal(5)), *right(10)]}, 0.95)
    assert (found.estimate, found.bound, found.mean.degrees) == (Decimal("15.00"), Decimal("15.00"), None)


def test_the_bound_takes_off_students_t_times_the_standard_error():
    found = estimated({"a": Size(100, Decimal(2000))}, {"a": right(10, 20, 30, 40)}, 0.95)
    # 100 · 96 / 4 · 166.667 = 400,000; its root 632.46; three degrees: 2.3534 · 632.46 = 1488.4
    assert found.mean.estimate == Decimal("2500.00")
    assert found.mean.standard_error == pytest.approx(632.456, abs=0.001)
    assert found.mean.degrees == pytest.approx(3)
    assert found.mean.bound == pytest.approx(Decimal("1011.62"), abs=Decimal("0.05"))


def test_the_bound_is_never_below_what_the_reviewed_rows_come_to():
    found = estimated({"a": Size(100, Decimal(2000))}, {"a": right(10, 1000)}, 0.95)
    assert found.bound == found.certain == Decimal(1010)


def test_one_row_of_a_hundred_proves_no_more_than_itself():
    found = estimated({"a": Size(100, Decimal(2000))}, {"a": right(10)}, 0.95)
    assert (found.estimate, found.bound) == (Decimal("1000.00"), Decimal(10))


def test_rows_that_are_all_alike_prove_no_more_than_themselves():
    found = estimated({"a": Size(100, Decimal(1000))}, {"a": right(*["10"] * 20)}, 0.95)
    assert (found.estimate, found.bound) == (Decimal("1000.00"), Decimal(200))


def test_rows_of_which_the_same_share_stands_leave_the_ratio_without_an_error():
    rows = [Reviewed(Decimal(100 + n), Decimal(100 + n) / 3) for n in range(40)]
    found = estimated({"a": Size(100, Decimal(12000))}, {"a": rows}, 0.95)
    assert (found.ratio.standard_error, found.ratio.bound) == (None, None)


def test_strata_with_one_reviewed_row_each_are_laid_together():
    found = estimated(
        {"a": Size(10, Decimal(100)), "b": Size(10, Decimal(100)), "c": Size(1, Decimal(7))},
        {"a": right(10), "b": [Reviewed(Decimal(10), Decimal(6))], "c": right(7)},
        0.95,
    )
    # 100 and 60, each 80 by its yuan: 2 · (20² + 20²) = 1600, one degree of freedom
    assert found.mean.standard_error == pytest.approx(40)
    assert found.mean.degrees == pytest.approx(1)
    assert found.mean.estimate == Decimal("167.00")


def test_nothing_is_estimated_before_every_stratum_has_a_reviewed_row():
    found = estimated({"a": Size(5, Decimal(50)), "b": Size(5, Decimal(50))}, {"a": right(10, 10)}, 0.95)
    assert (found.estimate, found.bound, found.certain) == (None, None, Decimal(20))
    assert found.trace.named("not_yet")[0].evidence == ("b",)


def some_review(count, wrong):
    return [Reviewed(Decimal(20 + n % 5), Decimal(0) if n < wrong else Decimal(20 + n % 5)) for n in range(count)]


def test_the_ratio_is_shown_where_it_may_be_trusted():
    found = estimated({"a": Size(400, Decimal(9000))}, {"a": some_review(40, 10)}, 0.95)
    assert found.shown == "ratio"
    assert found.estimate == found.ratio.estimate and found.bound == found.ratio.bound
    assert found.trace.named("shown")[0].said.zh.startswith("采用联合比率估计")


@pytest.mark.parametrize(("count", "wrong"), [(29, 10), (40, 4), (40, 36)], ids=["few rows", "few wrong", "few right"])
def test_the_mean_is_shown_where_the_ratio_may_not_be_trusted(count, wrong):
    assert estimated({"a": Size(400, Decimal(9000))}, {"a": some_review(count, wrong)}, 0.95).shown == "mean"


def test_a_sample_may_be_told_to_keep_to_the_mean():
    found = estimated({"a": Size(400, Decimal(9000))}, {"a": some_review(40, 10)}, 0.95, ratio_allowed=False)
    assert (found.shown, found.estimate) == ("mean", found.mean.estimate)


@settings(max_examples=60)
@given(many_rows, st.integers(0, 10**6))
def test_a_bound_lies_between_what_is_certain_and_the_estimate(told, seed):
    strata = strata_of(named(told))
    chooser = Random(seed)
    review = {}
    for name, row in drawn(strata, allocation(strata, 12), seed):
        review.setdefault(name, []).append(Reviewed(row.yuan, row.yuan * chooser.choice([0, 1])))
    found = estimated(sizes(strata), review, 0.95)
    assert found.certain <= found.bound <= max(found.certain, found.estimate)
    assert all(step.said.zh and step.said.en for step in found.trace)


def a_world(chooser):
    """Three strata with skewed amounts; of each finding it is settled what is to be recovered."""
    made, truth = [], {}
    for check, count, share in (("a", 300, 0.8), ("b", 150, 0.5), ("c", 60, 0.3)):
        for n in range(count):
            row = a_row(n, check, yuan=f"{chooser.lognormvariate(4, 0.7):.2f}")
            made.append(row)
            kept = chooser.random()
            truth[row.key] = row.yuan if kept < share else row.yuan / 2 if kept < share + 0.1 else Decimal(0)
    return made, truth


def test_over_many_seeds_estimates_are_right_on_average_and_bounds_hold_as_often_as_they_say():
    made, truth = a_world(Random(20261101))
    strata = strata_of(made)
    population, wanted, whole = sizes(strata), allocation(strata, 80), float(sum(truth.values()))
    held, sums = {"mean": 0, "ratio": 0}, {"mean": 0.0, "ratio": 0.0}
    draws = 400
    for seed in range(draws):
        review = {}
        for name, row in drawn(strata, wanted, seed):
            review.setdefault(name, []).append(Reviewed(row.yuan, truth[row.key]))
        found = estimated(population, review, 0.95)
        for name, way in (("mean", found.mean), ("ratio", found.ratio)):
            sums[name] += float(way.estimate) / whole / draws
            held[name] += float(way.bound) <= whole
    # the standard error of one draw is about 8 % of the whole for the mean and 6 % for the ratio
    assert sums["mean"] == pytest.approx(1, abs=0.015)
    assert sums["ratio"] == pytest.approx(1, abs=0.015)
    assert held["mean"] / draws >= 0.93 and held["ratio"] / draws >= 0.93


def test_the_worked_table_of_the_document_comes_to_its_figures():
    population = {
        "duplicate_charge": Size(120, Decimal(14_400)),
        "sex_limited_medicine": Size(40, Decimal(8_000)),
        "course": Size(1, Decimal(300)),
    }
    told = {
        "duplicate_charge": [(100, 100), (140, 140), (90, 0), (150, 150), (120, 60), (110, 110)],
        "sex_limited_medicine": [(200, 200), (180, 0), (220, 220), (210, 210)],
        "course": [(300, 300)],
    }
    review = {name: [Reviewed(Decimal(x), Decimal(y)) for x, y in own] for name, own in told.items()}
    found = estimated(population, review, 0.95)
    assert (found.shown, found.estimate, found.bound) == ("mean", Decimal("17800.00"), Decimal("9999.66"))
    assert (found.mean.standard_error, found.mean.degrees) == pytest.approx((3328.09, 7.99), abs=0.005)
    assert (found.ratio.estimate, found.ratio.bound) == (Decimal("17878.76"), Decimal("11261.16"))
