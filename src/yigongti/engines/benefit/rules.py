"""The rules of one scheme on one day, as a value: what the office decided, checked whole, nothing assumed.

Read from policy by `reading.py`. Ratios are between 0 and 1 with at most four decimals, amounts are yuan, caps and
limits of 0 mean "none" (as the files say). Where a person belongs to several groups, each term is the most favourable.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from yigongti.engines.benefit.bill import Care, Level, Place, Referral
from yigongti.foundation.errors import InvalidInput, Text

NO_GROUP = "none"
ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Bands:
    """Ratios by band: what lies up to an edge (included) at that band's ratio. One ratio more than edges."""

    edges: tuple[Decimal, ...]
    ratios: tuple[Decimal, ...]

    def parts(self, amount: Decimal, points: Decimal = Decimal(0)) -> list[tuple[Decimal, Decimal]]:
        """(part of the amount, its ratio plus the points, at most 1) for every band that the amount reaches."""
        found = []
        below = Decimal(0)
        for edge, ratio in zip((*self.edges, None), self.ratios, strict=True):
            upper = amount if edge is None else min(amount, edge)
            if upper > below:
                found.append((upper - below, min(ONE, ratio + points)))
                below = upper
        return found


@dataclass(frozen=True, slots=True)
class YearlyTerms:
    """What a disease or kind of care pays in a year. cap 0: none of its own."""

    deductible: Decimal
    cap: Decimal


@dataclass(frozen=True, slots=True)
class MajorDisease:
    """ratio of what counts; ceiling: the fixed price above which nothing counts, 0 for none."""

    ratio: Decimal
    ceiling: Decimal


@dataclass(frozen=True, slots=True)
class CriticalRules:
    """Critical-illness insurance over the year's burden. cap 0: none."""

    covers: frozenset[Care]
    counts_first_share: bool
    deductible: Decimal
    bands: Bands
    cap: Decimal


@dataclass(frozen=True, slots=True)
class AssistanceTerms:
    """What assistance pays to a group: ratio of the year's burden above the deductible, up to a limit (0: none)."""

    ratio: Decimal
    deductible: Decimal
    limit: Decimal


@dataclass(frozen=True, slots=True)
class GroupTerms:
    """What a person's groups together change. critical_capped False: no cap of critical illness."""

    deductible_factor: Decimal
    points: Decimal
    critical_factor: Decimal = ONE
    critical_points: Decimal = Decimal(0)
    critical_capped: bool = True
    assistance: AssistanceTerms | None = None
    tilt: AssistanceTerms | None = None
    other_ratio: Decimal = Decimal(0)


@dataclass(frozen=True)
class Rules:
    """Everything that settles a bill of one scheme discharged from `valid_from` to `valid_until`.

    year_from, year_until: the benefit year. deductible_repeat_factors: first admission, second …, the last for all
    later. reduction: points off by (place, referral). adjusted_care: kinds of care to whose ratio the group's points
    and the reduction apply. yearly_cap: of the pool for the kinds in yearly_cap_covers, 0 for none.
    unreferred_counts: whether what is left of a bill outside the county without referral goes on to critical illness
    and assistance. by_group: terms of each single group. parameters: name → (parameter id, source id).
    """

    insurance_type: str
    on: date
    valid_from: date
    valid_until: date
    year_from: date
    year_until: date
    care_covered: frozenset[Care]
    approval_needed: frozenset[Care]
    deductible: Mapping[Level, Decimal]
    deductible_repeat_factors: tuple[Decimal, ...]
    referral_up_pays_difference: bool
    referral_down_pays_nothing: bool
    referral_gap_days: int
    inpatient: Mapping[Level, Bands]
    reduction: Mapping[tuple[Place, Referral], Decimal]
    adjusted_care: frozenset[Care]
    ratio_floor: Decimal
    yearly_cap: Decimal
    yearly_cap_covers: frozenset[Care]
    outpatient: YearlyTerms
    outpatient_ratio: Mapping[Level, Decimal]
    two_disease_ratio: Mapping[Level, Decimal]
    diseases: Mapping[tuple[Care, str], YearlyTerms]
    special_disease_ratio: Mapping[str, Decimal]
    major_diseases: Mapping[str, MajorDisease]
    major_bears_deductible: bool
    critical: CriticalRules | None
    unreferred_counts: bool
    assistance_covers: frozenset[Care]
    other_covers: frozenset[Care]
    account_covers: frozenset[Care]
    account_pays_outside: bool
    by_group: Mapping[str, GroupTerms]
    group_labels: Mapping[str, Text] = field(default_factory=dict)
    disease_labels: Mapping[tuple[Care, str], Text] = field(default_factory=dict)
    parameters: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    _terms: dict[frozenset[str], GroupTerms] = field(default_factory=dict, compare=False, repr=False)

    def terms_of(self, groups: frozenset[str]) -> GroupTerms:
        """The most favourable terms of a person's groups. Raises InvalidInput for a group that the policy lacks."""
        known = self._terms.get(groups)
        if known is None:
            unknown = sorted(groups - self.by_group.keys())
            if unknown:
                raise InvalidInput(
                    "benefit.group_unknown",
                    zh=f"政策中没有人员类别“{unknown[0]}”",
                    en=f"the policy knows no group “{unknown[0]}”",
                    where="groups",
                )
            named = sorted(groups | {NO_GROUP})
            known = self._terms[groups] = _best([self.by_group[name] for name in named])
        return known

    def diseases_of(self, care: Care) -> frozenset[str]:
        """The diseases that a kind of care is for; empty for kinds that are for any disease."""
        if care is Care.MAJOR_DISEASE:
            return frozenset(self.major_diseases)
        return frozenset(code for kind, code in self.diseases if kind is care)

    def parameter(self, name: str) -> tuple[str, str]:
        """(id of the parameter, id of its source) for the explanation."""
        return self.parameters.get(name, (f"benefit.{name}", ""))


def _best(terms: list[GroupTerms]) -> GroupTerms:
    return GroupTerms(
        deductible_factor=min(term.deductible_factor for term in terms),
        points=max(term.points for term in terms),
        critical_factor=min(term.critical_factor for term in terms),
        critical_points=max(term.critical_points for term in terms),
        critical_capped=all(term.critical_capped for term in terms),
        assistance=_richest([term.assistance for term in terms]),
        tilt=_richest([term.tilt for term in terms]),
        other_ratio=max(term.other_ratio for term in terms),
    )


def _richest(found: list[AssistanceTerms | None]) -> AssistanceTerms | None:
    """The terms of the highest ratio; of equal ones the lower deductible, then the higher limit. None where no group
    is assisted."""
    paying = [terms for terms in found if terms is not None and terms.ratio > 0]
    if not paying:
        return None
    return max(paying, key=lambda terms: (terms.ratio, -terms.deductible, terms.limit == 0, terms.limit))
