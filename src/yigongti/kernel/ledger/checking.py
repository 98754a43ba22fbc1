"""What a draft must be before it is posted, and the digest that names its content."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from decimal import Decimal

from yigongti.foundation.errors import InvalidInput
from yigongti.kernel.ledger.chart import Account, chart
from yigongti.kernel.ledger.drafts import CNY, EntryDraft, PostingDraft

LIMIT = Decimal(10) ** 14
_WIDTHS = {"key": 160, "kind": 32, "cause": 160}
_ZERO = Decimal(0)


def check(draft: EntryDraft) -> None:
    """Raises InvalidInput, with the key of the entry as the place:

    ledger.text_missing, ledger.text_long   key, kind, cause or words
    ledger.too_few_postings                 fewer than two
    ledger.account_unknown, ledger.amount_zero, ledger.decimals, ledger.amount_large, ledger.unit, ledger.partner
    ledger.not_balanced                     the postings of a unit do not sum to zero
    """
    _check_texts(draft)
    if len(draft.postings) < 2:
        raise _wrong(draft, "ledger.too_few_postings", "分录至少要有两行", "an entry needs at least two postings")
    accounts = chart().accounts
    sums: dict[str, Decimal] = {}
    for posting in draft.postings:
        _check_posting(draft, posting, accounts)
        sums[posting.unit] = sums.get(posting.unit, _ZERO) + posting.amount
    for unit, left_over in sums.items():
        if left_over:
            raise _wrong(
                draft,
                "ledger.not_balanced",
                f"借贷不平：{unit} 相差 {left_over}",
                f"the postings do not balance: {left_over} {unit} are left over",
            )


def _check_texts(draft: EntryDraft) -> None:
    for name, width in _WIDTHS.items():
        text = getattr(draft, name)
        if not text.strip():
            raise _wrong(draft, "ledger.text_missing", f"分录缺少 {name}", f"the entry lacks its {name}")
        if len(text) > width:
            raise _wrong(draft, "ledger.text_long", f"{name} 超过 {width} 个字", f"{name} is longer than {width}")
    if not draft.said.zh.strip() or not draft.said.en.strip():
        raise _wrong(draft, "ledger.text_missing", "分录缺少摘要", "the entry does not say what happened")


def _check_posting(draft: EntryDraft, posting: PostingDraft, accounts: Mapping[str, Account]) -> None:
    if posting.account not in accounts:
        chart().account(posting.account)
    amount = posting.amount
    if not amount.is_finite():
        raise _wrong(draft, "ledger.amount_large", f"金额“{amount}”不是数", f"“{amount}” is no amount")
    if amount == 0:
        raise _wrong(
            draft, "ledger.amount_zero", f"科目 {posting.account} 的金额为零", f"nothing is posted to {posting.account}"
        )
    places = 2 if posting.unit == CNY else 4
    if -int(amount.as_tuple().exponent) > places and amount != round(amount, places):
        raise _wrong(
            draft,
            "ledger.decimals",
            f"金额 {amount} 的小数超过 {places} 位",
            f"{amount} has more than {places} decimals",
        )
    if abs(amount) >= LIMIT:
        raise _wrong(draft, "ledger.amount_large", f"金额 {amount} 过大", f"{amount} is too large")
    if not posting.unit.strip() or len(posting.unit) > 64:
        raise _wrong(draft, "ledger.unit", "计量单位缺失或过长", "the unit is missing or too long")
    if posting.partner_id == draft.book_id:
        raise _wrong(draft, "ledger.partner", "往来对方不能是本账簿的机构", "a book cannot owe its own institution")


def digest(draft: EntryDraft, reverses: int | None = None) -> str:
    """SHA-256 of the content: everything but who posted it and when. The same content gives the same digest,
    however its amounts are written (1.5 and 1.50)."""
    told = [
        draft.key, str(draft.book_id), draft.on.isoformat(), draft.kind, draft.said.zh, draft.said.en, draft.cause,
        str(draft.resident_id or ""), str(reverses or ""),
    ]  # fmt: skip
    for posting in draft.postings:
        told += [posting.account, posting.unit, f"{posting.amount:.4f}", str(posting.partner_id or "")]
    return hashlib.sha256("\x1f".join(told).encode()).hexdigest()


def _wrong(draft: EntryDraft, code: str, zh: str, en: str) -> InvalidInput:
    return InvalidInput(code, zh=zh, en=en, where=draft.key)
