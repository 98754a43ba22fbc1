"""A score says why it stands and what would change it, in both languages; nothing is silent."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from yigongti.engines.appraisal.public import Card, NotAssessed, Observed, Score, State, load_cards, score_one
from yigongti.foundation.policy import Policy

QUARTER_END = date(2026, 9, 30)


def value(number: str, n: str | None = None) -> Observed:
    return Observed(State.VALUE, Decimal(number), None if n is None else Decimal(n))


@pytest.fixture(scope="module")
def card(policy_root: Path) -> Card:
    return load_cards(Policy.load(policy_root))["township_quarterly"]


@pytest.fixture(scope="module")
def score(card: Card) -> Score:
    values = {
        "rules_kept": value("7"),
        "books": value("6"),
        "orders_late": value("1"),
        "records": value("75"),
        "hypertension": value("61", "900"),
        "diabetes": value("61", "12"),
        "elders": value("66", "500"),
        "children": Observed(State.NOT_APPLICABLE),
        "mental": Observed(State.LIST_NOT_MAINTAINED),
        "referrals": value("90"),
        "antibiotics": value("22", "3000"),
        "complaints": value("0"),
        "patients": value("91", "40"),
        "fraud": value("1"),
    }
    return score_one(
        card,
        "T1",
        values,
        QUARTER_END,
        everybody=[{"patients": value(v, "40")} for v in ("91", "95", "80", "85", "70")],
    )


def of(score: Score, item: str):  # type: ignore[no-untyped-def]
    return next(each for each in score.items if each.item == item)


@pytest.mark.parametrize(
    ("item", "said"),
    [
        ("hypertension", "高血压患者规范管理率 61，目标 70（40 为零分），得 5.6 分（满分 8 分）"),
        ("diabetes", "2型糖尿病患者规范管理率：例数过少（12 < 30），不考核，权重由其他项目分担"),
        ("children", "0–6 岁儿童健康管理率：不适用，不考核，权重由其他项目分担"),
        ("mental", "严重精神障碍患者规范管理率：所需目录未维护，不考核，权重由其他项目分担"),
        ("essential", "基本药物采购金额占比：没有数据，不得分"),
        ("orders_late", "整改逾期 1，每次扣 2 分，得 4 分（满分 6 分）"),
        ("patients", "患者满意度 91，在 5 家中排第 2，得 8 分（满分 10 分）"),
        ("antibiotics", "门诊抗菌药物处方比例 22，落在“20 至 25（不含）”档，得 5 分（满分 8 分）"),
        ("fraud", "骗取医保基金 1，一票否决：总分不高于 59"),
        ("honours", "上级表彰：没有数据，不产生加减分或否决"),
        ("referrals", "转诊闭环率 90，按插值（60→0, 98→8），得 7 分（满分 8 分）"),
        ("rules_kept", "制度与执行 7，评分满分 8，得 7 分（满分 8 分）"),
    ],
)
def test_each_item_says_why(score: Score, item: str, said: str) -> None:
    found = of(score, item)
    assert found.why.zh == said
    assert found.why.en


@pytest.mark.parametrize(
    ("item", "said"),
    [
        ("hypertension", "再增加 9（达到 70），得 8 分"),
        ("antibiotics", "再减少 2 以上（低于 20），得 8 分"),
        ("elders", "再增加 4（达到 70），得 6 分"),
        ("orders_late", "再减少 1（达到 0），得 6 分"),
        ("patients", "再增加 4（达到 95），得 10 分"),
        ("essential", "报送数据后可评分，最高 7 分"),
        ("fraud", "不再触发否决（0）后，总分不再封顶"),
    ],
)
def test_each_item_says_what_would_earn_more(score: Score, item: str, said: str) -> None:
    assert [change.said.zh for change in of(score, item).changes][:1] == [said]


def test_under_a_veto_nothing_else_gains(score: Score) -> None:
    assert (score.score, score.vetoes) == (Decimal("59.00"), ("fraud",))
    assert of(score, "hypertension").changes[0].gain == 0


def test_without_the_veto_the_score_would_gain_what_the_cap_took(score: Score) -> None:
    # management 7+6+4 of 20; public health (3 + 5.6 + 4) of 20 counts for 40; care 7+5+0+7 of 30; satisfaction 8 of 10
    assert of(score, "fraud").changes[0].gain == Decimal("17") + Decimal("25.2") + Decimal("19") + Decimal("8") - 59


def test_weights_given_away_count_for_the_others_of_the_section(score: Score) -> None:
    assert of(score, "hypertension").counts_for == Decimal(16)
    assert of(score, "children").counts_for == 0


def test_a_state_that_is_no_value_is_told_with_its_rule(score: Score) -> None:
    assert of(score, "essential").rule is NotAssessed.NOTHING
    assert of(score, "children").rule is NotAssessed.OTHERS


def test_the_trace_has_a_step_for_each_item_and_one_for_the_score(card: Card, score: Score) -> None:
    names = [item.id for _, item in card.versions[0].items]
    assert [step.name for step in score.trace] == [*names, "score"]
    assert all(step.source == "appraisal-cards-starter" for step in score.trace)
