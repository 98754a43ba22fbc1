"""The inputs of a year: what stands in the fund, with what somebody gives: scores and the reasonable parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from yigongti.engines.fund.public import Category, ReasonablePart, category_of
from yigongti.foundation.errors import InvalidInput
from yigongti.foundation.money import ZERO, distribute
from yigongti.foundation.policy import Policy
from yigongti.kernel.ledger.public import fund_book
from yigongti.kernel.organisations.models import Institution
from yigongti.processes.year_end_clearing.inputs import CasesInput, ClearingInputs, InstitutionInput
from yigongti.systems.fund import public as fund
from yigongti.systems.fund.year_facts import MemberFacts

_KINDS = Institution.Kind
_TIERS = {
    _KINDS.COUNTY_HOSPITAL: "county",
    _KINDS.TCM_HOSPITAL: "county",
    _KINDS.MATERNAL_CHILD: "county",
    _KINDS.TOWNSHIP_HOSPITAL: "township",
    _KINDS.VILLAGE_CLINIC: "village",
}


@dataclass(frozen=True, slots=True)
class Given:
    """What nobody can read from facts. score: of the community; scores: institution code → its own (the community's
    where none is given); reasonable: recognised parts of an overrun; contract_fees: yuan paid for contracts (签约),
    None where nobody says: they come with no settlement, and the statement says that they are missing."""

    score: Decimal | None = None
    scores: Mapping[str, Decimal] = field(default_factory=dict)
    reasonable: Sequence[ReasonablePart] = ()
    contract_fees: Decimal | None = None


def gather(year: int, community: Institution, given: Given, policy: Policy) -> ClearingInputs:
    """The inputs, in the actor's scope. Bureaus and institutions that give no care have no part.

    Raises InvalidInput without a contract in force or a closed month, for a score of an institution that is not in the
    community.
    """
    facts = fund.year_facts(community, year)
    if facts.quota is None or not facts.months:
        raise InvalidInput(
            "year_end.nothing_to_clear",
            zh=f"{year} 年没有生效的总额协议或已月结的月份，无法清算",
            en=f"{year} has no contract in force or no closed month: there is nothing to clear",
            where=community.code,
        )
    office = fund_book()
    members = [member for member in facts.members if member.institution.kind in _TIERS]
    if unknown := sorted(set(given.scores) - {member.institution.code for member in members}):
        raise InvalidInput(
            "year_end.score_of_stranger",
            zh=f"不是本医共体的机构：{'、'.join(unknown)}",
            en=f"not an institution of the community: {', '.join(unknown)}",
            where=unknown[0],
        )
    spending: dict[str, Decimal] = {}
    for (care, place), amount in facts.spending.items():
        name = category_of(care, place).value
        spending[name] = spending.get(name, ZERO) + amount
    for category, added in zip((Category.INSIDE, Category.OTHER_COMMUNITY), facts.by_group, strict=True):
        if added:  # bills of stays were claimed as they came; the fund pays by group
            spending[category.value] = spending.get(category.value, ZERO) + added
    if given.contract_fees is not None:
        spending["contract_fees"] = given.contract_fees
    schemes = policy.value("fund.packaged_schemes", on=date(year, 12, 31))
    return ClearingInputs(
        year=year, community_id=community.pk, community_code=community.code, office_id=office.pk,
        office_code=office.code, quota=facts.quota, spending=spending, score=given.score,
        institutions=tuple(
            InstitutionInput(
                member.institution.pk, member.institution.code, _TIERS[member.institution.kind], member.people,
                Decimal(max(member.cases, 0)), given.scores.get(member.institution.code, given.score or Decimal(0)),
                ZERO, member.retained, _cases(member),
            )
            for member in members
        ),
        months=facts.months, insurance_type=str(schemes[-1]),  # type: ignore[index]
        reasonable=tuple(given.reasonable),
    )  # fmt: skip


def _cases(member: MemberFacts) -> tuple[CasesInput, ...]:
    """The deposit is held for the institution: it is told apart by what the fund pays for each scheme."""
    weights = {each.insurance_type: max(each.fund, ZERO) for each in member.grouped}
    shared = sum(weights.values(), ZERO) > 0
    deposits = distribute(member.deposit, weights, sorted(weights)) if shared else {}
    return tuple(
        CasesInput(
            each.insurance_type, each.packaged, each.cost, each.fund, each.patients,
            deposits.get(each.insurance_type, ZERO),
        )
        for each in member.grouped
    )  # fmt: skip
