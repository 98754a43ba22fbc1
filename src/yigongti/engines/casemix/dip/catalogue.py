"""The DIP catalogue from past cases, in plain whole numbers.

    core group      = diagnosis subcategory × the exact set of procedures, when enough cases have both
    combined group  = diagnosis category × treatment class, for all other cases
    score           = mean cost of the group ÷ mean cost of all × 1000

Read beside docs/algorithms/casemix-payment.md §5; `tables.py` computes the same over tables. Source of the method:
nhsa-dip-technical-2020 (not checked against the document).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from yigongti.engines.casemix.dip.rules import DipRules
from yigongti.engines.casemix.pricing.rounding import TEN_THOUSAND, divide_half_up, from_fen, to_whole_fen
from yigongti.foundation.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class DipCase:
    """A discharge as DIP reads it. diagnoses: principal first. complication: "mcc", "cc", "none" or "" from the
    grouper. died: discharge disposition 5. total_cost in yuan; None when the page lacks it."""

    case_id: str
    institution_code: str
    institution_level: str
    diagnoses: tuple[str, ...]
    procedures: tuple[str, ...]
    complication: str
    died: bool
    age_years: int
    length_of_stay_days: int
    total_cost: Decimal | None


@dataclass(frozen=True, slots=True)
class DipGroup:
    """A group of the catalogue. kind: "core" or "combined". score_scaled, and the factors: ten-thousandths.
    mean_fen: mean cost in fen. factors: (dimension, band) → mean cost of that band over the group's."""

    name: str
    kind: str
    cases: int
    mean_fen: int
    score_scaled: int
    factors: Mapping[tuple[str, str], int]

    @property
    def mean_cost(self) -> Decimal:
        return from_fen(self.mean_fen)

    @property
    def score(self) -> Decimal:
        return Decimal(self.score_scaled).scaleb(-4)


@dataclass(frozen=True)
class Catalogue:
    """All groups by name, and the mean cost of all cases in fen."""

    groups: Mapping[str, DipGroup]
    overall_fen: int

    def group_of(self, case: DipCase, rules: DipRules) -> DipGroup | None:
        """The case's core group, else its combined group, else None."""
        return self.groups.get(core_name(case, rules)) or self.groups.get(combined_name(case, rules))


def core_name(case: DipCase, rules: DipRules) -> str:
    """ "I63.9:" without procedures, "I63.9:38.1201+88.4101" with: the order in which they were done does not count."""
    principal = case.diagnoses[0] if case.diagnoses else ""
    return f"{principal[: rules.diagnosis_places]}:{'+'.join(sorted(set(case.procedures)))}"


def combined_name(case: DipCase, rules: DipRules) -> str:
    """ "I63*operation": the category and the heaviest treatment class."""
    principal = case.diagnoses[0] if case.diagnoses else ""
    return f"{principal[:3]}*{rules.treatment(case.procedures)}"


def bands_of(case: DipCase, rules: DipRules) -> dict[str, str]:
    """The band of the case in every auxiliary dimension."""
    return {
        "severity": "death" if case.died else (case.complication or "none"),
        "age": rules.band("age", case.age_years),
        "stay": rules.band("stay", case.length_of_stay_days),
        "comorbidity": rules.band("comorbidity", rules.charlson.index(case.diagnoses)),
    }


def build_catalogue(cases: Iterable[DipCase], rules: DipRules) -> Catalogue:
    """The catalogue of past cases. Cases without a principal diagnosis or a cost above 0 are left out.

    Raises InvalidInput when no case is left.
    """
    usable = [case for case in cases if case.diagnoses and case.total_cost is not None and case.total_cost > 0]
    if not usable:
        raise InvalidInput(
            "dip.no_cases", zh="没有可用于编制目录的病例", en="there is no case to build a catalogue from"
        )
    core_counts = Counter(core_name(case, rules) for case in usable)
    members: dict[tuple[str, str], list[DipCase]] = defaultdict(list)
    for case in usable:
        name = core_name(case, rules)
        if core_counts[name] >= rules.minimum_cases:
            members["core", name].append(case)
        else:
            members["combined", combined_name(case, rules)].append(case)
    overall = _mean_fen(usable)
    groups = {name: _group(name, kind, found, overall, rules) for (kind, name), found in sorted(members.items())}
    return Catalogue(groups, overall)


def _mean_fen(cases: list[DipCase]) -> int:
    return divide_half_up(sum(to_whole_fen(case.total_cost or Decimal(0)) for case in cases), len(cases))


def _group(name: str, kind: str, cases: list[DipCase], overall: int, rules: DipRules) -> DipGroup:
    mean = _mean_fen(cases)
    by_band: dict[tuple[str, str], list[DipCase]] = defaultdict(list)
    for case in cases:
        for dimension, band in bands_of(case, rules).items():
            if dimension in rules.auxiliary_dimensions:
                by_band[dimension, band].append(case)
    factors = {
        key: divide_half_up(_mean_fen(found) * TEN_THOUSAND, mean)
        for key, found in sorted(by_band.items())
        if len(found) >= rules.auxiliary_minimum_cases
    }
    score = divide_half_up(mean * rules.score_base * TEN_THOUSAND, overall)
    return DipGroup(name, kind, len(cases), mean, score, factors)
