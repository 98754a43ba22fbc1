"""What a settlement leaves in the books: docs/adr/0020, point 4."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from yigongti.foundation.errors import Text
from yigongti.kernel.ledger.drafts import EntryDraft, PostingDraft
from yigongti.systems.benefits.accounts import (
    FUND_ACCOUNTS,
    INCOME_ACCOUNT,
    INSTITUTION_ACCOUNTS,
    OWED_ACCOUNT,
    PATIENT_ACCOUNT,
    POOL_ACCOUNTS,
)

SETTLEMENT, PAYMENT = "settlement", "settlement_payment"


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
    own, fund = sides_of(amounts, care=care, institution_id=institution_id, fund_id=fund_id, outside=outside)
    sides = (("institution", institution_id, own), ("fund", fund_id, fund))
    return [
        EntryDraft(
            key_of(institution_code, number, side), book, on, SETTLEMENT, said, cause, lines, resident_id
        )
        for side, book, lines in sides if lines
    ]  # fmt: skip


def sides_of(
    amounts: Mapping[str, Decimal], *, care: str, institution_id: int, fund_id: int, outside: bool
) -> tuple[tuple[PostingDraft, ...], tuple[PostingDraft, ...]]:
    """The lines in the institution's book and in the fund's, of one bill or of a sum of bills of one kind of care. Of
    bills from outside the county the institution has none, and the fund's name no partner."""
    own = [PostingDraft(account, amounts[payer], partner_id=fund_id) for payer, account in INSTITUTION_ACCOUNTS.items()]
    own += [PostingDraft(PATIENT_ACCOUNT, amounts["cash"]), PostingDraft(INCOME_ACCOUNT, -amounts["total_cost"])]
    fund = [PostingDraft(POOL_ACCOUNTS[care], amounts["pool_fund"])]
    fund += [PostingDraft(account, amounts[payer]) for payer, account in FUND_ACCOUNTS.items()]
    owed = sum((line.amount for line in fund), Decimal(0))
    fund.append(PostingDraft(OWED_ACCOUNT, -owed, partner_id=None if outside else institution_id))
    return () if outside else _not_zero(own), _not_zero(fund)


def _not_zero(lines: list[PostingDraft]) -> tuple[PostingDraft, ...]:
    return tuple(line for line in lines if line.amount)


def payment_of(
    cash: Decimal, *, institution_id: int, institution_code: str, number: str, resident_id: int, on: date
) -> EntryDraft | None:
    """What the patient pays of the own part; None where that is nothing."""
    if not cash:
        return None
    return EntryDraft(
        key_of(institution_code, number, "payment"), institution_id, on, PAYMENT,
        Text(f"患者支付 {number}", f"Paid by the patient, settlement {number}"), cause_of(institution_code, number),
        (PostingDraft("1002", cash), PostingDraft(PATIENT_ACCOUNT, -cash)), resident_id,
    )  # fmt: skip
