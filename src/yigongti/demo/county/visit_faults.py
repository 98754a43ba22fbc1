"""Claim faults planted on visits: a line more, a dearer price, too many days. One kind a function: it changes the visit
and answers True, or leaves it as it is where it does not suit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction

from yigongti.demo.county.claim_faults import Fault, FaultBook
from yigongti.demo.county.claim_limits import age_bounds, of_kind
from yigongti.demo.county.orders import WHOLE, Order
from yigongti.demo.county.outpatient import EMERGENCY, Visit, VisitDrawer
from yigongti.demo.county.prices import is_of_goods
from yigongti.demo.county.residents import Residents
from yigongti.foundation.period import completed_years

CHRONIC = ("I10", "I20", "I25", "E11", "I69", "J44", "N18", "N40", "E03", "M10", "M81", "F20", "F32", "D50", "Z34")
"""Diagnoses for which a month's supply is prescribed; the check days_above_label knows the same."""

_FOR_WOMEN = ("DY0268", "DY0267", "DY0269", "DY0173", "DY0172")
_FOR_MEN = ("DY0180", "DY0270")
_NOT_INDICATED = ("DY0116", "DY0094", "DY0060")
_IN_HOSPITAL_ONLY = ("DY0217", "DY0137", "DY0133")
_OF_COUNTY_LEVEL = ("DY0022", "DY0158")
_PAIRS_CHARGED_TWICE = (("D060210", "D060220"), ("D060210", "D060240"), ("D070090", "D070080"), ("D060330", "D060350"))
_PAIRS_INTERACTING = (("DY0077", "DY0046"), ("DY0087", "DY0155"), ("DY0112", "DY0154"), ("DY0188", "DY0042"))
_TOO_OFTEN = (("D060070", 3, 4), ("D080010", 3, 5), ("D070320", 1, 2), ("D060010", 2, 4))
_LOOK_ALIKE_SHARE = 0.08
_GOOD_REASONS = {
    "sex_limited_medicine": "经专家论证的跨性别用药，病历有记录",
    "covered_indication": "病程与检查支持，诊断编码漏填",
    "second_line_medicine": "对一线药不耐受，病历有记录",
    "dose_above_label": "体重大、疗效不足，经上级医师同意",
    "days_above_label": "外出务工，经备案放宽",
    "duplicate_therapy": "换药交叉期，医嘱注明停前药",
    "interaction": "监测下合用，病历有记录",
}
"""What looks like a doubtful fault and is none, as an explanation would show: so many for each fault of the kind."""
_SINGLE_HERBS = ("DY0323", "DY0322", "DY0310", "DY0324")


