"""Cards are read strictly and refused whole: every refusal has its code, both languages and the place."""

from __future__ import annotations

from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from yigongti.engines.appraisal.public import (
    IncomeWords,
    KnownMeasure,
    known_measures,
    lint,
    load_card_from,
    load_cards,
    read_card,
    refuse,
)
from yigongti.foundation.errors import PolicyError
from yigongti.foundation.policy import Policy, read_yaml

ON = date(2026, 10, 1)
GOOD = """
id: good
label: {zh: 考核, en: Appraisal}
why: {zh: 示例, en: An example}
period: month
subjects: {kind: person}
versions:
  - from: 2026-01-01
    source: appraisal-cards-starter
    full_score: 100
    least_assessed: 50
    publish_days: 3
    objection_days: 3
    not_assessed: {not_applicable: others, no_data: nothing, list_not_maintained: others, too_few: others}
    grades: [{id: good, label: {zh: 良好, en: Good}, at_least: 80}]
    money:
      kind: personal_pay
      label: {zh: 绩效, en: Pay}
      coefficient: [{below: 60, value: 0}, {from: 60, value: 1}]
    sections:
      - id: work
        label: {zh: 工作, en: Work}
        weight: 60
        items:
          - id: visits
            label: {zh: 诊疗人次, en: Visits}
            measure: visits
            weight: 40
            scoring: {bands: [{below: 50, points: 0}, {from: 50, below: 80, points: 20}, {from: 80, points: 40}]}
          - id: followed
            label: {zh: 随访率, en: Followed up}
            measure: followed
            weight: 20
            scoring: {target: {zero_at: 50, value: 90, until: 2026-12-31}}
      - id: marks
        label: {zh: 评分, en: Marks}
        weight: 40
        items:
          - id: conduct
            label: {zh: 医德医风, en: Conduct}
            asks: {zh: 科室评议, en: Marks of the department}
            weight: 40
            scoring: {graded: {of: 100}}
"""
KNOWN = {name: KnownMeasure(name, (name,), ("month", "year")) for name in ("visits", "followed")}


@pytest.fixture(scope="module")
def words(policy_root: Path) -> IncomeWords:
    return IncomeWords.from_policy(Policy.load(policy_root), on=ON)


def changed(*path: str | int, to: Any) -> Any:
    """The good card with one place changed; `to` None takes it out."""
    data = deepcopy(read_yaml(GOOD, "good.yaml"))
    place = data
    for step in path[:-1]:
        place = place[step]
    if to is None:
        del place[path[-1]]
    else:
        place[path[-1]] = to
    return data


def findings(
    data: Any, words: IncomeWords, known: dict[str, KnownMeasure] | None = None, **more: Any
) -> list[PolicyError]:
    return lint(read_card(data, "good.yaml"), KNOWN if known is None else known, words, on=more.pop("on", ON), **more)


ITEMS = ("versions", 0, "sections", 0, "items")
VERSION = ("versions", 0)


def test_a_good_card_has_nothing_to_say(words: IncomeWords) -> None:
    refuse(findings(read_yaml(GOOD, "good.yaml"), words))


BANDS_THAT_OVERLAP = {"bands": [{"below": "60", "points": "0"}, {"from": "50", "points": "40"}]}
BANDS_WITH_A_GAP = {"bands": [{"below": "50", "points": "0"}, {"from": "60", "points": "40"}]}
BANDS_WITHOUT_AN_END = {"bands": [{"below": "50", "points": "0"}, {"from": "50", "below": "80", "points": "40"}]}
BANDS_OF_NOTHING = {"bands": [{"below": "50", "points": "0"}, {"from": "50", "below": "50", "points": "40"}]}
BANDS_TOO_LOW = {"bands": [{"below": "50", "points": "0"}, {"from": "50", "points": "30"}]}


