"""Settlements that were paid wrongly on purpose: what the recomputation at the close has to find, and nothing else.

A fault moves yuan between the pool (or assistance) and the patient's cash, so the parts of every row still add up.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from yigongti.demo.county.insured_bills import InsuredBill
from yigongti.engines.benefit.public import Care, Level, Rules, Settlement
from yigongti.foundation.money import to_fen

OF_STAYS, OF_VISITS, OF_RARE = 1 / 130, 1 / 3000, 1 / 40
"""How often a settlement of a stay, of a visit, of a bill at a yearly cap or with assistance is paid wrongly."""

Amounts = dict[str, Decimal]
_LEAST = Decimal("1.00")


@dataclass(frozen=True, slots=True)
class Fault:
    """kind: its name in truth/settlement_faults.csv. what: in words. move: the amounts with the fault, or None."""

    kind: str
    what: str
    move: Callable[[InsuredBill, Settlement, Rules, Amounts], Amounts | None]


def _shift(paid: Amounts, payer: str, yuan: Decimal, **more: Decimal) -> Amounts | None:
    """Move so much to the payer from the patient's cash; None when that is impossible or next to nothing."""
    moved = paid | more
    moved[payer] += yuan
    moved["cash"] -= yuan
    return moved if abs(yuan) >= _LEAST and moved[payer] >= 0 and moved["cash"] >= 0 else None


def _wrong_ratio(bill: InsuredBill, right: Settlement, rules: Rules, paid: Amounts) -> Amounts | None:
    return _shift(paid, "pool_fund", to_fen(right.base * Decimal("0.05"))) if bill.care == "inpatient" else None


def _deductible_twice(bill: InsuredBill, right: Settlement, rules: Rules, paid: Amounts) -> Amounts | None:
    if not right.deductible or right.base <= right.deductible:
        return None
    less = to_fen(right.deductible * right.pool_fund / right.base)
    return _shift(paid, "pool_fund", -less, deductible=right.deductible * 2)


def _deductible_missed(bill: InsuredBill, right: Settlement, rules: Rules, paid: Amounts) -> Amounts | None:
    if not right.deductible or not right.base or bill.care not in ("inpatient", "major_disease"):
        return None
    more = to_fen(right.deductible * right.pool_fund / right.base)
    return _shift(paid, "pool_fund", more, deductible=Decimal("0.00"))


def _cap_overrun(bill: InsuredBill, right: Settlement, rules: Rules, paid: Amounts) -> Amounts | None:
    if bill.care == "outpatient":
        ratio = rules.outpatient_ratio[Level(bill.level)]
    elif bill.care == "two_diseases":
        ratio = rules.two_disease_ratio[Level(bill.level)]
    else:
        return None
    return _shift(paid, "pool_fund", max(Decimal(0), to_fen(right.base * ratio) - right.pool_fund))


def _assistance_missed(bill: InsuredBill, right: Settlement, rules: Rules, paid: Amounts) -> Amounts | None:
    return _shift(paid, "medical_assistance", -right.medical_assistance)


FAULTS = (
    Fault("wrong_ratio", "报销比例多计 5 个百分点", _wrong_ratio),
    Fault("deductible_twice", "起付线重复扣除", _deductible_twice),
    Fault("cap_overrun", "超过年度限额仍予支付", _cap_overrun),
    Fault("deductible_missed", "未扣起付线", _deductible_missed),
    Fault("assistance_missed", "应予医疗救助而未救助", _assistance_missed),
)


class SettlementFaults:
    """Chooses settlements and faults; the rarest kind that fits is taken, so that every kind occurs."""

    def __init__(self, planted: bool) -> None:
        self.planted = planted
        self.rows: list[dict[str, object]] = []
        self._had: Counter[str] = Counter()

    def plant(
        self, draw: random.Random, bill: InsuredBill, right: Settlement, rules: Rules, paid: Amounts, number: str
    ) -> Amounts:
        """The amounts as they were paid: the right ones, nearly always."""
        if draw.random() >= self._rate(bill, right, rules, paid) or not self.planted:
            return paid
        for fault, moved in self._fitting(bill, right, rules, paid):
            self._had[fault.kind] += 1
            self.rows.append(
                {
                    "kind": fault.kind,
                    "institution_code": bill.submitter.code,
                    "settlement_number": number,
                    "case_id": bill.case_id,
                    "month": f"{bill.settled_on:%Y-%m}",
                    "amount": sum((abs(moved[name] - paid[name]) for name in _FUNDS), Decimal("0.00")),
                    "what": fault.what,
                }
            )
            return moved
        return paid

    def _rate(self, bill: InsuredBill, right: Settlement, rules: Rules, paid: Amounts) -> float:
        if _cap_overrun(bill, right, rules, paid) or right.medical_assistance:
            return OF_RARE
        return OF_STAYS if bill.care in (Care.INPATIENT, Care.MAJOR_DISEASE) else OF_VISITS

    def _fitting(
        self, bill: InsuredBill, right: Settlement, rules: Rules, paid: Amounts
    ) -> Iterator[tuple[Fault, Amounts]]:
        for fault in sorted(FAULTS, key=lambda each: self._had[each.kind]):
            moved = fault.move(bill, right, rules, paid)
            if moved is not None:
                yield fault, moved


_FUNDS = ("pool_fund", "critical_illness", "medical_assistance", "other_funds")
