"""The ledger's drafts of money that moves between the fund and a community (docs/adr/0020, 6). Debit positive.

A prepayment stands in full on 1201 / 2002; what a ruling took of it is no cash: the fund books it on 5201, the
community on 4103. When a month is settled, each institution's bills are set off against the prepayment of its
community, which the leading hospital passes on: so every mutual amount is the same in both books.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from yigongti.foundation.errors import Text
from yigongti.foundation.period import Month
from yigongti.kernel.ledger.public import EntryDraft, PostingDraft

PARTS = (
    ("critical_illness", "1101.02"),
    ("medical_assistance", "1101.03"),
    ("other_funds", "1101.04"),
    ("personal_account", "1101.05"),
)
"""Other payers of a bill and the hospital's account of what they owe."""
CASE_PAYMENT = "case_payment"
"""The kind of an entry for payment by group, and what its key and cause begin with."""


@dataclass(frozen=True, slots=True)
class Side:
    """An institution in the entries: its book and the code that keys name it by."""

    book: int
    code: str


def prepayment_entries(
    fund: Side, community: Side, month: str, on: date, gross: Decimal, deducted: Decimal
) -> list[EntryDraft]:
    """The fund's entry and the community's; none for a prepayment of nothing."""
    key, cause = f"prepayment/{month}/{community.code}", f"prepayment:{month}/{community.code}"
    said = Text(f"{month} 预拨", f"Prepayment for {month}")
    paid = gross - deducted
    return _kept(
        _draft(f"{key}/fund", fund, on, "prepayment", said, cause,
               ("1201", gross, community), ("1001", -paid, None), ("5201", -deducted, None)),
        _draft(f"{key}/institution", community, on, "prepayment", said, cause,
               ("1001", paid, None), ("4103", deducted, None), ("2002", -gross, fund)),
    )  # fmt: skip


def difference_entries(fund: Side, place: Side, month: Month, difference: Decimal, digest: str) -> list[EntryDraft]:
    """What payment by group adds to the bills of a month (negative: takes from them). digest: of what it comes from, so
    that sums that were computed anew have keys of their own."""
    key, cause = f"{CASE_PAYMENT}/{month}/{place.code}", f"{CASE_PAYMENT}:{month}/{place.code}"
    said = Text(f"{month} 按病组付费差额", f"Payment by group for {month}: difference to the bills")
    return _kept(
        _draft(f"{key}/fund/{digest}", fund, month.last_day, CASE_PAYMENT, said, cause,
               ("5001.01", difference, None), ("2001", -difference, place)),
        _draft(f"{key}/institution/{digest}", place, month.last_day, CASE_PAYMENT, said, cause,
               ("1101.01", difference, fund), ("4103", -difference, None)),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class SettledAmounts:
    """pool: packaged with the difference by group, and pools of other schemes. parts: other payers → yuan.
    pool + parts = retained + deposit + set_off + paid."""

    pool: Decimal
    parts: dict[str, Decimal]
    retained: Decimal
    deposit: Decimal
    set_off: Decimal
    paid: Decimal

    @property
    def owed(self) -> Decimal:
        return self.pool + sum(self.parts.values(), Decimal(0))


def settlement_entries(
    fund: Side,
    place: Side,
    leader: Side | None,
    month: str,
    on: date,
    amounts: SettledAmounts,
    *,
    outside: bool = False,
) -> list[EntryDraft]:
    """The fund's entry, the institution's, and the leading hospital's where it passes its prepayment on.

    outside: bills of hospitals outside the county: the fund's side alone, without a partner.
    """
    where = f"{place.code}/outside" if outside else place.code
    key, cause = f"month_settlement/{month}/{where}", f"month_settlement:{month}/{place.code}"
    said = Text(f"{month} 月度结算", f"Settlement of {month}")
    partner = None if outside else place
    fund_side = _draft(
        f"{key}/fund", fund, on, "month_settlement", said, cause, ("2001", amounts.owed, partner),
        ("1201", -amounts.set_off, leader), ("2102", -amounts.retained, partner), ("2101", -amounts.deposit, partner),
        ("1001", -amounts.paid, None),
    )  # fmt: skip
    if outside:
        return _kept(fund_side)
    leads = leader is not None and leader.book == place.book
    passed_on = Decimal(0) if leads else amounts.set_off
    own = _draft(
        f"{key}/institution", place, on, "month_settlement", said, cause, ("1101.01", -amounts.pool, fund),
        *((account, -amounts.parts.get(name, Decimal(0)), fund) for name, account in PARTS),
        ("2002", amounts.set_off if leads else Decimal(0), fund), ("2102", amounts.retained, fund),
        ("2101", amounts.deposit, fund), ("1001", amounts.paid + passed_on, None),
    )  # fmt: skip
    if leader is None or not passed_on:
        return _kept(fund_side, own)
    handed = Text(f"{month} 预拨款转付 {place.code}", f"Prepayment of {month} passed on to {place.code}")
    return _kept(
        fund_side, own,
        _draft(f"{key}/leader", leader, on, "month_settlement", handed, cause,
               ("2002", passed_on, fund), ("1001", -passed_on, None)),
    )  # fmt: skip


def _draft(
    key: str, book: Side, on: date, kind: str, said: Text, cause: str, *lines: tuple[str, Decimal, Side | None]
) -> EntryDraft:
    postings = tuple(
        PostingDraft(account, amount, partner_id=None if partner is None else partner.book)
        for account, amount, partner in lines
        if amount
    )
    return EntryDraft(key=key, book_id=book.book, on=on, kind=kind, said=said, cause=cause, postings=postings)


def _kept(*drafts: EntryDraft) -> list[EntryDraft]:
    return [draft for draft in drafts if draft.postings]
