"""DIP: the catalogue, the comorbidity index, scores and deviations, and the two implementations held together."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import ibis
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yigongti.engines.casemix.dip.public import (
    Charlson,
    DipCase,
    DipRules,
    build_catalogue,
    build_catalogue_from_table,
    dip_cases_to_table,
    pay_scores,
    pay_scores_table,
    score_case,
)
from yigongti.foundation.errors import InvalidInput, PolicyError
from yigongti.foundation.policy import Policy


@pytest.fixture(scope="module")
def dip_rules(policy: Policy) -> DipRules:
    return DipRules.from_policy(policy, on=date(2026, 10, 31))


def case(number: int = 0, cost: str = "5000.00", **changes: object) -> DipCase:
    usual = DipCase(str(number), "H1", "county", ("I63.900",), (), "none", False, 70, 9, Decimal(cost))
    return replace(usual, **changes)


def past(count: int, cost: str, **changes: object) -> list[DipCase]:
    return [case(number, cost, **changes) for number in range(count)]


def test_enough_cases_make_a_core_group_and_the_rest_a_combined_one(dip_rules: DipRules) -> None:
    few = past(14, "9000.00", diagnoses=("K35.800",), procedures=("47.0100",))
    catalogue = build_catalogue([*past(15, "5000.00"), *few], dip_rules)
    assert {name: group.kind for name, group in catalogue.groups.items()} == {
        "I63.9:": "core",
        "K35*operation": "combined",
    }


def test_a_group_of_mean_cost_scores_a_thousand(dip_rules: DipRules) -> None:
    catalogue = build_catalogue(past(20, "5000.00"), dip_rules)
    assert catalogue.groups["I63.9:"].score == Decimal("1000.0000")


def test_the_order_of_procedures_does_not_make_another_group(dip_rules: DipRules) -> None:
    one = past(8, "5000.00", procedures=("38.1201", "88.4101"))
    other = past(8, "5000.00", procedures=("88.4101", "38.1201"))
    assert set(build_catalogue([*one, *other], dip_rules).groups) == {"I63.9:38.1201+88.4101"}


@pytest.mark.parametrize(
    ("cost", "deviation", "score"),
    [
        ("5000.00", "normal", "1000.0000"),
        ("2500.00", "normal", "1000.0000"),
        ("2000.00", "low", "400.0000"),
        ("10000.00", "normal", "1000.0000"),
        ("12500.00", "high", "1500.0000"),
    ],
)
def test_a_case_far_from_the_mean_scores_by_its_deviation(
    dip_rules: DipRules, cost: str, deviation: str, score: str
) -> None:
    plain = replace(dip_rules, auxiliary_dimensions=())
    scored = score_case(case(cost=cost), build_catalogue(past(20, "5000.00"), plain), plain)
    assert (scored.deviation, scored.score) == (deviation, Decimal(score))


def test_a_township_hospital_scores_by_its_coefficient(dip_rules: DipRules) -> None:
    catalogue = build_catalogue(past(20, "5000.00"), dip_rules)
    assert score_case(case(institution_level="township"), catalogue, dip_rules).score == Decimal("800.0000")


def test_a_severe_case_is_raised_by_the_largest_factor(dip_rules: DipRules) -> None:
    severe = past(10, "9000.00", complication="mcc")
    catalogue = build_catalogue([*past(30, "4000.00"), *severe], dip_rules)
    scored = score_case(case(complication="mcc"), catalogue, dip_rules)
    assert scored.factor == Decimal("1.7143")  # 9000 over the group's mean of 5250
    assert score_case(case(), catalogue, dip_rules).factor == Decimal("1.0000")  # a factor below 1 is held at the floor


def test_a_case_without_a_group_scores_by_its_cost(dip_rules: DipRules) -> None:
    catalogue = build_catalogue(past(20, "5000.00"), dip_rules)
    scored = score_case(case(diagnoses=("Z99.800",)), catalogue, dip_rules)
    assert (scored.kind, scored.score) == ("unmatched", Decimal("800.0000"))


def test_the_index_counts_the_graver_form_once_and_not_the_principal_diagnosis(dip_rules: DipRules) -> None:
    charlson = dip_rules.charlson
    assert charlson.index(("I50.900", "E11.900", "E11.200x221+N08.3*", "I50.100")) == 3
    assert charlson.index(("C34.900",)) == 0
    assert charlson.index(("J44.100", "C34.900", "C79.500")) == 6


def test_a_mapping_that_names_a_prefix_twice_is_refused() -> None:
    rows = [
        {"id": "a", "zh": "甲", "en": "a", "weight": "1", "codes": ["I21"]},
        {"id": "b", "zh": "乙", "en": "b", "weight": "1", "codes": ["I21"]},
    ]
    with pytest.raises(PolicyError, match="wrong entries"):
        Charlson.from_document({"conditions": rows})


def test_no_case_makes_no_catalogue(dip_rules: DipRules) -> None:
    with pytest.raises(InvalidInput, match="no case"):
        build_catalogue([case(diagnoses=())], dip_rules)


drawn_cases = st.builds(
    DipCase,
    case_id=st.just(""),
    institution_code=st.sampled_from(["H1", "T1"]),
    institution_level=st.sampled_from(["county", "township", "other"]),
    diagnoses=st.lists(
        st.sampled_from(["I63.900", "I63.901", "I63.200", "E11.900", "E11.200", "I50.900", "C34.900", "C79.500"]),
        max_size=4,
    ).map(tuple),
    procedures=st.lists(st.sampled_from(["38.1201", "88.4101", "99.1001", "XX"]), max_size=2).map(tuple),
    complication=st.sampled_from(["mcc", "cc", "none", ""]),
    died=st.booleans(),
    age_years=st.integers(0, 100),
    length_of_stay_days=st.integers(1, 40),
    total_cost=st.one_of(
        st.decimals(min_value=0, max_value=90000, places=2), st.none(), st.sampled_from([Decimal(1000), Decimal(-1)])
    ),
)


@pytest.mark.slow
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    history=st.lists(drawn_cases, min_size=1, max_size=40),
    now=st.lists(drawn_cases, min_size=1, max_size=20),
    pool=st.decimals(min_value=0, max_value=90_000_000, places=2),
    minimum=st.integers(1, 4),
    choice=st.sampled_from(["largest", "product"]),
    dimensions=st.sampled_from([(), ("severity",), ("severity", "age", "stay", "comorbidity")]),
    floor=st.sampled_from([Decimal(0), Decimal(1)]),
)
def test_the_tables_score_and_pay_as_the_reference_does(
    history: list[DipCase],
    now: list[DipCase],
    pool: Decimal,
    minimum: int,
    choice: str,
    dimensions: tuple[str, ...],
    floor: Decimal,
    dip_rules: DipRules,
    connection: ibis.BaseBackend,
) -> None:
    varied = replace(
        dip_rules,
        minimum_cases=minimum,
        auxiliary_minimum_cases=minimum,
        auxiliary_choice=choice,
        auxiliary_dimensions=dimensions,
        auxiliary_floor=floor,
    )
    history = [replace(one, case_id=str(number)) for number, one in enumerate(history)]
    now = [replace(one, case_id=str(number)) for number, one in enumerate(now)]
    try:
        catalogue = build_catalogue(history, varied)
    except InvalidInput:
        with pytest.raises(InvalidInput):
            build_catalogue_from_table(dip_cases_to_table(history), varied, connection)
        return
    assert build_catalogue_from_table(dip_cases_to_table(history), varied, connection) == catalogue
    rows = connection.to_pyarrow(pay_scores_table(dip_cases_to_table(now), pool, catalogue, varied)).to_pylist()
    by_case = {row["case_id"]: row for row in rows}
    try:
        paid = {one.case_id: one for one in pay_scores(now, pool, catalogue, varied).cases}
    except InvalidInput:
        assert all(row["payment"] is None for row in rows)
        return
    for one in now:
        expected, row = paid[one.case_id], by_case[one.case_id]
        found = (row["kind"], row["dip_group"], row["deviation"], row["factor"], row["score"], row["payment"])
        assert found == (
            expected.kind,
            expected.group,
            expected.deviation,
            expected.factor,
            expected.score,
            expected.payment,
        ), one
