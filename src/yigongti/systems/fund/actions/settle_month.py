"""Settle a published month: what every institution's bills came to, with what payment by group adds, is set off against
the community's prepayment; a part is kept back for the assessment and, of what is paid by group, as quality deposit;
the rest is paid. Once for each month.

What an institution is owed is everything up to the month less what was settled before: a correction of an earlier month
that came after its settlement, of bills or of payment by group, is settled with the next.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Sum

from yigongti.engines.fund.public import CasePaymentRules, deposit_of
from yigongti.foundation.errors import Conflict, InvalidInput
from yigongti.foundation.money import ZERO, distribute, to_fen
from yigongti.foundation.period import Month
from yigongti.foundation.policy import Policy
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.ledger.public import post
from yigongti.kernel.organisations.models import Institution
from yigongti.kernel.trail.public import record
from yigongti.systems.fund.case_payments import added_until
from yigongti.systems.fund.community import leader_of
from yigongti.systems.fund.entries import PARTS, SettledAmounts, Side, settlement_entries
from yigongti.systems.fund.models import Contract, InstitutionMonth, MonthSettlement, Prepayment, PublishedFundMonth

PERMISSION = "fund.pay"
_OTHER = ("pool_other", *(name for name, _account in PARTS))
BY_GROUP_OTHER = "by_group_other"
"""What payment by group adds to the pools of schemes that are not packaged; stands among the other funds."""


@dataclass(slots=True)
class _Owed:
    """What one institution is owed now. parts: of other payers, "pool_other" among them. by_group: what the fund pays
    for cases by group up to now, and deposited: what of it was kept back as quality deposit before."""

    place: Institution
    outside: bool
    leader: Institution | None
    packaged: Decimal
    parts: dict[str, Decimal]
    difference: Decimal = ZERO
    by_group: Decimal = ZERO
    deposited: Decimal = ZERO
    retained: Decimal = ZERO
    deposit: Decimal = ZERO
    set_off: Decimal = ZERO

    @property
    def other(self) -> Decimal:
        return sum(self.parts.values(), ZERO)

    @property
    def need(self) -> Decimal:
        """What prepayments may be set off against."""
        return max(self.packaged + self.difference - self.retained - self.deposit, ZERO)

    @property
    def paid(self) -> Decimal:
        return self.packaged + self.difference + self.other - self.retained - self.deposit - self.set_off


def settle_month(
    actor: Actor, office: Institution, month: Month, *, policy: Policy, at: datetime
) -> list[MonthSettlement]:
    """The settlements of the month: made now, or standing already. In the actor's scope.

    Raises NotPermitted, InvalidInput when the month is not published, Conflict when a later one is settled.
    """
    actor.require(PERMISSION, office.pk)
    # two accountants at once: the second waits for the first, and finds the month settled
    list(Contract.objects.select_for_update(of=("self",)).filter(office_id=office.pk, year=month.year))
    standing = list(MonthSettlement.objects.filter(month=str(month)))
    if standing:
        return standing
    if not PublishedFundMonth.objects.filter(month=str(month)).exists():
        raise InvalidInput(
            "fund.month_not_published",
            zh=f"{month} 尚未月结，不能结算",
            en=f"{month} has not been closed, so it cannot be settled",
        )
    if MonthSettlement.objects.filter(month__gt=str(month)).exists():
        raise Conflict(
            "fund.later_month_settled",
            zh=f"{month} 之后的月份已结算：更正会并入下一次结算",
            en=f"a month after {month} is settled: corrections go into the next settlement",
        )
    owed = _owed_until(month)
    _retain(owed, month)
    _deposit(owed, CasePaymentRules.from_policy(policy, on=month.last_day))
    _set_off(owed, month)
    made = [_settle(actor, office, month, each, at) for each in owed]
    record(actor, PERMISSION, subject=f"settlement {month}", at=at, institution_id=office.pk)
    return made


def _owed_until(month: Month) -> list[_Owed]:
    names = ("pool_packaged", *_OTHER)
    sums = (
        InstitutionMonth.objects.filter(month__lte=str(month))
        .order_by("institution_id", "outside").values("institution_id", "outside")
        .annotate(**{f"sum_{name}": Sum(name) for name in names})
    )  # fmt: skip
    earlier = _settled_before()
    grouped = added_until(month)
    places = Institution.objects.in_bulk([row["institution_id"] for row in sums] + list(grouped))
    found = {}
    for row in sums:
        key = (row["institution_id"], row["outside"])
        before = earlier.get(key, {})
        now = {name: (row[f"sum_{name}"] or ZERO) - before.get(name, ZERO) for name in names}
        place = places[row["institution_id"]]
        leader = None if row["outside"] else leader_of(place.pk)
        found[key] = _Owed(place, row["outside"], leader, now.pop("pool_packaged"), now)
    for number in sorted({*grouped, *(number for number, outside in earlier if not outside)}):
        added = grouped.get(number, {})
        before = earlier.get((number, False), {})
        if (number, False) not in found:
            if number not in grouped:
                continue
            found[number, False] = _Owed(places[number], False, leader_of(number), ZERO, dict.fromkeys(_OTHER, ZERO))
        own = found[number, False]
        own.difference = added.get("packaged", ZERO) - before.get("difference", ZERO)
        own.parts[BY_GROUP_OTHER] = added.get("other", ZERO) - before.get(BY_GROUP_OTHER, ZERO)
        own.by_group, own.deposited = added.get("fund", ZERO), before.get("deposit", ZERO)
    return [found[key] for key in sorted(found)]


def _settled_before() -> dict[tuple[int, bool], dict[str, Decimal]]:
    """(Institution, outside) → what its settlements so far have settled, by name."""
    found: dict[tuple[int, bool], dict[str, Decimal]] = {}
    for row in MonthSettlement.objects.all():
        own = found.setdefault((row.institution_id, row.outside), {})
        told = {"pool_packaged": row.packaged, "difference": row.difference, "deposit": row.deposit}
        told |= {name: Decimal(row.parts.get(name, "0.00")) for name in (*_OTHER, BY_GROUP_OTHER)}
        for name, amount in told.items():
            own[name] = own.get(name, ZERO) + amount
    return found


def _retain(owed: list[_Owed], month: Month) -> None:
    """The part kept back for the assessment, of what the packaged fund pays within communities that have a contract."""
    ratios = dict(
        Contract.objects.filter(year=month.year, state=Contract.State.IN_FORCE)
        .values_list("institution_id", "retained_ratio")
    )  # fmt: skip
    for each in owed:
        if each.leader is not None and each.leader.pk in ratios:
            each.retained = to_fen(max(each.packaged + each.difference, ZERO) * ratios[each.leader.pk])


def _deposit(owed: list[_Owed], rules: CasePaymentRules) -> None:
    """The quality deposit of what is paid by group, up to now less what was kept back before."""
    for each in owed:
        if not each.outside:
            each.deposit = deposit_of(each.by_group, rules) - each.deposited


def _set_off(owed: list[_Owed], month: Month) -> None:
    """What is left of each community's prepayments, shared over its institutions by what they are owed."""
    leaders = sorted({each.leader.pk for each in owed if each.leader is not None})
    for leader in leaders:
        own = [each for each in owed if each.leader is not None and each.leader.pk == leader and each.need]
        given = Prepayment.objects.filter(institution_id=leader, month__lte=str(month)).aggregate(sum=Sum("gross"))
        used = MonthSettlement.objects.filter(community_id=leader).aggregate(sum=Sum("set_off"))
        left = (given["sum"] or ZERO) - (used["sum"] or ZERO)
        pool = min(left, sum((each.need for each in own), ZERO))
        if pool > 0:
            parts = distribute(pool, {each.place.pk: each.need for each in own})
            for each in own:
                each.set_off = parts[each.place.pk]


def _settle(actor: Actor, office: Institution, month: Month, each: _Owed, at: datetime) -> MonthSettlement:
    made = MonthSettlement.objects.create(
        institution_id=each.place.pk, community_id=each.leader.pk if each.leader else None, month=str(month),
        outside=each.outside, packaged=each.packaged, difference=each.difference, other=each.other,
        parts={name: str(amount) for name, amount in each.parts.items()}, retained=each.retained,
        deposit=each.deposit, set_off=each.set_off, paid=each.paid, made_at=at, made_by_name=actor.display_name,
    )  # fmt: skip
    fund, place = Side(office.pk, office.code), Side(each.place.pk, each.place.code)
    leader = Side(each.leader.pk, each.leader.code) if each.leader else None
    amounts = SettledAmounts(
        pool=each.packaged + each.difference + each.parts["pool_other"] + each.parts.get(BY_GROUP_OTHER, ZERO),
        parts={name: each.parts[name] for name, _account in PARTS},
        retained=each.retained, deposit=each.deposit, set_off=each.set_off, paid=each.paid,
    )  # fmt: skip
    drafts = settlement_entries(
        fund, place, leader, str(month), month.last_day, amounts, outside=each.outside or fund.book == place.book
    )
    post(actor, drafts, at)
    return made
