"""A year of bills settled as Ibis expressions: the same rules as `reference.py`, in whole fen, nothing row by row.

What a person has used of the year is a sum over the bills settled before, so that caps and yearly deductibles are
differences of clipped sums. Read beside docs/algorithms/benefit.md, section "A year of bills".

A pair that was taken back (a row that `reverses` another, and that other) is left out of every sum and not settled
again: `refused` says benefit.taken_back. Whether the person was insured or had an approval is not asked: the rows are
facts that were settled once.
"""

from __future__ import annotations

from datetime import date

import ibis
from ibis.expr.types import IntegerValue, Table, Value

from yigongti.engines.benefit.checking import LARGEST_AMOUNT, NEEDS_DISEASE
from yigongti.engines.benefit.column_sums import any_of, choice, day_number, divided, fen, total, yuan
from yigongti.engines.benefit.rules import NO_GROUP
from yigongti.engines.benefit.table_steps import deductibles, further, pool, with_terms
from yigongti.engines.benefit.terms_table import (
    TEN_THOUSAND,
    Spans,
    Terms,
    schemes_of,
    spans_of,
    terms_of,
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
_GIVEN = {
    "total": "total_cost",
    "outside": "outside_catalogue",
    "above": "above_limits",
    "first": "first_share",
    "account": "personal_account",
}
_LARGEST_FEN = int(LARGEST_AMOUNT * 100)


def settle_table(settlements: Table, policy: Policy, *, first_on: date, last_on: date) -> Table:
    """The rows of the fact table `settlements` with ANSWERS (decimal(14,2) yuan, null where `refused` says why).

    Counters run by insured number, scheme and benefit year, in the order of `settled_on`, settlement number and
    institution. `personal_account` is what was taken from the account then: never more is taken now. A stay referred
    up or down continues the person's stay before it when it begins within `referral_gap_days` of its end.
    Bills discharged outside the period are refused (benefit.scheme_not_in_force), as where no policy is in force.
    """
    terms = terms_of(spans_of(policy, schemes_of(policy), first_on, last_on))
    table = _with_numbers(_with_reversals(settlements), terms)
    table = table.mutate(refused=_refusal(table, settlements))
    table = _narrowed(table, settlements)
    order = ["settled_on", "settlement_number", "institution_code"]
    table = table.mutate(seq=ibis.row_number().over(group_by=["insured_number", "year"], order_by=order))
    table = deductibles(table, terms)
    table = pool(table, terms)
    table = further(table, terms)
    return _answers(table, terms, settlements)


def _with_reversals(settlements: Table) -> Table:
    """takes_back: the row reverses another; original_found, original_takes_back: of that other; taken_back: it is
    reversed itself."""
    table = settlements.mutate(takes_back=(settlements.reverses != "").fill_null(False))
    pairs = table.filter(table.takes_back).select("institution_code", "reverses").distinct()
    targets = pairs.select(taking_institution=pairs.institution_code, taken=pairs.reverses)
    table = table.left_join(
        targets, [table.institution_code == targets.taking_institution, table.settlement_number == targets.taken]
    )
    table = table.mutate(taken_back=table.taken.notnull()).drop("taking_institution", "taken")
    found = table.filter(table.taken_back)
    found = found.select(
        found_institution=found.institution_code,
        found_number=found.settlement_number,
        original_takes_back=found.takes_back,
    ).distinct()
    table = table.left_join(
        found, [table.institution_code == found.found_institution, table.reverses == found.found_number]
    )
    return table.mutate(original_found=table.found_number.notnull()).drop("found_institution", "found_number")


def _with_numbers(table: Table, terms: Terms) -> Table:
    """Amounts in fen, days and years as numbers, and the numbers of the row's terms (null where there are none)."""
    amounts = {name: fen(table[column]) for name, column in _GIVEN.items()}
    amounts = {name: value if name == "total" else value.fill_null(0) for name, value in amounts.items()}
    needs_disease = table.care.isin([care.value for care in NEEDS_DISEASE])
    spans = terms.spans
    table = table.mutate(
        span=_span(table, spans),
        **amounts,
        **_group_columns(table, spans),
        disease=ibis.ifelse(needs_disease, table.disease_code.fill_null(""), ibis.literal("")),
        started_day=day_number(table.started_on),
        ended_day=day_number(table.ended_on),
    )
    years = sorted({(rules.insurance_type, rules.year_from) for rules in spans.rules})
    numbers = [years.index((rules.insurance_type, rules.year_from)) for rules in spans.rules]
    table = table.mutate(year=choice(table.span, numbers))
    for found, number, keys, names in (
        (
            terms.circumstances,
            "circumstance",
            ("span", "care", "level", "place", "referral"),
            ("bears", "goes_further"),
        ),
        (terms.diseases, "disease_terms", ("span", "care", "disease"), ()),
        (terms.groups, "group_terms", ("span", "group_set"), ()),
    ):
        wanted = found.select(*keys, number, *names)
        table = table.left_join(wanted, list(keys)).drop([f"{key}_right" for key in keys])
    return table


def _span(table: Table, spans: Spans) -> IntegerValue:
    branches = [
        (
            (table.insurance_type == rules.insurance_type)
            & table.ended_on.between(rules.valid_from, rules.valid_until),
            ibis.literal(number, type="int64"),
        )
        for number, rules in enumerate(spans.rules)
    ]
    nowhere = ibis.literal(-1, type="int64")
    return ibis.cases(*branches, else_=nowhere) if branches else nowhere


def _group_columns(table: Table, spans: Spans) -> dict[str, Value]:
    """group_set: one bit for each group of the row; group_unknown: there is one that no policy of the period knows."""
    groups = table.groups
    known = [groups.contains(group).fill_null(False).cast("int64") for group in spans.groups]
    blank = [groups.contains(word).fill_null(False).cast("int64") for word in (NO_GROUP, "")]
    bits = [flag * (1 << bit) for bit, flag in enumerate(known)]
    unknown = groups.unique().length().fill_null(0) > total([*known, *blank])
    return {"group_set": total(bits), "group_unknown": unknown}


def _refusal(table: Table, settlements: Table) -> Value:
    """Why a row is not settled, in the order of `reference.py`; null when it is."""
    parts = (table.outside, table.above, table.first)
    too_large = any_of([amount.abs() > _LARGEST_FEN for amount in (table.total, *parts)])
    branches = [
        (table.takes_back & ~table.original_found, "reversal_without_original"),
        (table.takes_back & table.original_takes_back.fill_null(False), "reversal_of_reversal"),
        (table.takes_back | table.taken_back, "taken_back"),
        (table.span < 0, "scheme_not_in_force"),
        (table.started_on.isnull(), "date_missing"),
        (table.ended_on < table.started_on, "end_before_start"),
        ((table.birth_date > table.started_on).fill_null(False), "birth_after_start"),
        (table.circumstance.isnull(), "care_not_covered"),
        (table.disease_terms.isnull(), "disease_unknown"),
        (table.total.isnull(), "amount_not_a_number"),
        (too_large, "amount_too_large"),
        (table.total < 0, "total_negative"),
        (any_of([amount < 0 for amount in parts]), "mixed_signs"),
        (table.outside + table.above + table.first > table.total, "parts_exceed_total"),
        (table.account.abs() > _LARGEST_FEN, "amount_too_large"),
        (table.account < 0, "mixed_signs"),
        (table.group_unknown | table.group_terms.isnull(), "group_unknown"),
    ]
    return ibis.cases(*((test, ibis.literal(f"benefit.{code}")) for test, code in branches))


def _narrowed(table: Table, settlements: Table) -> Table:
    """The given columns and the few numbers that go along through every step."""
    counts = table.refused.isnull()
    kept = [name for name in settlements.columns if name not in ANSWERS]
    outside = table.outside + table.above
    return table.select(
        *kept,
        "refused",
        "year",
        "circumstance",
        "disease_terms",
        "group_terms",
        "started_day",
        "ended_day",
        "total",
        "first",
        "account",
        counts=counts,
        outside=outside,
        in_policy=ibis.ifelse(counts, table.total - outside - table.first, 0),
        bears=counts & table.bears.fill_null(False),
        goes_further=counts & table.goes_further.fill_null(False),
    )


def _answers(table: Table, terms: Terms, settlements: Table) -> Table:
    names = ["other_counts", "account_counts", "account_pays_outside"]
    table = with_terms(table, terms.circumstances, "circumstance", names)
    table = with_terms(table, terms.groups, "group_terms", ["other_ratio"])
    left = table.burden - table.critical - table.assisted
    other = ibis.ifelse(table.other_counts, divided(left * table.other_ratio, TEN_THOUSAND), 0)
    table = table.mutate(other=other)
    table = table.mutate(paid=table.pool + table.critical + table.assisted + table.other)
    payable = table.total - table.paid - ibis.ifelse(table.account_pays_outside, 0, table.outside)
    table = table.mutate(taken=ibis.ifelse(table.account_counts, ibis.least(table.account, payable), 0))
    found = {
        "in_policy": table.in_policy,
        "deductible": table.deductible_fen,
        "base": table.in_policy - table.deductible_fen,
        "pool_fund": table.pool,
        "critical_illness": table.critical,
        "medical_assistance": table.assisted,
        "other_funds": table.other,
        "personal_account": table.taken,
        "cash": table.total - table.paid - table.taken,
    }
    kept = [name for name in settlements.columns if name not in ANSWERS]
    answers = {name: yuan(ibis.ifelse(table.counts, value, ibis.null("int64"))) for name, value in found.items()}
    return table.select(*kept, **answers, refused=table.refused)
