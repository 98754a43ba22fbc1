"""The insured and their year, approvals, stays that are open, settlements, and what waits for somebody."""

from yigongti.systems.benefits.models.insured import Approval, BenefitYear, Enrolment
from yigongti.systems.benefits.models.settlements import AMOUNTS, Admission, Settlement
from yigongti.systems.benefits.models.waiting import HeldInjury, OfflineBill

__all__ = ["AMOUNTS", "Admission", "Approval", "BenefitYear", "Enrolment", "HeldInjury", "OfflineBill", "Settlement"]
