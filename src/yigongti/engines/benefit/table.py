"""A year of bills settled as Ibis expressions: the same rules as `reference.py`, in whole fen, nothing row by row.

What a person has used of the year is a sum over the bills settled before, so that caps and yearly deductibles are
differences of clipped sums. Read beside docs/algorithms/benefit.md, section "A year of bills".

A pair that was taken back (a row that `reverses` another, and that other) is left out of every sum and not settled
again: `refused` says benefit.taken_back. Whether the person was insured or had an approval is not asked: the rows are
facts that were settled once.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import ibis
from ibis.expr.types import BooleanValue, IntegerValue, Table, Value

from yigongti.engines.benefit.checking import LARGEST_AMOUNT, NEEDS_DISEASE
from yigongti.engines.benefit.rules import NO_GROUP
from yigongti.engines.benefit.terms_table import (
    NEVER,
    TEN_THOUSAND,
    Spans,
    circumstances_table,
    diseases_table,
    groups_table,
    schemes_of,
    spans_of,
)
from yigongti.foundation.policy import Policy

AMOUNTS = (
    "in_policy",
    "deductible",
    "base",
    "pool_fund",
    "critical_illness",
    "medical_assistance",
    "other_funds",
    "personal_account",
    "cash",
)
ANSWERS = (*AMOUNTS, "refused")
_GIVEN = {"total": "total_cost", "outside": "outside_catalogue", "above": "above_limits", "first": "first_share"}
_LARGEST_FEN = int(LARGEST_AMOUNT * 100)
_DAY_ZERO = date(1900, 1, 1)
_DAYS = 1_000_000


def settle_table(settlements: Table, policy: Policy, *, first_on: date, last_on: date) -> Table:
    """The rows of the fact table `settlements` with ANSWERS (decimal(14,2) yuan, null where `refused` says why).

    Counters run by insured number, scheme and benefit year, in the order of `settled_on`, settlement number and
    institution. `personal_account` is what was taken from the account then: never more is taken now. A stay referred
    up or down continues the person's stay before it when it begins within `referral_gap_days` of its end.
    Bills discharged outside the period are refused (benefit.scheme_not_in_force), as where no policy is in force.
    """
    spans = spans_of(policy, schemes_of(policy), first_on, last_on)
    table = _prepared(settlements, spans)
    table = _with_terms(table, spans)
    table = table.mutate(refused=_refusal(table))
    table = table.mutate(counts=table.refused.isnull(), in_policy=_in_policy(table))
    table = table.mutate(
        seq=ibis.row_number().over(_year(table, "settled_on", "settlement_number", "institution_code"))
    )
    table = _deductibles(table, spans)
    table = _pool(table, spans)
    table = _critical(table, spans)
    table = _assistance(table)
    return _answers(table, settlements)


def _prepared(settlements: Table, spans: Spans) -> Table:
    fen = {name: _fen(settlements[column]) for name, column in _GIVEN.items()}
    fen = {name: value if name == "total" else value.fill_null(0) for name, value in fen.items()}
    groups = settlements.groups
    known = [(groups.contains(group)).fill_null(False) for group in spans.groups]
    bits = [flag.cast("int64") * (1 << bit) for bit, flag in enumerate(known)]
    blank = [groups.contains(word).fill_null(False) for word in (NO_GROUP, "")]
    named = _sum([flag.cast("int64") for flag in (*known, *blank)])
    needs_disease = settlements.care.isin([care.value for care in NEEDS_DISEASE])
    table = settlements.mutate(
        span=_span(settlements, spans),
        **fen,
        account=_fen(settlements.personal_account).fill_null(0),
        group_set=_sum(bits),
        group_unknown=groups.unique().length().fill_null(0) > named,
        disease=ibis.ifelse(needs_disease, settlements.disease_code.fill_null(""), ibis.literal("")),
        started_day=_day(settlements.started_on),
        ended_day=_day(settlements.ended_on),
    )
    years = sorted({(rules.insurance_type, rules.year_from) for rules in spans.rules})
    table = table.mutate(year=_choice(table.span, [years.index((r.insurance_type, r.year_from)) for r in spans.rules]))
    return _with_reversals(table)


def _span(settlements: Table, spans: Spans) -> IntegerValue:
    branches = [
        (
            (settlements.insurance_type == rules.insurance_type)
            & settlements.ended_on.between(rules.valid_from, rules.valid_until),
            ibis.literal(number, type="int64"),
        )
        for number, rules in enumerate(spans.rules)
    ]
    return ibis.cases(*branches, else_=ibis.literal(-1, type="int64"))


def _choice(number: Value, values: list[int]) -> IntegerValue:
    branches = [(number == index, ibis.literal(value, type="int64")) for index, value in enumerate(values)]
    return ibis.cases(*branches, else_=ibis.literal(-1, type="int64"))


def _with_reversals(table: Table) -> Table:
    table = table.mutate(takes_back=(table.reverses != "").fill_null(False))
    pairs = table.filter(table.takes_back)
    targets = pairs.select(target_institution=pairs.institution_code, target=pairs.reverses).distinct()
    table = table.left_join(
        targets,
        [table.institution_code == targets.target_institution, table.settlement_number == targets.target],
    )
    table = table.mutate(taken_back=table.target.notnull()).drop("target_institution", "target")
    originals = pairs.select(original_institution=pairs.institution_code, wanted=pairs.reverses).distinct()
    found = table.semi_join(
        originals,
        [table.institution_code == originals.original_institution, table.settlement_number == originals.wanted],
    )
    found = found.select(
        found_institution=found.institution_code, found_number=found.settlement_number, original_takes=found.takes_back
    )
    joined = table.left_join(
        found,
        [table.institution_code == found.found_institution, table.reverses == found.found_number],
    )
    return joined.drop("found_institution").mutate(original_found=joined.found_number.notnull()).drop("found_number")


def _with_terms(table: Table, spans: Spans) -> Table:
    for terms, keys in (
        (circumstances_table(spans), ("span", "care", "level", "place", "referral")),
        (diseases_table(spans), ("span", "care", "disease")),
        (groups_table(spans), ("span", "group_set")),
    ):
        table = table.left_join(terms, list(keys)).drop([f"{key}_right" for key in keys])
    return table


def _refusal(table: Table) -> Value:
    """Why a row is not settled, in the order of `reference.py`; null when it is."""
    parts = (table.outside, table.above, table.first)
    too_large = _any([amount.abs() > _LARGEST_FEN for amount in (table.total, *parts)])
    branches = [
        (table.takes_back & ~table.original_found, "reversal_without_original"),
        (table.takes_back & table.original_takes.fill_null(False), "reversal_of_reversal"),
        (table.takes_back | table.taken_back, "taken_back"),
        (table.span < 0, "scheme_not_in_force"),
        (table.started_on.isnull(), "date_missing"),
        (table.ended_on < table.started_on, "end_before_start"),
        ((table.birth_date > table.started_on).fill_null(False), "birth_after_start"),
        (table.bears.isnull(), "care_not_covered"),
        (table.has_own_terms.isnull(), "disease_unknown"),
        (table.total.isnull(), "amount_not_a_number"),
        (too_large, "amount_too_large"),
        (table.total < 0, "total_negative"),
        (_any([amount < 0 for amount in parts]), "mixed_signs"),
        (table.outside + table.above + table.first > table.total, "parts_exceed_total"),
        (table.account.abs() > _LARGEST_FEN, "amount_too_large"),
        (table.account < 0, "mixed_signs"),
        (table.group_unknown, "group_unknown"),
    ]
    return ibis.cases(*((test, ibis.literal(f"benefit.{code}")) for test, code in branches))


def _in_policy(table: Table) -> Value:
    in_policy = table.total - table.outside - table.above - table.first
    return ibis.ifelse(table.refused.isnull(), in_policy, 0)


def _deductibles(table: Table, spans: Spans) -> Table:
    """deductible: of a stay with its factors and what a referral sets off, or what is left of a yearly one."""
    stay = table.counts & table.bears
    code = ibis.ifelse(stay, table.seq * _DAYS + table.ended_day, ibis.null("int64"))
    table = table.mutate(last_stay=code.max().over(_before(table, "insured_number", "year")))
    gap = table.started_day - table.last_stay % _DAYS
    continues = (table.referred_on & gap.between(0, table.gap_days)).fill_null(False)
    table = table.mutate(stay=table.counts & table.bears, continues=continues)
    new = table.stay & ~table.continues
    admission = new & ~table.down_free & (table.total > 0)
    table = table.mutate(
        admissions=_earlier(table, admission.cast("int64"), "insured_number", "year"),
        chain=_earlier(table, new.cast("int64"), "insured_number", "year") + new.cast("int64"),
        own_before=_earlier(table, table.in_policy, "insured_number", "year", "care", "disease"),
    )
    index = ibis.greatest(table.admissions - ibis.ifelse(table.continues, 1, 0), 0)
    repeat = _nth(table, "repeat", index, spans.repeats)
    standard = _divided(table.level_deductible * repeat * table.group_factor, TEN_THOUSAND**2)
    table = table.mutate(standard=ibis.ifelse(table.down_free, 0, standard))
    of_stay = ibis.ifelse(table.stay, table.standard, 0)
    set_off = of_stay.max().over(_before(table, "insured_number", "year", "chain")).fill_null(0)
    table = table.mutate(set_off=ibis.ifelse(table.continues, set_off, 0))
    of_level = ibis.ifelse(table.up_difference, ibis.greatest(table.standard - table.set_off, 0), table.standard)
    of_year = table.own_deductible - ibis.least(table.own_deductible, table.own_before)
    due = ibis.ifelse(table.bears, of_level, of_year)
    table = table.mutate(deductible_fen=ibis.least(due, table.in_policy))
    return table.mutate(base_fen=table.in_policy - table.deductible_fen)


def _pool(table: Table, spans: Spans) -> Table:
    """pool: the base by its bands and ratios, within what is left of the own cap and of the year's."""
    points = ibis.ifelse(table.adjusted, table.points, 0)
    counted = ibis.least(table.base_fen, table.ceiling)
    ratios = [table[f"ratio_{number}"] for number in range(spans.bands)]
    ratios[0] = table.disease_ratio.fill_null(ratios[0])
    paid = [_adjusted(ratio, points, table.reduction, table.floor) for ratio in ratios]
    parts = _band_parts(counted, [table[f"edge_{number}"] for number in range(spans.bands - 1)])
    table = table.mutate(by_ratio=_divided(_products(parts, paid), TEN_THOUSAND))
    counted_ratio = ibis.ifelse(table.counts & table.has_own_terms, table.by_ratio, 0)
    table = table.mutate(own_paid=_earlier(table, counted_ratio, "insured_number", "year", "care", "disease"))
    table = table.mutate(by_own=_clipped(table.own_paid, table.by_ratio, table.own_cap))
    counted_own = ibis.ifelse(table.counts & table.in_year_cap, table.by_own, 0)
    table = table.mutate(year_paid=_earlier(table, counted_own, "insured_number", "year"))
    return table.mutate(pool=_clipped(table.year_paid, table.by_own, table.year_cap))


