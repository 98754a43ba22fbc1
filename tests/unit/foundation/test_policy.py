"""Policy files: dated values, sources, layers and releases."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yigongti.foundation.errors import PolicyError
from yigongti.foundation.policy import Policy, read_yaml

SOURCE = """
id: county-2012
title: {zh: 示范县新农合方案, en: Rural scheme of the demo county}
number: 示卫〔2012〕1号
checked: no
"""
RATIO = """
id: benefit.inpatient_ratio
label: {zh: 住院报销比例, en: Inpatient ratio}
unit: ratio
selected_by: discharge_date
varies_by: [institution_level]
values:
  - from: 2012-01-01
    value: {county: 0.75, township: 0.85}
    source: county-2012
  - from: 2020-01-01
    value: {county: 0.70, township: 0.90}
    source: county-2012
"""


def write(root: Path, path: str, text: str) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text, encoding="utf-8")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write(tmp_path, "sources/county-2012.yaml", SOURCE)
    write(tmp_path, "parameters/benefit/inpatient_ratio.yaml", RATIO)
    return tmp_path


def refusal(root: Path) -> str:
    with pytest.raises(PolicyError) as error:
        Policy.load(root)
    return error.value.code


def test_a_value_holds_from_its_first_day_until_the_next_one(root):
    policy = Policy.load(root)
    last_day, first_day = date(2019, 12, 31), date(2020, 1, 1)
    assert policy.value("benefit.inpatient_ratio", on=last_day, institution_level="township") == Decimal("0.85")
    assert policy.value("benefit.inpatient_ratio", on=first_day, institution_level="township") == Decimal("0.90")


def test_asking_before_the_first_day_is_refused(root):
    with pytest.raises(PolicyError) as error:
        Policy.load(root).value("benefit.inpatient_ratio", on=date(2011, 12, 31), institution_level="county")
    assert error.value.code == "policy.before_first_value"


def test_an_unknown_parameter_is_refused(root):
    with pytest.raises(PolicyError) as error:
        Policy.load(root).value("benefit.cap", on=date(2020, 1, 1))
    assert error.value.code == "policy.parameter_unknown"


@pytest.mark.parametrize(
    ("selectors", "code"),
    [
        ({}, "policy.selector_missing"),
        ({"institution_level": "province"}, "policy.case_not_covered"),
        ({"institution_level": "county", "sex": "1"}, "policy.selector_unknown"),
    ],
)
def test_a_case_that_the_value_does_not_name_is_refused(root, selectors, code):
    with pytest.raises(PolicyError) as error:
        Policy.load(root).value("benefit.inpatient_ratio", on=date(2020, 1, 1), **selectors)
    assert error.value.code == code


def test_a_value_whose_source_is_unknown_is_refused(root):
    write(root, "parameters/benefit/inpatient_ratio.yaml", RATIO.replace("county-2012", "nowhere"))
    assert refusal(root) == "policy.source_unknown"


def test_two_values_from_the_same_day_are_refused(root):
    write(root, "parameters/benefit/inpatient_ratio.yaml", RATIO.replace("2020-01-01", "2012-01-01"))
    assert refusal(root) == "policy.values_overlap"


def test_a_source_must_say_whether_its_wording_was_checked(root):
    write(root, "sources/county-2012.yaml", SOURCE.replace("checked: no", ""))
    assert refusal(root) == "policy.source_checked_missing"


def test_codes_in_policy_files_stay_text():
    read = read_yaml("a: 010101\nb: on\nc: 1:30\nd: 1e3\ne: no", "codes.yaml")
    assert read == {"a": "010101", "b": "on", "c": "1:30", "d": "1e3", "e": "no"}


def test_a_key_that_stands_twice_is_refused():
    with pytest.raises(PolicyError):
        read_yaml("a: 1\na: 2", "twice.yaml")


def test_the_release_changes_with_any_file_and_only_then(root):
    before = Policy.load(root).release
    assert Policy.load(root).release == before
    write(root, "codesets/day_surgery.csv", "code\n13.4100\n")
    assert Policy.load(root).release.digest != before.digest


def test_a_county_overlays_a_file_by_name_and_says_why(root, tmp_path_factory):
    county = tmp_path_factory.mktemp("county")
    nearer = RATIO.replace("0.70", "0.72") + "overlays: 示范县2020年调整\n"
    write(county, "parameters/benefit/inpatient_ratio.yaml", nearer)
    policy = Policy.load([root, county])
    assert policy.value("benefit.inpatient_ratio", on=date(2021, 1, 1), institution_level="county") == Decimal("0.72")


def test_an_overlay_without_a_reason_is_refused(root, tmp_path_factory):
    county = tmp_path_factory.mktemp("county")
    write(county, "parameters/benefit/inpatient_ratio.yaml", RATIO)
    with pytest.raises(PolicyError) as error:
        Policy.load([root, county])
    assert error.value.code == "policy.overlay_without_reason"


def test_a_folder_is_found_where_its_files_lie(root):
    write(root, "casemix/starter/mdc.csv", "mdc\n")
    write(root, "casemix/starter/deep/x.csv", "x\n")
    assert Policy.load(root).folder("casemix/starter") == root / "casemix" / "starter"


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused_in_words(text):
    try:
        read_yaml(text, "fuzz.yaml")
    except PolicyError as error:
        assert error.text.zh and error.text.en


def test_the_policy_of_the_product_loads_whole(policy_root):
    assert Policy.load(policy_root).sources


def test_every_column_of_a_fact_table_names_a_source_that_is_there(policy_root):
    from yigongti.foundation.schemas import FACT_TABLES

    named = {column.source for table in FACT_TABLES.values() for column in table}
    assert named <= set(Policy.load(policy_root).sources)
