"""What the checks look at: bills with their lines, the bills of a person, an institution's month.

Columns of the tables that `table.py` reads are named as these fields. Lines and stock moves are the fact tables of
foundation/schemas; a *bill* is what a stay or a visit has in common, made from discharges, visits and settlement
lists by `bills.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from yigongti.foundation.errors import Text


class CareSetting(StrEnum):
    """Where the service was given (就医方式)."""

    OUTPATIENT = "1"
    INPATIENT = "2"
    EMERGENCY = "3"
    PHARMACY = "4"
    INTERNET = "5"


SETTING_WORDS: dict[str, Text] = {
    CareSetting.OUTPATIENT: Text("门诊", "outpatient"),
    CareSetting.INPATIENT: Text("住院", "inpatient"),
    CareSetting.EMERGENCY: Text("急诊", "emergency"),
    CareSetting.PHARMACY: Text("药店", "pharmacy"),
    CareSetting.INTERNET: Text("互联网", "online"),
}

SEX_WORDS: dict[str, Text] = {"1": Text("男", "male"), "2": Text("女", "female")}

LEVELS: dict[str, int] = {"village": 1, "township": 2, "county": 3, "city": 4, "province": 5}
"""Levels of institutions in their order. In the national knowledge 一级 is township, 二级 county, 三级 city."""

LEVEL_WORDS: dict[str, Text] = {
    "village": Text("村级", "village"),
    "township": Text("乡镇级", "township"),
    "county": Text("县级", "county"),
    "city": Text("市级", "city"),
    "province": Text("省级", "province"),
}

INSURANCE_WORDS: dict[str, Text] = {
    "310": Text("职工医保", "employees' insurance"),
    "390": Text("居民医保", "residents' insurance"),
    "410": Text("工伤保险", "work injury insurance"),
    "510": Text("生育保险", "maternity insurance"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One charged item.

    amount, fund_amount in yuan; daily_dose in the unit of the knowledge (mg unless it says other). care_setting: where
    the item was given, "" when the line does not tell: then it is the bill's.
    """

    line_number: int
    item_code: str
    charged_on: date
    amount: Decimal
    quantity: Decimal = Decimal(1)
    unit_price: Decimal | None = None
    item_name: str = ""
    fee_item: str = ""
    department_code: str = ""
    physician: str = ""
    insurance_class: str = ""
    care_setting: str = ""
    prescription_number: str = ""
    operation_number: str = ""
    days_supply: int | None = None
    daily_dose: Decimal | None = None
    fund_amount: Decimal | None = None

    @property
    def claimed(self) -> Decimal:
        """What the fund is asked to bear for the line; the whole amount where the file does not tell."""
        return self.amount if self.fund_amount is None else self.fund_amount


@dataclass(frozen=True, slots=True)
class Bill:
    """A stay or a visit with its lines in order.

    person: a stable key of the patient that tells nothing (a keyed hash), "" when unknown. sex: 1 male, 2 female, ""
    unknown. insurance_type: 310, 390, "410" work injury, "510" maternity, "" none. diagnoses, procedures: insurance
    edition, the principal first. died_on: the day on which the person died, whether or not in this stay.
    ended_on of a visit is its day. group: the DRG, where the month was grouped.
    """

    institution_code: str
    case_id: str
    care_setting: str
    started_on: date
    ended_on: date
    institution_level: str = ""
    institution_kind: str = ""
    community: str = ""
    insurance_type: str = ""
    person: str = ""
    sex: str = ""
    birth_date: date | None = None
    died_on: date | None = None
    diagnoses: tuple[str, ...] = ()
    procedures: tuple[str, ...] = ()
    department_code: str = ""
    admission_route: str = ""
    disposition: str = ""
    readmission_planned: bool = False
    group: str = ""
    total_cost: Decimal = Decimal(0)
    lines: tuple[Line, ...] = field(default=(), repr=False)

    @property
    def stay_days(self) -> int:
        """Days in hospital as charged: the day of discharge is not counted, at least one."""
        return max(1, (self.ended_on - self.started_on).days)


@dataclass(frozen=True, slots=True)
class StockMove:
    """Goods in or out of an institution's stores. kind: opening, purchase, sale, return, loss, closing."""

    institution_code: str
    item_code: str
    moved_on: date
    kind: str
    quantity: Decimal
    unit_price: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What a reference implementation is given: every bill in question (of one patient, or of all institutions of a
    month, as the handler's `looks_at` says) and the stock moves of those institutions."""

    bills: tuple[Bill, ...]
    stock_moves: tuple[StockMove, ...] = ()
