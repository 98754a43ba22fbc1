"""What the fund of the demo county has taken in: a balance from before, and each year its financing.

No system of this product collects contributions: as in any county these entries come from outside, and stand in the
fund's book so that its bank account has something to pay from. All sums are invented.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from yigongti.demo.acting import moment
from yigongti.foundation.errors import Text
from yigongti.foundation.period import Month
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.scope import scope
from yigongti.kernel.ledger.public import Entry, EntryDraft, PostingDraft, post
from yigongti.systems.fund.models import Contract, FundYear, InsuredCount

_BULK = "bulk"
BALANCE_PER_HEAD = Decimal("90.00")
EMPLOYEES, EMPLOYEES_PER_HEAD = "310", Decimal("980.00")
KEY = "demo/fund-income"


def take_in(year: int, first: Month, office: int, accountant: Actor, *, at: datetime) -> None:
    """The year's financing, and before the first month of all the balance brought along; each is posted once.

    Does nothing for a year that was not drawn up."""
    budget = FundYear.objects.using(_BULK).filter(year=year).order_by("-pk").first()
    if budget is None or Entry.objects.using(_BULK).filter(key=f"{KEY}/{year}").exists():
        return
    counted = InsuredCount.objects.using(_BULK).filter(insurance_type=EMPLOYEES)
    last = counted.order_by("-month").values_list("month", flat=True).first()
    employees = sum(counted.filter(month=last or "").values_list("people", flat=True))
    residents = sum(
        (Decimal(amount) * budget.inputs["people"].get(kind, 0) for kind, amount in budget.inputs["per_head"].items()),
        Decimal("0.00"),
    )
    matter = Contract.objects.using(_BULK).filter(fund_year=budget).order_by("pk")[0].matter_id  # leads to the budget
    entries = [
        _entry(f"{KEY}/{year}", matter, office, date(year, 1, 8), "4001", residents + EMPLOYEES_PER_HEAD * employees,
               Text(f"（演示）{year} 年医保基金筹资到账", f"(demo) Financing of {year} received")),
    ]  # fmt: skip
    if not Entry.objects.using(_BULK).filter(key=f"{KEY}/before").exists():
        balance = BALANCE_PER_HEAD * (budget.people + employees)
        said = Text("（演示）期初基金结余", "(demo) Balance of the fund brought forward")
        entries.append(_entry(f"{KEY}/before", matter, office, first.first_day, "3001", balance, said))
    with scope(accountant):
        post(accountant, entries, moment(date(year, 1, 8) + timedelta(days=1), 9, at=at))


def _entry(key: str, matter_id: int, office: int, on: date, account: str, amount: Decimal, said: Text) -> EntryDraft:
    lines = (PostingDraft("1001", amount), PostingDraft(account, -amount))
    return EntryDraft(
        key=key, book_id=office, on=on, kind="financing", said=said, cause=f"matter:{matter_id}", postings=lines
    )
