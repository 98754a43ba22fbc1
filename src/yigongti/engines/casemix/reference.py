"""Groups one case and tells the whole path. Read it beside docs/algorithms/casemix.md: the steps have the same names.

This is the oracle: table.py, which groups millions, is held to it by tests.
"""

from __future__ import annotations

from yigongti.engines.casemix import reasons, wording
from yigongti.engines.casemix.case import UNGROUPED_ADRG, UNGROUPED_DRG, UNGROUPED_MDC, Case, Grouping
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
from yigongti.engines.casemix.scheme import Adrg, Mdc, Partition, Scheme
from yigongti.foundation.trace import Trace


def group_case(case: Case, scheme: Scheme, alternatives: bool = True) -> Grouping:
    """The group of one case, with its path.

    alternatives: also tell what would change the group (each other diagnosis as the principal one, each other
    procedure as the principal one, a complication that was excluded); costs some further groupings.
    """
    trace = Trace()
    grouping = _decide(case, scheme, trace)
    if alternatives:
        wording.tell_alternatives(case, scheme, grouping, _group_silently, trace)
    return grouping


def _group_silently(case: Case, scheme: Scheme) -> Grouping:
    return _decide(case, scheme, Trace())


def _decide(case: Case, scheme: Scheme, trace: Trace) -> Grouping:
    reason = _validity(case, scheme, trace)
    if reason:
        return _ungrouped(case, reason, trace)
    entered = False
    for mdc in scheme.mdcs:
        if not holds(mdc.rule, case, scheme):
            continue
        entered = True
        wording.tell_mdc(trace, mdc, case, scheme)
        adrg = _first_adrg(mdc, case, scheme, trace)
        if isinstance(adrg, str):  # the QY group
            return Grouping(case.case_id, mdc.code, adrg, adrg, "none", "", trace)
        if adrg is not None:
            return _with_complication(case, scheme, mdc, adrg, trace)
        wording.tell_no_adrg(trace, mdc, scheme)
        if not scheme.choices.mdc_fall_through:
            return _ungrouped(case, reasons.NO_GROUP_IN_MDC, trace)
    return _ungrouped(case, reasons.NO_GROUP_IN_ANY_MDC if entered else reasons.NO_MDC, trace)


def _validity(case: Case, scheme: Scheme, trace: Trace) -> str:
    """The first step: a case without a usable principal diagnosis has no group. Answers the reason, or ""."""
    code = case.principal_diagnosis
    if not code:
        return reasons.NO_PRINCIPAL_DIAGNOSIS
    if scheme.grey(code):
        return reasons.GREY_PRINCIPAL_DIAGNOSIS
    if scheme.choices.unknown_principal_is_ungroupable and not scheme.knows_diagnosis(code):
        return reasons.UNKNOWN_PRINCIPAL_DIAGNOSIS
    wording.tell_valid(trace, code, scheme)
    return ""


def _first_adrg(mdc: Mdc, case: Case, scheme: Scheme, trace: Trace) -> Adrg | str | None:
    """The first ADRG of the MDC whose rule holds; the QY group's code; or None."""
    qy_asked = not (scheme.choices.qy_groups and mdc.has_qy)
    for adrg in mdc.adrgs:
        if not qy_asked and adrg.partition is Partition.MEDICAL:
            qy_asked = True
            if _is_qy(case, scheme):
                wording.tell_qy(trace, mdc, case, scheme)
                return mdc.qy_code
        if holds(adrg.rule, case, scheme):
            wording.tell_adrg(trace, adrg, case, scheme)
            return adrg
        wording.tell_near_miss(trace, adrg, case, scheme)
    if not qy_asked and _is_qy(case, scheme):
        wording.tell_qy(trace, mdc, case, scheme)
        return mdc.qy_code
    return None


def _is_qy(case: Case, scheme: Scheme) -> bool:
    return case.principal_procedure in scheme.sets[scheme.choices.qy_set]


