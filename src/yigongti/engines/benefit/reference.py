"""One bill settled, in plain Decimal. Read beside docs/algorithms/benefit.md: the sections have the same numbers.

`table.py` computes the same over a year of bills; a property test holds the two together to the fen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import TypeVar

from yigongti.engines.benefit.bill import Bill, Care, Person, Place, Referral, Used
from yigongti.engines.benefit.checking import (
    account_of,
    fen_of,
    refuse,
    require_days,
    require_entitled,
    require_parts,
    require_used,
)
from yigongti.engines.benefit.explaining import steps_of
from yigongti.engines.benefit.rules import ONE, AssistanceTerms, CriticalRules, GroupTerms, Rules
from yigongti.engines.benefit.settlement import Settlement
from yigongti.engines.benefit.working import DeductibleWork, PoolWork, Working
from yigongti.foundation.money import ZERO, to_fen

Key = TypeVar("Key")

_HOME = frozenset({Place.COMMUNITY, Place.COUNTY})
_REFERRED_ON = frozenset({Referral.UP, Referral.DOWN})


def settle(bill: Bill, person: Person, used: Used, rules: Rules) -> Settlement:
    """What every payer bears of the bill, with the explanation.

    `rules` are those of the bill's scheme and day of discharge (`rules_of`), `used` what the person used in that
    benefit year before. A bill of 0 settles to zeros. Raises InvalidInput `benefit.*` for what cannot be settled.
    """
    require_days(bill, person, rules)
    require_entitled(bill, person, rules)
    require_used(used)
    bill = _in_fen(bill)
    account = account_of(person)
    terms = rules.terms_of(person.groups)

    in_policy = bill.total - bill.outside_catalogue - bill.above_limits - bill.first_share  # 1
    deductible = deductible_of(bill, used, rules, terms, in_policy)  # 2
    base = in_policy - deductible.borne
    pool = pool_of(bill, used, rules, terms, base)  # 3, 4

    burden = in_policy - pool.paid
    critical_rules = rules.critical
    if critical_rules is not None and critical_rules.counts_first_share:
        burden += bill.first_share
    goes_on = rules.unreferred_counts or not is_unreferred(bill.place, bill.referral)
    counted = critical_before = critical = ZERO
    if critical_rules is not None and goes_on and bill.care in critical_rules.covers:
        counted = burden
        critical_before = critical_of(used.burden, critical_rules, terms)
        critical = critical_of(used.burden + counted, critical_rules, terms) - critical_before  # 5

    assistable = burden - critical if goes_on and bill.care in rules.assistance_covers else ZERO
    assisted = tilted = ZERO
    if terms.assistance is not None and assistable:
        assisted = assistance_of(used.assistance_base + assistable, terms.assistance) - assistance_of(
            used.assistance_base, terms.assistance
        )  # 6
    if terms.tilt is not None and assistable:
        left_before = used.assistance_base - used.assisted
        tilted = assistance_of(left_before + assistable - assisted, terms.tilt) - assistance_of(left_before, terms.tilt)

    left = burden - critical - assisted - tilted
    other = to_fen(left * terms.other_ratio) if bill.care in rules.other_covers else ZERO  # 7
    funds = pool.paid + critical + assisted + tilted + other
    payable = bill.total - funds
    if not rules.account_pays_outside:
        payable -= bill.outside_catalogue + bill.above_limits
    from_account = min(account, payable) if bill.care in rules.account_covers else ZERO  # 8

    working = Working(
        bill=bill,
        person=person,
        used=used,
        rules=rules,
        terms=terms,
        in_policy=in_policy,
        deductible=deductible,
        base=base,
        pool=pool,
        goes_on=goes_on,
        burden=burden,
        counted_burden=counted,
        critical_before=critical_before,
        critical=critical,
        assistable=assistable,
        assisted=assisted,
        tilted=tilted,
        left=left,
        other=other,
        account=from_account,
        cash=bill.total - funds - from_account,  # 9: the last fen is cash
    )
    return _settlement(working)


def deductible_of(bill: Bill, used: Used, rules: Rules, terms: GroupTerms, in_policy: Decimal) -> DeductibleWork:
    """What the person bears before the pool pays anything: of a stay, or what is left of a yearly deductible."""
    if bill.care is Care.OUTPATIENT or bill.care is Care.SPECIAL_DISEASE:
        yearly, borne_before = _yearly_deductible(bill, used, rules)
        due = max(ZERO, yearly - borne_before)
        return DeductibleWork(yearly, ONE, ONE, ZERO, due, min(due, in_policy), ZERO, counts_admission=False)
    if not bears_deductible(bill.care, rules):
        return DeductibleWork(ZERO, ONE, ONE, ZERO, ZERO, ZERO, ZERO, counts_admission=False)
    transferred = bill.transferred_deductible
    continues = transferred is not None
    down_free = bill.referral is Referral.DOWN and rules.referral_down_pays_nothing
    admission = max(0, used.admissions - 1) if continues else used.admissions
    factors = rules.deductible_repeat_factors
    repeat = factors[min(admission, len(factors) - 1)]
    standard = to_fen(rules.deductible[bill.level] * repeat * terms.deductible_factor)
    set_off = transferred or ZERO
    if down_free:
        due, of_stay = ZERO, set_off
    elif continues and bill.referral is Referral.UP and rules.referral_up_pays_difference:
        due, of_stay = max(ZERO, standard - set_off), max(standard, set_off)
    else:
        due, of_stay = standard, max(standard, set_off)
    return DeductibleWork(
        rules.deductible[bill.level],
        repeat,
        terms.deductible_factor,
        set_off,
        due,
        min(due, in_policy),
        of_stay,
        counts_admission=bill.total > 0 and not continues and not down_free,
    )


def _yearly_deductible(bill: Bill, used: Used, rules: Rules) -> tuple[Decimal, Decimal]:
    if bill.care is Care.OUTPATIENT:
        return rules.outpatient.deductible, used.outpatient_deductible
    yearly = rules.diseases[bill.care, bill.disease_code].deductible
    return yearly, used.disease_deductible.get(bill.disease_code, ZERO)


def bears_deductible(care: Care, rules: Rules) -> bool:
    """Whether the deductible of a stay applies to a kind of care."""
    return care is Care.INPATIENT or (care is Care.MAJOR_DISEASE and rules.major_bears_deductible)


def is_unreferred(place: Place, referral: Referral) -> bool:
    """Care sought outside the county with neither referral, emergency nor filed residence."""
    return referral is Referral.NONE and place not in _HOME


def effective_ratio(ratio: Decimal, points: Decimal, reduction: Decimal, floor: Decimal) -> Decimal:
    """The ratio with the group's points, less the reduction, which never takes it below the floor; at most 1."""
    raised = ratio + points
    if reduction:
        raised = max(raised - reduction, min(raised, floor))
    return min(ONE, raised)


