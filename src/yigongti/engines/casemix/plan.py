"""Turns a scheme into small tables of integers, so that millions of cases are grouped by joins.

The idea: nearly every rule reads the principal diagnosis, the principal procedure and the sex, nothing else. Codes
that stand in the same lists are one class; for each pair of classes the first ADRG that takes it is worked out once,
here. The few rules that read more (secondary codes, ages, weights, body sites) are kept as bit questions. Every ADRG
has a rank, its place in the order of asking; a case belongs to the smallest rank that takes it, so the answers of
the two kinds of rule are simply compared.

    candidates         the order of asking: (MDC, ADRG), QY groups and dead ends included, each with its whole rule
    principal table    diagnosis code → class, exclusion group, ranks without a procedure, bits of the lists it is in
    pair table         (diagnosis class, procedure class) → ranks, where they differ from those without a procedure
    secondary table    diagnosis code → level, exclusion group, bits
    outcome table      (rank, level) → mdc, adrg, drg, complication, reason
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from yigongti.engines.casemix import reasons
from yigongti.engines.casemix.case import UNGROUPED_ADRG, UNGROUPED_DRG, UNGROUPED_MDC
from yigongti.engines.casemix.rules import (
    Always,
    And,
    CodeField,
    Comparison,
    CountInSet,
    InSets,
    Not,
    NumberField,
    Or,
    Rule,
    Sites,
    walk,
)
from yigongti.engines.casemix.scheme import Adrg, Mdc, Partition, Scheme

LEVELS = ("none", "cc", "mcc")  # place in this list = the number by which levels are compared
SEXES = (None, 1, 2)  # unknown, male, female: one column of ranks for each
BITS = 60  # bits in one mask column; the two above them say CC and MCC; a signed 64-bit integer holds all 62
CC_BIT, MCC_BIT = 1 << 60, 1 << 61


@dataclass(frozen=True, slots=True)
class Candidate:
    """One thing a case can come to. Either an ADRG, or a QY group, or (reason) a dead end."""

    mdc: Mdc | None
    rule: Rule
    adrg: Adrg | None = None
    qy: str = ""
    reason: str = ""


def _candidates(scheme: Scheme) -> list[Candidate]:
    found: list[Candidate] = []
    choices = scheme.choices
    for mdc in scheme.mdcs:
        qy = Candidate(
            mdc, And((mdc.rule, InSets((CodeField.PRINCIPAL_PROCEDURE,), (choices.qy_set,)))), qy=mdc.qy_code
        )
        qy_pending = choices.qy_groups and mdc.has_qy
        for adrg in mdc.adrgs:
            if qy_pending and adrg.partition is Partition.MEDICAL:
                found.append(qy)
                qy_pending = False
            found.append(Candidate(mdc, And((mdc.rule, adrg.rule)), adrg))
        if qy_pending:
            found.append(qy)
        if not choices.mdc_fall_through:
            found.append(Candidate(mdc, mdc.rule, reason=reasons.NO_GROUP_IN_MDC))
    for mdc in scheme.mdcs:  # a case that entered somewhere and found nothing
        found.append(Candidate(mdc, mdc.rule, reason=reasons.NO_GROUP_IN_ANY_MDC))
    return found


def reads_principal_only(rule: Rule) -> bool:
    """True when the rule asks for nothing but the principal diagnosis, the principal procedure and the sex."""
    principal = {(CodeField.PRINCIPAL_DIAGNOSIS,), (CodeField.PRINCIPAL_PROCEDURE,)}
    for part in walk(rule):
        if isinstance(part, InSets) and part.fields not in principal:
            return False
        if isinstance(part, Comparison) and part.field is not NumberField.SEX:
            return False
        if isinstance(part, (CountInSet, Sites)):
            return False
    return True


@dataclass
class Bits:
    """Numbers the lists (unions of sets) that bit questions ask for; diagnoses and procedures apart."""

    lists: dict[tuple[str, ...], int] = field(default_factory=dict)

    def number(self, sets: tuple[str, ...]) -> int:
        return self.lists.setdefault(tuple(sorted(set(sets))), len(self.lists))

    @property
    def columns(self) -> int:
        return max(1, (len(self.lists) + BITS - 1) // BITS)

    def masks(self, codes: Iterable[str], scheme: Scheme) -> dict[str, list[int]]:
        """The mask columns of each code: bit n is set where the code is in list n."""
        found = membership(codes, list(self.lists), scheme)
        low = (1 << BITS) - 1
        return {code: [mask >> (BITS * column) & low for column in range(self.columns)] for code, mask in found.items()}


class Plan:
    """A scheme made ready for table.py. Immutable after construction; one for each scheme (Scheme.digest)."""

    def __init__(self, scheme: Scheme) -> None:
        self.scheme = scheme
        self.candidates = _candidates(scheme)
        self.simple = [reads_principal_only(candidate.rule) for candidate in self.candidates]
        self.no_mdc = len(self.candidates)
        self.invalid = {
            reason: self.no_mdc + 1 + place
            for place, reason in enumerate(
                (
                    reasons.NO_PRINCIPAL_DIAGNOSIS,
                    reasons.UNKNOWN_PRINCIPAL_DIAGNOSIS,
                    reasons.GREY_PRINCIPAL_DIAGNOSIS,
                )
            )
        }
        self.diagnosis_bits, self.procedure_bits = Bits(), Bits()
        self.other_diagnosis_lists: set[tuple[str, ...]] = set()
        self.other_procedure_lists: set[tuple[str, ...]] = set()
        self.counts: list[CountInSet] = []
        for candidate in self.complex_candidates():
            self._number_lists(candidate.rule)
        simple_rules = [c.rule for c, simple in zip(self.candidates, self.simple, strict=True) if simple]
        self.diagnosis_class_sets = _sets_of(simple_rules, CodeField.PRINCIPAL_DIAGNOSIS)
        self.procedure_class_sets = _sets_of(simple_rules, CodeField.PRINCIPAL_PROCEDURE)
        self.lookups: Any = None  # lookups.Lookups of a scheme without patterns, made at the first use
        self._diagnosis_classes: dict[int, int] = {0: 0}
        self._procedure_classes: dict[int, int] = {0: 0}

    def complex_candidates(self) -> list[Candidate]:
        return [c for c, simple in zip(self.candidates, self.simple, strict=True) if not simple]

    def _number_lists(self, rule: Rule) -> None:
        for part in walk(rule):
            if isinstance(part, InSets):
                lists = tuple(sorted(set(part.sets)))
                if part.fields[0].is_diagnosis:
                    self.diagnosis_bits.number(lists)
                    if CodeField.OTHER_DIAGNOSES in part.fields:
                        self.other_diagnosis_lists.add(lists)
                else:
                    self.procedure_bits.number(lists)
                    if CodeField.OTHER_PROCEDURES in part.fields:
                        self.other_procedure_lists.add(lists)
            elif isinstance(part, Sites):
                for name in self.scheme.site_sets:
                    self.diagnosis_bits.number((name,))
                    if CodeField.OTHER_DIAGNOSES in part.fields:
                        self.other_diagnosis_lists.add((name,))
            elif isinstance(part, CountInSet) and (part.set, part.fields) not in [
                (c.set, c.fields) for c in self.counts
            ]:
                self.counts.append(part)

    # -- classes ----------------------------------------------------------------------------------------------------

    def diagnosis_classes(self, codes: Iterable[str]) -> dict[str, int]:
        """The class of each code: codes that stand in the same lists of the simple rules share one; 0 is “in none”."""
        return _classes(codes, self.diagnosis_class_sets, self.scheme, self._diagnosis_classes)

    def procedure_classes(self, codes: Iterable[str]) -> dict[str, int]:
        return _classes(codes, self.procedure_class_sets, self.scheme, self._procedure_classes)

    def ranks(self) -> tuple[dict[int, list[int]], list[tuple[int, int, list[int]]]]:
        """For every diagnosis class seen so far its ranks without a procedure (one per sex), and the pairs of classes
        whose ranks differ from those."""
        by_class = sorted((number, mask) for mask, number in self._procedure_classes.items())
        bit_of_set = [
            sum(1 << number for number, mask in by_class if mask >> place & 1)
            for place in range(len(self.procedure_class_sets))
        ]
        everything = (1 << len(by_class)) - 1
        places = {name: place for place, name in enumerate(self.procedure_class_sets)}
        dx_places = {name: place for place, name in enumerate(self.diagnosis_class_sets)}

        def answer(rule: Rule, diagnosis: int, sex: int | None) -> int:
            """The procedure classes, as bits, for which the rule holds."""
            if isinstance(rule, Always):
                return everything
            if isinstance(rule, And):
                found = everything
                for part in rule.parts:
                    found &= answer(part, diagnosis, sex)
                    if not found:
                        break
                return found
            if isinstance(rule, Or):
                found = 0
                for part in rule.parts:
                    found |= answer(part, diagnosis, sex)
                return found
            if isinstance(rule, Not):
                return everything ^ answer(rule.part, diagnosis, sex)
            if isinstance(rule, InSets):
                if rule.fields[0].is_diagnosis:
                    found = everything if any(diagnosis >> dx_places[name] & 1 for name in rule.sets) else 0
                else:
                    found = 0
                    for name in rule.sets:
                        found |= bit_of_set[places[name]]
                return everything ^ found if rule.negated else found
            assert isinstance(rule, Comparison)
            return everything if sex is not None and rule.operator.function(sex, rule.number) else 0

        return self._rank_all(answer, everything)

    def _rank_all(
        self, answer: Callable[[Rule, int, int | None], int], everything: int
    ) -> tuple[dict[int, list[int]], list[tuple[int, int, list[int]]]]:
        alone: dict[int, list[int]] = {}
        pairs: list[tuple[int, int, list[int]]] = []
        asks_sex = [
            candidate.rule
            for candidate, simple in zip(self.candidates, self.simple, strict=True)
            if simple and any(isinstance(part, Comparison) for part in walk(candidate.rule))
        ]
        for diagnosis, number in self._diagnosis_classes.items():
            taken = [self._taken(answer, everything, diagnosis, SEXES[0])]
            if any(len({answer(rule, diagnosis, sex) for sex in SEXES}) > 1 for rule in asks_sex):
                taken += [self._taken(answer, everything, diagnosis, sex) for sex in SEXES[1:]]
            else:
                taken *= len(SEXES)
            alone[number] = [next(rank for rank, classes in column if classes & 1) for column in taken]
            own: dict[int, list[int]] = {}
            for place, column in enumerate(taken):
                for rank, classes in column:
                    if rank != alone[number][place]:
                        for procedure in _bits(classes):
                            own.setdefault(procedure, list(alone[number]))[place] = rank
            pairs += [(number, procedure, ranks) for procedure, ranks in own.items()]
        return alone, pairs

    def _taken(
        self, answer: Callable[[Rule, int, int | None], int], everything: int, diagnosis: int, sex: int | None
    ) -> list[tuple[int, int]]:
        """Which rank takes which procedure classes (bits), for one diagnosis class and sex, the first come first."""
        left = everything
        found: list[tuple[int, int]] = []
        entered: dict[str, int] = {}
        for rank, candidate in enumerate(self.candidates):
            if not self.simple[rank] or candidate.mdc is None:
                continue
            if candidate.mdc.code not in entered:
                entered[candidate.mdc.code] = answer(candidate.mdc.rule, diagnosis, sex)
            if not entered[candidate.mdc.code] & left:
                continue
            taken = answer(candidate.rule, diagnosis, sex) & left
            if taken:
                found.append((rank, taken))
                left ^= taken
                if not left:
                    break
        found.append((self.no_mdc, left))
        return found

    # -- what a rank means ------------------------------------------------------------------------------------------

    @cached_property
    def outcomes(self) -> list[tuple[int, int, str, str, str, str, str]]:
        """(rank, level, mdc, adrg, drg, complication, reason) for every rank and level."""
        nothing = (UNGROUPED_MDC, UNGROUPED_ADRG, UNGROUPED_DRG, "")
        rows: list[tuple[int, int, str, str, str, str, str]] = []
        for rank, candidate in enumerate(self.candidates):
            for level, name in enumerate(LEVELS):
                if candidate.adrg is not None:
                    drg = self.scheme.drg_for(candidate.adrg, name)
                    if drg is None:
                        rows.append((rank, level, *nothing, reasons.NO_GROUP_FOR_COMPLICATION))
                    else:
                        rows.append((rank, level, candidate.adrg.mdc, candidate.adrg.code, drg, name, ""))
                elif candidate.qy and candidate.mdc is not None:
                    rows.append((rank, level, candidate.mdc.code, candidate.qy, candidate.qy, "none", ""))
                else:
                    rows.append((rank, level, *nothing, candidate.reason))
        ends = {reasons.NO_MDC: self.no_mdc, **self.invalid}
        rows += [(rank, level, *nothing, reason) for reason, rank in ends.items() for level in range(len(LEVELS))]
        return rows

    def count_column(self, count: CountInSet) -> str:
        """The column that answers a length() question."""
        place = [(one.set, one.fields) for one in self.counts].index((count.set, count.fields))
        return f"count_{place}"

    # -- exclusions -------------------------------------------------------------------------------------------------

    @cached_property
    def exclusion_groups(self) -> dict[str, int]:
        """The exclusion groups, numbered from 1; 0 stands for none."""
        names = {value.exclusion_group for _, value in self.scheme.complications.members()}
        names |= {name for _, groups in self.scheme.exclusions.members() for name in groups}
        return {name: number for number, name in enumerate(sorted(names - {""}), start=1)}

    @cached_property
    def one_group_each(self) -> bool:
        """True when no principal diagnosis has two exclusion groups: then equality of two numbers decides."""
        exclusions = self.scheme.exclusions
        return not exclusions.patterns and all(len(groups) <= 1 for groups in exclusions.exact.values())

    @property
    def exclusion_columns(self) -> int:
        return 1 if self.one_group_each else len(self.exclusion_groups) // BITS + 1

    def principal_exclusions(self, code: str) -> list[int]:
        """The exclusion columns of a principal diagnosis: its group's number, or masks where it may have several."""
        groups = self.scheme.exclusion_groups_of(code)
        numbers = [self.exclusion_groups[name] for name in groups]
        return [numbers[0] if numbers else 0] if self.one_group_each else _as_masks(numbers, self.exclusion_columns)

    def secondary_exclusions(self, group: str) -> list[int]:
        """The same for a complication; -1 (one_group_each) where it is never excluded."""
        number = self.exclusion_groups.get(group)
        if self.one_group_each:
            return [-1 if number is None else number]
        return _as_masks([] if number is None else [number], self.exclusion_columns)


