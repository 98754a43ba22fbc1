"""A year cleared: the engine's sums over the inputs, down to what each institution is due. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from yigongti.engines.fund.public import (
    CasePaymentRules,
    Clearing,
    ClearingRules,
    DistributionRules,
    Member,
    Step,
    Steps,
    YearOfCommunity,
    clear,
    hand_down,
    returned_deposit,
)
from yigongti.foundation.money import ZERO
from yigongti.foundation.policy import Policy
from yigongti.processes.year_end_clearing.inputs import ClearingInputs, InstitutionInput

RETAINED = ("考核预留返还", "kept back for the assessment, returned")


@dataclass(frozen=True, slots=True)
class Due:
    """What an institution is due: kept of a surplus, borne of an overrun, returned of what was kept back.

    due = kept − borne + returned; negative: it gives back. retained = returned + forfeited.
    """

    institution: InstitutionInput
    kept: Decimal
    borne: Decimal
    retained: Decimal
    returned: Decimal
    steps: tuple[Step, ...]

    @property
    def forfeited(self) -> Decimal:
        return self.retained - self.returned

    @property
    def due(self) -> Decimal:
        return self.kept - self.borne + self.returned


@dataclass(frozen=True, slots=True)
class Cleared:
    """clearing: of the community. tiers: the steps by which its pool was handed down. dues: by institution's code."""

    clearing: Clearing
    tiers: tuple[Step, ...]
    dues: tuple[Due, ...]


def clear_year(inputs: ClearingInputs, policy: Policy) -> Cleared:
    """The year cleared by the rules in force on its last day. Raises InvalidInput (a missing score, nobody to receive
    what is kept) and PolicyError."""
    on = date(inputs.year, 12, 31)
    year = YearOfCommunity(inputs.quota, inputs.spent, inputs.score, inputs.insurance_type, inputs.reasonable)
    clearing = clear(year, ClearingRules.from_policy(policy, on=on))
    rules = DistributionRules.from_policy(policy, on=on)
    returning = CasePaymentRules.from_policy(policy, on=on)
    members = [
        Member(each.code, each.tier, each.people, each.workload, each.score, each.contribution)
        for each in inputs.institutions
    ]
    pool = clearing.kept or clearing.community_share
    handed = hand_down(pool, members, rules) if pool else None
    dues = []
    for each in sorted(inputs.institutions, key=lambda each: each.code):
        share = handed.by_member[each.code] if handed else ZERO
        steps = Steps(returning.sources, list(handed.told[each.code]) if handed else [])
        score = each.score or inputs.score
        returned = returned_deposit(each.retained, score, returning, steps, label=RETAINED)
        kept, borne = (share, ZERO) if clearing.kept else (ZERO, share)
        due = Due(each, kept, borne, each.retained, returned, ())
        formula = f"{kept:,.2f} − {borne:,.2f} + {returned:,.2f}"
        steps.add("due", ("清算应得（负数为应退）", "due (negative: to be given back)"), (formula, formula), due.due)
        dues.append(Due(each, kept, borne, each.retained, returned, steps.done()))
    return Cleared(clearing, handed.steps if handed else (), tuple(dues))
