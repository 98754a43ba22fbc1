"""The steps of `reference.py` over a year of bills: deductible, pool, critical illness, assistance.

Every step takes the rows with whole numbers for their amounts and joins the terms that it needs; rows that are not
settled (`counts` false) go along and add nothing to what others have used.
"""

from __future__ import annotations

from functools import reduce

import ibis
from ibis.expr.types import Table, Value

from yigongti.engines.benefit.column_sums import (
    band_parts,
    before,
    clipped,
    divided,
    earlier,
    nth,
    products,
)
from yigongti.engines.benefit.terms_table import TEN_THOUSAND, Terms

_DAYS = 1_000_000
_PERSON = ("insured_number", "year")


def with_terms(table: Table, terms: Table, key: str, names: list[str]) -> Table:
    """The rows with some columns of a table of terms, found by its number."""
    return table.left_join(terms.select(key, *names), key).drop(f"{key}_right")


def deductibles(table: Table, terms: Terms) -> Table:
    """deductible: of a stay with its factors and what a referral sets off, or what is left of a yearly one."""
    stays = _of_stays(table.filter(table.bears), terms)
    others = _of_years(table.filter(~table.bears), terms)
    return ibis.union(stays, others.select(stays.columns))


def _of_stays(table: Table, terms: Terms) -> Table:
    kept = table.columns
    table = with_terms(
        table,
        terms.circumstances,
        "circumstance",
        ["level_deductible", "down_free", "up_difference", "referred_on", "gap_days"],
    )
    repeats = [f"repeat_{number}" for number in range(terms.spans.repeats)]
    table = with_terms(table, terms.groups, "group_terms", ["group_factor", *repeats])
    code = ibis.ifelse(table.counts, table.seq * _DAYS + table.ended_day, ibis.null("int64"))
    table = table.mutate(last_stay=code.max().over(before(*_PERSON)))
    gap = table.started_day - table.last_stay % _DAYS
    continues = (table.referred_on & gap.between(0, table.gap_days)).fill_null(False)
    table = table.mutate(continues=continues)
    new = (table.counts & ~table.continues).cast("int64")
    admission = (table.counts & ~table.continues & ~table.down_free & (table.total > 0)).cast("int64")
    table = table.mutate(admissions=earlier(admission, *_PERSON), chain=earlier(new, *_PERSON) + new)
    index = ibis.greatest(table.admissions - ibis.ifelse(table.continues, 1, 0), 0)
    repeat = nth(table, "repeat", index, terms.spans.repeats)
    standard = divided(table.level_deductible * repeat * table.group_factor, TEN_THOUSAND**2)
    table = table.mutate(standard=ibis.ifelse(table.down_free, 0, standard))
    of_stay = ibis.ifelse(table.counts, table.standard, 0)
    set_off = of_stay.max().over(before(*_PERSON, "chain")).fill_null(0)
    table = table.mutate(set_off=ibis.ifelse(table.continues, set_off, 0))
    due = ibis.ifelse(table.up_difference, ibis.greatest(table.standard - table.set_off, 0), table.standard)
    table = table.mutate(deductible_fen=ibis.least(due, table.in_policy))
    return table.select(*kept, "deductible_fen")


def _of_years(table: Table, terms: Terms) -> Table:
    kept = table.columns
    table = with_terms(table, terms.diseases, "disease_terms", ["own_deductible"])
    table = table.mutate(own_before=earlier(table.in_policy, *_PERSON, "disease_terms"))
    left = table.own_deductible - ibis.least(table.own_deductible, table.own_before)
    table = table.mutate(deductible_fen=ibis.least(left, table.in_policy))
    return table.select(*kept, "deductible_fen")


def pool(table: Table, terms: Terms) -> Table:
    """by_own: the base by its bands and ratios, within what is left of the cap of its kind or disease."""
    kept = table.columns
    spans = terms.spans
    edges = [f"edge_{number}" for number in range(spans.bands - 1)]
    ratios = [f"ratio_{number}" for number in range(spans.bands)]
    table = with_terms(table, terms.circumstances, "circumstance", ["adjusted", "reduction", "floor", *edges, *ratios])
    table = with_terms(table, terms.diseases, "disease_terms", ["disease_ratio", "ceiling", "own_cap"])
    table = with_terms(table, terms.groups, "group_terms", ["points"])
    points = ibis.ifelse(table.adjusted, table.points, 0)
    counted = ibis.least(table.in_policy - table.deductible_fen, table.ceiling)
    plain = [table[name] for name in ratios]
    plain[0] = table.disease_ratio.fill_null(plain[0])
    paid = [_adjusted(ratio, points, table.reduction, table.floor) for ratio in plain]
    parts = band_parts(counted, [table[name] for name in edges])
    table = table.mutate(by_ratio=divided(products(parts, paid), TEN_THOUSAND))
    amount = ibis.ifelse(table.counts, table.by_ratio, 0)
    table = table.mutate(own_paid=earlier(amount, *_PERSON, "disease_terms"))
    table = table.mutate(by_own=clipped(table.own_paid, table.by_ratio, table.own_cap))
    return table.select(*kept, "by_own")