@pytest.mark.parametrize(
    ("code", "data"),
    [
        ("weights_do_not_add_up", changed(*ITEMS, 1, "weight", to="25")),
        ("weights_do_not_add_up", changed(*VERSION, "full_score", to="120")),
        ("measure_unknown", changed(*ITEMS, 0, "measure", to="nothing_of_the_kind")),
        ("target_in_the_past", changed(*ITEMS, 1, "scoring", "target", "until", to="2026-06-30")),
        ("bands_overlap", changed(*ITEMS, 0, "scoring", to=BANDS_THAT_OVERLAP)),
        ("bands_gap", changed(*ITEMS, 0, "scoring", to=BANDS_WITH_A_GAP)),
        ("bands_gap", changed(*ITEMS, 0, "scoring", to=BANDS_WITHOUT_AN_END)),
        ("band_empty", changed(*ITEMS, 0, "scoring", to=BANDS_OF_NOTHING)),
        ("full_marks_out_of_reach", changed(*ITEMS, 0, "scoring", to=BANDS_TOO_LOW)),
        ("measure_not_for_the_period", changed("period", to="quarter")),
        ("graded_by_nobody", changed(*ITEMS, 0, "scoring", to={"graded": {"of": "100"}})),
        ("least_assessed_too_high", changed(*VERSION, "least_assessed", to="101")),
        ("money_for_others", changed("subjects", "kind", to="team")),
        ("bands_gap", changed(*VERSION, "money", "coefficient", to=[{"from": "60", "value": "1"}])),
        ("grades_wrong", changed(*VERSION, "grades", 0, "at_least", to="101")),
    ],
)
def test_what_makes_no_sense_is_said_with_its_code(code: str, data: Any, words: IncomeWords) -> None:
    found = findings(data, words)
    assert f"appraisal.{code}" in [each.code for each in found]
    assert all(each.text.zh and each.text.en and each.where for each in found)


