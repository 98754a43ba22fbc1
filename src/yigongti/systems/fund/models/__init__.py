"""What the fund keeps: the year's contracts, the months as published, money prepaid and settled, counter-indicators."""

from yigongti.systems.fund.models.case_payments import CasePayment, PaidCase
from yigongti.systems.fund.models.contracts import Contract, FundYear
from yigongti.systems.fund.models.indicators import CounterIndicator
from yigongti.systems.fund.models.months import (
    Forecast,
    FundMonth,
    InstitutionMonth,
    InsuredCount,
    LateBills,
    PublishedFundMonth,
)
from yigongti.systems.fund.models.payments import Deduction, MonthSettlement, Prepayment

__all__ = [
    "CasePayment",
    "Contract",
    "CounterIndicator",
    "Deduction",
    "Forecast",
    "FundMonth",
    "FundYear",
    "InstitutionMonth",
    "InsuredCount",
    "LateBills",
    "MonthSettlement",
    "PaidCase",
    "Prepayment",
    "PublishedFundMonth",
]
