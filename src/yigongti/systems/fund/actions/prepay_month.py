"""Prepay a month to every community with a contract: its part of the year, less what is kept back for the assessment,
with what rulings took in the quarter before, less what rulings take now. Once for each month and community.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Sum

from yigongti.engines.fund.public import Deduction as RulingDeduction
from yigongti.engines.fund.public import RunningRules, prepay, rolled_into
from yigongti.foundation.errors import InvalidInput
from yigongti.foundation.money import ZERO
from yigongti.foundation.period import Month, Quarter
from yigongti.foundation.policy import Policy
from yigongti.kernel.access.actor import Actor
from yigongti.kernel.ledger.public import post
from yigongti.kernel.organisations.models import Institution
from yigongti.kernel.trail.public import record
from yigongti.systems.fund.community import leader_of
from yigongti.systems.fund.entries import Side, prepayment_entries
from yigongti.systems.fund.models import Contract, Deduction, Prepayment

PERMISSION = "fund.pay"


@dataclass(frozen=True, slots=True)
class Due:
    """Money that a ruling takes from an institution. key: of the recovery; taken once."""

    key: str
    institution_id: int
    amount: Decimal


def prepay_month(
    actor: Actor, office: Institution, month: Month, dues: Sequence[Due], *, policy: Policy, at: datetime
) -> list[Prepayment]:
    """The prepayments of the month: made now, or standing already. In the actor's scope.

    dues that do not fit into a community's prepayment wait for the next; those of no community are left.
    Raises NotPermitted, InvalidInput ("fund.no_contract") when no contract of the year is in force.
    """
    actor.require(PERMISSION, office.pk)
    held = Contract.objects.select_for_update(of=("self",)).filter(
        year=month.year, state=Contract.State.IN_FORCE, office_id=office.pk
    )
    contracts = list(held.select_related("institution").order_by("institution_id"))
    if not contracts:
        raise InvalidInput(
            "fund.no_contract",
            zh=f"{month.year} 年还没有生效的协议，不能预拨",
            en=f"no contract of {month.year} is in force, so nothing can be prepaid",
        )
    standing = {row.institution_id: row for row in Prepayment.objects.filter(month=str(month))}
    rules = RunningRules.from_policy(policy, on=date(month.year, 1, 1))
    rolled = _rolled_in(month, contracts, rules)
    for contract in contracts:
        if contract.institution_id not in standing:
            made = _prepay(actor, office, month, contract, rolled[contract.institution_id], dues, rules, at)
            standing[contract.institution_id] = made
    return [standing[contract.institution_id] for contract in contracts]


def _rolled_in(month: Month, contracts: Sequence[Contract], rules: RunningRules) -> dict[int, Decimal]:
    """What was deducted in the quarter before, handed out again by quota in a quarter's first month."""
    ids = [contract.institution_id for contract in contracts]
    if month != Quarter.of(month.first_day).months[0]:
        return dict.fromkeys(ids, ZERO)
    before = [str(month.plus(-back)) for back in (1, 2, 3)]
    found = Prepayment.objects.filter(month__in=before, institution_id__in=ids).aggregate(found=Sum("deducted"))
    quotas = {str(each.institution_id): each.quota for each in contracts}
    parts = rolled_into(found["found"] or ZERO, quotas, rules)
    return {number: parts[str(number)] for number in ids}


def _prepay(
    actor: Actor, office: Institution, month: Month, contract: Contract, rolled_in: Decimal, dues: Sequence[Due],
    rules: RunningRules, at: datetime,
) -> Prepayment:  # fmt: skip
    without = prepay(contract.quota, month, rules, rolled_in=rolled_in)
    taken = _that_fit(contract, without.gross, dues)
    due = [RulingDeduction(each.key, month.first_day, each.amount) for each in taken]
    found = prepay(contract.quota, month, rules, due=due, rolled_in=rolled_in)
    made = Prepayment.objects.create(
        institution_id=contract.institution_id, office_id=office.pk, month=str(month), share=found.share,
        retained=found.retained, rolled_in=rolled_in, gross=found.gross, deducted=found.deducted, paid=found.paid,
        steps=[step.as_json() for step in found.steps], made_at=at, made_by_name=actor.display_name,
    )  # fmt: skip
    Deduction.objects.bulk_create(
        Deduction(prepayment=made, institution_id=contract.institution_id, against_id=each.institution_id, key=each.key,
                  amount=each.amount)
        for each in taken
    )  # fmt: skip
    community = Side(contract.institution_id, contract.institution.code)
    amounts = found.gross, found.deducted
    post(actor, prepayment_entries(Side(office.pk, office.code), community, str(month), month.first_day, *amounts), at)
    record(
        actor, PERMISSION, subject=f"prepayment {month} {community.code}", at=at,
        institution_id=contract.institution_id, detail={"paid": str(made.paid)},
    )  # fmt: skip
    return made


def _that_fit(contract: Contract, gross: Decimal, dues: Sequence[Due]) -> list[Due]:
    """The community's dues that were not taken yet, as many whole ones as the prepayment holds: a ruling is recovered
    at once or later, never in part."""
    known = set(Deduction.objects.filter(key__in=[due.key for due in dues]).values_list("key", flat=True))
    taken, left = [], gross
    for due in sorted(dues, key=lambda due: due.key):
        leader = leader_of(due.institution_id)
        own = leader is not None and leader.pk == contract.institution_id
        if own and due.key not in known and due.amount <= left:
            taken.append(due)
            left -= due.amount
    return taken
