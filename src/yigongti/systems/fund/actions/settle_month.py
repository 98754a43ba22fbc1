"""Settle a published month: what every institution's bills came to, with what payment by group adds, is set off against
the community's prepayment, a part kept back for the assessment, the rest paid. Once for each month.

What an institution is owed is everything up to the month less what was settled before: a correction of an earlier month
that came after its settlement is settled with the next.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.db.models import Sum

from yigongti.foundation.errors import Conflict, InvalidInput
from yigongti.foundation.money import ZERO, distribute, to_fen
from yigongti.foundation.period import Month
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.ledger.public import post
from yigongti.kernel.organisations.models import Institution
from yigongti.kernel.trail.public import record
from yigongti.systems.fund.community import leader_of
from yigongti.systems.fund.entries import PARTS, SettledAmounts, Side, difference_entries, settlement_entries
from yigongti.systems.fund.models import Contract, InstitutionMonth, MonthSettlement, Prepayment, PublishedFundMonth

PERMISSION = "fund.pay"
_OTHER = ("pool_other", *(name for name, _account in PARTS))


@dataclass(slots=True)
class _Owed:
    """What one institution is owed now. parts: of other payers, "pool_other" among them."""

    place: Institution
    outside: bool
    leader: Institution | None
    packaged: Decimal
    parts: dict[str, Decimal]
    difference: Decimal = ZERO
    retained: Decimal = ZERO
    set_off: Decimal = ZERO
    other: Decimal = field(init=False)

    def __post_init__(self) -> None:
        self.other = sum(self.parts.values(), ZERO)

    @property
    def need(self) -> Decimal:
        """What prepayments may be set off against."""
        return max(self.packaged + self.difference - self.retained, ZERO)

    @property
    def paid(self) -> Decimal:
        return self.packaged + self.difference + self.other - self.retained - self.set_off


def settle_month(
    actor: Actor, office: Institution, month: Month, differences: Mapping[int, Decimal], *, at: datetime
) -> list[MonthSettlement]:
    """The settlements of the month: made now, or standing already. In the actor's scope.

    differences: institution → what payment by group adds to its bills of the month (negative: takes).
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
    owed = _owed_until(month, differences)
    _retain(owed, month)
    _set_off(owed, month)
    made = [_settle(actor, office, month, each, at) for each in owed]
    record(actor, PERMISSION, subject=f"settlement {month}", at=at, institution_id=office.pk)
    return made


def _owed_until(month: Month, differences: Mapping[int, Decimal]) -> list[_Owed]:
    names = ("pool_packaged", *_OTHER)
    sums = (
        InstitutionMonth.objects.filter(month__lte=str(month))
        .order_by("institution_id", "outside").values("institution_id", "outside")
        .annotate(**{f"sum_{name}": Sum(name) for name in names})
    )  # fmt: skip
    earlier: dict[tuple[int, bool], dict[str, Decimal]] = {}
    for row in MonthSettlement.objects.all():
        own = earlier.setdefault((row.institution_id, row.outside), dict.fromkeys(names, ZERO))
        own["pool_packaged"] += row.packaged
        for name in _OTHER:
            own[name] += Decimal(row.parts.get(name, "0.00"))
    places = Institution.objects.in_bulk([row["institution_id"] for row in sums] + list(differences))
    found = {}
    for row in sums:
        key = (row["institution_id"], row["outside"])
        before = earlier.get(key, dict.fromkeys(names, ZERO))
        now = {name: (row[f"sum_{name}"] or ZERO) - before[name] for name in names}
        place = places[row["institution_id"]]
        leader = None if row["outside"] else leader_of(place.pk)
        found[key] = _Owed(place, row["outside"], leader, now.pop("pool_packaged"), now)
    for number, difference in differences.items():
        if (number, False) not in found:
            found[number, False] = _Owed(places[number], False, leader_of(number), ZERO, dict.fromkeys(_OTHER, ZERO))
        found[number, False].difference = difference
    return [found[key] for key in sorted(found)]


def _retain(owed: list[_Owed], month: Month) -> None:
    """The part kept back for the assessment, of what the packaged fund pays within communities that have a contract."""
    ratios = dict(
        Contract.objects.filter(year=month.year, state=Contract.State.IN_FORCE)
        .values_list("institution_id", "retained_ratio")
    )  # fmt: skip
    for each in owed:
        if each.leader is not None and each.leader.pk in ratios:
            each.retained = to_fen(max(each.packaged + each.difference, ZERO) * ratios[each.leader.pk])


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
        set_off=each.set_off, paid=each.paid, made_at=at, made_by_name=actor.display_name,
    )  # fmt: skip
    fund, place = Side(office.pk, office.code), Side(each.place.pk, each.place.code)
    leader = Side(each.leader.pk, each.leader.code) if each.leader else None
    amounts = SettledAmounts(
        pool=each.packaged + each.difference + each.parts["pool_other"],
        parts={name: each.parts[name] for name, _account in PARTS},
        retained=each.retained, set_off=each.set_off, paid=each.paid,
    )  # fmt: skip
    drafts = difference_entries(fund, place, str(month), month.last_day, each.difference)
    drafts += settlement_entries(
        fund, place, leader, str(month), month.last_day, amounts, outside=each.outside or fund.book == place.book
    )
    post(actor, drafts, at)
    return made
