"""Counter-indicators (反向指标): what would show that money is saved by giving less care, or care elsewhere.

    stays_elsewhere       stays outside the own community ÷ all stays
    stays_out_of_county   stays outside the county ÷ all stays
    own_pay               what patients paid ÷ total cost of all care
    readmission           stays that began within so many days after a stay with the same principal diagnosis ÷ stays
    visits_per_insured    visits ÷ insured people
    complaints            complaints ÷ insured people (counts are given)

Each is a numerator and a denominator by community and month, never a ratio of ratios. Read off `attribute`d settlements
(leakage.py). The list is that of standards.zh.md §7.2; docs/algorithms/fund.md §8.
"""

from __future__ import annotations

from collections.abc import Mapping

import ibis
import pyarrow as pa
from ibis.expr.types import Table, Value

STAYS = ("inpatient", "major_disease")
KEYS = ("community_code", "month", "name")
_FIGURE = "decimal(38, 2)"


def counter_indicators(rows: Table, insured: Table, complaints: Mapping[tuple[str, str], int], days: int) -> Table:
    """community_code, month, name, numerator, denominator, in this order.

    rows: of one or several months; a readmission looks back as far as they reach. complaints: (community, month) →
    count. days: within which a stay counts as a readmission (31: counted from discharge to admission).
    """
    stays = rows.filter(rows.care.isin(STAYS))
    visits = rows.filter(~rows.care.isin(STAYS))
    tables = [
        _sums(stays, "stays_elsewhere", ibis.ifelse(stays.place != "community", stays.counted, 0), stays.counted),
        _sums(
            stays,
            "stays_out_of_county",
            ibis.ifelse(stays.place.isin(("community", "county")), 0, stays.counted),
            stays.counted,
        ),
        _sums(rows, "own_pay", rows.patient, rows.cost),
        _readmission(stays, days),
        _for_each_insured(_sums(visits, "visits_per_insured", visits.counted, visits.counted), insured),
    ]
    if complaints:
        tables.append(_for_each_insured(_given("complaints", complaints), insured))
    return ibis.union(*tables).order_by(list(KEYS))


def _sums(rows: Table, name: str, above: Value, below: Value) -> Table:
    """Rows of people whom no community answers for are left out."""
    told = rows.mutate(above=above, below=below)
    told = told.filter(told.community_code != "")
    found = told.group_by(["community_code", "month"]).aggregate(
        numerator=told.above.sum().cast(_FIGURE), denominator=told.below.sum().cast(_FIGURE)
    )
    return _in_order(found, name)


def _readmission(stays: Table, days: int) -> Table:
    """Stays that were taken back are no stays; a stay counts once, however many stays lie before it."""
    taken_back = stays.filter(stays.counted < 0).select(
        institution_code=stays.institution_code, settlement_number=stays.reverses
    )
    held = stays.filter(stays.counted > 0).anti_join(taken_back, ["institution_code", "settlement_number"])
    held = held.filter(held.diagnosis.fill_null("") != "")
    earlier = held.select(
        person=held.insured_number,
        earlier_diagnosis=held.diagnosis.upper(),
        earlier_began=held.started_on,
        earlier_ended=held.ended_on,
        earlier_place=held.institution_code,
        earlier_number=held.settlement_number,
    )
    gap = held.started_on.delta(earlier.earlier_ended, unit="day")
    pairs = held.join(
        earlier,
        [
            held.insured_number == earlier.person,
            held.diagnosis.upper() == earlier.earlier_diagnosis,
            (held.institution_code != earlier.earlier_place) | (held.settlement_number != earlier.earlier_number),
            earlier.earlier_began < held.started_on,
            gap >= 0,
            gap <= days,
        ],
    )
    back = pairs.select("institution_code", "settlement_number").distinct().mutate(came_back=ibis.literal(1))
    both = held.left_join(back, ["institution_code", "settlement_number"])
    return _sums(both, "readmission", both.came_back.fill_null(0), ibis.literal(1))


def _given(name: str, counts: Mapping[tuple[str, str], int]) -> Table:
    keys = sorted(counts)
    table = pa.table(
        {
            "community_code": pa.array([community for community, _ in keys], pa.string()),
            "month": pa.array([month for _, month in keys], pa.string()),
            "numerator": pa.array([counts[key] for key in keys], pa.int64()),
        }
    )
    rows = ibis.memtable(table)
    return _in_order(
        rows.mutate(numerator=rows.numerator.cast(_FIGURE), denominator=ibis.literal(0).cast(_FIGURE)), name
    )


def _for_each_insured(found: Table, insured: Table) -> Table:
    people = insured.group_by("community_code").aggregate(people=insured.insured_number.nunique())
    both = found.left_join(people, "community_code").drop("community_code_right")
    return both.mutate(denominator=both.people.fill_null(0).cast(_FIGURE)).select(*KEYS, "numerator", "denominator")


def _in_order(found: Table, name: str) -> Table:
    return found.mutate(name=ibis.literal(name)).select(*KEYS, "numerator", "denominator")
