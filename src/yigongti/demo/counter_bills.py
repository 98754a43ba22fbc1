"""The bills that are brought to the demo's counters this month: what was treated, and what it was charged. Invented.

Codes are those of the benefit catalogue (policy/benefit/catalogue.csv); amounts are yuan.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

Charge = tuple[str, str, str]
"""Item, quantity, amount."""

WARD: tuple[Charge, ...] = (
    ("D010010", "6", "198.00"), ("D010090", "6", "120.00"), ("D030030", "6", "162.00"), ("D020040", "12", "144.00"),
    ("D060010", "2", "44.00"), ("D060160", "2", "60.00"), ("D080010", "1", "22.00"),
    ("DY0209", "12", "51.60"), ("D240010", "6", "150.00"),
)  # fmt: skip
"""What every stay of six days is charged; meals are nobody's to reimburse."""
MEDICINES: tuple[Charge, ...] = (("DY0011", "12", "186.00"), ("DY0120", "12", "216.00"), ("DY0076", "1", "18.60"))
VISIT: tuple[Charge, ...] = (("D010170", "1", "10.00"),)
PICTURES: tuple[Charge, ...] = (("D070010", "1", "85.00"), ("D070230", "1", "180.00"))
SURGERY: tuple[Charge, ...] = (("D100030", "1", "2600.00"), ("D230030", "1", "92.00"), ("DY0031", "6", "93.00"))

BALLOONS: tuple[Charge, ...] = (("D230200", "2", "640.00"), ("D230210", "1", "320.00"))
HYPERTENSION = {"care": "two_diseases", "disease_code": "hypertension"}


@dataclass(frozen=True, slots=True)
class CounterBill:
    """key: names the bill in the story. person: the who-th of those the counter serves. days_ago: when it is settled.
    stay: days in hospital, 0 for a visit. told: what else the bill says."""

    key: str
    person: int
    days_ago: int
    care: str
    diagnosis: str
    charges: tuple[Charge, ...]
    stay: int = 0
    told: dict[str, Any] = field(default_factory=dict)

    def asked(self, insured_number: str, on: date) -> dict[str, Any]:
        """The bill as a system sends it. on: the day on which it is settled."""
        ended = on
        return {
            "key": self.key, "insured_number": insured_number, "care": self.care, "diagnosis": self.diagnosis,
            "started_on": (ended - timedelta(days=self.stay)).isoformat(), "ended_on": ended.isoformat(),
            "paid": True,
            "lines": [{"item_code": code, "quantity": many, "amount": yuan} for code, many, yuan in self.charges],
        } | self.told  # fmt: skip


def _stay(key: str, person: int, days_ago: int, diagnosis: str, *charges: Charge, **told: Any) -> CounterBill:
    return CounterBill(key, person, days_ago, "inpatient", diagnosis, (*WARD, *charges), 6, told)


def _visit(key: str, person: int, days_ago: int, diagnosis: str, *charges: Charge, **told: Any) -> CounterBill:
    return CounterBill(key, person, days_ago, told.pop("care", "outpatient"), diagnosis, (*VISIT, *charges), 0, told)


