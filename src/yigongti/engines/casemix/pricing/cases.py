"""A grouped case as pricing reads it, the categories of pay, and a priced case."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from yigongti.foundation.errors import Text
from yigongti.foundation.trace import Trace


class Category(StrEnum):
    """How a case is paid. Exactly one holds; they are asked in this order (docs/algorithms/casemix-payment.md §2)."""

    NO_COST = "no_cost"
    NO_RATE = "no_rate"
    NEGOTIATED = "negotiated"
    UNGROUPABLE = "ungroupable"
    EXCLUDED_BY_STAY = "excluded_by_stay"
    NO_WEIGHT = "no_weight"
    UNSTABLE_GROUP = "unstable_group"
    LOW_OUTLIER = "low_outlier"
    HIGH_OUTLIER = "high_outlier"
    NORMAL = "normal"


CATEGORY_LABELS: dict[Category, Text] = {
    Category.NO_COST: Text(zh="费用缺失或为负，不能计价", en="cost missing or negative: cannot be priced"),
    Category.NO_RATE: Text(zh="险种或机构级别没有费率", en="no rate for the insurance type or institution level"),
    Category.NEGOTIATED: Text(zh="特例单议", en="single negotiation"),
    Category.UNGROUPABLE: Text(zh="无法入组，按项目", en="ungroupable, by item"),
    Category.EXCLUDED_BY_STAY: Text(zh="住院天数除外，按项目", en="excluded by stay, by item"),
    Category.NO_WEIGHT: Text(zh="病组无权重，按项目", en="group without a weight, by item"),
    Category.UNSTABLE_GROUP: Text(zh="非稳定病组，按项目", en="unstable group, by item"),
    Category.LOW_OUTLIER: Text(zh="低倍率", en="low outlier"),
    Category.HIGH_OUTLIER: Text(zh="高倍率", en="high outlier"),
    Category.NORMAL: Text(zh="正常倍率", en="normal"),
}

BY_GROUP: frozenset[Category] = frozenset({Category.NORMAL, Category.HIGH_OUTLIER, Category.LOW_OUTLIER})
"""The categories in which the group's weight was held against the cost."""

UNGROUPABLE_GROUP = "0000"


@dataclass(frozen=True, slots=True)
class GroupedCase:
    """One grouped case. total_cost and patient_part: yuan (patient_part: all that the patient pays: share, deductible,
    outside the catalogue). negotiated: a single negotiation was approved. None: the front page lacks it."""

    case_id: str
    institution_code: str
    institution_level: str
    insurance_type: str
    drg: str
    total_cost: Decimal | None
    patient_part: Decimal | None = None
    length_of_stay_days: int | None = None
    negotiated: bool = False


@dataclass(frozen=True, slots=True)
class PricedCase:
    """What a case is paid. All amounts in yuan; None where the category gives none.

    standard: weight × rate × coefficient, also where the case is paid by item in the end. payment: what the hospital
    gets in all. fund_payment: payment minus the patient's part. balance: payment minus cost.
    """

    case_id: str
    category: Category
    relative_weight: Decimal | None
    standard: Decimal | None
    payment: Decimal | None
    fund_payment: Decimal | None
    balance: Decimal | None
    trace: Trace
