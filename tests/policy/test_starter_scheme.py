"""The starter scheme in policy/casemix/starter: whole, lint-free, and good for every diagnosis of the demo lists."""

from __future__ import annotations

import csv
import re
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import ibis
import pyarrow as pa
import pytest

from yigongti.demo.county.clinical_lists import ClinicalLists, read_lists
from yigongti.demo.lists import starter_weights
from yigongti.engines.casemix.code_tables import read_pattern
from yigongti.engines.casemix.pricing.weight_table import weights_from_rows
from yigongti.engines.casemix.public import (
    CASE_COLUMNS,
    UNGROUPED_DRG,
    Case,
    Grouping,
    Scheme,
    group_case,
    group_table,
    lint_scheme,
    load_scheme,
)
from yigongti.engines.casemix.rules import sets_read
from yigongti.foundation.policy import Policy, read_yaml

FOLDER = Path(__file__).resolve().parents[2] / "policy" / "casemix" / "starter"


@pytest.fixture(scope="module")
def scheme() -> Scheme:
    return load_scheme(FOLDER)


@pytest.fixture(scope="module")
def lists() -> ClinicalLists:
    return read_lists()


@pytest.fixture(scope="module")
def expected(scheme: Scheme, lists: ClinicalLists) -> list[tuple[Case, Grouping]]:
    """The stays that the lists lead one to expect, grouped."""
    cases = [stay.case for stay in starter_weights.expected_stays(lists)]
    return [(case, group_case(case, scheme, alternatives=False)) for case in cases]


@pytest.fixture(scope="module")
def figures(scheme: Scheme, lists: ClinicalLists) -> dict[str, starter_weights.GroupFigures]:
    return starter_weights.figures_by_group(lists, scheme)


def rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def grouped(
    scheme: Scheme, *diagnoses: str, procedures: tuple[str, ...] = (), sex: str = "1", age: int = 50, **more: int
) -> str:
    case = Case("1", sex=sex, age_years=age, diagnoses=diagnoses, procedures=procedures, **more)
    return group_case(case, scheme, alternatives=False).drg


# -- what it is -------------------------------------------------------------------------------------------------------


def test_its_name_says_in_both_languages_that_it_is_not_the_national_scheme() -> None:
    about = read_yaml((FOLDER / "scheme.yaml").read_text("utf-8"), "scheme.yaml")
    assert "入门" in about["name"]["zh"] and "非国家" in about["name"]["zh"]
    assert "starter" in about["name"]["en"].lower() and "not the national" in about["name"]["en"]


def test_its_readme_counts_right(scheme: Scheme) -> None:
    readme = (FOLDER / "README.md").read_text("utf-8")
    assert f"{sum(len(mdc.adrgs) for mdc in scheme.mdcs)} 个 ADRG" in readme
    assert f"{len(scheme.drg_names)} 个细分组" in readme


def test_its_source_is_told_and_marked_unchecked(policy_root: Path) -> None:
    source = Policy.load(policy_root).sources["starter-casemix-scheme"]
    assert source.checked is False


def test_it_has_all_mdcs_and_more_than_120_adrgs(scheme: Scheme) -> None:
    assert [mdc.code for mdc in scheme.mdcs] == [f"MDC{letter}" for letter in "APYZMNBCDEFGHIJKLOQRSTUVWX"]
    assert sum(len(mdc.adrgs) for mdc in scheme.mdcs) >= 120


def test_every_code_has_the_shape_that_readers_expect(scheme: Scheme) -> None:
    for mdc in scheme.mdcs:
        for adrg in mdc.adrgs:
            assert re.fullmatch(mdc.code[-1] + r"[A-Z]\d", adrg.code), adrg.code
    assert all(re.fullmatch(r"[A-Z]{2}\d[1359]", drg) for drg in scheme.drg_names)


# -- whole in itself --------------------------------------------------------------------------------------------------


def test_every_group_belongs_to_an_adrg_and_is_named_once(scheme: Scheme) -> None:
    listed = [drg for mdc in scheme.mdcs for adrg in mdc.adrgs for drg in adrg.endings.values()]
    assert sorted(listed) == sorted(scheme.drg_names)
    assert [name for name, times in Counter(scheme.drg_names.values()).items() if times > 1] == []


def test_every_degree_of_complication_finds_a_group(scheme: Scheme) -> None:
    for mdc in scheme.mdcs:
        for adrg in mdc.adrgs:
            assert all(scheme.drg_for(adrg, degree) for degree in ("mcc", "cc", "none")), adrg.code