def _adjusted(ratio: Value, points: Value, reduction: Value, floor: Value) -> Value:
    raised = ratio + points
    lowered = ibis.greatest(raised - reduction, ibis.least(raised, floor))
    return ibis.least(ibis.ifelse(reduction > 0, lowered, raised), TEN_THOUSAND)


def _critical(table: Table, spans: Spans) -> Table:
    """critical: what the year's burden comes to with this bill, less what it came to before."""
    burden = table.in_policy - table.pool + ibis.ifelse(table.first_share_counts, table.first, 0)
    table = table.mutate(burden=ibis.ifelse(table.counts, burden, 0))
    table = table.mutate(counted_burden=ibis.ifelse(table.critical_counts, table.burden, 0).fill_null(0))
    table = table.mutate(burden_before=_earlier(table, table.counted_burden, "insured_number", "year"))
    before = _critical_of(table, table.burden_before, spans.critical_bands)
    after = _critical_of(table, table.burden_before + table.counted_burden, spans.critical_bands)
    return table.mutate(critical=after - before)


def _critical_of(table: Table, burden: Value, bands: int) -> Value:
    above = ibis.greatest(burden - table.critical_due, 0)
    parts = _band_parts(above, [table[f"critical_edge_{number}"] for number in range(bands - 1)])
    ratios = [table[f"critical_ratio_{number}"] for number in range(bands)]
    return ibis.least(_divided(_products(parts, ratios), TEN_THOUSAND), table.critical_cap)


