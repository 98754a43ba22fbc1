"""Benefits replayed: every settlement of the period settled again, by the engine that the counter uses.

Bills are settled from the beginning of the benefit year in which the period begins, so that caps and yearly
deductibles meet what was used before; only the bills of the period are compared. A bill that was taken back, and what
took it back, are no bills. A bill that the data itself makes impossible to settle is left out of both runs. A bill that
a policy does not cover (its kind of care, its disease, its group is named no more) is borne by the person whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import ibis
import pyarrow as pa

from yigongti.engines.benefit.public import rules_of
from yigongti.engines.benefit.table import settle_table
from yigongti.facts.public import plain_sql
from yigongti.foundation.errors import Text
from yigongti.foundation.period import Month
from yigongti.foundation.policy import Policy
from yigongti.processes.rehearsal.replaying import FUND, PATIENT, Facts, Payer

NOT_COVERED = ("care_not_covered", "disease_unknown", "group_unknown", "scheme_not_in_force")
_LONGEST_STAY = timedelta(days=366)  # a bill settled in the period may be of a stay that ended long before

PAYERS = (
    Payer("pool_fund", Text("统筹基金", "Pool"), FUND),
    Payer("critical_illness", Text("大病保险", "Critical-illness insurance"), FUND),
    Payer("medical_assistance", Text("医疗救助", "Medical assistance"), FUND),
    Payer("other_funds", Text("其他基金", "Other funds"), FUND),
    Payer("personal_account", Text("个人账户", "Personal account"), PATIENT),
    Payer("cash", Text("个人现金", "Cash"), PATIENT),
)


class Benefits:
    """What insurance pays of each bill."""

    name = "benefits"
    label = Text("待遇支付", "Benefits")
    depends_on = ("parameters/benefit/", "codesets/benefit_groups.csv", "codesets/benefit_diseases.csv")
    payers = PAYERS
    counted = Text("人", "persons")

    def check(self, policy: Policy, facts_first_on: date, facts_last_on: date) -> None:
        """Reads the rules of every scheme at both ends of the period, as the engine will."""
        parameter = policy.parameter("benefit.care_covered")
        for day in {facts_first_on, facts_last_on}:
            if parameter.values[0].from_on <= day:
                for scheme in parameter.value_on(day).content:
                    rules_of(policy, scheme, day)

    def months_read(self, policy: Policy, months: Sequence[Month]) -> tuple[Month, ...]:
        """The period and the months of its benefit year before it."""
        return year_before(policy, months)

    def run(self, facts: Facts, policy: Policy) -> pa.Table:
        settlements = facts.connection.table("settlements")
        first_on = facts.snapshot.months[0].first_day - _LONGEST_STAY
        settled = settle_table(settlements, policy, first_on=first_on, last_on=facts.last_on)
        in_period = settled.filter(settled.month.isin([str(month) for month in facts.months]))
        told = in_period.refused.fill_null("")
        not_covered = told.isin([f"benefit.{code}" for code in NOT_COVERED])
        rows = in_period.filter((told == "") | not_covered)
        rows = rows.mutate(refused_now=rows.refused.notnull())
        amounts = {payer.name: _fen(rows, payer.name) for payer in PAYERS}
        groups = rows.groups.filter(lambda group: (group != "") & (group != "none")).unique().sort().join("+")
        place = ibis.coalesce(rows.treated_at.nullif(""), rows.institution_code)
        answer = rows.select(
            institution_code=rows.institution_code,
            number=rows.settlement_number,
            person=rows.insured_number,
            institution=place,
            level=rows.level,
            department=place + "/" + rows.department_code.fill_null(""),
            disease=rows.diagnosis.fill_null("").left(3),
            group=ibis.coalesce(groups.nullif(""), "none"),
            care=rows.care,
            scheme=rows.insurance_type,
            month=rows.month,
            **amounts,
        )
        answer = answer.order_by(["institution_code", "number"])
        with plain_sql():  # the rules make a long statement: merging its selects costs more than answering it
            found: pa.Table = answer.to_pyarrow()
        return found


def year_before(policy: Policy, months: Sequence[Month]) -> tuple[Month, ...]:
    """The months from the earliest beginning of a benefit year that the first month lies in, to the last month."""
    first = months[0]
    parameter = policy.parameter("benefit.year_starts_on")
    starts = [str(text) for text in parameter.value_on(months[-1].last_day).content.values()]
    begins = []
    for text in starts:
        number = int(text[:2])
        begins.append(Month(first.year if number <= first.number else first.year - 1, number))
    earliest = min([first, *begins])
    count = (months[-1].year - earliest.year) * 12 + months[-1].number - earliest.number + 1
    return tuple(earliest.plus(each) for each in range(count))


def _fen(rows: Any, name: str) -> Any:
    """The amount in fen; of a bill that is not covered the person bears all."""
    paid = (rows[name] * Decimal(100)).cast("int64").fill_null(0)
    alone = (rows.total_cost * Decimal(100)).cast("int64") if name == "cash" else ibis.literal(0, type="int64")
    return ibis.ifelse(rows.refused_now, alone, paid)
