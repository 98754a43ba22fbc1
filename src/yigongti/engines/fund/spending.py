"""What the settlements of a month say about the fund, as Ibis expressions: who spent what, where, for what disease.

    rows = attributed(settlements, insured, townships, registered, schemes, chapters)
    spending(rows)             the packaged fund's spending by SPENDING_KEYS
    owed_of_month(rows, "2026-10")   what insurance owes each institution, by payer
    late_bills(rows)           by month of care and month of settlement
    insured_of(insured, …)     insured people by community, township, scheme, age and sex

Reversals are rows with negative amounts: they count −1 and take their money away. A person whom `insured` does not
name stands at community "", so that nothing is lost. Sums only; nothing here leaves as a row about a person.
docs/algorithms/fund.md §8.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import ibis
import pyarrow as pa
from ibis.expr.types import Column, StringValue, Table, Value

from yigongti.foundation.schemas.settlements import INSIDE_COUNTY

INSURED_COLUMNS = ("insured_number", "institution_code", "community_code", "birth_date", "sex", "insurance_type")
UNKNOWN = ""
STAYS = ("inpatient", "major_disease")
_PARTS = ("pool_fund", "critical_illness", "medical_assistance", "other_funds", "personal_account", "cash")
SPENDING_KEYS = (
    "community_code", "month", "care", "place", "referral", "township_code", "treated_code", "outside", "chapter",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ChapterOfDiseases:
    """Holds the three-character codes from first to last, both included: "I", from A00 to B99."""

    code: str
    first: str
    last: str


def attributed(
    settlements: Table,
    insured: pa.Table,
    townships: Mapping[str, str],
    registered: Sequence[str],
    schemes: Sequence[str],
    chapters: Sequence[ChapterOfDiseases] = (),
) -> Table:
    """The settlements with community_code, township_code, chapter, disease (three characters), packaged (whether the
    packaged fund bears the scheme), outside (of the county or of its institutions), treated_code, occurred (month of
    care) and counted (1, or −1 for a reversal).

    insured: INSURED_COLUMNS (a person listed twice counts at the first institution). townships: institution code → code
    of the township hospital it belongs to. registered: institutions of the county. schemes: packaged insurance types.
    """
    people = ibis.memtable(insured.select(["insured_number", "institution_code", "community_code"]))
    first = people.order_by(["institution_code", "community_code"])
    first = first.group_by("insured_number").aggregate(
        home=people.institution_code.min(), community_code=people.community_code.argmin(people.institution_code)
    )
    places = ibis.memtable(
        pa.table(
            {
                "home": pa.array(sorted(townships), pa.string()),
                "township": pa.array([townships[code] for code in sorted(townships)], pa.string()),
            }
        )
    )
    rows = settlements.left_join(first, "insured_number").drop("insured_number_right")
    rows = rows.left_join(places, "home").drop("home_right")
    treated = ibis.coalesce(rows.treated_at, rows.institution_code)
    inside = rows.place.isin(INSIDE_COUNTY) & treated.isin(list(registered))
    money = {name: rows[name].fill_null(0).cast("decimal(18, 2)") for name in (*_PARTS, "outside_catalogue")}
    return rows.mutate(
        **money,
        community_code=rows.community_code.fill_null(""),
        township_code=rows.township.fill_null(""),
        packaged=rows.insurance_type.isin(list(schemes)),
        outside=~inside,
        treated_code=treated,
        counted=ibis.ifelse(rows.reverses.fill_null("") == "", 1, -1),
        occurred=rows.ended_on.strftime("%Y-%m"),
        disease=rows.diagnosis.fill_null("").upper().substr(0, 3),
        chapter=_chapter(rows.diagnosis.fill_null("").upper().substr(0, 3), chapters),
    )


def _chapter(code: StringValue, chapters: Sequence[ChapterOfDiseases]) -> Value:
    branches = [((code >= each.first) & (code <= each.last), ibis.literal(each.code)) for each in chapters]
    return ibis.cases(*branches, else_=UNKNOWN) if branches else ibis.literal(UNKNOWN)


def spending(rows: Table) -> Table:
    """The packaged fund's spending of all months that were read, by SPENDING_KEYS."""
    own = rows.filter(rows.packaged)
    other = own.critical_illness + own.medical_assistance + own.other_funds
    return own.group_by(list(SPENDING_KEYS)).aggregate(
        cases=_whole(own.counted.sum()),
        people=_whole(own.insured_number.nunique(where=own.counted > 0)),
        total_cost=_yuan(own.total_cost.fill_null(0)),
        outside_catalogue=_yuan(own.outside_catalogue),
        pool=_yuan(own.pool_fund),
        other_insurance=_yuan(other),
        patient=_yuan(own.personal_account + own.cash),
    )