def _assistance(table: Table) -> Table:
    """assisted and tilted: the same differences over what counted for assistance, and over what it left."""
    table = table.mutate(assistable=ibis.ifelse(table.assistance_counts, table.burden - table.critical, 0).fill_null(0))
    table = table.mutate(assistable_before=_earlier(table, table.assistable, "insured_number", "year"))
    table = table.mutate(assisted=_increase(table, "assistance", table.assistable_before, table.assistable))
    table = table.mutate(left_now=(table.assistable - table.assisted).fill_null(0))
    table = table.mutate(left_before=_earlier(table, table.left_now, "insured_number", "year"))
    return table.mutate(tilted=_increase(table, "tilt", table.left_before, table.left_now))


def _increase(table: Table, name: str, before: Value, now: Value) -> Value:
    def of(base: Value) -> Value:
        above = ibis.greatest(base - table[f"{name}_deductible"], 0)
        return ibis.least(_divided(above * table[f"{name}_ratio"], TEN_THOUSAND), table[f"{name}_limit"])

    return of(before + now) - of(before)


def _answers(table: Table, settlements: Table) -> Table:
    left = table.burden - table.critical - table.assisted - table.tilted
    other = ibis.ifelse(table.other_counts, _divided(left * table.other_ratio, TEN_THOUSAND), 0)
    table = table.mutate(other=other)
    funds = table.pool + table.critical + table.assisted + table.tilted + table.other
    payable = table.total - funds - ibis.ifelse(table.account_pays_outside, 0, table.outside + table.above)
    table = table.mutate(taken=ibis.ifelse(table.account_counts, ibis.least(table.account, payable), 0), funds=funds)
    found = {
        "in_policy": table.in_policy,
        "deductible": table.deductible_fen,
        "base": table.base_fen,
        "pool_fund": table.pool,
        "critical_illness": table.critical,
        "medical_assistance": table.assisted + table.tilted,
        "other_funds": table.other,
        "personal_account": table.taken,
        "cash": table.total - table.funds - table.taken,
    }
    kept = [name for name in settlements.columns if name not in ANSWERS]
    answers = {name: _yuan(ibis.ifelse(table.counts, fen, ibis.null("int64"))) for name, fen in found.items()}
    return table.select(*kept, **answers, refused=table.refused)


