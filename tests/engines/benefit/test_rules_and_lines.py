"""Policy that cannot be right is refused by file; fee lines add up exactly; a change of policy holds from its day."""

from __future__ import annotations

import shutil
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yigongti.engines.benefit.public import (
    PAYERS,
    Bill,
    BillLine,
    Care,
    Level,
    Person,
    Place,
    Referral,
    Settlement,
    Used,
    difference,
    rules_of,
    settle,
    sum_lines,
)
from yigongti.foundation.errors import InvalidInput, PolicyError
from yigongti.foundation.policy import Policy

DAY = date(2026, 3, 1)
PERSON = Person(date(1960, 1, 1), insured={"390": ((date(2000, 1, 1), date(2099, 1, 1)),)})


@pytest.fixture
def changed(tmp_path, policy_root):
    """A policy with one parameter's file changed: `changed(name, old text, new text)`."""

    def change(name: str, old: str, new: str) -> Policy:
        shutil.copytree(policy_root, tmp_path / "policy", ignore=shutil.ignore_patterns("overlays", "cases"))
        path = tmp_path / "policy" / "parameters" / "benefit" / f"{name}.yaml"
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new), "utf-8")
        return Policy.load(tmp_path / "policy")

    return change


@pytest.mark.parametrize(
    ("name", "old", "new", "code"),
    [
        ("two_disease_ratio", "village: 0.7,", "village: 1.7,", "benefit.ratio_wrong"),
        ("two_disease_ratio", "village: 0.7,", "village: -0.7,", "benefit.ratio_wrong"),
        ("two_disease_ratio", "village: 0.7,", "village: 0.70001,", "benefit.ratio_wrong"),
        ("two_disease_ratio", "village: 0.7, ", "", "benefit.value_missing"),
        ("deductible", "county: 600,", "county: -600,", "benefit.amount_wrong"),
        ("deductible", "county: 600,", "county: 600.005,", "benefit.amount_wrong"),
        ("critical_edges", "[50000, 100000]", "[100000, 50000]", "benefit.bands_not_rising"),
        ("critical_edges", "[50000, 100000]", "[50000]", "benefit.bands_do_not_match"),
        ("special_disease_cap", "copd: 2500", "asthma: 2500", "benefit.key_unknown"),
        ("yearly_cap", "benefit_year_start", "discharge_date", "benefit.selected_by"),
        ("year_starts_on", '"390": 01-01', '"390": 02-29', "benefit.year_start"),
        ("care_covered", "two_diseases", "two_illnesses", "benefit.care_unknown"),
        ("critical_uncapped_groups", "low_income", "nobility", "benefit.key_unknown"),
        ("group_points", "severe_mental: 0", "mental: 0", "benefit.key_unknown"),
    ],
)
def test_a_policy_that_cannot_be_right_is_refused_by_file(changed, name, old, new, code):
    policy = changed(name, old, new)
    with pytest.raises(PolicyError) as error:
        rules_of(policy, "390", DAY)
    assert error.value.code == code
    assert error.value.where.startswith("parameters/benefit/")


def test_a_scheme_that_one_file_forgets_is_refused(changed):
    policy = changed("ratio_floor", '"390": 0.3', '"391": 0.3')
    with pytest.raises(PolicyError) as error:
        rules_of(policy, "390", DAY)
    assert (error.value.code, error.value.where) == ("policy.case_not_covered", "parameters/benefit/ratio_floor.yaml")


def test_the_rules_of_a_stretch_of_days_are_read_once(policy_root):
    policy = Policy.load(policy_root)
    assert rules_of(policy, "390", date(2026, 1, 1)) is rules_of(policy, "390", date(2026, 12, 31))
    assert rules_of(policy, "390", date(2025, 12, 31)).yearly_cap == 200_000


def test_a_bill_is_not_settled_by_the_rules_of_another_day(policy_root):
    rules = rules_of(Policy.load(policy_root), "390", date(2025, 12, 31))
    with pytest.raises(InvalidInput) as error:
        settle(a_bill("10600"), PERSON, Used(), rules)
    assert error.value.code == "benefit.rules_of_another_day"


def a_bill(total: str, **given: Decimal) -> Bill:
    return Bill("390", Care.INPATIENT, Level.COUNTY, Place.COMMUNITY, Referral.NONE, DAY, DAY, Decimal(total), **given)


