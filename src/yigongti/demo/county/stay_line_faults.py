"""Claim faults planted in what a stay is charged: reshaped orders of the stays planted as such, and single lines."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from yigongti.demo.county.claim_faults import Fault, FaultBook
from yigongti.demo.county.claim_limits import ClaimLimits, of_kind
from yigongti.demo.county.orders import WHOLE, Order
from yigongti.demo.county.prices import Entry, is_of_goods
from yigongti.demo.county.stay_faults import CHECK_UP, EMPTY_BED, WITHOUT_NEED
from yigongti.demo.county.stays import Stay
from yigongti.foundation.period import Month

EXAMINATIONS = ("fee_laboratory", "fee_imaging", "fee_clinical_diagnosis")
BED_ITEMS = ("fee_general_service", "fee_nursing")
_SHARE_WANTED = {WITHOUT_NEED: 0.60, CHECK_UP: 0.76}
_WARD = (*BED_ITEMS, "fee_general_treatment", *EXAMINATIONS)
_GRADES = ("D030020", "D030030")


def _money(order: Order) -> int:
    return order.price * order.quantity // WHOLE * order.days * order.times_a_day


class StayLineFaults:
    """Works on the orders of a month's stays."""

    def __init__(self, limits: ClaimLimits, book: FaultBook, month: Month) -> None:
        self.limits, self.prices, self.book, self.month = limits, limits.prices, book, month
        self.draw = book.draw
        groups = {self.limits.at[x.item]: x.value for x in of_kind("per_stay_day")}
        self.once_a_day = {at for at, group in groups.items() if group in ("bed", "nursing")}

    def reshape(self, stay: Stay, orders: list[Order], age: int) -> list[Order]:
        """The orders of a stay that is planted as a whole."""
        if stay.fault == EMPTY_BED:
            return [o if self._fee_item(o) in BED_ITEMS else o._replace(first_day=0, days=1) for o in orders]
        if stay.fault in _SHARE_WANTED:
            return self._mostly_examined(stay, orders, age, _SHARE_WANTED[stay.fault])
        return orders

    def _mostly_examined(self, stay: Stay, orders: list[Order], age: int, wanted: float) -> list[Order]:
        codes = [stay.principal.code, *(d.code for d in stay.secondary)]
        needed = {at for code in codes for at in self.limits.evidence_wanted(code)}
        kept = [o for o in orders if self._fee_item(o) in _WARD or o.entry in needed]
        rest = sorted((o for o in orders if o not in kept and o.entry not in self.limits.first_lines), key=_money)
        examined = sum(_money(o) for o in kept if self._fee_item(o) in EXAMINATIONS)
        other = sum(_money(o) for o in kept) - examined
        barred = self.limits.barred(stay.sex, age, stay.institution.level) | self.limits.long_window
        for entry in self._tests(stay):
            if examined >= (other + 20 * WHOLE) * wanted / (1 - wanted):
                break
            own = {o.entry for o in kept}
            if entry.position in barred | own or self.limits.apart.get(entry.position, frozenset()) & own:
                continue
            price = self.prices.by_level[stay.institution.level][entry.position]
            kept.append(Order(entry.position, 0, 1, 1, WHOLE, price))
            examined += price
        for order in rest:
            if examined < (other + _money(order)) * wanted / (1 - wanted):
                break
            kept.append(order)
            other += _money(order)
        return kept

    def _tests(self, stay: Stay) -> list[Entry]:
        found = [
            entry for item in EXAMINATIONS for entry in self.prices.services_of(item, "test", stay.department)
        ]  # fmt: skip
        return sorted(found, key=lambda entry: -entry.price)

    def _fee_item(self, order: Order) -> str:
        return self.prices.entries[order.entry].fee_item

    def plant(self, stays: Sequence[Stay], orders_of: list[list[Order]]) -> None:
        """Single faults on stays that nothing else is planted on."""
        weights = [self.book.weight(stay.institution, stay.department) for stay in stays]
        order = self.book.in_order(range(len(stays)), lambda at: weights[at])
        kinds: tuple[tuple[str, float, Callable[[Stay, list[Order]], bool]], ...] = (
            ("same_incision_discount", 8.0, self._second_operation_whole),
            ("quantity_above_stay", 12.0, self._more_days),
            ("duplicate_charge", 6.0, self._care_within_care),
            ("mutual_exclusion", 5.0, self._two_dressings),
            ("price_above_ceiling", 8.0, self._dearer_service),
            ("mark_up_supplies", 8.0, self._dearer_supplies),
        )
        for check, rate, spoil in kinds:
            wanted, done = self.book.how_many(sum(weights), rate), 0
            for at in order:
                if done == wanted:
                    break
                if not stays[at].fault and not stays[at].split_part and spoil(stays[at], orders_of[at]):
                    stays[at].fault = check
                    done += 1

    def _second_operation_whole(self, stay: Stay, orders: list[Order]) -> bool:
        done = [order for order in orders if order.operation]
        if not done or stay.institution.level != "county":
            return False
        first = max(done, key=lambda order: order.price)
        beside = [o for o in done if o is not first and o.first_day == first.first_day]
        if beside:
            full = self.prices.by_level["county"][beside[0].entry]
            orders.remove(beside[0])
            entry = self.prices.entries[beside[0].entry]
        else:
            others = [
                e for e in self.prices.operations.values()
                if e.fee_item == "fee_surgical" and 2_000_000 < e.price < first.price and e.position != first.entry
            ]  # fmt: skip
            if not others:
                return False
            entry = self.draw.choice(others)
            full = entry.price
        fault = Fault("same_incision_discount", f"{entry.name}：同台第二项未折价", base_price=full // 2)
        orders.append(
            Order(entry.position, first.first_day, 1, 1, WHOLE, full, operation=1, mark=self.book.mark(fault))
        )
        return True

    def _more_days(self, stay: Stay, orders: list[Order]) -> bool:
        found = [o for o in orders if o.entry in self.once_a_day and o.days == stay.days and o.first_day == 0]
        if not found or stay.days < 3:
            return False
        order, more = self.draw.choice(found), self.draw.randint(1, 3)
        name = self.prices.names[order.entry]
        mark = self.book.mark(Fault("quantity_above_stay", f"{name}：住院{stay.days}天，收{stay.days + more}天"))
        orders.append(order._replace(first_day=stay.days - 1, days=1, quantity=more * WHOLE, mark=mark, claimed=1))
        return True

    def _care_within_care(self, stay: Stay, orders: list[Order]) -> bool:
        grades = {self.limits.at[code] for code in _GRADES}
        part = self.limits.at["D030160"]
        own = {order.entry for order in orders}
        if not grades & own or part in own:
            return False
        whole = next(order for order in orders if order.entry in grades)
        mark = self.book.mark(
            Fault("duplicate_charge", f"晨晚间护理：已含在“{self.prices.names[whole.entry]}”中")
        )  # fmt: skip
        price = self.prices.by_level[stay.institution.level][part]
        orders.append(Order(part, whole.first_day, min(whole.days, 3), 1, WHOLE, price, mark=mark))
        return True

    def _two_dressings(self, stay: Stay, orders: list[Order]) -> bool:
        small, middle, large = (self.limits.at[code] for code in ("D020180", "D020190", "D020200"))
        if {small, middle, large} & {order.entry for order in orders}:
            return False
        price = self.prices.by_level[stay.institution.level]
        mark = self.book.mark(Fault("mutual_exclusion", "换药（小）：与换药（中）不得同日收取"))
        orders.append(Order(middle, 0, 1, 1, WHOLE, price[middle]))
        orders.append(Order(small, 0, 1, 1, WHOLE, price[small], mark=mark))
        return True

    def _dearer_service(self, stay: Stay, orders: list[Order]) -> bool:
        found = [
            o for o in orders
            if not is_of_goods(self._fee_item(o)) and not o.operation and o.price >= 100_000
            and o.days * o.times_a_day == 1
        ]  # fmt: skip
        return self._dearer(orders, found, "price_above_ceiling", (115, 125, 140), "高于本级价格上限")

    def _dearer_supplies(self, stay: Stay, orders: list[Order]) -> bool:
        found = [
            o for o in orders
            if self._fee_item(o).endswith("_supplies") and o.price >= 100_000 and o.days * o.times_a_day <= 3
        ]  # fmt: skip
        if stay.admitted_on < self.month.first_day:  # what was charged before the month's purchases has no price
            return False
        return self._dearer(orders, found, "mark_up_supplies", (108, 115, 125), "高于进价")

    def _dearer(
        self, orders: list[Order], found: list[Order], check: str, per_cent: Sequence[int], what: str
    ) -> bool:  # fmt: skip
        if not found:
            return False
        order = self.draw.choice(found)
        fault = Fault(check, f"{self.prices.names[order.entry]}：{what}", base_price=order.price)
        price = order.price * self.draw.choice(per_cent) // 100
        orders[orders.index(order)] = order._replace(price=price, claimed=1, mark=self.book.mark(fault))
        return True
