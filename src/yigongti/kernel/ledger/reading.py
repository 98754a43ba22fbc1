"""Balances and what they are made of."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db.models import Sum

from yigongti.kernel.ledger.chart import chart
from yigongti.kernel.ledger.drafts import CNY
from yigongti.kernel.ledger.models import Posting

ZERO = Decimal("0.00")


def balance(
    book_id: int, account: str, until: date | None = None, unit: str = CNY, *, using: str = "default"
) -> Decimal:
    """The sum of the postings of the account and those below it, up to and including the day (None: all of them).
    Debit positive. Raises InvalidInput for an unknown account."""
    rows = Posting.objects.using(using).filter(book_id=book_id, account__in=chart().within(account), unit=unit)
    if until is not None:
        rows = rows.filter(on__lte=until)
    found: Decimal | None = rows.aggregate(found=Sum("amount"))["found"]
    return in_unit(found or ZERO, unit)


def in_unit(amount: Decimal, unit: str) -> Decimal:
    """As amounts of the unit are written: yuan with two decimals, goods with four."""
    return amount.quantize(Decimal("0.01") if unit == CNY else Decimal("0.0001"))