def test_every_set_is_asked_by_a_rule_and_none_is_empty(scheme: Scheme) -> None:
    asked = {name for rule in scheme.rules() for name in sets_read(rule)}
    assert [name for name in scheme.sets if name not in asked and name not in scheme.site_sets] == []
    assert [name for name, members in scheme.sets.items() if not len(members)] == []


def test_the_linter_finds_nothing_but_the_groups_for_any_other_operation(scheme: Scheme) -> None:
    """Their list of all operations overlaps the earlier lists of the MDC: that is what “other” means."""
    found = lint_scheme(FOLDER)
    assert [finding.said.en for finding in found if finding.severity != "remark"] == []
    other = [adrg.code for mdc in scheme.mdcs for adrg in mdc.adrgs if "OR_VALID" in sets_read(adrg.rule)]
    assert [
        finding.said.en
        for finding in found
        if finding.code != "overlapping_sets"
        or not re.search(rf"(, | and )({'|'.join(other)}) share ", finding.said.en)
    ] == []


def test_every_mdc_ends_in_a_group_for_whatever_is_left(scheme: Scheme) -> None:
    """MDCC alone does not: an eye complication of diabetes without eye surgery goes on to MDCK. MDCA is two lists."""
    open_ended = [mdc.code for mdc in scheme.mdcs if not sets_read(mdc.adrgs[-1].rule)]
    assert [mdc.code for mdc in scheme.mdcs if mdc.code not in open_ended] == ["MDCA", "MDCC"]


def test_every_exclusion_group_is_used_on_both_sides() -> None:
    of_complications = {row["exclusion_group"] for name in ("mcc.csv", "cc.csv") for row in rows(name)}
    of_principals = {row["exclusion_group"] for row in rows("cc_exclusions.csv")}
    assert of_complications == of_principals


# -- every case of the lists ------------------------------------------------------------------------------------------


def test_every_principal_diagnosis_of_the_lists_reaches_a_group(expected: list[tuple[Case, Grouping]]) -> None:
    assert {
        (case.principal_diagnosis, case.sex, case.age_years)
        for case, grouping in expected
        if grouping.drg == UNGROUPED_DRG
    } == set()


def test_nine_of_ten_adrgs_are_reached_by_the_lists(scheme: Scheme, expected: list[tuple[Case, Grouping]]) -> None:
    reached = {grouping.adrg for _, grouping in expected}
    everything = {adrg.code for mdc in scheme.mdcs for adrg in mdc.adrgs}
    assert len(reached & everything) >= 0.9 * len(everything), sorted(everything - reached)


def test_the_mdc_that_a_diagnosis_hints_at_is_the_one_it_reaches_without_a_procedure(
    scheme: Scheme, lists: ClinicalLists
) -> None:
    with (Path(starter_weights.__file__).parent / "diagnoses.csv").open(encoding="utf-8", newline="") as file:
        hints = {row["code"]: row["mdc_hint"] for row in csv.DictReader(file)}
    first = {stay.case.case_id: stay.case for stay in starter_weights.expected_stays(lists)}
    reached = {
        code: group_case(replace(case, procedures=()), scheme, alternatives=False).mdc[-1]
        for code, case in first.items()
    }
    assert {code: mdc for code, mdc in reached.items() if mdc != hints[code]} == {}


def test_the_table_engine_gives_the_stays_of_the_lists_the_same_groups(scheme: Scheme, lists: ClinicalLists) -> None:
    cases = [
        replace(
            stay.case,
            case_id=f"{number}",
            diagnoses=(*stay.case.diagnoses, *lists.diagnoses[stay.case.case_id].typical_secondary[: number % 4]),
        )
        for number, stay in enumerate(starter_weights.expected_stays(lists))
    ]
    connection = ibis.duckdb.connect()
    rows_of_cases = [{column: getattr(case, column) for column in CASE_COLUMNS} for case in cases]
    for row in rows_of_cases:
        row |= {"diagnoses": "|".join(row["diagnoses"]), "procedures": "|".join(row["procedures"])}
    table = ibis.memtable(pa.Table.from_pylist(rows_of_cases))
    grouped_table = connection.to_pyarrow(group_table(table, scheme, connection))
    by_table = {row["case_id"]: row["drg"] for row in grouped_table.to_pylist()}
    by_reference = {case.case_id: group_case(case, scheme, alternatives=False).drg for case in cases}
    assert {drg for drg in by_reference.values() if drg[-1] in "13"}, "the cases show complications, too"
    assert by_table == by_reference


