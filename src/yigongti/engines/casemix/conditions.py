"""The rules that read more than the principal codes and the sex, as column expressions over bits and numbers."""

from __future__ import annotations

import functools
import operator
from typing import Any

import ibis
import ibis.expr.types as ir

from yigongti.engines.casemix.plan import BITS, Candidate, Plan
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
)

NUMBER_COLUMNS = {
    NumberField.AGE_YEARS: "age_years",
    NumberField.AGE_DAYS: "age_days",
    NumberField.WEIGHT_G: "birth_weight_g",
    NumberField.SEX: "sex",
}
_MASK_OF = {
    CodeField.PRINCIPAL_DIAGNOSIS: "diagnosis_mask",
    CodeField.OTHER_DIAGNOSES: "other_diagnosis_mask",
    CodeField.PRINCIPAL_PROCEDURE: "procedure_mask",
    CodeField.OTHER_PROCEDURES: "other_procedure_mask",
}


class Conditions:
    """Reads rules against a table that has the mask columns (lookups.py) filled with 0 where nothing matched."""

    def __init__(self, table: ir.Table, plan: Plan) -> None:
        self.table = table
        self.plan = plan

    def first_rank(self) -> Any | None:
        """The smallest rank of a complex candidate that takes the case; null for none; None if there are no such rules.

        The MDC is asked first and its ADRGs only where it holds, as a case within a case: most rows stop there.
        """
        by_mdc: dict[str, list[tuple[int, Candidate]]] = {}
        for rank, (candidate, simple) in enumerate(zip(self.plan.candidates, self.plan.simple, strict=True)):
            if not simple and candidate.mdc is not None:
                place = "entered" if candidate.reason else ""
                by_mdc.setdefault(candidate.mdc.code + place, []).append((rank, candidate))
        answers = [self._within(candidates) for candidates in by_mdc.values()]
        if not answers:
            return None
        nothing = ibis.literal(self.plan.no_mdc, "int32")
        return ibis.least(nothing, *answers)

    def _within(self, candidates: list[tuple[int, Candidate]]) -> Any:
        mdc = candidates[0][1].mdc
        assert mdc is not None
        nothing = ibis.literal(self.plan.no_mdc, "int32")
        branches = [
            (self.holds(candidate.adrg.rule if candidate.adrg else candidate.rule), ibis.literal(rank, "int32"))
            for rank, candidate in candidates
        ]
        return ibis.cases((self.holds(mdc.rule), ibis.cases(*branches, else_=nothing)), else_=nothing)

    # -- one rule ---------------------------------------------------------------------------------------------------

    def holds(self, rule: Rule) -> Any:
        """A column that is true where the rule holds, never null."""
        if isinstance(rule, Always):
            return ibis.literal(True)
        if isinstance(rule, And):
            return functools.reduce(operator.and_, map(self.holds, rule.parts))
        if isinstance(rule, Or):
            return functools.reduce(operator.or_, map(self.holds, rule.parts))
        if isinstance(rule, Not):
            return ~self.holds(rule.part)
        if isinstance(rule, InSets):
            found = self._in_list(rule.fields, tuple(sorted(set(rule.sets))))
            return ~found if rule.negated else found
        if isinstance(rule, CountInSet):
            column = self.table[self.plan.count_column(rule)]
            return rule.operator.function(column, _number(rule.number))
        if isinstance(rule, Sites):
            touched = [self._in_list(rule.fields, (name,)).cast("int32") for name in self.plan.scheme.site_sets]
            total = functools.reduce(operator.add, touched, ibis.literal(0, "int32"))
            return rule.operator.function(total, _number(rule.number))
        return self._compares(rule)

    def _in_list(self, fields: tuple[CodeField, ...], lists: tuple[str, ...]) -> Any:
        bits = self.plan.diagnosis_bits if fields[0].is_diagnosis else self.plan.procedure_bits
        number = bits.lists[lists]
        masks = [self.table[f"{_MASK_OF[field]}_{number // BITS}"] for field in fields]
        mask = functools.reduce(operator.or_, masks)
        return (mask & ibis.literal(1 << (number % BITS), "int64")) != 0

    def _compares(self, rule: Comparison) -> Any:
        column = self.table[NUMBER_COLUMNS[rule.field]]
        answer = rule.operator.function(column, _number(rule.number))
        if rule.field is NumberField.SEX:  # 0 stands for a sex that the case does not say
            return answer & (column != 0)
        return answer.fill_null(False)


def _number(number: Any) -> Any:
    return number if isinstance(number, int) else float(number)
