"""Whether orders to correct helped: of every institution and check that was ordered (or ruled on), the effect against
peers of the same level, worked out by the engine from the published months.

The claim checks give the months, supervision the days; neither knows the other. What the actor may not see is not
compared with either: a hospital has its own months and no peers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from yigongti.engines.claim_checks.public import (
    Cell,
    Effect,
    MonthOfPeers,
    Settings,
    begun,
    by_month,
    measure,
    peers_of,
)
from yigongti.foundation.period import Month
from yigongti.foundation.policy import Policy
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.organisations.models import Institution
from yigongti.systems.claim_checks import public as claim_checks
from yigongti.systems.supervision import public as supervision
from yigongti.systems.supervision.public import CaseDays

if TYPE_CHECKING:
    from yigongti.systems.claim_checks.public import MonthlyCount

SEE = "supervision.see"
SINCE = ("order", "ruling")
PER = {"lines": 1_000, "yuan": 10_000}
"""What a rate is related to: findings for 1,000 lines, or yuan counted for 10,000 yuan claimed."""

_Series = dict[str, dict[str, dict[Month, Cell]]]
"""Check → institution's code → its months."""


@dataclass(frozen=True)
class Ordered:
    """One institution and check with the day from which on it is asked whether it helped, and what is found.

    cases: those that were ordered (ruled on) from that day on. peers: all of the level without an order, whether or
    not they could be compared.
    """

    institution: Institution
    check_id: str
    event: date
    cases: tuple[CaseDays, ...]
    effect: Effect
    peers: tuple[str, ...]


@dataclass(frozen=True)
class Effects:
    """All that was ordered, and the months behind it (for the picture of one)."""

    ordered: tuple[Ordered, ...]
    settings: Settings
    series: _Series

    def months_of(self, one: Ordered) -> list[MonthOfPeers]:
        """The months around the event, no further than the settings reach."""
        around = Month.of(one.event)
        first, last = around.plus(-self.settings.most_months), around.plus(self.settings.most_months)
        told = by_month(one.institution.code, self.series.get(one.check_id, {}), one.effect.peers, self.settings.per)
        return [month for month in told if first <= month.month <= last]


def settings_on(policy: Policy, day: date, unit: str) -> Settings:
    """How effects are worked out, as the policy says on a day. unit: "lines" or "yuan"."""

    def whole(name: str) -> int:
        return int(str(policy.value(f"claim_checks.{name}", on=day)))

    return Settings(
        per=PER[unit],
        level=float(str(policy.value("claim_checks.effect_level", on=day))),
        least_months=whole("effect_least_months"),
        most_months=whole("effect_most_months"),
        least_peers=whole("effect_least_peers"),
    )


def effects_of_orders(
    actor: Actor, institution_ids: Collection[int], *, since: str, unit: str, policy: Policy, today: date
) -> Effects:
    """The effects at these institutions, the latest event first. since: "order" or "ruling"; peers are sought among all
    that the actor sees."""
    settings = settings_on(policy, today, unit)
    days, cases = _days(supervision.orders_and_rulings(actor), since)
    began = {pair: begun(own, settings.most_months)[-1] for pair, own in days.items()}
    if not began:
        return Effects((), settings, {})
    first = Month.of(min(began.values())).plus(-settings.most_months)
    last = Month.of(max(began.values())).plus(settings.most_months)
    checks = {check for _institution, check in began}
    counts = claim_checks.monthly_counts(actor, SEE, checks, first, last)
    places = Institution.objects.in_bulk({count.institution_id for count in counts} | {pair[0] for pair in began})
    series = _series(counts, {pk: row.code for pk, row in places.items()}, unit)
    levels = {places[pk].code: level for pk, level in claim_checks.levels_of(places).items()}
    ordered: dict[str, dict[str, list[date]]] = defaultdict(dict)
    for which in SINCE:  # whoever was ordered or ruled on is no peer, whichever of them is asked about
        for (institution, check), own in _days([one for group in cases.values() for one in group], which)[0].items():
            ordered[check].setdefault(places[institution].code, []).extend(own)
    wanted = set(institution_ids)
    found = [
        _one(places[institution], check, event, cases[institution, check], series, levels, ordered, since, settings)
        for (institution, check), event in began.items()
        if institution in wanted
    ]
    found.sort(key=lambda one: (-one.event.toordinal(), one.institution.pk, one.check_id))
    return Effects(tuple(found), settings, series)


def _one(
    institution: Institution, check: str, event: date, cases: list[CaseDays], series: _Series,
    levels: Mapping[str, str], ordered: Mapping[str, Mapping[str, list[date]]], since: str, settings: Settings,
) -> Ordered:  # fmt: skip
    around = Month.of(event)
    first, last = around.plus(-settings.most_months).first_day, around.plus(settings.most_months).last_day
    peers = peers_of(institution.code, levels, ordered[check], first, last)
    own = tuple(case for case in cases if (day := _day(case, since)) is not None and day >= event)
    effect = measure(institution.code, series.get(check, {}), peers, event, settings)
    return Ordered(institution, check, event, own, effect, tuple(peers))


def _days(
    cases: Collection[CaseDays], since: str
) -> tuple[dict[tuple[int, str], list[date]], dict[tuple[int, str], list[CaseDays]]]:
    """(institution, check) → the days; and → the cases, with or without such a day."""
    days: dict[tuple[int, str], list[date]] = defaultdict(list)
    own: dict[tuple[int, str], list[CaseDays]] = defaultdict(list)
    for case in cases:
        day = _day(case, since)
        for check in case.check_ids:
            own[case.institution_id, check].append(case)
            if day is not None:
                days[case.institution_id, check].append(day)
    return days, own


def _day(case: CaseDays, since: str) -> date | None:
    return case.ordered_on if since == "order" else case.ruled_on


def _series(counts: Collection[MonthlyCount], codes: Mapping[int, str], unit: str) -> _Series:
    found: _Series = defaultdict(lambda: defaultdict(dict))
    for count in counts:
        cell = (
            Cell(Decimal(count.findings), Decimal(count.lines))
            if unit == "lines"
            else Cell(count.counted, count.claimed)
        )
        found[count.check_id][codes[count.institution_id]][count.month] = cell
    return found