def owed_of_month(rows: Table, month: str) -> Table:
    """What insurance owes each institution that settled, for a month's bills of all schemes, by payer; as the books say
    it (docs/adr/0020, 4 and 5). Bills of hospitals outside the county stand apart, with outside = true."""
    return _owed(rows.filter(rows.month == month), ["owed_to", "outside"])


def owed_by_month(rows: Table) -> Table:
    """The same of every month that was read, told apart by `month`."""
    return _owed(rows, ["month", "owed_to", "outside"])


def _owed(rows: Table, keys: list[str]) -> Table:
    own = rows.mutate(owed_to=rows.institution_code, outside=~rows.place.isin(INSIDE_COUNTY))
    return own.group_by(keys).aggregate(
        cases=_whole(own.counted.sum()),
        total_cost=_yuan(own.total_cost.fill_null(0)),
        pool_packaged=_yuan(ibis.ifelse(own.packaged, own.pool_fund, 0)),
        pool_other=_yuan(ibis.ifelse(own.packaged, 0, own.pool_fund)),
        **{name: _yuan(own[name]) for name in _PARTS if name != "pool_fund"},
    )


def late_bills(rows: Table) -> Table:
    """The packaged pool by community, month of care and month of settlement, over all months that were read."""
    own = rows.filter(rows.packaged)
    return own.group_by(["community_code", "occurred", "month"]).aggregate(
        cases=_whole(own.counted.sum()), pool=_yuan(own.pool_fund)
    )


def insured_of(insured: pa.Table, townships: Mapping[str, str], on: date, edges: Sequence[int]) -> Table:
    """Insured people by community, township, scheme, age band (years completed on the day) and sex."""
    people = ibis.memtable(insured)
    places = ibis.memtable(
        pa.table(
            {
                "home": pa.array(sorted(townships), pa.string()),
                "township": pa.array([townships[code] for code in sorted(townships)], pa.string()),
            }
        )
    )
    rows = people.left_join(places, people.institution_code == places.home)
    born, day = rows.birth_date, ibis.literal(on, "date")
    before = (born.month() > day.month()) | ((born.month() == day.month()) & (born.day() > day.day()))
    age = day.year() - born.year() - before.cast("int64")
    bands = [
        (age >= first, ibis.literal(_band(first, later)))
        for first, later in reversed(list(zip(edges, [*edges[1:], None], strict=True)))
    ]
    rows = rows.mutate(
        age_band=ibis.cases(*bands, else_=""),
        township_code=rows.township.fill_null(""),
        community_code=rows.community_code.fill_null(""),
        sex=rows.sex.fill_null(""),
    )
    keys = ["community_code", "township_code", "insurance_type", "age_band", "sex"]
    return rows.group_by(keys).aggregate(people=_whole(rows.insured_number.nunique()))


def _band(first: int, later: int | None) -> str:
    return f"{first}+" if later is None else f"{first}-{later - 1}"


def _yuan(amount: Column) -> Value:
    return amount.sum().fill_null(0).cast("decimal(18, 2)")


def _whole(count: Column) -> Value:
    return count.fill_null(0).cast("int64")
