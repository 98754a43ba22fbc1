"""Counter-indicators (反向指标): what would show that money is saved by giving less care, or care elsewhere.

    stays_outside_county  stays outside the county ÷ all stays
    stays_elsewhere       stays outside the own community ÷ all stays
    referred_up           stays referred up ÷ all stays
    own_pay               what patients paid ÷ total cost of all care
    outside_catalogue     cost outside the catalogue ÷ total cost
    readmitted            stays that began within so many days after a stay for the same disease ÷ stays
    visits_per_person     visits ÷ insured people
    complaints            complaints ÷ insured people (counts are given)
    deaths                discharges that ended in death ÷ discharges

Each is a numerator and a denominator of a community and month, never a ratio of ratios. Read off `attributed`
settlements of the packaged schemes (spending.py). The list is that of standards.zh.md §7.2; docs/algorithms/fund.md §8.
"""

from __future__ import annotations

from collections.abc import Mapping

import ibis
import pyarrow as pa
from ibis.expr.types import Table, Value

from yigongti.engines.fund.spending import STAYS
from yigongti.foundation.schemas.settlements import INSIDE_COUNTY

COLUMNS = ("community_code", "name", "numerator", "denominator")
_FIGURE = "decimal(18, 2)"
_DIED = "5"


def counter_indicators(rows: Table, insured: Table, month: str, complaints: Mapping[str, int], days: int) -> Table:
    """COLUMNS of the month; people whom no community answers for are left out.

    rows: of the month and of those before it, as far as a readmission looks back. insured: of `insured_of`. complaints:
    community → count. days: counted from discharge to admission, the last one included.
    """
    own = rows.filter((rows.month == month) & rows.packaged & (rows.community_code != ""))
    stays = own.filter(own.care.isin(STAYS))
    visits = own.filter(~own.care.isin(STAYS))
    cost = own.total_cost.fill_null(0)
    return ibis.union(
        _share(stays, "stays_outside_county", ~stays.place.isin(INSIDE_COUNTY)),
        _share(stays, "stays_elsewhere", stays.place != "community"),
        _share(stays, "referred_up", stays.referral == "up"),
        _sums(own, "own_pay", own.personal_account + own.cash, cost),
        _sums(own, "outside_catalogue", own.outside_catalogue, cost),
        _readmitted(rows, month, days),
        _for_each_insured("visits_per_person", visits.group_by("community_code").aggregate(n=visits.counted.sum()),
                          insured),
        _for_each_insured("complaints", _given(complaints), insured),
    )  # fmt: skip


def deaths(discharges: Table, month: str, communities: Mapping[str, str]) -> Table:
    """Deaths among the discharges of the communities' own institutions. communities: institution → community code."""
    places = _pairs("place", "community_code", communities)
    own = discharges.filter(discharges.month == month)
    rows = own.inner_join(places, own.institution_code == places.place)
    died = (rows.discharge_disposition == _DIED).fill_null(False)
    return _sums(rows, "deaths", ibis.ifelse(died, 1, 0), ibis.literal(1))


def _readmitted(rows: Table, month: str, days: int) -> Table:
    """Stays that were taken back are no stays; a stay counts once, however many lie before it."""
    stays = rows.filter(rows.packaged & rows.care.isin(STAYS) & (rows.disease != ""))
    taken_back = stays.filter(stays.counted < 0).select(
        institution_code=stays.institution_code, settlement_number=stays.reverses
    )
    held = stays.filter(stays.counted > 0).anti_join(taken_back, ["institution_code", "settlement_number"])
    now = held.filter((held.month == month) & (held.community_code != ""))
    earlier = held.select(
        person=held.insured_number, earlier_disease=held.disease, earlier_end=held.ended_on,
        earlier_number=held.settlement_number, earlier_place=held.institution_code,
    )  # fmt: skip
    gap = now.started_on.delta(earlier.earlier_end, unit="day")
    pairs = now.join(
        earlier,
        [
            now.insured_number == earlier.person,
            now.disease == earlier.earlier_disease,
            gap >= 0,
            gap <= days,
            (now.settlement_number != earlier.earlier_number) | (now.institution_code != earlier.earlier_place),
        ],
    )
    back = pairs.select("institution_code", "settlement_number").distinct().mutate(came_back=ibis.literal(1))
    both = now.left_join(back, ["institution_code", "settlement_number"])
    return _sums(both, "readmitted", both.came_back.fill_null(0), ibis.literal(1))


def _for_each_insured(name: str, counts: Table, insured: Table) -> Table:
    """counts: community_code and n. A community with insured people and no count has 0."""
    people = insured.filter(insured.community_code != "")
    people = people.group_by("community_code").aggregate(people=people.people.sum())
    both = people.left_join(counts, "community_code")
    return both.select(
        "community_code", name=ibis.literal(name), numerator=both.n.fill_null(0).cast(_FIGURE),
        denominator=both.people.cast(_FIGURE),
    )  # fmt: skip


def _given(counts: Mapping[str, int]) -> Table:
    found = _pairs("community_code", "n", {code: str(count) for code, count in counts.items()})
    return found.mutate(n=found.n.cast("int64"))


def _pairs(left: str, right: str, pairs: Mapping[str, str]) -> Table:
    keys = sorted(pairs)
    values = pa.array([pairs[key] for key in keys], pa.string())
    return ibis.memtable(pa.table({left: pa.array(keys, pa.string()), right: values}))


def _share(rows: Table, name: str, met: Value) -> Table:
    return _sums(rows, name, ibis.ifelse(met.fill_null(False), rows.counted, 0), rows.counted)


def _sums(rows: Table, name: str, above: Value, below: Value) -> Table:
    told = rows.mutate(above=above, below=below)
    found = told.group_by("community_code").aggregate(
        numerator=told.above.sum().cast(_FIGURE), denominator=told.below.sum().cast(_FIGURE)
    )
    return found.mutate(name=ibis.literal(name)).select(*COLUMNS)
