"""What if the page were coded otherwise: the group, the weight, the pay, and the evidence that would still be missing.

Meant for the doctor and the coder while the patient is still in the ward. A higher weight without evidence is not an
opportunity but a risk; so every answer names the evidence that the changed codes want and the bill does not show.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from yigongti.engines.casemix.case import Case, Grouping
from yigongti.engines.casemix.opportunities.evidence import EvidenceGap, EvidenceRule, StayEvidence, evidence_gaps
from yigongti.engines.casemix.pricing.cases import GroupedCase, PricedCase
from yigongti.engines.casemix.pricing.reference import price_case
from yigongti.engines.casemix.pricing.rules import PaymentRules
from yigongti.engines.casemix.pricing.weight_table import WeightTable
from yigongti.engines.casemix.reference import group_case
from yigongti.engines.casemix.scheme import Scheme
from yigongti.foundation.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Change:
    """A change of the codes. principal_diagnosis, principal_procedure: moved to (or put in) the first place; "" leaves
    it. The former principal becomes the first of the others. Removals are done before additions."""

    principal_diagnosis: str = ""
    principal_procedure: str = ""
    add_diagnoses: tuple[str, ...] = ()
    remove_diagnoses: tuple[str, ...] = ()
    add_procedures: tuple[str, ...] = ()
    remove_procedures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """One coding of the case: its codes, group, price and missing evidence."""

    case: Case
    grouping: Grouping
    priced: PricedCase
    gaps: tuple[EvidenceGap, ...]


@dataclass(frozen=True, slots=True)
class WhatIf:
    """Before and after. weight_difference, payment_difference: after minus before, None where either has none.
    new_gaps: evidence that only the changed coding wants."""

    before: Outcome
    after: Outcome
    weight_difference: Decimal | None
    payment_difference: Decimal | None
    new_gaps: tuple[EvidenceGap, ...]


def changed(case: Case, change: Change) -> Case:
    """The case with the change made. Raises InvalidInput when a code to be removed is not there, or one to be added
    already is."""
    diagnoses = _codes(case.diagnoses, change.remove_diagnoses, change.add_diagnoses, change.principal_diagnosis)
    procedures = _codes(case.procedures, change.remove_procedures, change.add_procedures, change.principal_procedure)
    return replace(case, diagnoses=diagnoses, procedures=procedures)


def _codes(codes: Sequence[str], remove: Sequence[str], add: Sequence[str], first: str) -> tuple[str, ...]:
    left = list(codes)
    for code in remove:
        if code not in left:
            raise InvalidInput(
                "what_if.code_absent",
                zh=f"编码 {code} 不在这份病案中，无法删除",
                en=f"code {code} is not on this page and cannot be removed",
                where=code,
            )
        left.remove(code)
    for code in add:
        if not code or code in left:
            raise InvalidInput(
                "what_if.code_present",
                zh=f"编码“{code}”为空或已在这份病案中",
                en=f"code “{code}” is empty or already on this page",
                where=code,
            )
        left.append(code)
    if first:
        left = [first, *(code for code in left if code != first)]
    return tuple(left)


def what_if(
    case: Case,
    change: Change,
    *,
    bill: GroupedCase,
    stay: StayEvidence,
    scheme: Scheme,
    weights: WeightTable,
    rules: PaymentRules,
    evidence: Sequence[EvidenceRule],
) -> WhatIf:
    """The case before and after a change of its codes, at the fixed rate.

    bill: cost, insurance and institution of the case; its group is found here and need not be given. Raises
    InvalidInput where the change does not fit the page.
    """
    before = _outcome(case, bill, stay, scheme, weights, rules, evidence)
    after = _outcome(changed(case, change), bill, stay, scheme, weights, rules, evidence)
    known = {(gap.rule.id, gap.codes) for gap in before.gaps}
    return WhatIf(
        before,
        after,
        _difference(after.priced.relative_weight, before.priced.relative_weight),
        _difference(after.priced.payment, before.priced.payment),
        tuple(gap for gap in after.gaps if (gap.rule.id, gap.codes) not in known),
    )


def _outcome(
    case: Case,
    bill: GroupedCase,
    stay: StayEvidence,
    scheme: Scheme,
    weights: WeightTable,
    rules: PaymentRules,
    evidence: Sequence[EvidenceRule],
) -> Outcome:
    grouping = group_case(case, scheme)
    priced = price_case(replace(bill, drg=grouping.drg), weights, rules)
    gaps = evidence_gaps(case.diagnoses, case.procedures, stay, evidence)
    return Outcome(case, grouping, priced, gaps)


def _difference(after: Decimal | None, before: Decimal | None) -> Decimal | None:
    return None if after is None or before is None else after - before