def _bits(mask: int) -> Iterator[int]:
    """The places of the bits that are set."""
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest


def _as_masks(numbers: Iterable[int], columns: int) -> list[int]:
    masks = [0] * columns
    for number in numbers:
        masks[number // BITS] |= 1 << (number % BITS)
    return masks


def _sets_of(rules: list[Rule], asked: CodeField) -> tuple[str, ...]:
    names: dict[str, None] = {}
    for rule in rules:
        for part in walk(rule):
            if isinstance(part, InSets) and part.fields == (asked,):
                names.update(dict.fromkeys(part.sets))
    return tuple(names)


def membership(codes: Iterable[str], lists: Sequence[tuple[str, ...]], scheme: Scheme) -> dict[str, int]:
    """For each code a mask: bit n is set where the code is in the n-th list (a union of sets)."""
    found = dict.fromkeys(codes, 0)
    in_order = sorted(found) if scheme.has_patterns else []
    for number, sets in enumerate(lists):
        bit = 1 << number
        for name in sets:
            members = scheme.sets[name]
            for code in members.exact:
                if code in found:
                    found[code] |= bit
            for pattern, _ in members.patterns:
                for code in in_order[bisect_left(in_order, pattern.first) : bisect_left(in_order, pattern.beyond)]:
                    found[code] |= bit
    return found


def _classes(codes: Iterable[str], sets: tuple[str, ...], scheme: Scheme, classes: dict[int, int]) -> dict[str, int]:
    masks = membership(codes, [(name,) for name in sets], scheme)
    return {code: classes.setdefault(mask, len(classes)) for code, mask in masks.items()}