def _year(table: Table, *order: str) -> ibis.expr.builders.LegacyWindowBuilder:
    return ibis.window(group_by=["insured_number", "year"], order_by=list(order))


def _before(table: Table, *group_by: str) -> ibis.expr.builders.LegacyWindowBuilder:
    return ibis.window(group_by=list(group_by), order_by="seq", preceding=(None, 1))


def _earlier(table: Table, amount: Value, *group_by: str) -> Value:
    """The sum of the rows settled before, in the year (and the further keys)."""
    return amount.sum().over(_before(table, *group_by)).fill_null(0).cast("int64")


def _clipped(before: Value, amount: Value, cap: Value) -> Value:
    """What of the amount still fits under the cap, when the sum of the amounts before is `before`."""
    return ibis.least(before + amount, cap) - ibis.least(before, cap)


def _band_parts(amount: Value, edges: list[Value]) -> list[Value]:
    lower = [ibis.literal(0, type="int64"), *edges]
    upper: list[Value] = [*edges, ibis.literal(NEVER, type="int64")]
    return [ibis.greatest(ibis.least(amount, up) - low, 0) for low, up in zip(lower, upper, strict=True)]


def _products(parts: list[Value], ratios: list[Value]) -> Value:
    return _sum([part * ratio for part, ratio in zip(parts, ratios, strict=True)])


def _nth(table: Table, name: str, index: Value, length: int) -> Value:
    branches = [(index == number, table[f"{name}_{number}"]) for number in range(length - 1)]
    last = table[f"{name}_{length - 1}"]
    return ibis.cases(*branches, else_=last) if branches else last


def _divided(numerator: Value, denominator: int) -> Value:
    """Whole-number division, half up, exact: what is left after the remainder divides without a rest, and the quotient
    (below 2^50) comes out of floating point whole."""
    doubled = numerator * 2 + denominator
    return ((doubled - doubled % (2 * denominator)) / (2 * denominator)).round().cast("int64")


def _sum(values: list[Value]) -> Value:
    total: Value = ibis.literal(0, type="int64")
    for value in values:
        total = total + value
    return total


def _any(tests: list[BooleanValue]) -> BooleanValue:
    found = tests[0]
    for test in tests[1:]:
        found = found | test
    return found


def _day(day: Value) -> Value:
    return day.delta(ibis.literal(_DAY_ZERO), unit="day").cast("int64")


def _fen(amount: Value) -> Value:
    return (amount.cast("decimal(18,2)") * ibis.literal(100).cast("decimal(18,2)")).cast("int64")


def _yuan(fen: Value) -> Value:
    hundredth = ibis.literal(Decimal("0.01"), type="decimal(18,2)")
    return (fen.cast("decimal(18,2)") * hundredth).cast("decimal(14,2)")