def _adjusted(ratio: Value, points: Value, reduction: Value, floor: Value) -> Value:
    raised = ratio + points
    lowered = ibis.greatest(raised - reduction, ibis.least(raised, floor))
    return ibis.least(ibis.ifelse(reduction > 0, lowered, raised), TEN_THOUSAND)


FURTHER = ("pool", "burden", "critical", "assisted")


def further(table: Table, terms: Terms) -> Table:
    """What comes after the pool's ratio: yearly cap, critical illness, assistance; for most visits nothing.

    burden: what is left in policy. assisted: assistance and additional assistance together.
    """
    small = table.filter(~table.goes_further)
    nothing = ibis.literal(0, type="int64")
    plain = {"pool": small.by_own, "burden": small.in_policy - small.by_own, "critical": nothing, "assisted": nothing}
    small = small.mutate(**plain)
    large = table.filter(table.goes_further)
    steps = (_yearly_cap, _critical, _assistance)
    large = reduce(lambda rows, step: step(rows, terms), steps, large).select(small.columns)
    return ibis.union(small, large)


def _yearly_cap(table: Table, terms: Terms) -> Table:
    table = with_terms(table, terms.circumstances, "circumstance", ["in_year_cap", "year_cap", "first_share_counts"])
    amount = ibis.ifelse(table.counts & table.in_year_cap, table.by_own, 0).fill_null(0)
    table = table.mutate(year_paid=earlier(amount, *_PERSON))
    table = table.mutate(pool=clipped(table.year_paid, table.by_own, table.year_cap))
    burden = table.in_policy - table.pool + ibis.ifelse(table.first_share_counts, table.first, 0)
    table = table.mutate(burden=ibis.ifelse(table.counts, burden, 0))
    return table.drop("in_year_cap", "year_cap", "first_share_counts", "year_paid")


def _critical(table: Table, terms: Terms) -> Table:
    """critical: what the year's burden comes to with this bill, less what it came to before."""
    kept = table.columns
    bands = terms.spans.critical_bands
    names = [f"critical_edge_{number}" for number in range(bands - 1)]
    names += [f"critical_ratio_{number}" for number in range(bands)]
    table = with_terms(table, terms.circumstances, "circumstance", ["critical_counts"])
    table = with_terms(table, terms.groups, "group_terms", ["critical_due", "critical_cap", *names])
    table = table.mutate(counted=ibis.ifelse(table.critical_counts, table.burden, 0).fill_null(0))
    table = table.mutate(burden_before=earlier(table.counted, *_PERSON))
    with_bill = _critical_of(table, table.burden_before + table.counted, bands)
    table = table.mutate(critical=with_bill - _critical_of(table, table.burden_before, bands))
    return table.select(*kept, "critical")


def _critical_of(table: Table, burden: Value, bands: int) -> Value:
    above = ibis.greatest(burden - table.critical_due, 0)
    parts = band_parts(above, [table[f"critical_edge_{number}"] for number in range(bands - 1)])
    ratios = [table[f"critical_ratio_{number}"] for number in range(bands)]
    return ibis.least(divided(products(parts, ratios), TEN_THOUSAND), table.critical_cap)


def _assistance(table: Table, terms: Terms) -> Table:
    """The same differences over what counted for assistance, and (additional assistance) over what it left."""
    kept = table.columns
    names = [f"{kind}_{what}" for kind in ("assistance", "tilt") for what in ("ratio", "deductible", "limit")]
    table = with_terms(table, terms.circumstances, "circumstance", ["assistance_counts"])
    table = with_terms(table, terms.groups, "group_terms", names)
    counted = ibis.ifelse(table.assistance_counts, table.burden - table.critical, 0).fill_null(0)
    table = table.mutate(counted=counted)
    table = table.mutate(counted_before=earlier(table.counted, *_PERSON))
    table = table.mutate(first_assisted=_increase(table, "assistance", table.counted_before, table.counted))
    table = table.mutate(left_now=(table.counted - table.first_assisted).fill_null(0))
    table = table.mutate(left_before=earlier(table.left_now, *_PERSON))
    tilted = _increase(table, "tilt", table.left_before, table.left_now)
    return table.mutate(assisted=table.first_assisted + tilted).select(*kept, "assisted")


def _increase(table: Table, name: str, so_far: Value, now: Value) -> Value:
    def of(base: Value) -> Value:
        above = ibis.greatest(base - table[f"{name}_deductible"], 0)
        return ibis.least(divided(above * table[f"{name}_ratio"], TEN_THOUSAND), table[f"{name}_limit"])

    return of(so_far + now) - of(so_far)