# -- worked examples --------------------------------------------------------------------------------------------------


def test_a_pneumonia_with_respiratory_failure_has_a_major_complication(scheme: Scheme) -> None:
    assert grouped(scheme, "J15.900") == "ES35"
    assert grouped(scheme, "J15.900", "J96.900x003") == "ES35", "excluded: failure belongs to the pneumonia's chapter"
    assert grouped(scheme, "J15.900", "N17.900") == "ES31"
    assert grouped(scheme, "J15.900", "I48.100") == "ES33"


def test_a_heart_failure_beside_a_heart_disease_is_no_complication(scheme: Scheme) -> None:
    assert grouped(scheme, "I42.001", "I50.900") == "FT15"
    assert grouped(scheme, "I63.900", "I50.900") == "BR33"


def test_an_appendix_is_grouped_by_operation_and_by_its_peritonitis(scheme: Scheme) -> None:
    assert grouped(scheme, "K35.800x001", procedures=("47.0100",)) == "GA55"
    assert grouped(scheme, "K35.200", procedures=("47.0100",)) == "GA45"
    assert grouped(scheme, "K35.800x001") == "GT25"


def test_a_cataract_of_diabetes_is_an_eye_case_only_when_the_eye_is_operated(scheme: Scheme) -> None:
    assert grouped(scheme, "E11.302+H28.0*", procedures=("13.7100x001",)) == "CA19"
    assert grouped(scheme, "E11.302+H28.0*") == "KS35"


def test_deliveries_are_told_by_their_outcome_and_sections_by_the_operation(scheme: Scheme) -> None:
    assert grouped(scheme, "O80.000", "Z37.000x001", sex="2", age=28) == "OR15"
    assert grouped(scheme, "O34.201", "Z37.000x001", procedures=("74.1x01",), sex="2", age=28) == "OA15"
    assert grouped(scheme, "O70.100", "Z37.000x001", procedures=("75.6902",), sex="2", age=28) == "OK15"


def test_a_newborn_is_grouped_by_weight_before_disease(scheme: Scheme) -> None:
    small = grouped(scheme, "P07.300x001", age=0, age_days=1, birth_weight_g=1320)
    assert small == "PR15"
    assert grouped(scheme, "P59.901", age=0, age_days=3, birth_weight_g=2100) == "PR25"
    assert grouped(scheme, "P59.901", age=0, age_days=3, birth_weight_g=3300) == "PV15"
    assert grouped(scheme, "P59.901", age=0, age_days=3) == "PV15", "a weight that is not known groups nobody by weight"


def test_two_severe_injuries_are_multiple_trauma_and_one_is_not(scheme: Scheme) -> None:
    assert grouped(scheme, "S06.202", "S36.000").startswith("ZR1")
    assert grouped(scheme, "S06.202", "S06.400").startswith("BV1")
    assert grouped(scheme, "S06.202", "S00.004").startswith("BV1"), "a bruise is no severe injury"


def test_a_disease_of_the_other_sex_has_no_group(scheme: Scheme) -> None:
    assert grouped(scheme, "N40.x00", sex="2") == UNGROUPED_DRG
    assert grouped(scheme, "D25.900", sex="1") == UNGROUPED_DRG


def test_an_external_cause_is_no_principal_diagnosis(scheme: Scheme) -> None:
    assert grouped(scheme, "W19.x00") == UNGROUPED_DRG


# -- weights and the low-risk list ------------------------------------------------------------------------------------


def test_every_group_has_a_weight_that_the_pricing_engine_can_read(scheme: Scheme) -> None:
    table = weights_from_rows(rows("weights.csv"), name="weights.csv")
    assert list(table.groups) == list(scheme.drg_names)
    assert table.low_risk_list_is_maintained


def test_a_graver_complication_never_weighs_less(scheme: Scheme) -> None:
    weight = {row["drg"]: Decimal(row["relative_weight"]) for row in rows("weights.csv")}
    for mdc in scheme.mdcs:
        for adrg in mdc.adrgs:
            weights = [weight[adrg.endings[ending]] for ending in "135" if ending in adrg.endings]
            assert weights == sorted(weights, reverse=True), adrg.code


