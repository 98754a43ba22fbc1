"""Differences by every dimension to the fen, persons better and worse off, and the interval of resampling."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yigongti.foundation.errors import InvalidInput, Text
from yigongti.processes.rehearsal.comparing import DIMENSIONS, compare
from yigongti.processes.rehearsal.replaying import FUND, KEY, PATIENT, Payer, aligned
from yigongti.processes.rehearsal.resampling import Resampling

PAYERS = (
    Payer("pool", Text("", ""), FUND),
    Payer("critical", Text("", ""), FUND),
    Payer("cash", Text("", ""), PATIENT),
)
SEED = 7


def run_of(rows, pool=(), cash=()):
    """rows: (person, institution, group); one bill each."""
    number = len(rows)
    texts = {name: pa.array([""] * number, pa.string()) for name in DIMENSIONS}
    texts["institution"] = pa.array([row[1] for row in rows], pa.string())
    texts["group"] = pa.array([row[2] for row in rows], pa.string())
    return pa.table(
        {
            "institution_code": pa.array([row[1] for row in rows], pa.string()),
            "number": pa.array([str(n) for n in range(number)], pa.string()),
            "person": pa.array([row[0] for row in rows], pa.string()),
            **texts,
            "pool": pa.array(pool or [10_000] * number, pa.int64()),
            "critical": pa.array([0] * number, pa.int64()),
            "cash": pa.array(cash or [5_000] * number, pa.int64()),
        }
    )


THREE = [("p1", "H1", "none"), ("p2", "H1", "low_income"), ("p1", "T1", "none")]


def found(rows, pool, cash):
    return compare("benefits", PAYERS, run_of(rows), run_of(rows, pool, cash), SEED)


def by(comparison, dimension):
    return {line.key: line for line in comparison.lines if line.dimension == dimension}


def test_the_total_says_who_bears_more_and_who_less():
    total = found(THREE, [9_000, 12_500, 10_000], [6_000, 2_500, 5_000]).total
    assert (total.fund_change, total.patient_change) == (1_500, -1_500)
    assert (total.better, total.worse, total.relief, total.burden) == (1, 1, 2_500, 1_000)
    assert (total.most_relief, total.most_burden) == (2_500, 1_000)


def test_a_person_with_two_bills_is_one_person():
    total = found(THREE, [9_000, 10_000, 11_000], [6_000, 5_000, 4_000]).total
    assert (total.persons, total.better, total.worse) == (2, 0, 0)


def test_a_person_may_be_better_off_at_one_institution_and_worse_off_at_another():
    lines = by(found(THREE, [9_000, 10_000, 11_000], [6_000, 5_000, 4_000]), "institution")
    assert (lines["H1"].worse, lines["H1"].better, lines["T1"].worse, lines["T1"].better) == (1, 0, 0, 1)


def test_who_is_not_affected_stands_apart_in_the_distribution():
    told = found(THREE, [9_000, 10_000, 10_000], [6_000, 5_000, 5_000]).distribution
    assert told.unaffected == 1
    assert [bar for bar in told.bars if bar[2]] == [(0, 100, 1, 1_000)]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["p1", "p2", "p3", "p4"]), st.sampled_from(["H1", "H2", "T1"]),
            st.sampled_from(["none", "low_income", "low_income+orphan"]), st.integers(-10**9, 10**9),
        ),
        min_size=1, max_size=40,
    )
)  # fmt: skip
def test_the_differences_of_every_dimension_add_up_to_the_total_to_the_fen(bills):
    rows = [bill[:3] for bill in bills]
    pool = [10_000 + bill[3] for bill in bills]
    comparison = found(rows, pool, [5_000 - bill[3] for bill in bills])
    for dimension in ("institution", "group"):
        lines = by(comparison, dimension).values()
        assert sum(line.fund_change for line in lines) == comparison.total.fund_change == sum(b[3] for b in bills)
        assert sum(line.patient_change for line in lines) == comparison.total.patient_change
        assert sum(line.rows for line in lines) == comparison.total.rows


def test_the_same_seed_gives_the_same_interval_and_it_holds_the_total():
    chance = np.random.default_rng(1)
    rows = [(f"p{n}", "H1", "none") for n in range(300)]
    moved = chance.integers(-5_000, 20_000, 300).tolist()
    one, two = (found(rows, [10_000 + m for m in moved], [5_000 - m for m in moved]) for _ in range(2))
    assert one == two
    assert one.total.low < one.total.fund_change < one.total.high


def test_nothing_that_moves_has_an_interval_of_nothing():
    total = found(THREE, [10_000] * 3, [5_000] * 3).total
    assert (total.fund_change, total.low, total.high) == (0, 0, 0)


def test_the_interval_covers_the_true_total_about_as_often_as_it_says():
    """200 samples of 400 persons whose mean is known: between 90 % and 99 % of the intervals hold it."""
    amounts = np.rint(np.random.default_rng(5).exponential(30_000, 200 * 400)).astype(np.int64)
    sample, person = np.repeat(np.arange(200), 400), np.tile(np.arange(400), 200)
    spans = Resampling.of(400, SEED).intervals(200, sample, person, amounts)
    assert 180 <= sum(low <= 400 * 30_000 <= high for low, high in spans) <= 198


def test_random_groups_give_nearly_the_interval_of_single_persons():
    amounts = np.rint(np.random.default_rng(9).exponential(30_000, 4_000)).astype(np.int64)
    nobody, everyone = np.zeros(4_000, dtype=np.int64), np.arange(4_000)
    single, groups = (Resampling.of(4_000, 1, most_groups=most) for most in (4_000, 1_000))
    ((one_low, one_high),) = single.intervals(1, nobody, everyone, amounts)
    ((low, high),) = groups.intervals(1, nobody, everyone, amounts)
    assert abs((high - low) / (one_high - one_low) - 1) < 0.15


def test_two_runs_over_different_rows_are_not_compared():
    other = run_of(THREE[:2])
    with pytest.raises(InvalidInput, match="rows_differ"):
        aligned(run_of(THREE), other, "x")
    assert KEY == ("institution_code", "number")