def pool_of(bill: Bill, used: Used, rules: Rules, terms: GroupTerms, base: Decimal) -> PoolWork:
    """What the pool pays of the base: its bands at their ratios, rounded once, within the caps that are left."""
    adjusted = bill.care in rules.adjusted_care
    points = terms.points if adjusted else ZERO
    reduction = rules.reduction[bill.place, bill.referral] if adjusted else ZERO
    counted = base
    if bill.care is Care.INPATIENT:
        plain = rules.inpatient[bill.level].parts(base)
    elif bill.care is Care.MAJOR_DISEASE:
        major = rules.major_diseases[bill.disease_code]
        counted = min(base, major.ceiling) if major.ceiling else base
        plain = [(counted, major.ratio)]
    elif bill.care is Care.OUTPATIENT:
        plain = [(base, rules.outpatient_ratio[bill.level])]
    elif bill.care is Care.TWO_DISEASES:
        plain = [(base, rules.two_disease_ratio[bill.level])]
    else:
        plain = [(base, rules.special_disease_ratio[bill.disease_code])]
    parts = tuple((part, ratio, effective_ratio(ratio, points, reduction, rules.ratio_floor)) for part, ratio in plain)
    by_ratio = to_fen(sum((part * effective for part, _, effective in parts), ZERO))
    own_room, year_room = _own_room(bill, used, rules), _year_room(bill, used, rules)
    paid = by_ratio
    if own_room is not None:
        paid = min(paid, own_room)
    if year_room is not None:
        paid = min(paid, year_room)
    return PoolWork(counted, parts, points, reduction, by_ratio, own_room, year_room, paid)


