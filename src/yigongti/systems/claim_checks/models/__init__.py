"""Checked months with their findings, self-checks, knowledge taken over, samples, and changes of checks."""

from yigongti.systems.claim_checks.models.changes import ChangeOfCheck, RehearsedRow
from yigongti.systems.claim_checks.models.findings import (
    BillFindings,
    CheckedMonth,
    CheckSum,
    Finding,
    InstitutionVolume,
    StrengthChoices,
)
from yigongti.systems.claim_checks.models.knowledge import KnowledgeBatch, KnowledgeEntry
from yigongti.systems.claim_checks.models.samples import Sample, SampledFinding
from yigongti.systems.claim_checks.models.self_checks import SelfCheck, SelfCheckFinding

__all__ = [
    "BillFindings",
    "ChangeOfCheck",
    "CheckSum",
    "CheckedMonth",
    "Finding",
    "InstitutionVolume",
    "KnowledgeBatch",
    "KnowledgeEntry",
    "RehearsedRow",
    "Sample",
    "SampledFinding",
    "SelfCheck",
    "SelfCheckFinding",
    "StrengthChoices",
]