def test_the_weights_are_what_the_script_reckons_from_the_lists(
    scheme: Scheme, figures: dict[str, starter_weights.GroupFigures]
) -> None:
    assert rows("weights.csv") == starter_weights.weight_rows(scheme, figures)


def test_the_mean_expected_stay_weighs_one(figures: dict[str, starter_weights.GroupFigures]) -> None:
    weight = {row["drg"]: float(row["relative_weight"]) for row in rows("weights.csv")}
    mean = sum(weight[drg] * one.weight for drg, one in figures.items()) / sum(one.weight for one in figures.values())
    assert mean == pytest.approx(1, abs=0.0005)


def test_the_low_risk_list_names_groups_without_complications_and_is_marked_ours() -> None:
    marked = {row["drg"] for row in rows("weights.csv") if row["low_risk"] == "yes"}
    listed = rows("low_risk.csv")
    assert {row["drg"] for row in listed} == marked
    assert {row["drg"][-1] for row in listed} == {"5", "9"}
    assert {row["source"] for row in listed} == {"starter-casemix-scheme"}


def test_degrees_are_shared_out_whole_and_factors_keep_the_mean() -> None:
    share = starter_weights.SHARE
    assert sum(share.values()) == pytest.approx(1)
    for factors in (starter_weights.COST_FACTOR, starter_weights.STAY_FACTOR, starter_weights.DEATH_FACTOR):
        assert sum(share[degree] * factors[degree] for degree in share) == pytest.approx(1, abs=0.005)


# -- held against the national code files -----------------------------------------------------------------------------


DIAGNOSES = "ICD10医保版v2.0.dat"
PROCEDURES = "ICD9CM3医保版v2.0.dat"


def _codes(shared_data: Path, name: str) -> list[str]:
    lines = (shared_data / "codes" / name).read_text(encoding="utf-8-sig").splitlines()
    return [line.split(" ", 1)[0] for line in lines if line.strip()]


def _subcategories(shared_data: Path, scheme: Scheme) -> list[str]:
    """One code of every subcategory (five places), and every code that a set names exactly: patterns see no more."""
    codes = _codes(shared_data, DIAGNOSES)
    one_each = {code[:5]: code for code in reversed(codes)}
    exact = {code for members in scheme.sets.values() for code in members.exact}
    return sorted({*one_each.values(), *(exact & set(codes))})


def _meets(member: str, beginnings: set[str]) -> bool:
    pattern = read_pattern(member)
    if pattern is None or pattern.first == pattern.last:
        return member.rstrip("*") in beginnings
    return any(len(one) == len(pattern.first) and one in pattern for one in beginnings)


@pytest.mark.shared_data
def test_every_member_of_a_set_meets_a_code_of_the_insurance_edition(shared_data: Path, scheme: Scheme) -> None:
    known = _codes(shared_data, DIAGNOSES) + _codes(shared_data, PROCEDURES)
    beginnings = {code[:length] for code in known for length in range(1, len(code) + 1)}
    assert [
        (name, member)
        for name, members in scheme.sets.items()
        for member, _ in members.members()
        if not _meets(member, beginnings)
    ] == []


@pytest.mark.shared_data
@pytest.mark.slow
def test_the_diagnoses_of_an_adrg_stand_in_its_mdc(shared_data: Path, scheme: Scheme) -> None:
    known = _subcategories(shared_data, scheme)
    outside = {}
    for mdc in scheme.mdcs:
        entry = [scheme.sets[name] for name in (f"{mdc.code}.DX", f"{mdc.code}.MULTI") if name in scheme.sets]
        strange = [code for code in known if entry and not any(code in one for one in entry)]
        for adrg in mdc.adrgs:
            members = scheme.sets.get(f"{adrg.code}.DX")
            if members and (stray := [code for code in strange if code in members]):
                outside[adrg.code] = stray[:5]
    assert outside == {}


@pytest.mark.shared_data
def test_every_diagnosis_of_the_insurance_edition_has_an_mdc_but_external_causes_and_morphology(
    shared_data: Path, scheme: Scheme
) -> None:
    entries = [members for name, members in scheme.sets.items() if re.fullmatch(r"MDC[A-Z]\.(DX|MULTI)", name)]
    assert [
        code
        for code in _subcategories(shared_data, scheme)
        if code[0] not in "VWXYM" and not any(code in members for members in entries)
    ] == []
