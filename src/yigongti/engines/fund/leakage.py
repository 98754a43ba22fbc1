"""Where the packaged fund is spent, and what leaves the community: Ibis expressions over the table `settlements`.

    rows = attribute(settlements, insured, chapters)     whose community answers for the person, and the category
    spending(rows)                                       by month, category, community, township, disease, destination
    leakage(rows, ["township_code"])                     pool spent outside ÷ all pool, by township, disease…

Reversals are rows with negative amounts: they count −1 and take their money away. A person whom `insured` does not
name stands at community "", so that nothing is lost. Sums only, never a row about a person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import ibis
from ibis.expr.types import StringValue, Table, Value

from yigongti.engines.fund.running import INSIDE_COUNTY, Category, category_of

INSURED_COLUMNS = ("insured_number", "institution_code", "community_code", "birth_date", "sex", "insurance_type")
SPENDING_KEYS = ("month", "category", "community_code", "township_code", "disease", "destination")
UNKNOWN = "?"
_CARE = ("inpatient", "outpatient", "two_diseases", "special_disease", "major_disease")
_PLACES = ("community", "county", "prefecture", "province", "country")
_YUAN = "decimal(38, 2)"


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter of diseases: "I", from A00 to B99 (three characters each, both included)."""

    code: str
    first: str
    last: str


def attribute(settlements: Table, insured: Table, chapters: Sequence[Chapter] = ()) -> Table:
    """The settlements with community_code, township_code, category, disease (three characters), chapter, destination
    (where the care was given when outside the community, else ""), month ("2026-10", of settlement) and counted (1, or
    −1 for a reversal). insured: INSURED_COLUMNS; a person who is listed twice counts at the first institution."""
    people = insured.group_by("insured_number").aggregate(
        home=insured.institution_code.min(),
        home_community=insured.community_code.argmin(insured.institution_code),
    )
    rows = settlements.left_join(people, "insured_number").drop("insured_number_right")
    disease = rows.diagnosis.fill_null("").upper().substr(0, 3)
    outside = rows.place != "community"
    treated = ibis.coalesce(rows.treated_at, rows.institution_code, ibis.literal(""))
    return rows.mutate(
        month=rows.settled_on.strftime("%Y-%m"),
        community_code=rows.home_community.fill_null(""),
        township_code=rows.home.fill_null(""),
        category=_category(rows),
        disease=disease,
        chapter=_chapter(disease, chapters),
        destination=ibis.ifelse(outside, treated, ""),
        counted=ibis.ifelse(rows.reverses.fill_null("") == "", 1, -1),
        pool=rows.pool_fund.fill_null(0).cast(_YUAN),
        cost=rows.total_cost.fill_null(0).cast(_YUAN),
        patient=(rows.personal_account.fill_null(0) + rows.cash.fill_null(0)).cast(_YUAN),
    ).drop("home", "home_community")


def spending(rows: Table) -> Table:
    """cases, cost, pool and patient by SPENDING_KEYS, in their order."""
    return (
        rows.group_by(list(SPENDING_KEYS))
        .aggregate(
            cases=rows.counted.sum().cast("int64"),
            cost=rows.cost.sum().cast(_YUAN),
            pool=rows.pool.sum().cast(_YUAN),
            patient=rows.patient.sum().cast(_YUAN),
        )
        .order_by(list(SPENDING_KEYS))
    )


def leakage(rows: Table, by: Sequence[str]) -> Table:
    """By the columns named (township_code, chapter, disease, destination, month…): cases and pool outside the county
    and at the other community, all pool, and share = what left ÷ all pool (None where nothing was spent)."""
    county = ibis.ifelse(rows.place.isin(INSIDE_COUNTY), 0, 1)
    other = ibis.ifelse(rows.place == "county", 1, 0)
    found = rows.group_by(list(by)).aggregate(
        cases_out_of_county=(rows.counted * county).sum().cast("int64"),
        pool_out_of_county=(rows.pool * county).sum().cast(_YUAN),
        cases_other_community=(rows.counted * other).sum().cast("int64"),
        pool_other_community=(rows.pool * other).sum().cast(_YUAN),
        cases=rows.counted.sum().cast("int64"),
        pool=rows.pool.sum().cast(_YUAN),
    )
    left = (found.pool_out_of_county + found.pool_other_community).cast("float64")
    share = ibis.ifelse(found.pool > 0, left / found.pool.cast("float64"), ibis.null("float64"))
    return found.mutate(share=share.round(6)).order_by(list(by))


def _category(rows: Table) -> Value:
    """category_of, word for word, as a table."""
    branches = [
        ((rows.care == care) & (rows.place == place), ibis.literal(category_of(care, place).value))
        for care in _CARE
        for place in _PLACES
    ]
    return ibis.cases(*branches, else_=Category.INSIDE.value)


def _chapter(disease: StringValue, chapters: Sequence[Chapter]) -> Value:
    branches = [((disease >= each.first) & (disease <= each.last), ibis.literal(each.code)) for each in chapters]
    return ibis.cases(*branches, else_=UNKNOWN) if branches else ibis.literal(UNKNOWN)
