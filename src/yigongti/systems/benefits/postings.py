"""What a settlement leaves in the books: docs/adr/0020, point 4."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from yigongti.foundation.errors import Text
from yigongti.kernel.ledger.drafts import EntryDraft, PostingDraft

SETTLEMENT, PAYMENT = "settlement", "settlement_payment"
_FUNDS = (
    ("pool_fund", "1101.01"),
    ("critical_illness", "1101.02"),
    ("medical_assistance", "1101.03"),
    ("other_funds", "1101.04"),
    ("personal_account", "1101.05"),
)
_POOL_BY_CARE = {
    "inpatient": "5001.01",
    "major_disease": "5001.01",
    "outpatient": "5001.02",
    "two_diseases": "5001.03",
    "special_disease": "5001.04",
}
_OTHERS = (
    ("critical_illness", "5002"),
    ("medical_assistance", "5003"),
    ("other_funds", "5004"),
    ("personal_account", "5005"),
)


def cause_of(institution_code: str, number: str) -> str:
    """The address under which the books name a settlement."""
    return f"settlement:{institution_code}/{number}"


def key_of(institution_code: str, number: str, side: str) -> str:
    """The key of an entry; side: institution, fund or payment."""
    return f"settlement/{institution_code}/{number}/{side}"


def drafts_of(
    amounts: Mapping[str, Decimal], *, care: str, institution_id: int, institution_code: str, fund_id: int, number: str,
    resident_id: int, on: date, outside: bool,
) -> list[EntryDraft]:  # fmt: skip
    """The institution's entry and the fund's. A bill from outside the county has the fund's alone, without a partner;
    a bill of which no fund bears anything has none on the fund's side."""
    cause = cause_of(institution_code, number)
    said = Text(f"结算 {number}", f"Settlement {number}")
    made = []
    if not outside:
        lines = [PostingDraft(account, amounts[name], partner_id=fund_id) for name, account in _FUNDS if amounts[name]]
        lines += [PostingDraft("1102", amounts["cash"])] if amounts["cash"] else []
        lines.append(PostingDraft("4101", -amounts["total_cost"]))
        key = key_of(institution_code, number, "institution")
        made.append(EntryDraft(key, institution_id, on, SETTLEMENT, said, cause, tuple(lines), resident_id))
    lines = [PostingDraft(_POOL_BY_CARE[care], amounts["pool_fund"])] if amounts["pool_fund"] else []
    lines += [PostingDraft(account, amounts[name]) for name, account in _OTHERS if amounts[name]]
    if lines:
        owed = -sum((line.amount for line in lines), Decimal(0))
        lines.append(PostingDraft("2001", owed, partner_id=None if outside else institution_id))
        key = key_of(institution_code, number, "fund")
        made.append(EntryDraft(key, fund_id, on, SETTLEMENT, said, cause, tuple(lines), resident_id))
    return made


def payment_of(
    cash: Decimal, *, institution_id: int, institution_code: str, number: str, resident_id: int, on: date
) -> EntryDraft | None:
    """What the patient pays of the own part; None where that is nothing."""
    if not cash:
        return None
    return EntryDraft(
        key_of(institution_code, number, "payment"), institution_id, on, PAYMENT,
        Text(f"患者支付 {number}", f"Paid by the patient, settlement {number}"), cause_of(institution_code, number),
        (PostingDraft("1002", cash), PostingDraft("1102", -cash)), resident_id,
    )  # fmt: skip
