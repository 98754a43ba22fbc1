"""One case through the small scheme: each step of the algorithm, in the words of docs/algorithms/casemix.md."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from yigongti.engines.casemix.public import Case, Grouping, Scheme, group_case

Small = Callable[..., Scheme]


def case(*diagnoses: str, procedures: tuple[str, ...] = (), **given: Any) -> Case:
    return Case(
        "1", **({"sex": "1", "age_years": 50, "age_days": 18_300} | given), diagnoses=diagnoses, procedures=procedures
    )


def group(scheme: Scheme, *diagnoses: str, procedures: tuple[str, ...] = (), **given: Any) -> Grouping:
    return group_case(case(*diagnoses, procedures=procedures, **given), scheme)


def test_a_case_without_a_principal_diagnosis_has_no_group(small: Small) -> None:
    assert group(small(), procedures=("10.1",)).reason == "no_principal_diagnosis"
    assert group(small(), "", "I50").reason == "no_principal_diagnosis"


def test_an_unknown_principal_diagnosis_has_no_group_even_with_a_transplant(small: Small) -> None:
    grouping = group(small(), "Q99", procedures=("10.1",))
    assert (grouping.mdc, grouping.adrg, grouping.drg, grouping.reason) == (
        "0000",
        "00",
        "0000",
        "unknown_principal_diagnosis",
    )


def test_a_scheme_may_let_unknown_principal_diagnoses_through(small: Small) -> None:
    assert group(small("  unknown_principal_is_ungroupable: no"), "Q99", procedures=("10.1",)).drg == "AA19"


def test_the_first_mdc_is_entered_by_the_principal_procedure(small: Small) -> None:
    assert group(small(), "I50", procedures=("10.1",)).drg == "AA19"
    assert group(small(), "I50", procedures=("20.1", "10.1")).drg == "FM19"


def test_a_rule_that_names_other_procedures_reads_them_in_any_order(small: Small) -> None:
    assert group(small(), "I20", procedures=("20.1", "10.3", "10.2")).drg == "AC19"


def test_a_newborn_enters_by_age_and_is_told_apart_by_weight(small: Small) -> None:
    newborn = {"age_years": 0, "age_days": 3}
    assert group(small(), "P01", "P03", birth_weight_g=1499, **newborn).drg == "PS15"
    assert group(small(), "P01", "P03", birth_weight_g=1500, **newborn).drg == "PV15"


def test_a_number_that_is_not_said_satisfies_no_comparison(small: Small) -> None:
    assert group(small(), "P01", "P03", birth_weight_g=None, age_years=0, age_days=3).drg == "PV15"


def test_two_body_sites_make_a_multiple_trauma(small: Small) -> None:
    assert group(small(), "S01", "S03").drg == "ZZ15"
    assert group(small(), "S01", "S01").drg == "ER15"


def test_an_mdc_of_one_sex_does_not_take_the_other(small: Small) -> None:
    assert group(small(), "N40").drg == "MR19"
    assert group(small(), "N40", sex="2").reason == "no_mdc"
    assert group(small(), "N40", sex=None).reason == "no_mdc"


def test_a_case_that_no_adrg_takes_goes_on_to_the_next_mdc(small: Small) -> None:
    listed = [
        ["mdc", "order", "adrg", "name", "rule", "drgs"],
        ["MDCE", "1", "ER1", "肺", "ZYZD in {E.DX,F.DX}", "ER19"],
    ]
    drgs = [["drg", "name"], ["ER19", "肺"]]
    assert group(small(adrg_csv=listed, drg_csv=drgs), "I20").drg == "ER19"
    stays = group(small("  mdc_fall_through: no", adrg_csv=listed, drg_csv=drgs), "I20")
    assert stays.reason == "no_group_in_mdc"


def test_a_case_that_entered_and_found_nothing_says_so(small: Small) -> None:
    assert group(small(), "I20").reason == "no_group_in_any_mdc"


def test_surgical_groups_come_before_medical_ones_whatever_their_place_in_the_table(small: Small) -> None:
    assert group(small(), "I50", procedures=("20.1",)).drg == "FM19"
    assert group(small("  adrg_order: as_listed"), "I50", procedures=("20.1",)).drg == "FR15"


def test_different_codes_are_counted_once_each(small: Small) -> None:
    assert group(small(), "I50", procedures=("30.1", "30.2")).drg == "FB15"
    assert group(small(), "I50", procedures=("30.1", "30.1")).drg == "FR15"


def test_a_major_complication_counts_before_a_plain_one(small: Small) -> None:
    assert group(small(), "I51", "E11", "J96").complication == "mcc"
    assert group(small(), "I51", "E11").drg == "FR13"


def test_a_complication_of_the_principal_diagnosis_own_group_does_not_count(small: Small) -> None:
    grouping = group(small(), "J18", "J96")
    assert (grouping.drg, grouping.complication) == ("ER15", "none")
    assert grouping.trace.named("complication_excluded")[0].evidence == ("J96", "1")


def test_an_excluded_major_complication_leaves_a_plain_one_standing(small: Small) -> None:
    assert group(small(), "J18", "J96", "E11").complication == "cc"


def test_a_complication_without_an_exclusion_group_always_counts(small: Small) -> None:
    assert group(small(), "J18", "A41").drg == "ER13"


def test_a_scheme_may_exclude_nothing(small: Small) -> None:
    assert group(small("  cc_exclusion: none"), "J18", "J96").complication == "mcc"


@pytest.mark.parametrize(
    ("principal", "other", "drg"),
    [
        ("I51", "J96", "FR11"),
        ("I51", "E11", "FR13"),
        ("I51", "N40", "FR15"),  # 1, 3, 5
        ("J44", "A41", "ER13"),
        ("J44", "E11", "ER13"),
        ("J44", "N40", "ER15"),  # 3, 5: a major one is paid as 3
    ],
)
def test_endings_fall_through_to_the_next_that_the_adrg_has(small: Small, principal: str, other: str, drg: str) -> None:
    assert group(small(), principal, other).drg == drg


def test_a_plain_complication_is_paid_as_none_where_only_major_ones_are_told_apart(small: Small) -> None:
    assert group(small(), "S01", "S03", "E11").drg == "ZZ15"
    assert group(small(), "S01", "S03", "A41").drg == "ZZ11"


def test_an_adrg_without_a_group_for_the_complication_leaves_the_case_without_one(small: Small) -> None:
    assert group(small("  endings: {cc: '3'}"), "S01", "S03", "E11").reason == "no_group_for_complication"


def test_qy_groups_take_operations_that_do_not_belong_to_the_diagnosis(small: Small) -> None:
    scheme = small("  qy_groups: yes")
    assert group(scheme, "I50", procedures=("10.2",)).drg == "FQY"
    assert group(scheme, "I50", procedures=("99.9",)).drg == "FR15"
    assert group(scheme, "I50", procedures=("20.1",)).drg == "FM19"


def test_a_grey_principal_diagnosis_ends_the_grouping_where_the_scheme_says_so(small: Small, tmp_path: Any) -> None:
    scheme = small()
    grey = replace(scheme, grey_codes=frozenset({"I50"}))
    assert group(grey, "I50").reason == "grey_principal_diagnosis"
    lenient = replace(grey, choices=replace(scheme.choices, grey_codes_are_ungroupable=False))
    assert group(lenient, "I50").drg == "FR15"


def test_the_entry_to_mdcy_reads_the_diagnoses_that_the_scheme_says(small: Small) -> None:
    mdcs = [["mdc", "order", "name", "rule"], ["MDCY", "1", "HIV", "ZYZD in {M.DX}"]]
    adrgs = [["mdc", "order", "adrg", "name", "rule", "drgs"], ["MDCY", "1", "YR1", "HIV", "1", "YR19"]]
    drgs = [["drg", "name"], ["YR19", "HIV"]]
    as_written = small(mdc_csv=mdcs, adrg_csv=adrgs, drg_csv=drgs)
    assert group(as_written, "I50", "N40").reason == "no_mdc"
    reads_any = small("  mdcy_reads: any", mdc_csv=mdcs, adrg_csv=adrgs, drg_csv=drgs)
    assert group(reads_any, "I50", "N40").drg == "YR19"


def test_surgical_rules_may_be_told_to_read_all_procedures(small: Small) -> None:
    assert group(small("  surgical_reads: any"), "I50", procedures=("99.9", "10.1")).reason == ""
    mdcs = [["mdc", "order", "name", "rule"], ["MDCF", "1", "循环", "ZYZD in {F.DX}"]]
    adrgs = [["mdc", "order", "adrg", "name", "rule", "drgs"], ["MDCF", "1", "FB2", "手术", "ZYSS in {FM1.PX}", "FB29"]]
    drgs = [["drg", "name"], ["FB29", "手术"]]
    assert group(small(mdc_csv=mdcs, adrg_csv=adrgs, drg_csv=drgs), "I50", procedures=("99.9", "20.1")).reason != ""
    reads_any = small("  surgical_reads: any", mdc_csv=mdcs, adrg_csv=adrgs, drg_csv=drgs)
    assert group(reads_any, "I50", procedures=("99.9", "20.1")).drg == "FB29"


def test_the_path_says_what_matched_and_what_would_change_it(small: Small) -> None:
    trace = group(small(), "I51", "E11", "J96").trace
    assert [step.name for step in trace][:3] == ["validity", "mdc", "adrg"]
    assert trace.named("adrg")[0].evidence == ("I51 ∈ {FR1.DX}",)
    assert "FR13" in {code for step in trace.named("would_change") for code in step.evidence}
    assert all(step.said.zh and step.said.en for step in trace)
