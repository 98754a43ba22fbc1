"""What pages read of the month: published cases and sums, what was in force, requests and up-coding signals."""

from yigongti.systems.casemix_payment.models.cases import CaseKind, PricedCase
from yigongti.systems.casemix_payment.models.in_force import GroupInForce, PublishedMonth
from yigongti.systems.casemix_payment.models.requests import AdjustmentRequest
from yigongti.systems.casemix_payment.models.signals import UpcodingSignal
from yigongti.systems.casemix_payment.models.statements import DepartmentScore, StatementRow

__all__ = [
    "AdjustmentRequest",
    "CaseKind",
    "DepartmentScore",
    "GroupInForce",
    "PricedCase",
    "PublishedMonth",
    "StatementRow",
    "UpcodingSignal",
]