COUNTY = (
    _stay("demo-county-1", 0, 18, "I63.900", *MEDICINES, *PICTURES, ("D070120", "1", "520.00"), referral="up"),
    _stay("demo-county-2", 1, 16, "K80.101", *MEDICINES, *SURGERY, *PICTURES),
    _stay("demo-county-3", 2, 13, "J18.900", *MEDICINES, *PICTURES),
    _visit("demo-county-4", 3, 12, "K29.500", ("D070230", "1", "180.00"), ("DY0005", "2", "25.60")),
    _stay("demo-county-5", 4, 9, "I50.900", *MEDICINES, *PICTURES, ("D060130", "2", "240.00"), paid=False),
    _visit("demo-county-6", 5, 7, "M51.202", ("D070100", "1", "260.00")),
    _stay("demo-county-7", 6, 5, "I20.000", *MEDICINES, *PICTURES, *BALLOONS),
    _visit("demo-county-8", 7, 2, "I10.x05", ("DY0067", "2", "25.40"), **HYPERTENSION),
    _visit("demo-county-9", 8, 0, "J06.900", ("D060010", "1", "22.00"), ("DY0005", "1", "12.80")),
    _stay("demo-county-10", 9, 0, "K35.800x001", *MEDICINES, *SURGERY, paid=False),
)  # fmt: skip
TOWNSHIP = (
    _stay("demo-township-1", 0, 17, "J44.900", *MEDICINES),
    _stay("demo-township-2", 1, 14, "I10.x05", ("DY0067", "3", "38.10"), ("DY0076", "1", "18.60")),
    _visit("demo-township-3", 2, 11, "E11.900", ("DY0142", "3", "28.50"), ("D060080", "1", "8.00"),
           care="two_diseases", disease_code="diabetes"),
    _stay("demo-township-4", 3, 10, "J20.900", ("DY0011", "10", "155.00"), referral="down"),
    _visit("demo-township-5", 4, 8, "J06.900", ("DY0005", "1", "12.80")),
    _visit("demo-township-6", 5, 6, "M17.900", ("D120020", "5", "150.00"), ("D150030", "1", "36.00")),
    _stay("demo-township-7", 6, 3, "J18.900", *MEDICINES),
    _visit("demo-township-8", 7, 1, "I10.x05", ("DY0067", "2", "25.40"), **HYPERTENSION),
    _visit("demo-township-9", 8, 0, "K29.500", ("DY0005", "1", "12.80"), ("D060010", "1", "22.00")),
)  # fmt: skip
LAST_MONTH_COUNTY = (
    _stay("demo-county-last-1", 18, 20, "I63.900", *MEDICINES, *PICTURES),
    _visit("demo-county-last-2", 19, 12, "M51.202", ("D070100", "1", "260.00")),
    _stay("demo-county-last-3", 20, 3, "J18.900", *MEDICINES),
)
LAST_MONTH_TOWNSHIP = (
    _stay("demo-township-last-1", 15, 16, "J44.900", *MEDICINES),
    _visit("demo-township-last-2", 16, 9, "J06.900", ("DY0005", "1", "12.80")),
    _visit("demo-township-last-3", 17, 2, "M17.900", ("D120020", "5", "150.00")),
)
"""Settled so many days before the end of the last month that is closed: the close finds them beside the files."""
REFUNDED, CORRECTED = "demo-county-4", "demo-county-6"
RIGHT = _visit("demo-county-6-right", 5, 6, "M51.202", ("D070010", "1", "85.00"))
"""The right bill in the place of the wrong one: an X-ray was charged as a tomography."""
SPECIAL = _visit("demo-county-special", 10, 1, "I25.103", ("DY0076", "3", "55.80"), ("DY0067", "2", "25.40"),
                 care="special_disease", disease_code="coronary_disease")  # fmt: skip
"""A visit for a disease whose approval was given before."""
INJURIES = (
    _stay("demo-injury-1", 11, 4, "S82.202", *SURGERY, injury="（演示）自家院内湿地滑倒，右小腿骨折，无第三方。"),
    _stay("demo-injury-2", 12, 8, "S52.500x001", *PICTURES, injury="（演示）务工途中摔伤右前臂，家属陈述不清。"),
    _stay("demo-injury-3", 13, 11, "S42.000", *PICTURES, injury="（演示）在自家果园从梯上跌落，左锁骨骨折。"),
)  # fmt: skip
"""The first waits for the bureau, the second was sent back with a question, the third was released."""
CLINIC = (
    _visit("demo-clinic-1", 0, 5, "J06.900", ("DY0005", "1", "12.80")),
    _visit("demo-clinic-2", 1, 1, "I10.x05", ("DY0067", "1", "12.70"), **HYPERTENSION),
)  # fmt: skip
"""Accepted without a network: the first was confirmed when it returned, the second waits."""
FROM_OUTSIDE = CounterBill(
    "demo-outside-1", 14, 3, "inpatient", "C34.900x001", (), 9,
    {"referral": "filed", "sums": {"whole": "21480.00", "outside": "1320.00", "over": "0", "first": "1180.00"},
     "treated_at": {"code": "DEMOOUT2", "name": "（演示）省立医院", "level": "province", "place": "province"}},
)  # fmt: skip
"""Brought on paper to the bureau."""
EVERY = (*COUNTY, *TOWNSHIP, *LAST_MONTH_COUNTY, *LAST_MONTH_TOWNSHIP, RIGHT, SPECIAL, *INJURIES, *CLINIC, FROM_OUTSIDE)