def _own_room(bill: Bill, used: Used, rules: Rules) -> Decimal | None:
    """What is left of the cap of the kind of care or of the disease; None where it has none."""
    if bill.care is Care.OUTPATIENT:
        cap, paid = rules.outpatient.cap, used.pool.get(bill.care, ZERO)
    elif bill.care is Care.TWO_DISEASES or bill.care is Care.SPECIAL_DISEASE:
        cap = rules.diseases[bill.care, bill.disease_code].cap
        paid = used.disease_pool.get(bill.disease_code, ZERO)
    else:
        return None
    return max(ZERO, cap - paid) if cap else None


def _year_room(bill: Bill, used: Used, rules: Rules) -> Decimal | None:
    if not rules.yearly_cap or bill.care not in rules.yearly_cap_covers:
        return None
    paid = sum((amount for care, amount in used.pool.items() if care in rules.yearly_cap_covers), ZERO)
    return max(ZERO, rules.yearly_cap - paid)


def critical_of(burden: Decimal, rules: CriticalRules, terms: GroupTerms) -> Decimal:
    """What critical illness has paid in all once the year's burden has come so far: a bill gets the increase."""
    above = burden - to_fen(rules.deductible * terms.critical_factor)
    if above <= 0:
        return ZERO
    paid = to_fen(sum((part * ratio for part, ratio in rules.bands.parts(above, terms.critical_points)), ZERO))
    return min(paid, rules.cap) if rules.cap and terms.critical_capped else paid


def assistance_of(base: Decimal, terms: AssistanceTerms) -> Decimal:
    """What assistance has paid in all once the year's base has come so far: a bill gets the increase."""
    paid = to_fen(max(ZERO, base - terms.deductible) * terms.ratio)
    return min(paid, terms.limit) if terms.limit else paid


def _in_fen(bill: Bill) -> Bill:
    total = fen_of(bill.total, "total")
    outside = fen_of(bill.outside_catalogue, "outside_catalogue")
    above = fen_of(bill.above_limits, "above_limits")
    first = fen_of(bill.first_share, "first_share")
    require_parts(total, outside, above, first)
    transferred = bill.transferred_deductible
    if transferred is not None:
        transferred = fen_of(transferred, "transferred_deductible")
        if transferred < 0:
            raise refuse(
                "mixed_signs", "转诊前起付线为负", "the transferred deductible is negative", "transferred_deductible"
            )
        if bill.referral not in _REFERRED_ON:
            raise refuse(
                "transferred_without_referral",
                "没有上转或下转，不能带入转诊前起付线",
                "a deductible is only transferred by a referral up or down",
                "transferred_deductible",
            )
    return replace(
        bill,
        total=total,
        outside_catalogue=outside,
        above_limits=above,
        first_share=first,
        transferred_deductible=transferred,
    )


def _settlement(working: Working) -> Settlement:
    bill = working.bill
    return Settlement(
        total=bill.total,
        outside_catalogue=bill.outside_catalogue,
        above_limits=bill.above_limits,
        first_share=bill.first_share,
        in_policy=working.in_policy,
        deductible=working.deductible.borne,
        base=working.base,
        pool_fund=working.pool.paid,
        critical_illness=working.critical,
        medical_assistance=working.assisted + working.tilted,
        other_funds=working.other,
        personal_account=working.account,
        cash=working.cash,
        after=_after(working),
        deductible_of_stay=working.deductible.of_stay,
        explain=partial(steps_of, working),
    )


def _after(working: Working) -> Used:
    bill, used = working.bill, working.used
    borne, paid = working.deductible.borne, working.pool.paid
    by_disease = bill.care is Care.TWO_DISEASES or bill.care is Care.SPECIAL_DISEASE
    return Used(
        admissions=used.admissions + working.deductible.counts_admission,
        pool=_plus(used.pool, bill.care, paid),
        outpatient_deductible=used.outpatient_deductible + (borne if bill.care is Care.OUTPATIENT else ZERO),
        burden=used.burden + working.counted_burden,
        critical=used.critical + working.critical,
        assistance_base=used.assistance_base + working.assistable,
        assisted=used.assisted + working.assisted,
        tilted=used.tilted + working.tilted,
        disease_pool=_plus(used.disease_pool, bill.disease_code, paid) if by_disease else used.disease_pool,
        disease_deductible=(
            _plus(used.disease_deductible, bill.disease_code, borne)
            if bill.care is Care.SPECIAL_DISEASE
            else used.disease_deductible
        ),
    )


def _plus(sums: Mapping[Key, Decimal], key: Key, amount: Decimal) -> Mapping[Key, Decimal]:
    return {**sums, key: sums.get(key, ZERO) + amount} if amount else sums
