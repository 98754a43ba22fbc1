"""A case-mix scheme in memory: MDCs, ADRGs and DRGs with their rules, sets, complications and local choices.

The engine knows no scheme of its own. load_scheme (loading/) reads one; everything here is immutable.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from yigongti.engines.casemix.choices import Choices
from yigongti.engines.casemix.code_tables import CodeSet, CodeTable
from yigongti.engines.casemix.rules import Rule, Sites, sets_read, walk


class Partition(StrEnum):
    """The kind of an ADRG, told by the second letter of its code (A-J, K-Q, R-Z)."""

    SURGICAL = "surgical"
    NON_OPERATIVE = "non_operative"
    MEDICAL = "medical"

    @property
    def zh(self) -> str:
        return {"surgical": "外科手术组", "non_operative": "非手术室操作组", "medical": "内科诊断组"}[self.value]

    @property
    def en(self) -> str:
        return {"surgical": "surgical", "non_operative": "non-operative", "medical": "medical"}[self.value]


def partition_of(adrg: str) -> Partition:
    """The partition of an ADRG code: “BB1” surgical, “FM1” non-operative, “BR2” medical."""
    letter = adrg[1:2].upper()
    if "A" <= letter <= "J":
        return Partition.SURGICAL
    return Partition.NON_OPERATIVE if "K" <= letter <= "Q" else Partition.MEDICAL


@dataclass(frozen=True, slots=True)
class Adrg:
    """rule: after the scheme's choices were applied. endings: ending character → DRG code."""

    mdc: str
    code: str
    name: str
    rule: Rule
    endings: Mapping[str, str]

    @property
    def partition(self) -> Partition:
        return partition_of(self.code)


@dataclass(frozen=True, slots=True)
class Mdc:
    """adrgs: in the order in which they are asked."""

    code: str
    name: str
    rule: Rule
    adrgs: tuple[Adrg, ...]

    @property
    def has_qy(self) -> bool:
        """MDCs that are entered by a procedure alone (MDCA) have no QY group: every operated case enters them."""
        return any(one.is_diagnosis for asked in sets_read(self.rule).values() for one in asked)

    @property
    def qy_code(self) -> str:
        """The code of the MDC's QY group: MDCB → BQY."""
        return f"{self.code[-1]}QY"


@dataclass(frozen=True, slots=True)
class Complication:
    """A secondary diagnosis that can raise a case. level: "mcc" or "cc". exclusion_group: "" never excluded."""

    level: str
    exclusion_group: str


@dataclass(frozen=True)
class Scheme:
    """A whole scheme.

    mdcs: in the order in which they are asked. complications: code → level and exclusion group. exclusions:
    principal diagnosis → its exclusion groups. digest: of the files it was read from; results store it.
    """

    name: str
    version: str
    source: str
    digest: str
    mdcs: tuple[Mdc, ...]
    drg_names: Mapping[str, str]
    sets: Mapping[str, CodeSet]
    complications: CodeTable[Complication]
    exclusions: CodeTable[frozenset[str]]
    choices: Choices = field(default_factory=Choices)
    grey_codes: frozenset[str] = frozenset()
    diagnosis_names: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def site_sets(self) -> tuple[str, ...]:
        """The names of the body-site sets, in a stable order."""
        return tuple(name for name in self.sets if name.startswith(self.choices.site_prefix))

    @cached_property
    def diagnosis_sets(self) -> tuple[str, ...]:
        """The sets that some rule asks of a diagnosis, and the body sites where a rule counts them."""
        names: dict[str, None] = {}
        for rule in self.rules():
            for name, fields_asked in sets_read(rule).items():
                if any(one.is_diagnosis for one in fields_asked):
                    names[name] = None
            if any(isinstance(part, Sites) for part in walk(rule)):
                names.update(dict.fromkeys(self.site_sets))
        return tuple(names)

    def rules(self) -> list[Rule]:
        return [rule for mdc in self.mdcs for rule in (mdc.rule, *(adrg.rule for adrg in mdc.adrgs))]

    def knows_diagnosis(self, code: str) -> bool:
        """True when the code stands in a diagnosis set, among complications or exclusions, or in the name list."""
        return (
            code in self.diagnosis_names
            or code in self.complications
            or code in self.exclusions
            or any(code in self.sets[name] for name in self.diagnosis_sets)
        )

    @cached_property
    def exact_diagnoses(self) -> frozenset[str]:
        """Every diagnosis that the scheme names as a code (patterns name none)."""
        codes = set(self.diagnosis_names) | set(self.complications.exact) | set(self.exclusions.exact)
        return frozenset(codes.union(*(self.sets[name].exact for name in self.diagnosis_sets)))

    @cached_property
    def exact_procedures(self) -> frozenset[str]:
        """Every procedure that a rule's set or the QY set names as a code."""
        asked = {
            name
            for rule in self.rules()
            for name, fields in sets_read(rule).items()
            if not any(one.is_diagnosis for one in fields)
        }
        if self.choices.qy_groups:
            asked.add(self.choices.qy_set)
        return frozenset(set[str]().union(*(self.sets[name].exact for name in asked)))

    @cached_property
    def has_patterns(self) -> bool:
        patterns = [self.complications.patterns, self.exclusions.patterns]
        return any(patterns) or any(members.patterns for members in self.sets.values())

    def adrg(self, code: str) -> Adrg | None:
        return next((adrg for mdc in self.mdcs for adrg in mdc.adrgs if adrg.code == code), None)

    def drg_for(self, adrg: Adrg, complication: str) -> str | None:
        """The DRG of an ADRG for a complication by the chain of endings, or None when the chain finds nothing."""
        chain = self.choices.endings.of(complication)
        return next((adrg.endings[ending] for ending in chain if ending in adrg.endings), None)

    def exclusion_groups_of(self, principal: str) -> frozenset[str]:
        """All exclusion groups of a principal diagnosis; none where the scheme excludes nothing."""
        if self.choices.cc_exclusion == "none":
            return frozenset()
        return frozenset[str]().union(*self.exclusions.all_of(principal))

    def grey(self, code: str) -> bool:
        return self.choices.grey_codes_are_ungroupable and code in self.grey_codes
