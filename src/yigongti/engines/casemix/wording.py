"""The sentences of a case's path. reference.py decides; this file only says it, in both languages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from yigongti.engines.casemix import reference, rules
from yigongti.engines.casemix.case import Case, Grouping
from yigongti.engines.casemix.reasons import REASONS
from yigongti.engines.casemix.rules import And, Comparison, CountInSet, InSets, Or, Rule, Sites
from yigongti.engines.casemix.scheme import Adrg, Complication, Mdc, Scheme
from yigongti.foundation.trace import Trace

_LEVELS_ZH = {"mcc": "严重并发症或合并症（MCC）", "cc": "并发症或合并症（CC）", "none": "无并发症或合并症"}
_LEVELS_EN = {"mcc": "major complication (MCC)", "cc": "complication (CC)", "none": "no complication"}
MOST_ALTERNATIVES = 40  # a front page holds at most 40 diagnoses and 40 procedures


def named(code: str, scheme: Scheme) -> str:
    """The code with its name where the scheme knows one."""
    name = scheme.diagnosis_names.get(code, "")
    return f"{code} {name}" if name else code


def what_matched(rule: Rule, case: Case, scheme: Scheme) -> tuple[str, ...]:
    """The questions of a rule that the case answered with yes, each with the code and the list that decided."""
    if isinstance(rule, (And, Or)):
        found: list[str] = []
        for part in rule.parts:
            if reference.holds(part, case, scheme):
                found += what_matched(part, case, scheme)
                if isinstance(rule, Or):
                    break
        return tuple(found)
    if isinstance(rule, InSets) and not rule.negated:
        codes = reference.codes_of(case, rule.fields)
        code, name = next((code, name) for code in codes for name in rule.sets if code in scheme.sets[name])
        return (f"{code} ∈ {{{name}}}",)
    if isinstance(rule, CountInSet):
        codes = [code for code in reference.codes_of(case, rule.fields) if code in scheme.sets[rule.set]]
        return (f"{', '.join(codes) or '∅'} ∈ {{{rule.set}}}: {len(codes)} {rule.operator} {rule.number}",)
    if isinstance(rule, Sites):
        sites = reference.sites_of(case, rule.fields, scheme)
        shown = ", ".join(name.removeprefix(scheme.choices.site_prefix) for name in sites)
        return (f"sites: {shown} ({len(sites)} {rule.operator} {rule.number})",)
    if isinstance(rule, Comparison):
        return (f"{rule.field} = {reference.number_of(case, rule.field)} ({rule.operator} {rule.number})",)
    return (rules.print_rule(rule),)


def tell_valid(trace: Trace, code: str, scheme: Scheme) -> None:
    trace.add(
        "validity",
        zh=f"主要诊断 {named(code, scheme)} 有效，可以分组",
        en=f"The principal diagnosis {named(code, scheme)} is valid; the case can be grouped",
        evidence=(code,),
        source=scheme.name,
    )


def tell_mdc(trace: Trace, mdc: Mdc, case: Case, scheme: Scheme) -> None:
    trace.add(
        "mdc",
        zh=f"进入 {mdc.code} {mdc.name}",
        en=f"The case enters {mdc.code} {mdc.name}",
        evidence=what_matched(mdc.rule, case, scheme),
        source=rules.print_rule(mdc.rule),
    )


def tell_no_adrg(trace: Trace, mdc: Mdc, scheme: Scheme) -> None:
    on = scheme.choices.mdc_fall_through
    trace.add(
        "mdc_left",
        passed=False,
        zh=f"{mdc.code} 中没有 ADRG 接受本病例" + ("，继续看下一个大类" if on else "，本方案到此为止"),
        en=f"No ADRG of {mdc.code} takes the case" + ("; on to the next MDC" if on else "; this scheme stops here"),
    )


def tell_adrg(trace: Trace, adrg: Adrg, case: Case, scheme: Scheme) -> None:
    trace.add(
        "adrg",
        zh=f"{adrg.partition.zh} {adrg.code} {adrg.name} 的条件成立，归入该组",
        en=f"The rule of the {adrg.partition.en} group {adrg.code} {adrg.name} holds; the case belongs there",
        evidence=what_matched(adrg.rule, case, scheme),
        source=rules.print_rule(adrg.rule),
    )


def tell_near_miss(trace: Trace, adrg: Adrg, case: Case, scheme: Scheme) -> None:
    """A group is worth a line when part of its rule held; the hundreds that have nothing to do with it are not."""
    if not isinstance(adrg.rule, And):
        return
    held = [part for part in adrg.rule.parts if reference.holds(part, case, scheme)]
    asks_codes = [
        part
        for part in held
        if isinstance(part, (InSets, CountInSet, Sites, Or)) and not (isinstance(part, InSets) and part.negated)
    ]
    if not asks_codes:
        return
    lacking = [rules.print_rule(part) for part in adrg.rule.parts if part not in held]
    trace.add(
        "adrg_left",
        passed=False,
        zh=f"{adrg.code} {adrg.name} 只符合一部分：还缺 {'；'.join(lacking)}",
        en=f"{adrg.code} {adrg.name} holds in part only; it lacks {'; '.join(lacking)}",
        evidence=what_matched(And(tuple(held)), case, scheme),
        source=rules.print_rule(adrg.rule),
    )


def tell_qy(trace: Trace, mdc: Mdc, case: Case, scheme: Scheme) -> None:
    code = case.principal_procedure
    trace.add(
        "qy",
        zh=f"主要手术 {code} 与主要诊断所在的 {mdc.code} 无关，归入歧义组 {mdc.qy_code}",
        en=f"The principal procedure {code} does not belong to {mdc.code}; the case goes to its QY group {mdc.qy_code}",
        evidence=(f"{code} ∈ {{{scheme.choices.qy_set}}}",),
        source="choices.qy_groups",
    )


def tell_complication(
    trace: Trace, code: str, complication: Complication, excluded: bool, principal: str, scheme: Scheme
) -> None:
    level, group = complication.level.upper(), complication.exclusion_group
    if excluded:
        trace.add(
            "complication_excluded",
            passed=False,
            zh=f"其他诊断 {named(code, scheme)} 是 {level}，但与主要诊断 {principal} 同在排除组 {group}，不计",
            en=f"{named(code, scheme)} is a {level}, but shares exclusion group {group} with the principal "
            f"diagnosis {principal}; it does not count",
            evidence=(code, group),
            source=f"exclusion group {group}",
        )
    else:
        trace.add(
            "complication",
            zh=f"其他诊断 {named(code, scheme)} 是 {level}（排除组 {group or '无'}），计入",
            en=f"{named(code, scheme)} is a {level} (exclusion group {group or 'none'}) and counts",
            evidence=(code, group),
            source=f"{level} list",
        )


def tell_drg(trace: Trace, adrg: Adrg, drg: str, level: str, scheme: Scheme) -> None:
    chain = scheme.choices.endings.of(level)
    tried = list(chain[: chain.index(drg[-1])])
    missing_zh = f"（{adrg.code} 没有尾码 {'、'.join(tried)}）" if tried else ""
    missing_en = f" ({adrg.code} has no ending {', '.join(tried)})" if tried else ""
    trace.add(
        "drg",
        zh=f"{_LEVELS_ZH[level]}：取尾码 {drg[-1]}{missing_zh}，细分组 {drg} {scheme.drg_names.get(drg, '')}",
        en=f"{_LEVELS_EN[level]}: ending {drg[-1]}{missing_en}, group {drg} {scheme.drg_names.get(drg, '')}",
        evidence=(level, *sorted(adrg.endings.values())),
        source=f"endings {level}: {chain}",
    )


def tell_ungrouped(trace: Trace, reason: str, case: Case) -> None:
    text = REASONS[reason]
    trace.add(
        "ungrouped",
        zh=f"不能入组：{text.zh}",
        en=f"No group: {text.en}",
        passed=False,
        evidence=(reason, case.principal_diagnosis),
    )


# -- what would change it -------------------------------------------------------------------------------------------


def tell_alternatives(
    case: Case, scheme: Scheme, now: Grouping, group: Callable[[Case, Scheme], Grouping], trace: Trace
) -> None:
    """Says which single change of the front page would lead to another group; a question for the coder, no advice."""
    _tell_other_endings(scheme, now, trace)
    for place, code in enumerate(case.diagnoses[1 : MOST_ALTERNATIVES + 1], start=1):
        rest = case.diagnoses[:place] + case.diagnoses[place + 1 :]
        other = group(replace(case, diagnoses=(code, *rest)), scheme)
        if code and other.drg != now.drg:
            _tell_change(trace, f"若主要诊断为 {code}", f"With {code} as the principal diagnosis", other, now)
    for place, code in enumerate(case.procedures[1 : MOST_ALTERNATIVES + 1], start=1):
        rest = case.procedures[:place] + case.procedures[place + 1 :]
        other = group(replace(case, procedures=(code, *rest)), scheme)
        if code and other.drg != now.drg:
            _tell_change(trace, f"若主要手术操作为 {code}", f"With {code} as the principal procedure", other, now)
    for code in dict.fromkeys(case.diagnoses[1:]):
        other = group(
            replace(case, diagnoses=(case.principal_diagnosis, *(c for c in case.diagnoses[1:] if c != code))), scheme
        )
        if code and other.drg != now.drg:
            _tell_change(trace, f"若没有其他诊断 {code}", f"Without the diagnosis {code}", other, now)


def _tell_other_endings(scheme: Scheme, now: Grouping, trace: Trace) -> None:
    adrg = scheme.adrg(now.adrg)
    if adrg is None or not now.complication:
        return
    for level in ("mcc", "cc", "none"):
        drg = scheme.drg_for(adrg, level)
        if drg and drg != now.drg:
            trace.add(
                "would_change",
                passed=False,
                zh=f"{_LEVELS_ZH[level]}时为 {drg} {scheme.drg_names.get(drg, '')}",
                en=f"With {_LEVELS_EN[level]} it would be {drg} {scheme.drg_names.get(drg, '')}",
                evidence=(level, drg),
            )


def _tell_change(trace: Trace, zh: str, en: str, other: Grouping, now: Grouping) -> None:
    if other.reason:
        text = REASONS[other.reason]
        trace.add(
            "would_change",
            passed=False,
            zh=f"{zh}，则不能入组：{text.zh}",
            en=f"{en} there would be no group: {text.en}",
            evidence=(other.drg, other.reason),
        )
        return
    trace.add(
        "would_change",
        passed=False,
        zh=f"{zh}，则为 {other.drg}（现为 {now.drg}）",
        en=f"{en} the group would be {other.drg} (now {now.drg})",
        evidence=(other.drg,),
    )