class VisitFaults:
    """Plants faults on the visits of a month."""

    def __init__(self, drawer: VisitDrawer, residents: Residents, book: FaultBook, had: set[tuple[int, int]]) -> None:
        """had: (resident, position in the price list) of what was charged to whom up to and with this month."""
        self.drawer, self.residents, self.book, self.had = drawer, residents, book, had
        self.limits, self.prices = drawer.limits, drawer.limits.prices
        self.draw = book.draw

    def plant(self, visits: Sequence[Visit]) -> None:
        """Every kind in turn, each on about so many visits in a thousand, always at least one where one suits."""
        order = self.book.in_order(visits, self._weight)
        weights = sum(self._weight(visit) for visit in visits)
        for check, rate, spoil in self._kinds():
            self._plant(check, self.book.how_many(weights, rate), spoil, order)
            if check in _GOOD_REASONS:
                few = int(weights * rate * _LOOK_ALIKE_SHARE / 1000 + self.draw.random())
                with self.book.innocently(_GOOD_REASONS[check]):
                    self._plant(check, few, spoil, order)

    def _plant(self, check: str, wanted: int, spoil: Callable[[Visit], bool], order: Sequence[Visit]) -> None:
        done = 0
        for visit in order:
            if done == wanted:
                return
            if not visit.fault and spoil(visit):
                visit.fault = check
                done += 1

    def _weight(self, visit: Visit) -> float:
        return self.book.weight(visit.institution, visit.department)

    def _kinds(self) -> Sequence[tuple[str, float, Callable[[Visit], bool]]]:
        return (
            ("sex_limited_medicine", 0.5, self._other_sex_medicine),
            ("sex_limited_service", 0.4, self._other_sex_service),
            ("age_limited_medicine", 0.5, self._wrong_age_medicine),
            ("age_limited_service", 0.3, self._wrong_age_service),
            ("work_injury_medicine", 0.3, self._work_injury),
            ("maternity_medicine", 0.3, self._maternity),
            ("care_setting_medicine", 0.4, self._in_hospital_only),
            ("institution_level_medicine", 0.6, self._county_level),
            ("covered_indication", 0.9, self._not_indicated),
            ("second_line_medicine", 0.6, self._second_line_first),
            ("course_limit", 0.4, self._too_long_a_course),
            ("frequency_limit", 0.6, self._too_often),
            ("duplicate_charge", 0.6, self._charged_twice),
            ("mutual_exclusion", 0.5, self._two_consultations),
            ("price_above_ceiling", 0.8, self._dearer_service),
            ("mark_up_medicine", 0.8, self._dearer_medicine),
            ("mark_up_supplies", 0.5, self._dearer_supplies),
            ("herb_not_payable", 0.4, self._herb_claimed),
            ("single_herb", 0.5, self._herb_alone),
            ("dose_above_label", 0.6, self._high_dose),
            ("days_above_label", 0.8, self._many_days),
            ("duplicate_therapy", 0.6, self._same_class),
            ("interaction", 0.5, self._interacting),
        )

    # what is asked of a visit

    def _age(self, visit: Visit) -> int:
        return completed_years(self.residents.birth_date(visit.resident), visit.visited_on)

    def _sex(self, visit: Visit) -> str:
        return str(int(self.residents.sex[visit.resident]))

    def _goes(self, visit: Visit, *codes: str) -> bool:
        """Whether nothing charged already is the same or does not go with the items."""
        own = {order.entry for order in visit.orders}
        wanted = {self.limits.at[code] for code in codes}
        return not own & wanted and not any(own & self.limits.apart.get(at, frozenset()) for at in wanted)

    def _one_that_goes(self, visit: Visit, codes: Sequence[str]) -> str | None:
        found = [code for code in codes if self._goes(visit, code)]
        return self.draw.choice(found) if found else None

    def _names(self, *codes: str) -> str:
        return "、".join(self.prices.names[self.limits.at[code]] for code in codes)

    def _prescribe(self, visit: Visit, check: str, code: str | None, what: str, days: int = 5) -> bool:
        """One medicine more, the fault itself."""
        if code is None:
            return False
        mark = self.book.mark(Fault(check, f"{self._names(code)}：{what}"))
        days = min(days, 3) if visit.setting == EMERGENCY else days
        visit.orders.append(self.drawer.medicine(code, days, mark=mark, claimed=1))
        return True

    def _change(self, visit: Visit, order: Order, fault: Fault, **values: int) -> bool:
        visit.orders[visit.orders.index(order)] = order._replace(mark=self.book.mark(fault), claimed=1, **values)
        return True

    def _medicines(self, visit: Visit) -> list[Order]:
        return [order for order in visit.orders if order.prescription == 1]

    # the kinds

    def _other_sex_medicine(self, visit: Visit) -> bool:
        if self._age(visit) < 20:
            return False
        codes, of = (_FOR_WOMEN, "女") if self._sex(visit) == "1" else (_FOR_MEN, "男")
        return self._prescribe(visit, "sex_limited_medicine", self._one_that_goes(visit, codes), f"限{of}性")

    def _other_sex_service(self, visit: Visit) -> bool:
        if visit.institution.level == "village" or self._age(visit) < 20:
            return False
        codes, of = (("D070210", "D060520"), "女") if self._sex(visit) == "1" else (("D060360",), "男")
        return self._serve(visit, "sex_limited_service", self._one_that_goes(visit, codes), f"限{of}性")

    def _serve(self, visit: Visit, check: str, code: str | None, what: str, quantity: int = 1) -> bool:
        if code is None:
            return False
        mark = self.book.mark(Fault(check, f"{self._names(code)}：{what}"))
        visit.orders.append(self.drawer.service(code, visit.institution.level, quantity, mark=mark, claimed=1))
        return True

    def _wrong_age_medicine(self, visit: Visit) -> bool:
        age = self._age(visit)
        codes = ("DY0244", "DY0025", "DY0129") if age >= 19 else ("DY0021", "DY0154") if age < 18 else ()
        return self._prescribe(
            visit, "age_limited_medicine", self._one_that_goes(visit, codes), f"限年龄，患者{age}岁", 3
        )

    def _wrong_age_service(self, visit: Visit) -> bool:
        age = self._age(visit)
        if visit.institution.level == "village" or 7 <= age < 19:
            return False
        low, high = age_bounds(next(x.value for x in of_kind("age") if x.item == "D060450"))
        code = "D060450" if not low <= age <= high else "D070320"
        return self._serve(
            visit, "age_limited_service", code if self._goes(visit, code) else None, f"限年龄，患者{age}岁"
        )

    def _work_injury(self, visit: Visit) -> bool:
        if self._age(visit) < 18:
            return False
        return self._prescribe(
            visit, "work_injury_medicine", self._one_that_goes(visit, ("DY0295", "DY0296", "DY0297")), "限工伤保险"
        )

    def _maternity(self, visit: Visit) -> bool:
        if self._sex(visit) != "2" or not 18 <= self._age(visit) <= 50:
            return False
        return self._prescribe(
            visit, "maternity_medicine", self._one_that_goes(visit, ("DY0298", "DY0299")), "限生育保险", 1
        )

    def _in_hospital_only(self, visit: Visit) -> bool:
        if visit.setting != "1" or self._age(visit) < 18:
            return False
        code = self._one_that_goes(visit, _IN_HOSPITAL_ONLY)
        return self._prescribe(visit, "care_setting_medicine", code, "限住院（或急诊），在门诊使用", 1)

    def _county_level(self, visit: Visit) -> bool:
        if visit.institution.level == "county" or self._age(visit) < 19:
            return False
        code = self._one_that_goes(visit, _OF_COUNTY_LEVEL)
        return self._prescribe(visit, "institution_level_medicine", code, "限二级及以上医疗机构", 3)

    def _not_indicated(self, visit: Visit) -> bool:
        barred = self.limits.without_indication(visit.diagnoses)
        codes = [code for code in _NOT_INDICATED if self.limits.at[code] in barred]
        return self._prescribe(visit, "covered_indication", self._one_that_goes(visit, codes), "诊断不在限定支付范围内")

    def _second_line_first(self, visit: Visit) -> bool:
        code = {"E11": "DY0146", "J44": "DY0123"}.get(visit.diagnoses[0][:3])
        if code is None or not self._goes(visit, code):
            return False
        firsts = set(self.limits.first_lines[self.limits.at[code]])
        others = [order for order in visit.orders if order.entry not in firsts]
        own = {order.entry for order in visit.orders}
        if any((visit.resident, at) in self.had for at in firsts - own) or len(others) < len(visit.orders) - 1:
            return False
        if code == "DY0146":
            others_too = own & self.limits.first_lines.keys()
            if not firsts & own or others_too or visit.resident in self._seen_twice:
                return False
            visit.orders[:] = others
        return self._prescribe(visit, "second_line_medicine", code, "此前未用一线药", 28)

    _seen_twice: frozenset[int] = frozenset()

    def know(self, visits: Sequence[Visit], seen_before: set[int]) -> None:
        """Residents with more than one bill so far: of them it cannot be said that they had nothing else."""
        once: set[int] = set()
        twice = set(seen_before)
        for visit in visits:
            (twice if visit.resident in once else once).add(visit.resident)
        self._seen_twice = frozenset(twice)

    def _too_long_a_course(self, visit: Visit) -> bool:
        for order in self._medicines(visit):
            most = self.limits.longest_course.get(order.entry)
            if most and most < 7 and visit.setting == "1":
                fault = Fault("course_limit", f"疗程上限{most}天，开7天", Fraction(7 - most, 7))
                return self._change(visit, order, fault, supply=7, quantity=7 * WHOLE)
        return False

    def _too_often(self, visit: Visit) -> bool:
        if visit.institution.level == "village" or self._age(visit) < 18 or visit.resident in self._seen_twice:
            return False
        code, most, done = self.draw.choice(_TOO_OFTEN)
        if not self._goes(visit, code):
            return False
        fault = Fault("frequency_limit", f"{self._names(code)}：上限{most}次，收{done}次", Fraction(done - most, done))
        mark = self.book.mark(fault)
        visit.orders.append(self.drawer.service(code, visit.institution.level, done, mark=mark, claimed=1))
        return True

    def _charged_twice(self, visit: Visit) -> bool:
        if visit.institution.level != "county" or self._age(visit) < 18:
            return False
        whole, part = self.draw.choice(_PAIRS_CHARGED_TWICE)
        if not self._goes(visit, whole, part):
            return False
        visit.orders.append(self.drawer.service(whole, "county"))
        return self._serve(visit, "duplicate_charge", part, f"已含在“{self._names(whole)}”中")

    def _two_consultations(self, visit: Visit) -> bool:
        fees = {order.entry for order in visit.orders} & {self.limits.at[c] for c in ("D010180", "D010190")}
        if visit.institution.level != "county" or len(fees) != 1:
            return False
        what = f"与“{self.prices.names[fees.pop()]}”不得同时收取"
        return self._serve(visit, "mutual_exclusion", "D010170", what)

    def _dearer_service(self, visit: Visit) -> bool:
        found = [o for o in visit.orders if not is_of_goods(self.prices.entries[o.entry].fee_item)]
        return self._dearer(visit, "price_above_ceiling", found, (115, 120, 130, 150), "高于本级价格上限")

    def _dearer_medicine(self, visit: Visit) -> bool:
        return self._dearer(visit, "mark_up_medicine", self._medicines(visit), (105, 108, 115), "高于进价")

    def _dearer_supplies(self, visit: Visit) -> bool:
        if visit.institution.level == "village":
            return False
        code = self._one_that_goes(visit, ("D220150", "D220020", "D220060"))
        if code is None:
            return False
        visit.orders.append(self.drawer.service(code, visit.institution.level, claimed=1))
        return self._dearer(visit, "mark_up_supplies", visit.orders[-1:], (110, 120), "高于进价")

    def _dearer(self, visit: Visit, check: str, found: list[Order], per_cent: Sequence[int], what: str) -> bool:
        found = [order for order in found if order.price >= 20_000]
        if not found:
            return False
        order = self.draw.choice(found)
        price = order.price * self.draw.choice(per_cent) // 100
        fault = Fault(check, f"{self.prices.names[order.entry]}：{what}", base_price=order.price)
        return self._change(visit, order, fault, price=price)

    def _herb_claimed(self, visit: Visit) -> bool:
        if not any(order.prescription == 2 for order in visit.orders):
            return False
        code = self._one_that_goes(visit, ("DY0326", "DY0327", "DY0329", "DY0330"))
        if code is None:
            return False
        mark = self.book.mark(Fault("herb_not_payable", f"{self._names(code)}：单复方均不予支付"))
        visit.orders.append(self.drawer.medicine(code, 7, prescription=2, mark=mark, claimed=1))
        return True

    def _herb_alone(self, visit: Visit) -> bool:
        if visit.institution.level == "village" or self._age(visit) < 18:
            return False
        code = self._one_that_goes(visit, _SINGLE_HERBS)
        if code is None or any(order.prescription == 2 for order in visit.orders):
            return False
        mark = self.book.mark(Fault("single_herb", f"{self._names(code)}：单味开方不予支付"))
        days = 3 if visit.setting == EMERGENCY else 7
        visit.orders.append(self.drawer.medicine(code, days, prescription=3, mark=mark, claimed=1))
        return True

    def _high_dose(self, visit: Visit) -> bool:
        found = [order for order in self._medicines(visit) if order.entry in self.limits.doses]
        if not found:
            return False
        order = self.draw.choice(found)
        most = self.limits.doses[order.entry][1]
        dose = most * self.draw.choice((Decimal("1.5"), Decimal(2)))
        what = f"{self.prices.names[order.entry]}：日剂量{dose}，说明书上限{most}"
        return self._change(visit, order, Fault("dose_above_label", what), dose=int(dose * WHOLE))

    def _many_days(self, visit: Visit) -> bool:
        if visit.diagnoses[0].startswith(CHRONIC):
            return False
        usual, given = (3, 7) if visit.setting == EMERGENCY else (7, 14)
        found = [o for o in self._medicines(visit) if o.entry not in self.limits.longest_course and o.supply <= usual]
        if not found:
            return False
        order = self.draw.choice(found)
        what = f"{self.prices.names[order.entry]}：开{given}天，上限{usual}天"
        fault = Fault("days_above_label", what, Fraction(given - usual, given))
        return self._change(visit, order, fault, supply=given, quantity=given * WHOLE)

    def _same_class(self, visit: Visit) -> bool:
        classes = {self.limits.at[x.item]: x.value for x in of_kind("therapy")}
        age, sex = self._age(visit), self._sex(visit)
        barred = self.limits.barred(sex, age, visit.institution.level) | self.limits.without_indication(visit.diagnoses)
        barred |= frozenset(self.limits.first_lines) | frozenset(self.limits.longest_course)
        barred |= frozenset(self.limits.at[x.item] for x in of_kind("care_setting"))
        own = {order.entry for order in visit.orders}
        for order in self._medicines(visit):
            same = [
                at
                for at, name in classes.items()
                if name == classes.get(order.entry) and at not in barred and at not in own
                and self.limits.apart.get(at, frozenset()) & own == {order.entry}
            ]  # fmt: skip
            if same:
                code = self.prices.codes[self.draw.choice(same)]
                return self._prescribe(visit, "duplicate_therapy", code, f"与同方另一{classes[order.entry]}重复", 5)
        return False

    def _interacting(self, visit: Visit) -> bool:
        if self._age(visit) < 18 or visit.institution.level == "village":
            return False
        one, other = self.draw.choice(_PAIRS_INTERACTING)
        if not self._goes(visit, one, other) or any(o.prescription == 2 for o in visit.orders):
            return False
        days = 3 if visit.setting == EMERGENCY else 5
        visit.orders.append(self.drawer.medicine(other, days, claimed=1))
        return self._prescribe(visit, "interaction", one, f"与“{self._names(other)}”合用", days)