@pytest.mark.parametrize(
    ("code", "data"),
    [
        ("keys_wrong", changed("why", to=None)),
        ("keys_wrong", changed(*VERSION, "colour", to="red")),
        ("text_incomplete", changed("label", to={"zh": "考核"})),
        ("card_id", changed("id", to="another")),
        ("value_not_allowed", changed("period", to="fortnight")),
        ("number_not_readable", changed(*ITEMS, 0, "weight", to="many")),
        ("number_not_readable", changed(*ITEMS, 0, "weight", to="1.00001")),
        ("number_out_of_range", changed(*VERSION, "full_score", to="1000")),
        ("scoring_not_one", changed(*ITEMS, 0, "scoring", to={})),
        ("item_from_nowhere", changed(*ITEMS, 0, "measure", to=None)),
        ("form_of_a_measure", changed(*ITEMS, 0, "form", to="hygiene_patrol")),
        ("weight_missing", changed(*ITEMS, 0, "weight", to=None)),
        ("id_twice", changed(*ITEMS, 0, "id", to="followed")),
        ("day_not_readable", changed(*VERSION, "from", to="spring")),
        ("target_equals_zero", changed(*ITEMS, 1, "scoring", "target", "value", to="50")),
        ("target_zero", changed(*ITEMS, 1, "scoring", "target", "zero_at", to=None)),
        ("line_not_rising", changed(*ITEMS, 0, "scoring", to={"line": [{"at": "1", "points": "1"}]})),
        ("keys_wrong", changed(*VERSION, "not_assessed", "no_data", to=None)),
        ("not_a_list", changed("versions", to={})),
        ("versions_order", changed("versions", to=[])),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_its_place(code: str, data: Any) -> None:
    with pytest.raises(PolicyError) as refused:
        read_card(data, "good.yaml")
    assert refused.value.code == f"appraisal.{code}"
    assert refused.value.where.startswith("good.yaml")


def paid_by(label: str, scoring: Any, kind: str = "person") -> Any:
    data = changed(*ITEMS, 0, "label", to={"zh": label, "en": "Something"})
    data["versions"][0]["sections"][0]["items"][0]["scoring"] = scoring
    data["subjects"]["kind"] = kind
    return data


RISES = {"line": [{"at": "0", "points": "0"}, {"at": "100000", "points": "40"}]}
FALLS = {"line": [{"at": "0", "points": "40"}, {"at": "100000", "points": "0"}]}


@pytest.mark.parametrize("label", ["药品收入", "检查检验收入", "开单化验提成金额", "耗材销售"])
def test_pay_by_income_of_drugs_or_tests_is_refused_with_the_rule(label: str, words: IncomeWords) -> None:
    found = [each for each in findings(paid_by(label, RISES), words) if each.code == "appraisal.pay_by_income"]
    assert len(found) == 1
    assert "廉洁从业九项准则" in found[0].text.zh
    assert "integrity-nine-norms-2021" in found[0].text.en


def test_before_the_nine_norms_the_nine_prohibitions_are_named(policy_root: Path) -> None:
    before = IncomeWords.from_policy(Policy.load(policy_root), on=date(2020, 1, 1))
    found = [each for each in findings(paid_by("药品收入", RISES), before) if each.code == "appraisal.pay_by_income"]
    assert "九不准" in found[0].text.zh


@pytest.mark.parametrize(
    "texts", [("drug_income_per_physician",), ("x", "laboratory_revenue"), ("x", "住院检查收入"), ("sales_of_drugs",)]
)
def test_a_measure_that_counts_such_income_is_found_by_what_it_adds_up(
    texts: tuple[str, ...], words: IncomeWords
) -> None:
    known = {**KNOWN, "visits": KnownMeasure("visits", texts)}
    codes = [each.code for each in findings(paid_by("完成情况", RISES), words, known)]
    assert codes == ["appraisal.pay_by_income"]


def test_a_limit_on_such_income_is_allowed(words: IncomeWords) -> None:
    refuse(findings(paid_by("药品收入占比", FALLS), words))


@pytest.mark.parametrize("label", ["医疗服务收入", "医疗服务收入（不含药品、耗材、检查、检验）"])
def test_income_of_services_is_no_income_of_drugs(label: str, words: IncomeWords) -> None:
    refuse(findings(paid_by(label, RISES), words))


def test_an_institution_may_be_measured_by_it(words: IncomeWords) -> None:
    data = paid_by("药品收入", RISES, kind="institution")
    data["versions"][0]["money"]["kind"] = "performance_pool"
    refuse(findings(data, words))


def test_a_measure_that_is_not_made_for_institutions_is_said(words: IncomeWords) -> None:
    data = changed("subjects", "kind", to="institution")
    data["versions"][0]["money"]["kind"] = "performance_pool"
    known = {name: KnownMeasure(name, (name,), (), ("community", "county")) for name in KNOWN}
    codes = {each.code for each in findings(data, words, known)}
    assert codes == {"appraisal.measure_not_for_the_subject"}


def test_a_target_until_the_last_day_of_use_is_not_past(words: IncomeWords) -> None:
    refuse(findings(read_yaml(GOOD, "good.yaml"), words, on=date(2026, 12, 31)))


def test_an_unknown_checklist_is_said(words: IncomeWords) -> None:
    data = changed("versions", 0, "sections", 1, "items", 0, "form", to="no_such_form")
    assert [each.code for each in findings(data, words, forms={"hygiene_patrol"})] == ["appraisal.form_unknown"]


def test_the_names_that_a_formula_adds_up_are_known_and_those_taken_away_are_not(policy_root: Path) -> None:
    known = known_measures(Policy.load(policy_root))["inpatient_share_within_county"]
    assert "settled_stays_within_county" in known.texts
    assert "settled_stays" not in known.texts


def test_every_ready_card_is_read_and_has_a_known_source(policy_root: Path) -> None:
    cards = load_cards(Policy.load(policy_root))
    assert set(cards) >= {
        "township_quarterly", "community_yearly", "department_monthly", "family_doctor_team_quarterly",
        "director_yearly", "person_monthly",
    }  # fmt: skip


def test_a_card_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "card.yaml"
    file.write_bytes("id: 考核".encode("gb18030"))
    with pytest.raises(PolicyError) as refused:
        load_card_from(file)
    assert refused.value.code == "appraisal.not_utf8"
