"""The counter-indicators of a month by community, as numerators and denominators (definitions.py says what each is).

Saving is only good where nobody goes without care: more people sent elsewhere, more paid out of the own pocket, more
who come back within days, more who die would show it. Source of the list: docs of the mechanism (standards.zh.md 7.2).
"""

from __future__ import annotations

from collections.abc import Mapping

import ibis
import pyarrow as pa
from ibis.expr.types import BooleanColumn, Column, Table, Value

from yigongti.systems.fund.spending import INSIDE_COUNTY, STAYS

_FIGURE = "decimal(18, 2)"
DIED = "5"


def shares_of_month(rows: Table, month: str) -> Table:
    """community_code, name, numerator, denominator from the settlements of the packaged schemes."""
    own = rows.filter((rows.month == month) & rows.packaged & (rows.community_code != ""))
    stays = own.filter(own.care.isin(STAYS))
    patient = own.personal_account + own.cash
    cost = own.total_cost.fill_null(0)
    return ibis.union(
        _share(stays, "stays_outside_county", ~stays.place.isin(INSIDE_COUNTY)),
        _share(stays, "stays_elsewhere", stays.place != "community"),
        _share(stays, "referred_up", stays.referral == "up"),
        _sums(own, "own_pay", patient, cost),
        _sums(own, "outside_catalogue", own.outside_catalogue, cost),
    )


def readmissions(rows: Table, month: str, days: int) -> Table:
    """Stays of the month that began within so many days after a stay for the same disease (three characters)."""
    held = rows.filter(
        rows.packaged & rows.care.isin(STAYS) & (rows.reverses.fill_null("") == "") & (rows.disease != "")
    )
    now = held.filter((held.month == month) & (held.community_code != ""))
    earlier = held.select(
        person=held.insured_number, earlier_disease=held.disease, earlier_end=held.ended_on,
        earlier_number=held.settlement_number, earlier_place=held.institution_code,
    )  # fmt: skip
    pairs = now.join(
        earlier,
        [
            now.insured_number == earlier.person,
            now.disease == earlier.earlier_disease,
            earlier.earlier_end <= now.started_on,
            (now.started_on.delta(earlier.earlier_end, unit="day")) <= days,
            (now.settlement_number != earlier.earlier_number) | (now.institution_code != earlier.earlier_place),
        ],
    )
    back = pairs.select("institution_code", "settlement_number").distinct().mutate(came_back=ibis.literal(True))
    both = now.left_join(back, ["institution_code", "settlement_number"])
    return _share(both, "readmitted", both.came_back.fill_null(False), counted=False)


def visits_per_person(rows: Table, insured: Table, month: str) -> Table:
    """Settled visits of the month for each insured person."""
    own = rows.filter((rows.month == month) & rows.packaged & (rows.community_code != "") & ~rows.care.isin(STAYS))
    visits = own.group_by("community_code").aggregate(visits=own.counted.sum())
    people = insured.filter(insured.community_code != "")
    people = people.group_by("community_code").aggregate(people=people.people.sum())
    both = people.left_join(visits, "community_code")
    return both.select(
        "community_code",
        name=ibis.literal("visits_per_person"),
        numerator=both.visits.fill_null(0).cast(_FIGURE),
        denominator=both.people.cast(_FIGURE),
    )


def deaths(discharges: Table, month: str, communities: Mapping[str, str]) -> Table:
    """Deaths among the discharges of the community's own institutions. communities: institution → community code."""
    places = ibis.memtable(
        pa.table(
            {
                "place": pa.array(sorted(communities), pa.string()),
                "community_code": pa.array([communities[code] for code in sorted(communities)], pa.string()),
            }
        )
    )
    own = discharges.filter(discharges.month == month)
    rows = own.inner_join(places, own.institution_code == places.place)
    return _share(rows, "deaths", (rows.discharge_disposition == DIED).fill_null(False), counted=False)


def _share(rows: Table, name: str, met: BooleanColumn, *, counted: bool = True) -> Table:
    count: Value = rows.counted if counted else ibis.literal(1)
    return _sums(rows, name, ibis.ifelse(met.fill_null(False), count, 0), count)


def _sums(rows: Table, name: str, above: Column | Value, below: Column | Value) -> Table:
    rows = rows.mutate(above=above, below=below)
    found = rows.group_by("community_code").aggregate(
        numerator=rows.above.sum().cast(_FIGURE), denominator=rows.below.sum().cast(_FIGURE)
    )
    return found.select("community_code", "numerator", "denominator", name=ibis.literal(name)).select(
        "community_code", "name", "numerator", "denominator"
    )
