"""The door of opportunities: what-if, evidence, up-coding. See docs/algorithms/casemix-payment.md §7."""

from yigongti.engines.casemix.opportunities.evidence import (
    EvidenceGap,
    EvidenceRule,
    StayEvidence,
    Want,
    evidence_gaps,
    evidence_rules,
)
from yigongti.engines.casemix.opportunities.evidence_table import evidence_gap_table
from yigongti.engines.casemix.opportunities.upcoding import (
    UpcodingRules,
    cases_of_group,
    cases_of_swap,
    mcc_shares,
    principal_swaps,
    unpaid_operations,
    weight_jumps,
)
from yigongti.engines.casemix.opportunities.what_if import Change, Outcome, WhatIf, changed, what_if

__all__ = [
    "Change",
    "EvidenceGap",
    "EvidenceRule",
    "Outcome",
    "StayEvidence",
    "UpcodingRules",
    "Want",
    "WhatIf",
    "cases_of_group",
    "cases_of_swap",
    "changed",
    "evidence_gap_table",
    "evidence_gaps",
    "evidence_rules",
    "mcc_shares",
    "principal_swaps",
    "unpaid_operations",
    "weight_jumps",
    "what_if",
]
