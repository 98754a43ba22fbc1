"""The settlements of the county, month after month: what was paid for every insured bill, submitted by hospitals for
themselves, by township hospitals for the clinics below them too, and by the insurance bureau for bills from outside."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa

from yigongti.demo.county.agreement import Agreement, groups_of
from yigongti.demo.county.insured_bills import BillMaker, InsuredBill
from yigongti.demo.county.outside_bills import OutsideBills
from yigongti.demo.county.plan import CountyPlan
from yigongti.demo.county.settlement_faults import Amounts, SettlementFaults
from yigongti.demo.county.streams import case_stream
from yigongti.demo.county.submission_files import write_table
from yigongti.engines.benefit.public import Rules, Settlement
from yigongti.facts.public import rows_schema
from yigongti.foundation.period import Month
from yigongti.foundation.policy import Policy
from yigongti.foundation.schemas.settlements import SETTLEMENTS

PAID = (
    "total_cost", "outside_catalogue", "above_limits", "first_share", "deductible", "pool_fund", "critical_illness",
    "medical_assistance", "other_funds", "personal_account", "cash",
)  # fmt: skip
REVERSED = 1 / 700
"""How often a bill of the county is settled with a wrong total first, and put right on the same day."""


@dataclass(frozen=True, slots=True)
class Paid:
    """What was paid in the end for one bill, and under which number."""

    number: str
    amounts: Amounts


class SettledMonths:
    """Settles month after month, in order; earlier months may have no other facts."""

    def __init__(self, plan: CountyPlan, policy: Policy, maker: BillMaker, folder: Path) -> None:
        self.plan, self.maker, self.folder = plan, maker, folder
        self.agreement = Agreement(policy, maker.residents)
        self.outside = OutsideBills(maker, plan.first_settlement_month)
        self.faults = SettlementFaults(plan.planted)
        self.settlements = 0

    def write_drawn(self, month: Month) -> None:
        """A month that has no other facts."""
        self.write(month, self.maker.drawn(month))

    def write(self, month: Month, bills: Iterable[InsuredBill]) -> dict[tuple[str, int], Paid]:
        """Settle the county's own bills of the month and those that come from outside, and write the files.

        What was paid in the end is answered by origin, for bills whose lines are submitted as well."""
        draw = case_stream(self.plan.seed, "settled", month)
        self.agreement.forget_before(month.year - 1)
        waiting = sorted([*bills, *self.outside.settled_in(month)], key=lambda b: (b.settled_on, b.submitter.number))
        rows: dict[str, list[dict[str, object]]] = defaultdict(list)
        paid: dict[tuple[str, int], Paid] = {}
        numbers: dict[tuple[object, int], int] = defaultdict(int)
        for bill in waiting:
            rules = self.agreement.rules(bill)
            settled = self.agreement.settle(bill, rules)
            day = (bill.settled_on, bill.submitter.number)

            def number(day: tuple[object, int] = day, bill: InsuredBill = bill) -> str:
                numbers[day] += 1
                return f"S{bill.settled_on:%y%m%d}{bill.submitter.number:04d}{numbers[day]:05d}"

            amounts = amounts_of(settled)
            own = rows[bill.submitter.code]
            if self.plan.planted and draw.random() < REVERSED:
                own += self._put_right(bill, rules, number)
                last = number()
            else:
                last = number()
                amounts = self.faults.plant(draw, bill, settled, rules, amounts, last)
            own.append(self._row(bill, last, amounts))
            self.agreement.count(bill, settled, rules)
            if bill.origin[0]:
                paid[bill.origin] = Paid(last, amounts)
        for code, own in sorted(rows.items()):
            table = pa.Table.from_pylist(own, schema=rows_schema(SETTLEMENTS))
            file = self.folder / str(month) / code / SETTLEMENTS.name
            write_table(file, SETTLEMENTS, table, self.plan.layout, self.plan.file_format)
            self.settlements += len(own)
        return paid

    def _put_right(self, bill: InsuredBill, rules: Rules, number: Callable[[], str]) -> Iterator[dict[str, object]]:
        """The settlement with the wrong total (some of class A charged twice), and the row that takes it back."""
        a, b, outside = bill.classes
        wrong = self.agreement.settle(replace(bill, classes=(a + max(100, a // 4), b, outside)), rules)
        first = number()
        amounts = amounts_of(wrong)
        yield self._row(bill, first, amounts)
        taken = {name: -yuan for name, yuan in amounts.items()}
        yield self._row(bill, number(), taken) | {"reverses": first}

    def _row(self, bill: InsuredBill, number: str, amounts: Amounts) -> dict[str, object]:
        people, at = self.maker.residents, bill.resident
        given: dict[str, object] = {
            "institution_code": bill.submitter.code,
            "settlement_number": number,
            "case_id": bill.case_id,
            "reverses": None,
            "insured_number": people.insured_number(at),
            "birth_date": people.birth_date(at),
            "sex": str(int(people.sex[at])),
            "insurance_type": self.agreement.scheme(bill),
            "groups": groups_of(people, at),
            "care": bill.care,
            "treated_at": bill.treated_at,
            "level": bill.level,
            "place": bill.place,
            "referral": bill.referral,
            "disease_code": bill.disease or None,
            "diagnosis": bill.diagnosis,
            "department_code": bill.department or None,
            "started_on": bill.started_on,
            "ended_on": bill.ended_on,
            "settled_on": bill.settled_on,
        }
        return given | amounts


def amounts_of(settled: Settlement) -> Amounts:
    """The amounts of a settlement by the names of the fact table."""
    return {"total_cost": settled.total} | {name: getattr(settled, name) for name in PAID[1:]}
