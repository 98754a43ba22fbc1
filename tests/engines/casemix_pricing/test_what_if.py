"""What-if at the bedside and the evidence behind codes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import ibis
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yigongti.engines.casemix.opportunities.public import (
    Change,
    EvidenceRule,
    StayEvidence,
    WhatIf,
    changed,
    evidence_gap_table,
    evidence_gaps,
    evidence_rules,
    what_if,
)
from yigongti.engines.casemix.pricing.public import GroupedCase, PaymentRules, weights_from_rows
from yigongti.engines.casemix.public import Case, load_scheme
from yigongti.foundation.errors import InvalidInput
from yigongti.foundation.policy import Policy

ANGINA = Case(
    "1", sex="1", age_years=66, age_days=24100, length_of_stay_days=8, diagnoses=("I20.000", "I10.x00x002", "I21.900")
)


@pytest.fixture(scope="module")
def rules_of_evidence(policy: Policy) -> tuple[EvidenceRule, ...]:
    return evidence_rules(policy)


def rule(rules: tuple[EvidenceRule, ...], name: str) -> EvidenceRule:
    return next(one for one in rules if one.id == name)


def ask(
    change: Change, stay: StayEvidence, policy_root: Path, rules: PaymentRules, evidence: tuple[EvidenceRule, ...]
) -> WhatIf:
    return what_if(
        ANGINA,
        change,
        bill=GroupedCase("1", "H1", "county", "390", "", Decimal("9000.00"), Decimal("3000.00"), 8),
        stay=stay,
        scheme=load_scheme(policy_root / "casemix" / "starter"),
        weights=weights_from_rows(
            [
                {"drg": drg, "relative_weight": weight}
                for drg, weight in (("FR25", "0.9"), ("FR23", "1"), ("FR15", "1.5"), ("FR13", "1.8"), ("FR11", "2.2"))
            ]
        ),
        rules=rules,
        evidence=evidence,
    )


def test_there_are_at_least_twenty_five_rules_and_none_claims_to_be_checked(
    policy: Policy, rules_of_evidence: tuple[EvidenceRule, ...]
) -> None:
    assert len(rules_of_evidence) >= 25
    assert {one.kind for one in rules_of_evidence} == {"complication", "principal", "operation"}
    assert all(document.data["checked"] == "no" for document in policy.documents("checks/casemix_evidence"))


def test_another_principal_diagnosis_shows_the_group_and_the_money_it_moves(
    policy_root: Path, rules: PaymentRules, rules_of_evidence: tuple[EvidenceRule, ...]
) -> None:
    answer = ask(Change(principal_diagnosis="I21.900"), StayEvidence(), policy_root, rules, rules_of_evidence)
    assert answer.before.grouping.adrg == "FR2"
    assert answer.after.grouping.adrg == "FR1"
    assert answer.after.case.diagnoses == ("I21.900", "I20.000", "I10.x00x002")
    assert answer.payment_difference is not None and answer.payment_difference > 0
    assert answer.after.priced.payment == answer.after.priced.standard


def test_an_added_complication_names_the_evidence_that_the_bill_lacks(
    policy_root: Path, rules: PaymentRules, rules_of_evidence: tuple[EvidenceRule, ...]
) -> None:
    stay = StayEvidence(item_names=("肌钙蛋白测定", "常规心电图", "氧气吸入"))
    answer = ask(Change(add_diagnoses=("J96.000",)), stay, policy_root, rules, rules_of_evidence)
    (gap,) = answer.new_gaps
    assert gap.rule.id == "respiratory_failure"
    assert [want.id for want in gap.missing] == ["blood_gas"]
    assert answer.before.gaps == ()


def test_removing_a_code_that_is_not_there_is_refused() -> None:
    with pytest.raises(InvalidInput, match="not on this page"):
        changed(ANGINA, Change(remove_diagnoses=("Z99.900",)))


def test_adding_a_code_that_is_there_is_refused() -> None:
    with pytest.raises(InvalidInput, match="already on this page"):
        changed(ANGINA, Change(add_diagnoses=("I21.900",)))


def test_an_operation_without_its_fees_has_gaps(rules_of_evidence: tuple[EvidenceRule, ...]) -> None:
    appendectomy = (rule(rules_of_evidence, "appendectomy"),)
    (gap,) = evidence_gaps(("K35.800",), ("47.0100",), StayEvidence(), appendectomy)
    assert [want.id for want in gap.missing] == ["operation", "anaesthesia", "pathology"]
    paid = StayEvidence(fee_items=frozenset({"fee_operation", "fee_anaesthesia", "fee_pathology"}))
    assert evidence_gaps(("K35.800",), ("47.0100",), paid, appendectomy) == ()


def test_a_complication_rule_does_not_read_the_principal_diagnosis(
    rules_of_evidence: tuple[EvidenceRule, ...],
) -> None:
    sepsis = (rule(rules_of_evidence, "sepsis"),)
    assert evidence_gaps(("A41.900",), (), StayEvidence(), sepsis) == ()


stays = st.tuples(
    st.lists(
        st.sampled_from(["A41.900", "J96.000", "K35.800", "J18.900", "I63.900", "L89.100"]), max_size=4, unique=True
    ),
    st.lists(st.sampled_from(["47.0100", "96.7101", "39.9500", "93.9000"]), max_size=3, unique=True),
    st.lists(
        st.tuples(
            st.sampled_from(["血气分析", "血培养", "手术费（三级手术）", "注射用头孢曲松钠", "普通床位费"]),
            st.sampled_from(["fee_laboratory", "fee_surgical", "fee_pathology", "fee_surgery_supplies"]),
            st.sampled_from([Decimal("0.00"), Decimal("30.00")]),
        ),
        max_size=4,
    ),
    st.sampled_from([Decimal("0.00"), Decimal("12.00")]),
)


@pytest.mark.slow
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=st.lists(stays, min_size=1, max_size=8))
def test_the_table_finds_the_gaps_that_the_reference_finds(
    drawn: list[tuple[list[str], list[str], list[tuple[str, str, Decimal]], Decimal]],
    rules_of_evidence: tuple[EvidenceRule, ...],
    connection: ibis.BaseBackend,
) -> None:
    texts, money = pa.list_(pa.string()), pa.decimal128(14, 2)
    cases = ibis.memtable(
        pa.table(
            {
                "institution_code": ["H1"] * len(drawn),
                "case_id": [str(number) for number in range(len(drawn))],
                "diagnoses": pa.array([one[0] for one in drawn], texts),
                "procedures": pa.array([one[1] for one in drawn], texts),
                "fee_anaesthesia": pa.array([one[3] for one in drawn], money),
            }
        )
    )
    lines = [(str(number), *line) for number, one in enumerate(drawn) for line in one[2]]
    fee_lines = ibis.memtable(
        pa.table(
            {
                "institution_code": pa.array(["H1"] * len(lines), pa.string()),
                "case_id": pa.array([line[0] for line in lines], pa.string()),
                "item_name": pa.array([line[1] for line in lines], pa.string()),
                "fee_item": pa.array([line[2] for line in lines], pa.string()),
                "amount": pa.array([line[3] for line in lines], money),
            }
        )
    )
    rows = connection.to_pyarrow(evidence_gap_table(cases, fee_lines, rules_of_evidence, connection)).to_pylist()
    found = {(row["case_id"], row["rule"], row["want"], tuple(row["codes"])) for row in rows}
    expected = set()
    for number, (diagnoses, procedures, own, front_page) in enumerate(drawn):
        items = {item for _, item, amount in own if amount > 0} | ({"fee_anaesthesia"} if front_page > 0 else set())
        stay = StayEvidence(tuple(name for name, _, _ in own), frozenset(items), tuple(procedures))
        for gap in evidence_gaps(diagnoses, procedures, stay, rules_of_evidence):
            expected |= {(str(number), gap.rule.id, want.id, tuple(sorted(gap.codes))) for want in gap.missing}
    assert found == expected
    assert len(rows) == len(found)


def test_the_ready_rules_of_pay_hold_on_the_day_of_the_demo(policy: Policy) -> None:
    assert PaymentRules.from_policy(policy, on=date(2026, 10, 31)).negotiation_cap == Decimal("0.05")