def settled(policy: Policy, total: str, used: Used | None = None) -> Settlement:
    return settle(a_bill(total), PERSON, used or Used(), rules_of(policy, "390", DAY))


def test_a_correction_moves_the_difference_only(policy_root):
    policy = Policy.load(policy_root)
    moved = difference(settled(policy, "10600"), settled(policy, "8600"))
    assert (moved.total, moved.pool_fund, moved.cash) == (Decimal("-2000"), Decimal("-1500"), Decimal("-500"))
    assert sum(getattr(moved, name) for name in PAYERS) == moved.total


def test_every_step_that_policy_decided_names_its_parameter_and_source(policy_root):
    policy = Policy.load(policy_root)
    for step in settled(policy, "60000").steps:
        assert step.label.zh and step.label.en and step.sum.zh and step.sum.en
        if step.parameter:
            assert step.parameter in policy.parameters
            assert step.source in policy.sources


def test_a_step_never_changes_what_was_computed(policy_root):
    first = settled(Policy.load(policy_root), "60000")
    assert first.steps == first.steps
    assert {step.code: step.amount for step in first.steps}["cash"] == first.cash


def line(
    code: str, quantity: str, amount: str, kind: str = "1", share: str = "0", limit: str | None = None
) -> BillLine:
    return BillLine(
        code, Decimal(quantity), Decimal(amount), kind, Decimal(share), None if limit is None else Decimal(limit)
    )


def test_limits_come_first_and_the_first_share_is_of_the_rest():
    sums = sum_lines([line("A", "2", "300.00", "2", "0.10", limit="100")])
    assert (sums.above_limits, sums.first_share) == (Decimal("100.00"), Decimal("20.00"))


def test_a_thousand_lines_of_half_a_fen_are_rounded_once():
    sums = sum_lines([line(str(number), "1", "0.05", "2", "0.10") for number in range(1000)])
    assert sums.first_share == Decimal("5.00")  # line by line it would be 10.00


def test_a_line_given_back_takes_its_share_back():
    sums = sum_lines([line("A", "3", "30.00", "2", "0.10"), line("A", "-1", "-10.00", "2", "0.10")])
    assert (sums.total, sums.first_share) == (Decimal("20.00"), Decimal("2.00"))


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([line("A", "0", "10.00")], "line_quantity_zero"),
        ([line("A", "-1", "10.00")], "line_mixed_signs"),
        ([line("A", "-1", "-10.00"), line("B", "2", "20.00")], "line_net_negative"),
        ([line("A", "1", "10.00", "2", "0.10"), line("A", "-1", "-5.00", "1")], "line_net_negative"),
        ([line("A", "1", "10.00", "4")], "line_class_unknown"),
        ([line("A", "1", "10.00", "2", "1.5")], "line_first_share"),
        ([line("A", "1", "10.00", "1", "0.10")], "line_first_share"),
        ([line("A", "1", "10.00", "1", limit="-1")], "line_limit_negative"),
        ([line("A", "NaN", "10.00")], "line_number"),
        ([line("A", "1", "10.001")], "amount_below_fen"),
        ([line("A", "1", "Infinity")], "amount_not_a_number"),
    ],
)
def test_a_line_that_cannot_be_right_is_refused(lines, code):
    with pytest.raises(InvalidInput) as error:
        sum_lines(lines)
    assert error.value.code == f"benefit.{code}"


@st.composite
def drawn_line(draw: st.DrawFn) -> BillLine:
    kind = draw(st.sampled_from("123"))
    share = draw(st.integers(0, 1000)) if kind == "2" else 0
    limit = draw(st.one_of(st.none(), st.integers(0, 10**6)))
    return BillLine(
        draw(st.sampled_from("AB")),
        Decimal(draw(st.integers(1, 9))),
        Decimal(draw(st.integers(0, 10**6))) / 100,
        kind,
        Decimal(share) / 1000,
        None if limit is None else Decimal(limit) / 1000,
    )


@given(st.lists(drawn_line(), max_size=30))
def test_the_sums_never_exceed_the_total(lines):
    sums = sum_lines(lines)
    parts = (sums.outside_catalogue, sums.above_limits, sums.first_share)
    assert sums.total == sum((line.amount for line in lines), Decimal(0))
    assert min(parts) >= 0
    assert sum(parts) <= sums.total
