"""A case explained: the staircase of its grouping, the price step by step, the pay as a waterfall.

The path is computed anew by the reference engine from the case's codes. Where the scheme's files have changed since
the month was closed, the path may end elsewhere than the published group; `as_published` says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yigongti.engines.casemix.opportunities.public import (
    EvidenceGap,
    EvidenceRule,
    StayEvidence,
    evidence_gaps,
    evidence_rules,
)
from yigongti.foundation.money import to_fen
from yigongti.foundation.policy import Policy
from yigongti.foundation.schemas import FEE_ITEMS
from yigongti.foundation.trace import Step
from yigongti.systems.casemix_payment.models import PricedCase
from yigongti.systems.casemix_payment.what_if import Outcome, changed_codes, codes_from, outcome

_STAIRS = {
    "validity": 1, "mdc": 2, "mdc_left": 2, "adrg": 3, "adrg_left": 3, "qy": 3, "complication": 4,
    "complication_excluded": 4, "drg": 5, "ungrouped": 5,
}  # fmt: skip


@dataclass(frozen=True)
class Stair:
    """One step of the staircase: its height (1 validity … 5 group) and what was said there."""

    height: int
    step: Step


@dataclass(frozen=True)
class Explained:
    """stairs: how the case came into its group. left: groups that took it in part only. alternatives: what would
    change it. price_steps: the pay in words. waterfall: label, from, to in yuan. gaps: evidence that the codes want
    and the bill does not show."""

    case: PricedCase
    outcome: Outcome
    diagnoses: tuple[str, ...]
    procedures: tuple[str, ...]
    stairs: list[Stair]
    left: list[Step]
    alternatives: list[Step]
    price_steps: list[Step]
    waterfall: list[tuple[str, Decimal, Decimal]]
    gaps: tuple[EvidenceGap, ...]

    @property
    def as_published(self) -> bool:
        """Whether the path ends in the published group with the published pay."""
        same_pay = self.outcome.rate_is_floating or self.outcome.pay == self.case.pay
        return self.outcome.grouping.drg == self.case.drg and same_pay


def explain_case(
    case: PricedCase,
    policy: Policy,
    page: Mapping[str, Any] | None = None,
    *,
    diagnoses: Sequence[str] | None = None,
    procedures: Sequence[str] | None = None,
    alternatives: bool = False,
    item_names: Callable[[], tuple[str, ...]] = tuple,
) -> Explained:
    """The case by its own codes, or by others.

    page: its front page's columns, for the newborn's age and weight and for the evidence; without it no evidence is
    looked for. item_names: reads the names of the items charged, when they are needed.
    """
    own_diagnoses = case.diagnosis_codes if diagnoses is None else tuple(diagnoses)
    own_procedures = case.procedure_codes if procedures is None else tuple(procedures)
    page = page or {}
    found = outcome(
        case,
        own_diagnoses,
        own_procedures,
        policy,
        alternatives=alternatives,
        age_days=page.get("age_days"),
        birth_weight_g=page.get("birth_weight_g"),
    )
    steps = list(found.grouping.trace)
    return Explained(
        case,
        found,
        own_diagnoses,
        own_procedures,
        stairs=[Stair(_STAIRS[s.name], s) for s in steps if s.name in _STAIRS and s.name not in ("adrg_left",)],
        left=[s for s in steps if s.name == "adrg_left"],
        alternatives=[s for s in steps if s.name == "would_change"],
        price_steps=[_with_source_title(step, policy) for step in found.price.trace],
        waterfall=_waterfall(case, found),
        gaps=_gaps(own_diagnoses, own_procedures, page, item_names, policy) if page else (),
    )


def _with_source_title(step: Step, policy: Policy) -> Step:
    """The step with its source's title in the reader's language instead of the source's id."""
    source = policy.sources.get(step.source)
    return replace(step, source=source.title.in_language(get_language() or "zh-hans")) if source else step


def _gaps(
    diagnoses: Sequence[str],
    procedures: Sequence[str],
    page: Mapping[str, Any],
    item_names: Callable[[], tuple[str, ...]],
    policy: Policy,
) -> tuple[EvidenceGap, ...]:
    """The names of the bill are read only where the fees of the front page leave a want unmet: they are many rows."""
    charged = frozenset(item.name for item in FEE_ITEMS if (page.get(item.name) or 0) > 0)
    rules = _evidence_rules(policy)
    stay = StayEvidence(fee_items=charged, procedures=tuple(page.get("procedures") or ()))
    gaps = evidence_gaps(diagnoses, procedures, stay, rules)
    return evidence_gaps(diagnoses, procedures, replace(stay, item_names=item_names()), rules) if gaps else ()


@lru_cache(maxsize=2)
def _rules_of(holder: _Held) -> tuple[EvidenceRule, ...]:
    return evidence_rules(holder.policy)


class _Held:
    """A policy as a cache key by its release."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held) and other.policy.release.digest == self.policy.release.digest

    def __hash__(self) -> int:
        return hash(self.policy.release.digest)


def _evidence_rules(policy: Policy) -> tuple[EvidenceRule, ...]:
    return _rules_of(_Held(policy))


def _waterfall(case: PricedCase, found: Outcome) -> list[tuple[str, Decimal, Decimal]]:
    """Standard, what the outlier rule adds or takes, the pay, and from it down to the balance. Empty when unpaid."""
    price, zero = found.price, Decimal(0)
    if found.pay is None or case.cost is None:
        return []
    steps = []
    if price.standard is not None:
        steps.append((_("Standard"), zero, price.standard))
        if found.pay != price.standard:
            steps.append((_("Outlier rule"), price.standard, found.pay))
    steps.append((_("Pay"), zero, found.pay))
    if case.patient_part is not None:
        part = min(case.patient_part, found.pay)
        steps.append((_("Patient's part"), found.pay, to_fen(found.pay - part)))
        steps.append((_("Fund's part"), zero, price.fund_payment or zero))
    steps.append((_("Cost"), found.pay, found.pay - case.cost))
    steps.append((_("Balance"), zero, found.pay - case.cost))
    return steps


def tried_codes(case: PricedCase, asked: QueryDict) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The codes that the editor's form asks for: principal, removed (repeated) and added ones, of both lists."""

    def codes(kind: str, own: tuple[str, ...]) -> tuple[str, ...]:
        principal = codes_from(asked.get(f"principal_{kind}", ""))
        return changed_codes(
            own,
            principal=principal[0] if principal else "",
            removed=asked.getlist(f"removed_{kind}"),
            added=codes_from(asked.get(f"added_{kind}", "")),
        )

    return codes("diagnosis", case.diagnosis_codes), codes("procedure", case.procedure_codes)
