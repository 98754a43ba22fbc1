"""The packaged fund of the demo county as two offices and two communities have run it: months published before the
first close, contracts drawn up, signed by a second person and accepted, months prepaid and settled into the books.

Next year's contracts are on their way: one waits for its second signature, the other for its community. Everything goes
through the same actions as people's own work; the financing a head is invented. What is there is kept.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from yigongti.demo.acting import moment, people, take
from yigongti.demo.fund_income import take_in
from yigongti.facts.public import Lake
from yigongti.foundation.period import Month
from yigongti.foundation.policy import Policy
from yigongti.foundation.schemas.settlements import SETTLEMENTS
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.access.scope import scope
from yigongti.kernel.ledger.public import close_period, fund_book, is_closed
from yigongti.processes.fund_month.public import prepay, settle
from yigongti.processes.settled_bills.public import insured_people
from yigongti.systems.fund.actions.draw_up_contracts import YearAsked, draw_up_contracts
from yigongti.systems.fund.models import Contract, MonthSettlement, Prepayment, PublishedFundMonth
from yigongti.systems.fund.public import publish_history

_BULK = "bulk"
PER_HEAD = {2025: Decimal("554.00"), 2026: Decimal("604.00"), 2027: Decimal("640.00")}
"""Financing of the residents' scheme, yuan a head and year; years that are not named take the nearest. Invented: about
half of a real county's, as the invented bills are, so that one community saves and the other is short."""
SCHEME = "390"
DIRECTORS = ("community", "community2")
WAITING = -1
"""Of the closed months the last one is not settled yet: the accountant has something to do."""
BOOKS_CLOSED_UNTIL = 6
DECEMBER = 12


@dataclass(frozen=True, slots=True)
class FundPlan:
    """first: the first month with settlements; closed: the months that were closed, oldest first."""

    first: Month
    closed: tuple[Month, ...]

    @property
    def months(self) -> list[Month]:
        """Every month of whole years that have facts, up to the last that was closed."""
        last = self.closed[-1]
        count = (last.year - self.first.year) * 12 + last.number - self.first.number + 1
        return [month for on in range(count) if (month := self.first.plus(on)).year >= self.first_year]

    @property
    def first_year(self) -> int:
        """The first year with a year before it that has facts: the quota is shared by what was spent before."""
        return self.first.year + 1


def publish_earlier(before: Month, *, lake: Lake, policy: Policy, at: datetime) -> int:
    """The fund's sums of the months before the first close, before the pages; how many months were published now."""
    months = sorted({month for file in lake.files(SETTLEMENTS.name) if (month := Month.parse(file.month)) < before})
    if not months or PublishedFundMonth.objects.using(_BULK).filter(month=str(months[0])).exists():
        return 0
    counted = {month: insured_people(month) for month in months if month.number == DECEMBER or month == months[-1]}
    return publish_history(months, lake, policy, counted, at)


def run_fund(plan: FundPlan, *, policy: Policy, at: datetime) -> int:
    """Contracts of the years, months prepaid and settled, the next year's contracts under way; how many months are
    settled. Does nothing where an account of the story is missing."""
    there = people("insurance", "insurance2", "accountant", *DIRECTORS, at=at)
    if len(there) < 3 + len(DIRECTORS):
        return 0
    story = _FundStory(there, policy, at)
    this_year = plan.closed[-1].year
    if plan.first_year > this_year:
        return 0
    for year in range(plan.first_year, this_year + 1):
        story.contracts(year)
        story.sign(year)
        story.accept(year, DIRECTORS)
        take_in(year, plan.first, story.office.pk, story.accountant, at=at)
    for month in [*plan.months, plan.closed[-1].plus(1)]:
        story.prepay(month)
    for month in plan.months[:WAITING]:
        story.settle(month)
    story.contracts(this_year + 1)
    story.sign(this_year + 1, only=DIRECTORS[0])
    return MonthSettlement.objects.using(_BULK).order_by().values("month").distinct().count()


