"""A year cleared: the engine's sums over the inputs, down to what each institution is due. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from yigongti.engines.fund.public import (
    CasePaymentRules,
    CaseYear,
    Clearing,
    ClearingRules,
    DistributionRules,
    Member,
    Step,
    Steps,
    YearOfCommunity,
    clear,
    clear_cases,
    hand_down,
    returned_deposit,
)
from yigongti.foundation.money import ZERO
from yigongti.foundation.policy import Policy
from yigongti.processes.year_end_clearing.inputs import ClearingInputs, InstitutionInput

RETAINED = ("考核预留返还", "kept back for the assessment, returned")


@dataclass(frozen=True, slots=True)
class Due:
    """What an institution is due: kept of a surplus, borne of an overrun, returned of what was kept back; added: what
    the year's clearing of cases paid by group adds to the months (negative: takes).

    due = kept − borne + returned + added + deposit_returned; negative: it gives back. retained = returned + forfeited;
    deposit = deposit_returned + deposit_forfeited.
    """

    institution: InstitutionInput
    kept: Decimal
    borne: Decimal
    retained: Decimal
    returned: Decimal
    added: Decimal
    deposit: Decimal
    deposit_returned: Decimal
    steps: tuple[Step, ...]

    @property
    def deposit_forfeited(self) -> Decimal:
        return self.deposit - self.deposit_returned

    @property
    def forfeited(self) -> Decimal:
        return self.retained - self.returned

    @property
    def due(self) -> Decimal:
        return self.kept - self.borne + self.returned + self.added + self.deposit_returned


@dataclass(frozen=True, slots=True)
class Cleared:
    """clearing: of the community. spent: what it was cleared by, the clearing of cases paid by group within. tiers: the
    steps by which its pool was handed down. dues: by institution's code."""

    clearing: Clearing
    spent: Decimal
    tiers: tuple[Step, ...]
    dues: tuple[Due, ...]


@dataclass(frozen=True, slots=True)
class CasesCleared:
    """The year of an institution's cases that are paid by group. added: to what the months paid; packaged: of that,
    what the packaged fund bears. deposit = returned + forfeited."""

    added: Decimal = ZERO
    packaged: Decimal = ZERO
    deposit: Decimal = ZERO
    returned: Decimal = ZERO
    steps: tuple[Step, ...] = ()


def clear_year(inputs: ClearingInputs, policy: Policy) -> Cleared:
    """The year cleared by the rules in force on its last day. Raises InvalidInput (a missing score, nobody to receive
    what is kept) and PolicyError."""
    on = date(inputs.year, 12, 31)
    case_rules = CasePaymentRules.from_policy(policy, on=on)
    cases = {each.code: _clear_cases(each, inputs.score, case_rules) for each in inputs.institutions}
    spent = inputs.spent + sum((each.packaged for each in cases.values()), ZERO)
    year = YearOfCommunity(inputs.quota, spent, inputs.score, inputs.insurance_type, inputs.reasonable)
    clearing = clear(year, ClearingRules.from_policy(policy, on=on))
    rules = DistributionRules.from_policy(policy, on=on)
    members = [
        Member(each.code, each.tier, each.people, each.workload, each.score, each.contribution)
        for each in inputs.institutions
    ]
    pool = clearing.kept or clearing.community_share
    handed = hand_down(pool, members, rules) if pool else None
    dues = []
    for each in sorted(inputs.institutions, key=lambda each: each.code):
        share = handed.by_member[each.code] if handed else ZERO
        own = cases[each.code]
        steps = Steps(case_rules.sources, [*(handed.told[each.code] if handed else ()), *own.steps])
        score = each.score or inputs.score
        returned = returned_deposit(each.retained, score, case_rules, steps, label=RETAINED)
        kept, borne = (share, ZERO) if clearing.kept else (ZERO, share)
        due = Due(each, kept, borne, each.retained, returned, own.added, own.deposit, own.returned, ())
        formula = f"{kept:,.2f} − {borne:,.2f} + {returned:,.2f}"
        if own.steps:
            formula += f" + {own.added:,.2f} + {own.returned:,.2f}"
        steps.add("due", ("清算应得（负数为应退）", "due (negative: to be given back)"), formula, due.due)
        dues.append(replace(due, steps=steps.done()))
    return Cleared(clearing, spent, handed.steps if handed else (), tuple(dues))


def _clear_cases(each: InstitutionInput, score: Decimal | None, rules: CasePaymentRules) -> CasesCleared:
    """Each scheme's cases of the year: payment against cost, and the deposit by the assessment. Raises InvalidInput
    where there are cases and no score."""
    added = packaged = deposit = returned = ZERO
    steps: list[Step] = []
    for own in each.cases:
        given = each.score or score
        year = CaseYear(
            each.code, own.insurance_type, payment=own.fund + own.patients, cost=own.cost, patients=own.patients,
            paid=own.fund - own.deposit, deposit=own.deposit, score=Decimal("NaN") if given is None else given,
        )  # fmt: skip
        cleared = clear_cases(year, rules)
        more = cleared.fund - own.fund
        added, deposit, returned = added + more, deposit + own.deposit, returned + cleared.returned
        packaged += more if own.packaged else ZERO
        steps += cleared.steps
    return CasesCleared(added, packaged, deposit, returned, tuple(steps))
