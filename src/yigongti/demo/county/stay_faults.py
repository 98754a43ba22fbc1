"""Claim faults planted on stays as such, before anything is charged: overlapping stays, admissions without need, for a
check-up, and beds that nobody lies in; and visits that should not be, beside a stay or after a death."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from yigongti.demo.county.claim_faults import Fault, FaultBook
from yigongti.demo.county.claim_limits import ClaimLimits
from yigongti.demo.county.clinical_lists import ClinicalLists
from yigongti.demo.county.institutions import CountyHouse
from yigongti.demo.county.orders import Order
from yigongti.demo.county.outpatient import Visit, VisitDrawer
from yigongti.demo.county.residents import EPOCH, Residents
from yigongti.demo.county.stays import Drawer, Stay
from yigongti.foundation.period import Month, completed_years

EVIDENCE = "evidence"
"""The fault of a stay that a planted one is seen by: nothing else may be planted on it."""

WITHOUT_NEED, CHECK_UP, EMPTY_BED, OVERLAPPING = (
    "admission_without_need",
    "check_up_admission",
    "bed_without_care",
    "overlapping_stays",
)
_LONGEST_WITHOUT_NEED, _SHORTEST_EMPTY = 5, 8
_RATES = {EMPTY_BED: 8.0, WITHOUT_NEED: 9.0, CHECK_UP: 8.0, OVERLAPPING: 6.0}
_SECOND_ILLNESSES = ("M51.202", "K29.500", "J20.900")


@dataclass
class StayFaults:
    """Plants on the stays of a month."""

    residents: Residents
    lists: ClinicalLists
    house: CountyHouse
    limits: ClaimLimits
    drawer: Drawer
    book: FaultBook
    month: Month

    def plant(self, stays: list[Stay]) -> None:
        """Change some stays, and add those that overlap others; the order of the stays is kept."""
        order = self.book.in_order(stays, self._weight)
        for check, rate in _RATES.items():
            self._plant(check, rate, order, stays)
        stays.sort(key=lambda s: s.institution.number)  # stable: the halves of a split stay remain side by side

    def _plant(self, check: str, rate: float, order: list[Stay], stays: list[Stay]) -> None:
        spoil = {
            EMPTY_BED: self._empty_bed,
            WITHOUT_NEED: self._without_need,
            CHECK_UP: self._check_up,
            OVERLAPPING: self._overlap,
        }[check]
        wanted, done = self.book.how_many(sum(map(self._weight, order)), rate), 0
        for stay in order:
            if done == wanted:
                return
            if self._is_plain(stay) and spoil(stay, stays):
                done += 1

    def _weight(self, stay: Stay) -> float:
        return self.book.weight(stay.institution, stay.department)

    def _age(self, stay: Stay) -> int:
        return completed_years(self.residents.birth_date(stay.resident), stay.admitted_on)

    def _is_plain(self, stay: Stay) -> bool:
        return not (
            stay.fault
            or stay.split_part
            or stay.disposition != "1"
            or self._age(stay) < 18
            or stay.principal.of_pregnancy
            or stay.principal.of_tumour
            or stay.principal.category[0] in "ZST"
        )

    def _empty_bed(self, stay: Stay, stays: list[Stay]) -> bool:
        if stay.procedures or stay.days < _SHORTEST_EMPTY:
            return False
        stay.fault = EMPTY_BED
        return True

    def _without_need(self, stay: Stay, stays: list[Stay]) -> bool:
        if stay.procedures or not stay.principal.code.startswith(self.limits.mild):
            return False
        self._shorten(stay, self.book.draw.randint(2, _LONGEST_WITHOUT_NEED - 1))
        stay.fault = WITHOUT_NEED
        return True

    def _check_up(self, stay: Stay, stays: list[Stay]) -> bool:
        if stay.procedures or stay.principal.code.startswith(self.limits.mild) or stay.principal.mean_cost_yuan > 6_500:
            return False
        self._shorten(stay, self.book.draw.randint(3, 6))
        stay.fault = CHECK_UP
        return True

    def _shorten(self, stay: Stay, days: int) -> None:
        if days < stay.days:
            stay.admitted_on = stay.discharged_on - timedelta(days=days)
        elif stay.days > 6:
            stay.admitted_on = stay.discharged_on - timedelta(days=6)

    def _overlap(self, stay: Stay, stays: list[Stay]) -> bool:
        """A second stay at the resident's own township hospital, begun while the first lasted."""
        draw = self.book.draw
        place = next(p for p in self.house.hospitals if p.number == 201 + int(self.residents.township[stay.resident]))
        admitted_on = stay.admitted_on + timedelta(days=2)
        discharged_on = admitted_on + timedelta(days=draw.randint(3, 5))
        if stay.institution.level != "county" or stay.days < 5 or not self._in_month(discharged_on):
            return False
        illness = self.lists.diagnoses[draw.choice(_SECOND_ILLNESSES)]
        age = self._age(stay)
        if illness.category == stay.principal.category or not illness.fits(stay.sex, age, 10_000):
            return False
        stays.append(
            Stay(
                resident=stay.resident,
                sex=stay.sex,
                institution=place,
                department="general_medicine",
                principal=illness,
                secondary=[],
                procedures=[],
                admitted_on=admitted_on,
                discharged_on=discharged_on,
                disposition="1",
                cost_factor=0.5,
                lines_factor=0.3,
                traditional=0.2,
                fault=OVERLAPPING,
            )
        )
        stay.fault = EVIDENCE
        free_from = self.drawer.free_from
        free_from[stay.resident] = max(int(free_from[stay.resident]), (discharged_on - EPOCH).days)
        return True

    def _in_month(self, day: object) -> bool:
        return self.month.first_day <= day <= self.month.last_day  # type: ignore[operator]