def _with_complication(case: Case, scheme: Scheme, mdc: Mdc, adrg: Adrg, trace: Trace) -> Grouping:
    level = complication_of(case, scheme, trace)
    drg = scheme.drg_for(adrg, level)
    if drg is None:
        return _ungrouped(case, reasons.NO_GROUP_FOR_COMPLICATION, trace)
    wording.tell_drg(trace, adrg, drg, level, scheme)
    return Grouping(case.case_id, mdc.code, adrg.code, drg, level, "", trace)


def complication_of(case: Case, scheme: Scheme, trace: Trace | None = None) -> str:
    """ "mcc", "cc" or "none": the gravest secondary diagnosis that its exclusion group does not take away."""
    principal_groups = scheme.exclusion_groups_of(case.principal_diagnosis)
    level = "none"
    for code in case.diagnoses[1:]:
        complication = scheme.complications.get(code)
        if complication is None:
            continue
        excluded = complication.exclusion_group in principal_groups
        if trace is not None:
            wording.tell_complication(trace, code, complication, excluded, case.principal_diagnosis, scheme)
        if not excluded and (level == "none" or complication.level == "mcc"):
            level = complication.level
    return level


def _ungrouped(case: Case, reason: str, trace: Trace) -> Grouping:
    wording.tell_ungrouped(trace, reason, case)
    return Grouping(case.case_id, UNGROUPED_MDC, UNGROUPED_ADRG, UNGROUPED_DRG, "", reason, trace)


# -- what a rule asks of a case -------------------------------------------------------------------------------------


def holds(rule: Rule, case: Case, scheme: Scheme) -> bool:
    """True when the case answers the rule."""
    if isinstance(rule, Always):
        return True
    if isinstance(rule, And):
        return all(holds(part, case, scheme) for part in rule.parts)
    if isinstance(rule, Or):
        return any(holds(part, case, scheme) for part in rule.parts)
    if isinstance(rule, Not):
        return not holds(rule.part, case, scheme)
    if isinstance(rule, InSets):
        found = any(code in scheme.sets[name] for code in codes_of(case, rule.fields) for name in rule.sets)
        return found is not rule.negated
    if isinstance(rule, CountInSet):
        members = scheme.sets[rule.set]
        return bool(rule.operator.function(sum(code in members for code in codes_of(case, rule.fields)), rule.number))
    if isinstance(rule, Sites):
        return bool(rule.operator.function(len(sites_of(case, rule.fields, scheme)), rule.number))
    return _compares(rule, case)


def codes_of(case: Case, fields: tuple[CodeField, ...]) -> list[str]:
    """The different codes in the fields, in the order of the front page."""
    found: dict[str, None] = {}
    for field in fields:
        codes = case.diagnoses if field.is_diagnosis else case.procedures
        principal = field in (CodeField.PRINCIPAL_DIAGNOSIS, CodeField.PRINCIPAL_PROCEDURE)
        found.update(dict.fromkeys(code for code in (codes[:1] if principal else codes[1:]) if code))
    return list(found)


def sites_of(case: Case, fields: tuple[CodeField, ...], scheme: Scheme) -> list[str]:
    """The body sites (site sets) that the codes in the fields touch."""
    codes = codes_of(case, fields)
    return [name for name in scheme.site_sets if any(code in scheme.sets[name] for code in codes)]


def number_of(case: Case, field: NumberField) -> int | None:
    """The number that a field of the rule language stands for; None where the case does not say it."""
    if field is NumberField.SEX:
        return int(case.sex) if case.sex in ("1", "2") else None
    return {
        NumberField.AGE_YEARS: case.age_years,
        NumberField.AGE_DAYS: case.age_days,
        NumberField.WEIGHT_G: case.birth_weight_g,
    }[field]


def _compares(rule: Comparison, case: Case) -> bool:
    number = number_of(case, rule.field)
    return number is not None and bool(rule.operator.function(number, rule.number))