class _FundStory:
    """Who acts, by which policy, and until when."""

    def __init__(self, there: dict[str, Actor], policy: Policy, at: datetime) -> None:
        self.people, self.policy, self.at = there, policy, at
        self.officer, self.second, self.accountant = there["insurance"], there["insurance2"], there["accountant"]
        self.office = fund_book(using=_BULK)

    def contracts(self, year: int) -> None:
        """Drawn up, once."""
        if Contract.objects.using(_BULK).filter(year=year).exists():
            return
        known = PER_HEAD.get(year) or PER_HEAD[min(PER_HEAD, key=lambda each: abs(each - year))]
        asked = YearAsked(year, {SCHEME: known}, {})
        with scope(self.officer):
            draw_up_contracts(self.officer, self.office, asked, policy=self.policy, at=self._begins(year, 0))

    def sign(self, year: int, only: str = "") -> None:
        """Sent by whoever drew it up, signed by another; with `only`, the others wait for the signature."""
        for contract in self._contracts(year, Contract.State.DRAFT):
            take(self.officer, contract.matter_id, "send", at=self._begins(year, 2))
        for contract in self._contracts(year, Contract.State.SIGNING):
            if not only or contract.institution_id in self._own(only):
                take(self.second, contract.matter_id, "sign", at=self._begins(year, 5))

    def accept(self, year: int, directors: Iterable[str]) -> None:
        """Each community accepts its own."""
        for name in directors:
            for contract in self._contracts(year, Contract.State.ACCEPTING):
                if contract.institution_id in self._own(name):
                    take(self.people[name], contract.matter_id, "accept", at=self._begins(year, 9))

    def _contracts(self, year: int, state: str) -> list[Contract]:
        return list(Contract.objects.using(_BULK).filter(year=year, state=state).order_by("institution_id"))

    def _own(self, name: str) -> set[int]:
        return {post.institution_id for post in self.people[name].posts}

    def _begins(self, year: int, days: int) -> datetime:
        """A day of the negotiations: in January of the year, or in these weeks for a year to come."""
        first = min(date(year, 1, 6), timezone.localdate(self.at) - timedelta(days=12))
        return moment(first + timedelta(days=days), 10, at=self.at)

    def prepay(self, month: Month) -> None:
        """On the fifth of the month, once."""
        if Prepayment.objects.using(_BULK).filter(month=str(month)).exists():
            return
        if month.first_day > timezone.localdate(self.at):
            return
        with scope(self.accountant):
            on = moment(month.first_day + timedelta(days=4), 10, at=self.at)
            prepay(self.accountant, month, policy=self.policy, at=on)

    def settle(self, month: Month) -> None:
        """On the twentieth of the next month, once; with what payment by group adds where the month was priced."""
        if MonthSettlement.objects.using(_BULK).filter(month=str(month)).exists():
            return
        if not PublishedFundMonth.objects.using(_BULK).filter(month=str(month)).exists():
            return
        with scope(self.accountant):
            on = moment(month.last_day + timedelta(days=20), 15, at=self.at)
            settle(self.accountant, month, policy=self.policy, at=on)


def close_books(year: int, *, at: datetime) -> bool:
    """The fund's book is closed up to the middle of the year, after the year before was cleared; whether it is."""
    accountant, last = people("accountant", at=at).get("accountant"), Month(year, BOOKS_CLOSED_UNTIL)
    settled = MonthSettlement.objects.using(_BULK).filter(month__gte=str(last)).exists()
    if accountant is None or not settled or last.last_day >= timezone.localdate(at):
        return False
    office = fund_book(using=_BULK)
    if not is_closed(office.pk, last, using=_BULK):
        with scope(accountant):
            on = moment(last.last_day + timedelta(days=40), 16, at=at)
            close_period(accountant, office.pk, last, on)
    return True
