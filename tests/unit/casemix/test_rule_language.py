"""The rule language: what it reads, what it refuses, and that printing loses nothing."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yigongti.engines.casemix.rules import (
    Always,
    And,
    CodeField,
    Comparison,
    CountInSet,
    InSets,
    Not,
    NumberField,
    Operator,
    Or,
    Rule,
    Sites,
    parse_rule,
    print_rule,
)
from yigongti.foundation.errors import PolicyError

ZYZD, QTZD = CodeField.PRINCIPAL_DIAGNOSIS, CodeField.OTHER_DIAGNOSES
ZYSS, QTSS = CodeField.PRINCIPAL_PROCEDURE, CodeField.OTHER_PROCEDURES


def test_an_empty_rule_is_always_true() -> None:
    assert parse_rule("") == Always()
    assert parse_rule("  ") == Always()
    assert parse_rule("1") == Always()


def test_one_field_is_asked_of_one_set() -> None:
    assert parse_rule("ZYZD in {MDCB.DX}") == InSets((ZYZD,), ("MDCB.DX",))


def test_several_fields_are_asked_of_several_sets() -> None:
    assert parse_rule("{ZYSS,QTSS} not in {A, B}") == InSets((ZYSS, QTSS), ("A", "B"), negated=True)


def test_a_set_name_may_stand_without_braces_and_hold_chinese() -> None:
    assert parse_rule("ZYZD in MDCZ.SITE.躯干、脊柱") == InSets((ZYZD,), ("MDCZ.SITE.躯干、脊柱",))


def test_and_binds_tighter_than_or() -> None:
    a, b, c = (InSets((ZYZD,), (name,)) for name in "ABC")
    assert parse_rule("ZYZD in {A} or ZYZD in {B} and ZYZD in {C}") == Or((a, And((b, c))))
    assert parse_rule("(ZYZD in {A} or ZYZD in {B}) and ZYZD in {C}") == And((Or((a, b)), c))


@pytest.mark.parametrize("text", ["NL >= 17", "NL>=17", "nl ≥ 17", "ＮＬ >= 17", "NL ＞＝ 17", "17 <= NL"])
def test_a_comparison_reads_in_every_spelling(text: str) -> None:
    if "Ｎ" in text:
        with pytest.raises(PolicyError):  # full-width letters are no field: only signs are narrowed
            parse_rule(text)
    else:
        assert parse_rule(text) == Comparison(NumberField.AGE_YEARS, Operator.AT_LEAST, 17)


@pytest.mark.parametrize(
    ("sign", "operator"), [("=", "="), ("==", "="), ("＝", "="), ("!=", "!="), ("<>", "!="), ("≠", "!=")]
)
def test_equality_and_its_opposite_read_in_every_spelling(sign: str, operator: str) -> None:
    assert parse_rule(f"XB {sign} 1") == Comparison(NumberField.SEX, Operator(operator), 1)


def test_a_range_may_be_written_around_the_field() -> None:
    assert parse_rule("1500 <= XSRTZ < 2000") == And(
        (
            Comparison(NumberField.WEIGHT_G, Operator.AT_LEAST, 1500),
            Comparison(NumberField.WEIGHT_G, Operator.LESS, 2000),
        )
    )


def test_codes_in_a_set_are_counted_in_either_order() -> None:
    counted = CountInSet("IB1.PX", (ZYSS, QTSS), Operator.AT_LEAST, 2)
    assert parse_rule("length(IB1.PX ∩ {ZYSS,QTSS}) >= 2") == counted
    assert parse_rule("length({ZYSS,QTSS} & {IB1.PX}) >= 2") == counted


def test_body_sites_are_counted() -> None:
    assert parse_rule("sites({ZYZD,QTZD}) >= 2") == Sites((ZYZD, QTZD), Operator.AT_LEAST, 2)


def test_full_width_brackets_and_braces_read_like_narrow_ones() -> None:
    assert parse_rule("（ZYZD in ｛A，B｝）") == InSets((ZYZD,), ("A", "B"))


@pytest.mark.parametrize(
    "text",
    [
        "ZYZD",
        "ZYZD in",
        "in {A}",
        "ZYZD in {}",
        "ZYZD in {A,}",
        "ZYZD in {QTZD}",
        "{ZYZD,ZYSS} in {A}",
        "{ZYZD,ZYZD} in {A}",
        "NL",
        "NL >",
        "NL > x",
        "NL => 3",
        "2",
        "1 and",
        "or",
        "ZYZD in {A} ZYZD in {B}",
        "(ZYZD in {A}",
        "ZYZD in {A})",
        "length(A) > 1",
        "length({A,B} ∩ {ZYZD}) > 1",
        "sites({ZYSS}) > 1",
        "ABC in {A}",
        "ZYZD in {A} # remark",
        "NL > 12345678901",
        "(" * 300 + "1" + ")" * 300,
        "not " * 300 + "1",
        "ZYZD in {A}\x00",
    ],
)
def test_a_broken_rule_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(PolicyError) as refused:
        parse_rule(text)
    assert refused.value.code == "casemix.rule_syntax"
    assert "个字符" in refused.value.text.zh
    assert "at character" in refused.value.text.en


def test_the_place_of_the_fault_is_counted_from_one() -> None:
    with pytest.raises(PolicyError) as refused:
        parse_rule("NL > 17 but XB = 1")
    assert "第 9 个字符" in refused.value.text.zh


names = st.from_regex(r"[A-Z]{2}[0-9]\.(DX|PX_?[0-9]?)|[A-Za-z一-龥][\w.]{0,8}", fullmatch=True).filter(
    lambda name: name.upper() not in {"ZYZD", "QTZD", "ZYSS", "QTSS"}
)
diagnosis_fields = st.sampled_from([(ZYZD,), (QTZD,), (ZYZD, QTZD), (QTZD, ZYZD)])
fields = st.one_of(diagnosis_fields, st.sampled_from([(ZYSS,), (QTSS,), (ZYSS, QTSS)]))
numbers = st.one_of(st.integers(0, 99_999), st.decimals(0, 999, places=2).filter(lambda d: d != d.to_integral_value()))
operators = st.sampled_from(list(Operator))
atoms: st.SearchStrategy[Rule] = st.one_of(
    st.just(Always()),
    st.builds(InSets, fields, st.lists(names, min_size=1, max_size=3).map(tuple), st.booleans()),
    st.builds(CountInSet, names, fields, operators, numbers),
    st.builds(Sites, diagnosis_fields, operators, numbers),
    st.builds(Comparison, st.sampled_from(list(NumberField)), operators, numbers),
)
rules: st.SearchStrategy[Rule] = st.recursive(
    atoms,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(And, st.lists(inner, min_size=2, max_size=4).map(tuple)),
        st.builds(Or, st.lists(inner, min_size=2, max_size=4).map(tuple)),
    ),
    max_leaves=12,
)


@given(rules)
def test_a_printed_rule_reads_back_as_the_same_tree(rule: Rule) -> None:
    assert parse_rule(print_rule(rule)) == rule


words = st.sampled_from(
    [
        "ZYZD",
        "QTZD",
        "ZYSS",
        "QTSS",
        "NL",
        "XB",
        "in",
        "not",
        "and",
        "or",
        "length",
        "sites",
        "∩",
        "(",
        ")",
        "{",
        "}",
        ",",
        "{A}",
        "{ZYZD,QTZD}",
        ">=",
        "=",
        "<",
        "1",
        "2",
        "29",
        "（",
        "｝",
        "≥",
        ".",
        "'",
        "\n",
    ]
)


@given(
    st.one_of(
        st.text(max_size=80), st.lists(words, max_size=25).map(" ".join), st.lists(words, max_size=25).map("".join)
    )
)
@settings(max_examples=400)
def test_any_text_is_read_or_refused_but_never_breaks_the_parser(text: str) -> None:
    try:
        rule = parse_rule(text)
    except PolicyError as refused:
        assert refused.code == "casemix.rule_syntax"
    else:
        assert parse_rule(print_rule(rule)) == rule
