"""One case grouped and priced again by other codes, with the path: for the bedside, for requests and for answers.

The weights are those that were published with the month, so that a difference comes from the codes alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from yigongti.engines.casemix.pricing.public import (
    FLOATING_RATE,
    GroupedCase,
    GroupWeight,
    PaymentRules,
    WeightTable,
    price_case,
)
from yigongti.engines.casemix.pricing.public import (
    PricedCase as Price,
)
from yigongti.engines.casemix.public import Case, Grouping, group_case
from yigongti.foundation.errors import InvalidInput
from yigongti.foundation.period import Month
from yigongti.foundation.policy import Policy
from yigongti.systems.casemix_payment.levels import level_of
from yigongti.systems.casemix_payment.models import GroupInForce, PricedCase
from yigongti.systems.casemix_payment.scheme_in_force import scheme_in_force

MOST_CODES = 100


@dataclass(frozen=True)
class Outcome:
    """A grouping with its price. pay: None where the case cannot be priced, or is paid by points of a pool.

    name: the group's name. rate_is_floating: the pay of one case then depends on all others and is not told.
    """

    grouping: Grouping
    price: Price
    name: str
    weight: Decimal | None
    pay: Decimal | None
    rate_is_floating: bool


def outcome(
    case: PricedCase,
    diagnoses: Sequence[str],
    procedures: Sequence[str],
    policy: Policy,
    *,
    alternatives: bool = False,
    age_days: int | None = None,
    birth_weight_g: int | None = None,
) -> Outcome:
    """The case by these codes. age_days, birth_weight_g: from the front page, for newborns.

    Raises PolicyError when the scheme or the rates in force cannot be read.
    """
    month = Month.parse(case.month)
    scheme = scheme_in_force(policy, month).scheme
    grouping = group_case(
        Case(
            case_id=case.case_id,
            sex=case.sex or None,
            age_years=case.age_years,
            age_days=age_days,
            birth_weight_g=birth_weight_g,
            length_of_stay_days=case.stay_days,
            diagnoses=tuple(diagnoses),
            procedures=tuple(procedures),
        ),
        scheme,
        alternatives=alternatives,
    )
    rules = PaymentRules.from_policy(policy, on=case.discharged_on)
    institution = case.institution
    price = price_case(
        GroupedCase(
            case_id=case.case_id,
            institution_code=institution.code,
            institution_level=level_of(institution.kind, institution.level),
            insurance_type=case.insurance_type,
            drg=grouping.drg,
            total_cost=case.cost,
            patient_part=case.patient_part,
            length_of_stay_days=case.stay_days,
        ),
        published_weight(case.month, grouping.drg),
        rules,
    )
    floating = rules.method == FLOATING_RATE
    return Outcome(
        grouping,
        price,
        scheme.drg_names.get(grouping.drg, ""),
        price.relative_weight,
        None if floating else price.payment,
        floating,
    )


def published_weight(month: str, drg: str) -> WeightTable:
    """The weight of one group as it was published with the month; an empty table for a group without one."""
    row = GroupInForce.objects.filter(month=month, drg=drg, weight__isnull=False).first()
    if row is None or row.weight is None:
        return WeightTable({})
    group = GroupWeight(
        row.drg,
        row.weight,
        row.mean_cost,
        row.past_cases,
        row.cost_variation,
        row.stable,
        row.standard_stay_days,
        row.low_risk,
        row.basis,
    )
    return WeightTable({row.drg: group})


def codes_from(text: str) -> tuple[str, ...]:
    """Codes as a person writes them: separated by "|", commas, spaces or lines; the principal one first.

    Raises InvalidInput for more than 100 codes, or one that cannot be a code at all.
    """
    codes = tuple(code for code in re.split(r"[|,，;；、\s]+", text.strip()) if code)
    if len(codes) > MOST_CODES:
        raise InvalidInput(
            "casemix.too_many_codes",
            zh=f"编码超过 {MOST_CODES} 个，请核对",
            en=f"more than {MOST_CODES} codes",
        )
    for code in codes:
        if not re.fullmatch(r"[0-9A-Za-z][0-9A-Za-z.+*/-]{0,23}", code):
            raise InvalidInput(
                "casemix.not_a_code",
                zh=f"“{code}”不是编码，请按医保版编码填写，如 I63.900",
                en=f"“{code}” is not a code; write codes of the insurance edition, such as I63.900",
                where=code,
            )
    return codes


def changed_codes(
    codes: Sequence[str], *, principal: str = "", removed: Sequence[str] = (), added: Sequence[str] = ()
) -> tuple[str, ...]:
    """The codes without the removed and with the added ones, the principal one (which may be new) first."""
    kept = [code for code in dict.fromkeys([*codes, *added]) if code not in removed]
    return tuple([principal, *(code for code in kept if code != principal)] if principal else kept)
