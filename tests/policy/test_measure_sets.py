"""The measures that come with the product: every file is read, every printed number is had, every count is fed."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from yigongti.engines.measures.definitions import Graded, Grain, ProbabilityOverAges
from yigongti.engines.measures.formula_files import counts_of
from yigongti.engines.measures.public import RETURNS, Definitions, lint, load_definitions, row_of
from yigongti.foundation.policy import Policy
from yigongti.kernel.access.roles import ROLES


@pytest.fixture(scope="module")
def policy(policy_root: Path) -> Policy:
    return Policy.load(policy_root)


@pytest.fixture(scope="module")
def definitions(policy: Policy) -> Definitions:
    return load_definitions(policy)


def test_the_linter_refuses_nothing(definitions: Definitions) -> None:
    assert [f"{each.where}: {each.text.en}" for each in lint(definitions)] == []


@pytest.mark.parametrize(
    ("set_id", "rows"),
    [
        ("community-2024", 14),
        ("community-2020", 26),
        ("tertiary-2025", 56),
        ("secondary-2025", 28),
        ("public-health", 30),
        ("front-page-quality", 10),
        ("medicines", 20),
        ("five-centres", 23),
        ("reform-targets", 16),
        ("county-work", 16),
    ],
)
def test_a_set_has_all_its_numbers(definitions: Definitions, set_id: str, rows: int) -> None:
    had = {row_of(each.numbers[set_id]) for each in definitions.of_set(set_id)}
    assert len(had) == rows == len(definitions.sets[set_id].numbers)


def test_there_are_no_other_sets(definitions: Definitions) -> None:
    assert len(definitions.sets) == 10


def test_there_are_more_than_150_measures(definitions: Definitions) -> None:
    assert len(definitions.measures) >= 150


def test_a_measure_of_two_sets_is_written_once(definitions: Definitions) -> None:
    assert definitions.measure("operated_share").numbers == {"tertiary-2025": "4", "secondary-2025": "1"}


def test_every_measure_is_in_force_when_the_county_begins(definitions: Definitions) -> None:
    late = [each.id for each in definitions if each.version_on(date(2024, 1, 1)) is None]
    assert late == []


def test_every_label_is_one_measures_own(definitions: Definitions) -> None:
    labels = [each.label.zh for each in definitions]
    assert sorted({label for label in labels if labels.count(label) > 1}) == []


def test_nothing_written_from_memory_is_called_checked(definitions: Definitions, policy: Policy) -> None:
    cited = {version.source for each in definitions for version in each.versions}
    assert [source for source in cited if policy.sources[source].checked] == []


def test_every_measure_opens_to_counts_or_to_a_reported_item(definitions: Definitions) -> None:
    bare = [
        each.id
        for each in definitions
        if not counts_of(each.versions[-1].formula) and not isinstance(each.versions[-1].formula, Graded)
    ]
    assert bare == []


def test_premature_mortality_goes_over_the_eight_age_groups_from_30(definitions: Definitions) -> None:
    formula = definitions.measure("premature_mortality").versions[-1].formula
    assert isinstance(formula, ProbabilityOverAges) and len(formula.ages) == 8
    assert (formula.ages[0], formula.ages[-1], formula.width) == ("30", "65", 5)


def test_a_count_of_returns_is_called_as_its_item_is(definitions: Definitions) -> None:
    told = {count.label.zh for count in definitions.counts.values() if count.fact == RETURNS and not count.by}
    known = {item.label.zh for item in definitions.items.values()}
    other = [label for label in told - known if not label.startswith(("基层：", "牵头医院："))]
    assert other == []


def test_the_reform_targets_are_set_as_lines(definitions: Definitions) -> None:
    lines = {each.measure: str(each.lines[0].value) for each in definitions.targets.values()}
    asked = {"service_income_share": "60", "management_expense_share": "10", "level_four_share": "40"}
    asked |= {"minimally_invasive_share": "25", "material_expense_share": "50", "staff_expense_share": "40"}
    asked |= {"case_mix_index": "1.5", "care_within_county": "90"}
    assert {measure: lines[measure] for measure in asked} == asked


def test_every_target_has_an_owner_that_is_a_role(definitions: Definitions) -> None:
    roles = {role.id for role in ROLES.values()}
    assert [each.id for each in definitions.targets.values() if each.owner_role not in roles] == []


def test_a_grade_of_a_hospital_is_told_of_the_hospital_only(definitions: Definitions) -> None:
    graded = [each for each in definitions.of_set("tertiary-2025") if isinstance(each.versions[-1].formula, Graded)]
    assert {tuple(each.grain) for each in graded} == {(Grain.INSTITUTION,)}
