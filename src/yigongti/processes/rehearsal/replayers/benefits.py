"""Benefits replayed: every settlement of the period settled again, by the engine that the counter uses.

Bills are settled from the beginning of the benefit year in which the period begins, so that caps and yearly
deductibles meet what was used before; only the bills of the period are compared. A bill that was taken back, and what
took it back, are no bills. A bill that the data itself makes impossible to settle is left out of both runs. A bill that
a policy does not cover (its kind of care, its disease, its group is named no more) is borne by the person whole.

Under the changed policy only the persons are settled again whom the change can reach (reach.py); all others keep the
rows of the first run.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import ibis
import numpy as np
import pyarrow as pa

from yigongti.engines.benefit.public import rules_of, settle_table
from yigongti.facts.public import plain_sql
from yigongti.foundation.errors import Text
from yigongti.foundation.period import Month
from yigongti.foundation.policy import Policy
from yigongti.processes.rehearsal.replayers.reach import Reach, reach_of
from yigongti.processes.rehearsal.replaying import FUND, PATIENT, Facts, OfTheLake, Payer

NOT_COVERED = ("care_not_covered", "disease_unknown", "group_unknown", "scheme_not_in_force")
_LONGEST_STAY = timedelta(days=366)  # a bill settled in the period may be of a stay that ended long before
_BILLS = "rehearsal_bills"
_SETTLED_FROM = (
    "institution_code", "settlement_number", "reverses", "birth_date", "insurance_type", "groups", "care", "level",
    "place", "referral", "disease_code", "started_on", "ended_on", "settled_on", "total_cost", "outside_catalogue",
    "above_limits", "first_share", "personal_account",
)  # fmt: skip

_TOLD_BY = ("treated_at", "department_code", "diagnosis")

PAYERS = (
    Payer("pool_fund", Text("统筹基金", "Pool"), FUND),
    Payer("critical_illness", Text("大病保险", "Critical-illness insurance"), FUND),
    Payer("medical_assistance", Text("医疗救助", "Medical assistance"), FUND),
    Payer("other_funds", Text("其他基金", "Other funds"), FUND),
    Payer("personal_account", Text("个人账户", "Personal account"), PATIENT),
    Payer("cash", Text("个人现金", "Cash"), PATIENT),
)


class Benefits(OfTheLake):
    """What insurance pays of each bill."""

    name = "benefits"
    label = Text("待遇支付", "Benefits")
    depends_on = ("parameters/benefit/", "codesets/benefit_groups.csv", "codesets/benefit_diseases.csv")
    payers = PAYERS
    counted = Text("人", "persons")
    rows_words = Text("结算笔数", "Bills settled")
    persons_words = Text("人数", "Persons")
    spread_words = Text("个人负担增减的分布", "How much more or less persons bear")
    permission = "benefits.see"

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
        _bring_in(facts)
        rows = _settled(facts, policy, None)
        kept = _attributes(facts)
        place = np.flatnonzero(np.isin(kept["row"].to_numpy(), rows["row"].to_numpy(), assume_unique=True))
        kept = kept.take(pa.array(place))
        return pa.table({**{name: kept[name] for name in kept.column_names}, **{p.name: rows[p.name] for p in PAYERS}})

    def run_changed(self, facts: Facts, base: Policy, changed: Policy, before: pa.Table) -> pa.Table:
        first_on = facts.snapshot.months[0].first_day - _LONGEST_STAY
        reach = reach_of(base, changed, first_on, facts.last_on)
        if not reach:
            return before
        again = _settled(facts, changed, reach)
        # whose bills were settled again stand among the rows of the first run: both are in the order of `row`
        place = np.searchsorted(before["row"].to_numpy(), again["row"].to_numpy())
        after = before
        for payer in PAYERS:
            amounts = before[payer.name].to_numpy().copy()
            amounts[place] = again[payer.name].to_numpy()
            column = after.schema.get_field_index(payer.name)
            after = after.set_column(column, payer.name, pa.array(amounts, pa.int64()))
        return after


def year_before(policy: Policy, months: Sequence[Month]) -> tuple[Month, ...]:
    """The months from the earliest beginning of a benefit year that the first month lies in, to the last month."""
    first = months[0]
    parameter = policy.parameter("benefit.year_starts_on")
    numbers = [int(str(text)[:2]) for text in parameter.value_on(months[-1].last_day).content.values()]
    begins = [Month(first.year if number <= first.number else first.year - 1, number) for number in numbers]
    earliest = min([first, *begins])
    count = (months[-1].year - earliest.year) * 12 + months[-1].number - earliest.number + 1
    return tuple(earliest.plus(each) for each in range(count))


def _bring_in(facts: Facts) -> None:
    """The bills once in memory, each with its number in key order and its person as a number: settling compares these
    millions of times. Raises nothing when they are there already."""
    if _BILLS in facts.connection.list_tables():
        return
    bills = facts.connection.table("settlements").select(*_SETTLED_FROM, *_TOLD_BY, "insured_number", "month")
    numbered = bills.mutate(
        row=ibis.row_number().over(order_by=["institution_code", "settlement_number", "month"]),
        person=ibis.dense_rank().over(order_by="insured_number"),
        in_period=bills.month.isin([str(month) for month in facts.months]),
    )
    with plain_sql():
        facts.connection.create_table(_BILLS, numbered.drop("insured_number").order_by("row"), temp=True)


def _settled(facts: Facts, policy: Policy, reach: Iterable[Reach] | None) -> pa.Table:
    """`row` and each payer in fen, in the order of `row`; of the persons that are reached (None: of all)."""
    bills = facts.connection.table(_BILLS)
    if reach is not None:
        met = bills.filter(_any([_meets(bills, each) for each in reach])).select("person").distinct()
        bills = bills.semi_join(met, "person")
    given = bills.select(*_SETTLED_FROM, "row", "in_period", insured_number=bills.person)
    first_on = facts.snapshot.months[0].first_day - _LONGEST_STAY
    settled = settle_table(given, policy, first_on=first_on, last_on=facts.last_on)
    told = settled.refused.fill_null("")
    borne_alone = told.isin([f"benefit.{code}" for code in NOT_COVERED])
    rows = settled.filter(settled.in_period & ((told == "") | borne_alone))
    amounts = {payer.name: _fen(rows, payer.name) for payer in PAYERS}
    answer = rows.select("row", **amounts)
    with plain_sql():  # the rules make a long statement: merging its selects costs more than answering it
        found: pa.Table = answer.to_pyarrow().combine_chunks()
    return found.take(pa.array(np.argsort(found["row"].to_numpy())))


def _meets(bills: Any, reach: Reach) -> Any:
    tests = [bills.insurance_type == reach.scheme]
    tests += [bills.care.isin(sorted(reach.cares))] if reach.cares is not None else []
    tests += [bills.level.isin(sorted(reach.levels))] if reach.levels is not None else []
    if reach.groups is not None:
        tests.append(_any([bills.groups.contains(group) for group in sorted(reach.groups)]))
    met = tests[0]
    for test in tests[1:]:
        met = met & test
    return met.fill_null(False)


def _any(tests: Sequence[Any]) -> Any:
    met = tests[0]
    for test in tests[1:]:
        met = met | test
    return met


def _fen(rows: Any, name: str) -> Any:
    """The amount in fen; of a bill that is not covered the person bears all."""
    refused = rows.refused.notnull()
    paid = (rows[name] * Decimal(100)).cast("int64").fill_null(0)
    alone = (rows.total_cost * Decimal(100)).cast("int64") if name == "cash" else ibis.literal(0, type="int64")
    return ibis.ifelse(refused, alone, paid)


def _attributes(facts: Facts) -> pa.Table:
    """What the bills of the period are told apart by, in the order of `row`."""
    bills = facts.connection.table(_BILLS)
    bills = bills.filter(bills.in_period)
    groups = bills.groups.filter(lambda group: (group != "") & (group != "none")).unique().sort().join("+")
    place = ibis.coalesce(bills.treated_at.nullif(""), bills.institution_code)
    answer = bills.select(
        "row",
        institution_code=bills.institution_code,
        number=bills.settlement_number,
        person=bills.person,
        institution=place,
        level=bills.level,
        department=place + "/" + bills.department_code.fill_null(""),
        disease=bills.diagnosis.fill_null("").left(3),
        group=ibis.coalesce(groups.nullif(""), "none"),
        care=bills.care,
        scheme=bills.insurance_type,
        month=bills.month,
    )
    with plain_sql():
        found: pa.Table = answer.to_pyarrow().combine_chunks()
    order = np.argsort(found["row"].to_numpy(), kind="stable")
    return found if np.array_equal(order, np.arange(len(order))) else found.take(pa.array(order))