@dataclass
class StrayVisits:
    """Visits planted beside stays: during one at another institution, before one at the same, after a death."""

    residents: Residents
    visits: VisitDrawer
    book: FaultBook
    month: Month
    visited: set[int]

    def plant(self, stays: Iterable[Stay]) -> list[Visit]:
        """The visits; the stays that tell of them are set apart."""
        order = self.book.in_order(list(stays), lambda s: self.book.weight(s.institution, s.department))
        found: list[Visit] = []
        weights = sum(self.book.weight(s.institution, s.department) for s in order)
        for check, rate, make in (
            ("use_after_death", 4.0, self._after_death),
            ("visit_during_stay", 9.0, self._during),
            ("cost_shifted", 8.0, self._before),
        ):
            wanted, done = self.book.how_many(weights, rate), 0
            for stay in order:
                if done == wanted:
                    break
                if stay.fault or stay.split_part or stay.resident in self.visited or self._age(stay) < 30:
                    continue
                if (visit := make(self.book.draw, stay)) is not None:
                    visit.fault, stay.fault = check, EVIDENCE
                    self.visited.add(stay.resident)
                    found.append(visit)
                    done += 1
        return found

    def _age(self, stay: Stay) -> int:
        return completed_years(self.residents.birth_date(stay.resident), stay.admitted_on)

    def _after_death(self, draw: random.Random, stay: Stay) -> Visit | None:
        on = stay.discharged_on + timedelta(days=draw.randint(2, 9))
        if stay.disposition != "5" or on > self.month.last_day:
            return None
        visit = self._pills(draw, stay, on, "t")
        mark = self.book.mark(Fault("use_after_death", f"患者已于{stay.discharged_on}死亡"))
        visit.orders = [order._replace(mark=mark, claimed=1) for order in visit.orders]
        return visit

    def _during(self, draw: random.Random, stay: Stay) -> Visit | None:
        if stay.institution.level != "county" or stay.days < 4:
            return None
        on = stay.admitted_on + timedelta(days=draw.randint(1, stay.days - 1))
        return self._pills(draw, stay, on, "t") if self.month.first_day <= on else None

    def _before(self, draw: random.Random, stay: Stay) -> Visit | None:
        on = stay.admitted_on - timedelta(days=draw.randint(1, 2))
        if on < self.month.first_day:
            return None
        level = stay.institution.level
        orders: list[Order] = [
            self.visits.service("D010180" if level == "county" else "D010170", level),
            self.visits.service("D070060", level),
            self.visits.service("D060050", level),
            self.visits.service("D060140", level),
        ]
        return Visit(
            stay.resident, stay.institution, stay.department, "1", on, [stay.principal.code], orders
        )  # fmt: skip

    def _pills(self, draw: random.Random, stay: Stay, on: object, where: str) -> Visit:
        """A month of tablets for high blood pressure, fetched at the township hospital."""
        complaint = next(c for c in self.visits.complaints if c.diagnosis.code == "I10.x00x002" and "v" in c.places)
        township = self.visits.by_number[201 + int(self.residents.township[stay.resident])]
        orders = [
            self.visits.service("D010170", "township"),
            *(self.visits.medicine(code, days) for code, days in complaint.medicines),
        ]
        return Visit(
            stay.resident, township, "general_medicine", "1", on, [complaint.diagnosis.code], orders  # type: ignore[arg-type]
        )  # fmt: skip
