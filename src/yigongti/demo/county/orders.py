"""What a stay is charged: orders, each an entry of the price list over some days, so many times a day.

The orders aim at the cost that the lists give the illness, times the factors of the stay. What is fixed comes first
(bed, nursing, operations); what is left is shared among tests, medicines, treatment and supplies. All of it keeps to
the limits of claim_limits.py: what is charged against them is planted afterwards.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from yigongti.demo.county.claim_limits import ClaimLimits
from yigongti.demo.county.departments import DEPARTMENT_KINDS
from yigongti.demo.county.prices import Entry, PriceList
from yigongti.demo.county.stays import Stay

WHOLE = 10_000
"""One unit of quantity, and one yuan of price."""


class Order(NamedTuple):
    """first_day counts from the admission (0); quantity of each line in ten-thousandths of the unit.

    price: ten-thousandths of a yuan, -1 for the price list's own. supply: days of supply, 0 for none told. dose: daily
    dose in ten-thousandths, 0 for none told. prescription: its number within a visit, 0 in a stay. operation: 1 for
    what is charged for an operation. claimed: 0 where the fund is not asked for it. mark: the number of a planted
    fault, 0 for none.
    """

    entry: int
    first_day: int
    days: int
    times_a_day: int
    quantity: int
    price: int = -1
    supply: int = 0
    dose: int = 0
    prescription: int = 0
    operation: int = 0
    claimed: int = 1
    mark: int = 0


# shares of what is left after the fixed charges: fee item, unit of charging, share in medical and surgical wards
_TESTS = (
    ("fee_laboratory", 0.25, 0.20),
    ("fee_imaging", 0.14, 0.14),
    ("fee_clinical_diagnosis", 0.07, 0.05),
    ("fee_examination_supplies", 0.02, 0.02),
)
_DAILY = (("fee_non_surgical", 0.12, 0.08), ("fee_treatment_supplies", 0.08, 0.14))
_LEAST_MEDICINES = 0.10
_SURGICAL_WARDS = frozenset(
    (
        "general_surgery",
        "neurosurgery",
        "orthopaedics",
        "urology",
        "gynaecology",
        "obstetrics",
        "ophthalmology",
        "ent",
        "stomatology",
        "surgery",
    )
)
_TRADITIONAL_WARDS = frozenset(("tcm", "rehabilitation", "orthopaedics", "neurology"))
_BLOOD_OF = {
    "haematology": 0.30,
    "general_surgery": 0.04,
    "orthopaedics": 0.07,
    "obstetrics": 0.03,
    "oncology": 0.10,
    "gastroenterology": 0.07,
    "icu": 0.25,
    "gynaecology": 0.04,
    "neurosurgery": 0.06,
}
_BLOOD_PRODUCTS = (
    ("fee_albumin", 0.020),
    ("fee_globulin", 0.008),
    ("fee_clotting_factor", 0.006),
    ("fee_cytokine", 0.006),
)


class Orders:
    """Collects the orders of one stay and what they come to (ten-thousandths of a yuan, lines)."""

    def __init__(
        self, draw: random.Random, stay: Stay, prices: PriceList, limits: ClaimLimits, barred: set[int]
    ) -> None:
        self.draw, self.stay, self.prices, self.limits = draw, stay, prices, limits
        self.barred = barred
        self.price = prices.by_level[stay.institution.level]
        self.taken: list[Order] = []
        self.money = 0
        self.lines = 0
        self.limit = 0  # spending by day stops where the stay has cost a third more than it should

    def add(
        self,
        entry: Entry,
        first_day: int,
        days: int,
        times_a_day: int = 1,
        quantity: int = WHOLE,
        *,
        price: int = -1,
        operation: int = 0,
    ) -> None:
        """Order the entry, as far as its limits allow; from then on nothing that does not go with it is allowed."""
        at, limits = entry.position, self.limits
        most = limits.most_a_day.get(at)
        if most is not None:
            times_a_day = min(times_a_day, most)
            quantity = min(quantity, most * WHOLE // times_a_day)
            self.barred.add(at)
        if at in limits.longest_course:  # ordered once: two courses would add up
            days = min(days, limits.longest_course[at])
            self.barred.add(at)
        self.barred |= limits.apart.get(at, frozenset())
        price = self.price[at] if price < 0 else price
        claimed = 0 if entry.insurance_class == "3" else 1
        self.taken.append(
            Order(at, first_day, days, times_a_day, quantity, price, operation=operation, claimed=claimed)
        )
        self.money += price * quantity // WHOLE * days * times_a_day
        self.lines += days * times_a_day

    def allowed(self, found: Sequence[Entry]) -> list[Entry]:
        """Those of the entries that may be ordered for this stay now."""
        return [entry for entry in found if entry.position not in self.barred]

    def services_of(self, fee_item: str, per: str) -> list[Entry]:
        return self.allowed(self.prices.services_of(fee_item, per, self.stay.department))

    def add_one_of(self, fee_item: str, per: str, days: int = 1, first_day: int = 0) -> bool:
        """One entry of the fee item for every day asked; False where the price list has none."""
        found = self.services_of(fee_item, per)
        if found:
            self.add(self.draw.choice(found), first_day, days)
        return bool(found)


def draw_orders(
    draw: random.Random,
    stay: Stay,
    prices: PriceList,
    limits: ClaimLimits,
    ages: tuple[int, int],
    lines_per_stay: int,
    skew: Mapping[str, float] = MappingProxyType({}),
) -> tuple[list[Order], bool]:
    """The orders of a stay, and whether blood was given. ages: on admission and on discharge. skew: by fee item, how
    much more than others the institution spends on it."""
    codes = [stay.principal.code, *(d.code for d in stay.secondary)]
    barred = limits.without_indication(codes).union(
        *(limits.barred(stay.sex, age, stay.institution.level) for age in ages)
    )
    if stay.fault == "overlapping_stays":  # the other stay's days are full already
        barred |= limits.counted
    orders = Orders(draw, stay, prices, limits, set(barred | limits.given_lately(stay.resident, stay.admitted_on)))
    _charge_ward(orders)
    for _ in range(int(skew.get("fee_general_treatment", 1)) - 1):
        orders.add_one_of("fee_general_treatment", "day", stay.days)
    _charge_operations(orders)
    transfused = _charge_blood(orders)
    target = int(stay.principal.mean_cost_yuan * stay.cost_factor * WHOLE)
    orders.limit = max(int(target * 1.33), int(orders.money * 1.15))
    left = max(target - orders.money, int(target * 0.22))
    surgical = stay.department in _SURGICAL_WARDS
    for fee_item, medical_share, surgical_share in _TESTS:
        _spend_on_tests(
            orders, fee_item, int(left * skew.get(fee_item, 1) * (surgical_share if surgical else medical_share))
        )
    wanted = int(lines_per_stay * stay.lines_factor)
    lines_left = max(wanted - orders.lines, stay.days * 2)
    for fee_item, medical_share, surgical_share in _DAILY:
        found = [e for per in ("day", "test", "procedure", "stay") for e in orders.services_of(fee_item, per)]
        share = (surgical_share if surgical else medical_share) * skew.get(fee_item, 1)
        _spend_by_day(orders, found, int(left * share), int(lines_left * 0.12))
    _charge_traditional(orders, int(left * 0.10))
    # medicines take what is still wanting, so that the stay ends near its target whatever the number of lines
    wanting = max(target - orders.money, int(left * _LEAST_MEDICINES))
    _charge_medicines(orders, wanting, int(lines_left * 0.58))
    _top_up(orders, target, max(stay.days, int(lines_left * 0.2)))
    _charge_small_supplies(orders, wanted - orders.lines)
    _charge_evidence(orders, codes)
    _begin_with_first_lines(orders)
    for order in orders.taken:
        limits.note_given(stay.resident, order.entry, stay.admitted_on)
    return orders.taken, transfused


def _top_up(orders: Orders, target: int, lines: int) -> None:
    """What limits of items kept from being spent goes into more of what has none: supplies and medicines."""
    supplies = orders.prices.services_of("fee_treatment_supplies", "day", orders.stay.department)
    for _ in range(2):
        wanting = target - orders.money
        if wanting < target * 0.06:
            return
        _spend_by_day(orders, supplies, int(wanting * 0.3), lines)
        _charge_medicines(orders, int(wanting * 0.7), lines)


def _charge_evidence(orders: Orders, codes: Sequence[str]) -> None:
    """Whoever has a diagnosis is examined or treated for it: what the bill lacks of that is ordered."""
    for code in codes:
        wanted = orders.limits.evidence_wanted(code)
        taken = {order.entry for order in orders.taken}
        if wanted and not taken.intersection(wanted):
            found = [orders.prices.entries[at] for at in wanted if not orders.prices.codes[at].startswith("DP")]
            if found := orders.allowed(found):
                orders.add(min(found, key=lambda entry: entry.price), 0, 1)


def _begin_with_first_lines(orders: Orders) -> None:
    """A second-line medicine is given after one of the first line, else not at all."""
    for order in list(orders.taken):
        firsts = orders.limits.first_lines.get(order.entry, ())
        if not firsts or any(o.entry in firsts and o.first_day <= order.first_day for o in orders.taken):
            continue
        allowed = orders.allowed([orders.prices.entries[at] for at in firsts])
        if allowed:
            orders.add(allowed[0], order.first_day, 1)
        else:
            orders.taken.remove(order)


def _charge_ward(orders: Orders) -> None:
    days = orders.stay.days
    orders.add_one_of("fee_general_service", "day", days)
    orders.add_one_of("fee_nursing", "day", days)
    orders.add_one_of("fee_general_treatment", "day", days)
    orders.add_one_of("fee_general_service", "stay")
    if orders.draw.random() < 0.15:
        orders.add_one_of("fee_general_other", "stay") or orders.add_one_of("fee_general_other", "day")
    if orders.draw.random() < 0.12:
        orders.add_one_of("fee_other", "stay") or orders.add_one_of("fee_other", "day")
    if orders.stay.department == "rehabilitation" or orders.stay.principal.category in ("I63", "I69", "G81"):
        orders.add_one_of("fee_rehabilitation", "day", days) or orders.add_one_of("fee_rehabilitation", "test", days)


def _charge_operations(orders: Orders) -> None:
    draw, stay, prices = orders.draw, orders.stay, orders.prices
    dearest: dict[int, int] = {}  # by day: the dearest operation is charged whole, those beside it by half
    for at, procedure in enumerate(stay.procedures):
        entry = prices.operations.get(procedure.code)
        if entry is not None and entry.fee_item == "fee_surgical":
            day = procedure_day(stay, at)
            dearest[day] = max(dearest.get(day, 0), orders.price[entry.position])
    for at, procedure in enumerate(stay.procedures):
        day = procedure_day(stay, at)
        if procedure.code in prices.operations:
            entry = prices.operations[procedure.code]
            price, operated = orders.price[entry.position], entry.fee_item == "fee_surgical"
            if operated and dearest.get(day) == price:
                dearest[day] = -1
            elif operated:
                price //= 2
            orders.add(entry, day, 1, price=price, operation=int(operated))
        if procedure.code in prices.operation_supplies:
            orders.add(prices.operation_supplies[procedure.code], day, 1)
    under = [p for p in stay.procedures if p.anaesthesia != "99"]
    if under:
        day = procedure_day(stay, 0)
        anaesthesia = [
            e
            for per in ("procedure", "test", "day")
            for e in orders.services_of("fee_surgical", per)
            if e.part == "fee_anaesthesia"
        ]
        if anaesthesia:
            orders.add(draw.choice(anaesthesia), day, 1)
        supplies = orders.services_of("fee_surgery_supplies", "procedure")
        for entry in draw.sample(supplies, min(len(supplies), 4)):
            if entry.price <= stay.principal.mean_cost_yuan * WHOLE * 0.08:
                orders.add(entry, day, 1)
    if stay.principal.of_tumour or (under and draw.random() < 0.4):
        orders.add_one_of("fee_pathology", "test", first_day=min(1, stay.days - 1))


def _charge_blood(orders: Orders) -> bool:
    draw, stay = orders.draw, orders.stay
    if stay.institution.level != "county":
        return False
    by_procedure = any(p.code.startswith(("99.03", "99.04")) for p in stay.procedures)
    transfused = by_procedure or draw.random() < _BLOOD_OF.get(stay.department, 0.006)
    if transfused:
        day = draw.randrange(stay.days)
        found = [e for per in ("test", "procedure", "stay", "day") for e in orders.services_of("fee_blood", per)]
        if found:
            orders.add(draw.choice(found), day, 1, 1, WHOLE * draw.choice((1, 2, 2, 3)))
        transfused = bool(found) or by_procedure
    for fee_item, chance in _BLOOD_PRODUCTS:
        if stay.principal.mean_cost_yuan > 6_000 and draw.random() < chance:
            for per in ("test", "procedure", "stay", "day"):
                if orders.add_one_of(fee_item, per, first_day=draw.randrange(stay.days)):
                    break
    return transfused


def procedure_day(stay: Stay, at: int) -> int:
    """The day of the stay (0 is the admission) on which its procedure number `at` is done."""
    if stay.days <= 2:
        return 0
    return min(stay.days - 1, 1 + stay.days // 6 + (at % 2))


def _spend_on_tests(orders: Orders, fee_item: str, budget: int) -> None:
    """Tests one by one until the budget is spent; most on the first two days."""
    draw, stay = orders.draw, orders.stay
    found = [
        e for per in ("test", "procedure", "stay") for e in orders.prices.services_of(fee_item, per, stay.department)
    ]
    misses = 0
    while found and budget >= found[0].price and misses < 12:
        affordable = _affordable(found, budget)
        entry = draw.choice(affordable)
        if entry.position in orders.barred:
            misses += 1
            continue
        early = draw.random() < 0.6
        orders.add(entry, draw.randrange(min(2, stay.days) if early else stay.days), 1)
        budget -= entry.price


def _spend_by_day(orders: Orders, found: Sequence[Entry], budget: int, lines: int, *, halves: bool = False) -> None:
    """Spread a budget over about so many lines: several entries, each through most of the stay."""
    draw, days = orders.draw, orders.stay.days
    if not found or budget <= 0 or lines <= 0:
        return
    per_day = max(1, round(lines / days))
    each = budget // (days * per_day)
    found = orders.allowed(found)
    if not found:
        return
    # what a line may cost bounds the choice; where nothing is that cheap, fewer lines of the cheapest things
    choice = _affordable(found, each * (2 if halves else 1)) or found[:3]
    kinds = min(len(choice), max(1, round(per_day / 2.5)))
    times_a_day = min(8, max(1, round(per_day / kinds)))
    for entry in draw.sample(list(choice), kinds):
        if entry.position in orders.barred:
            continue
        aim = budget // (kinds * days * times_a_day)
        half_units = max(1 if halves else 2, round(2 * aim / max(entry.price, 1)))
        half_units = min(half_units - (0 if halves else half_units % 2), 24)
        first_day = draw.randrange(days) if draw.random() < 0.2 else 0
        orders.add(entry, first_day, days - first_day, times_a_day, half_units * WHOLE // 2)
        if orders.money > orders.limit:
            return


def _affordable(found: Sequence[Entry], price: int) -> Sequence[Entry]:
    """The first entries of a list ordered by price that cost at most so much."""
    low, high = 0, len(found)
    while low < high:
        middle = (low + high) // 2
        if found[middle].price <= price:
            low = middle + 1
        else:
            high = middle
    return found[:low]


def _charge_small_supplies(orders: Orders, lines: int) -> None:
    """The many small things of a ward (swabs, syringes, caps), which make up the lines that are still wanting."""
    days = orders.stay.days
    small = orders.prices.services_of("fee_treatment_supplies", "day", orders.stay.department)[:3]
    for entry in small:
        times_a_day = min(10, round(lines / (days * len(small))))
        if times_a_day > 0:
            orders.add(entry, 0, days, times_a_day)


def _charge_traditional(orders: Orders, budget: int) -> None:
    stay = orders.stay
    if stay.traditional < 0.25 or DEPARTMENT_KINDS[stay.department].kind not in _TRADITIONAL_WARDS:
        return
    found = [e for per in ("day", "test", "procedure") for e in orders.services_of("fee_traditional", per)]
    _spend_by_day(orders, sorted(found, key=lambda e: (e.price, e.position)), budget, stay.days * 2)


def _charge_medicines(orders: Orders, budget: int, lines: int) -> None:
    stay, prices = orders.stay, orders.prices
    patent, herbal = stay.traditional * 0.65, stay.traditional * 0.35 if stay.traditional >= 0.3 else 0.0
    for fee_item, share in (
        ("fee_patent_medicine", patent),
        ("fee_herbal_medicine", herbal),
        ("fee_western_medicine", 1 - patent - herbal),
    ):
        if share > 0.03:
            found = prices.medicines_for(stay.principal.category, fee_item)
            _spend_by_day(orders, found, int(budget * share), max(1, int(lines * share)), halves=True)
