"""Bills that residents bring from hospitals outside the county: settled by the insurance bureau, some months late.

Who goes where, and how late they come, is invented: of a hundred stays about twelve are outside the county; nearly
half of those are settled in the month of discharge, the rest up to five months later.
"""

from __future__ import annotations

import math
import random
from collections import defaultdict
from datetime import timedelta

from yigongti.demo.county.clinical_lists import Diagnosis
from yigongti.demo.county.insured_bills import BillMaker, InsuredBill, classes_of
from yigongti.demo.county.profiles import ADMISSIONS_PER_RESIDENT_YEAR, MONTH_FACTORS
from yigongti.demo.county.stays import Crowd
from yigongti.demo.county.streams import array_stream, case_stream
from yigongti.foundation.period import Month

SHARE_OUTSIDE = 0.12
LATEST_MONTHS = 5
_LATE = (0.46, 0.25, 0.13, 0.08, 0.05, 0.03)
"""Shares settled so many months after the month of discharge."""
_DESTINATIONS = (  # place, level, weight, mean yuan, the code that stands for the hospitals there
    ("prefecture", "city", 0.62, 13_500.0, "DEMOOUT1"),
    ("province", "province", 0.27, 24_000.0, "DEMOOUT2"),
    ("country", "province", 0.11, 21_000.0, "DEMOOUT3"),
)
_REFERRALS = (("none", 0.35), ("up", 0.40), ("emergency", 0.14), ("filed", 0.11))
_MAJOR = (  # disease, its diagnosis, sexes, from which age
    ("end_stage_renal_disease", "N18.000", "12", 25),
    ("breast_cancer", "C50.900", "2", 35),
    ("cervical_cancer", "C53.900", "2", 30),
    ("chronic_myeloid_leukaemia", "C92.100", "12", 20),
)
_MAJOR_SHARE = 0.04


class OutsideBills:
    """Draws the stays outside by month of discharge and hands them out by month of settlement, in order."""

    def __init__(self, maker: BillMaker, first: Month) -> None:
        self.maker, self.plan = maker, maker.plan
        self.bureau = next(place for place in maker.house.institutions if place.kind == "insurance_bureau")
        self._waiting: dict[Month, list[InsuredBill]] = defaultdict(list)
        self._next = first.plus(-LATEST_MONTHS)

    def settled_in(self, month: Month) -> list[InsuredBill]:
        """The bills that come in the month; asked for months in order."""
        while self._next <= month:
            for bill in self._discharged_in(self._next):
                self._waiting[Month.of(bill.settled_on)].append(bill)
            self._next = self._next.plus(1)
        return self._waiting.pop(month, [])

    def _discharged_in(self, month: Month) -> list[InsuredBill]:
        people = self.maker.residents
        draw = case_stream(self.plan.seed, "stays outside", month)
        crowd = Crowd(people, month, array_stream(self.plan.seed, "outside crowd", month))
        principals = [d for d in self.maker.drawer.principals if not d.of_newborns and d.level != "township"]
        weights = [d.weight * d.season[month.number - 1] for d in principals]
        rate = ADMISSIONS_PER_RESIDENT_YEAR * SHARE_OUTSIDE / (1 - SHARE_OUTSIDE)
        count = round(len(people) * rate / 12 * MONTH_FACTORS[month.number - 1])
        found = []
        for number, principal in enumerate(draw.choices(principals, weights, k=count)):
            person = crowd.person(draw, principal)
            if person is not None and people.insured[person]:
                bill = self._bill(draw, month, number, person, principal)
                if bill.started_on >= people.birth_date(person):
                    found.append(bill)
        return found

    def _bill(self, draw: random.Random, month: Month, number: int, person: int, principal: Diagnosis) -> InsuredBill:
        place, level, _, mean, code = draw.choices(_DESTINATIONS, [d[2] for d in _DESTINATIONS])[0]
        referral = draw.choices([r[0] for r in _REFERRALS], [r[1] for r in _REFERRALS])[0]
        ended = month.first_day + timedelta(days=draw.randrange(month.last_day.day))
        length = max(1, round(principal.mean_stay_days * math.exp(draw.gauss(0.1, 0.4))))
        care, disease, diagnosis = self._benefit(draw, month, person, principal)
        dear = math.exp(draw.gauss(-0.24, 0.7)) * (1.6 if disease else 1.0)
        total = max(80_000, round(mean * 100 * dear))
        settled_month = month.plus(draw.choices(range(len(_LATE)), _LATE)[0])
        earliest = max(ended, settled_month.first_day)
        settled = earliest + timedelta(days=draw.randrange((settled_month.last_day - earliest).days + 1))
        return InsuredBill(
            person, self.bureau, code, level, place, referral, care, disease, diagnosis, "",
            f"W{month.year % 100:02d}{month.number:02d}{number:06d}", ended - timedelta(days=length), ended, settled,
            classes_of(total, draw.uniform(0.4, 0.6), draw.betavariate(2, 14)),
        )  # fmt: skip

    def _benefit(self, draw: random.Random, month: Month, person: int, principal: Diagnosis) -> tuple[str, str, str]:
        people = self.maker.residents
        if int(people.insurance_type[person]) == 390 and draw.random() < _MAJOR_SHARE:
            age = (month.first_day - people.birth_date(person)).days // 366
            fitting = [m for m in _MAJOR if str(int(people.sex[person])) in m[2] and age >= m[3]]
            if fitting:
                disease, diagnosis, *_ = draw.choice(fitting)
                return "major_disease", disease, diagnosis
        return "inpatient", "", principal.code
