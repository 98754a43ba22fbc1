"""Checks a scheme's tables themselves: what a group can never receive, what is named nowhere, what nobody uses.

error      grouping is impossible or wrong: a rule that cannot be read, a set that is not there, an ADRG that has no
           group for a degree of complication
warning    a case will probably not come where the scheme's author meant: an unreachable group, a diagnosis of an
           ADRG that its MDC does not take, an empty set
remark     worth knowing: overlapping lists, sets and exclusion groups that nothing uses
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from yigongti.engines.casemix.choices import COMPLICATIONS
from yigongti.engines.casemix.loading import SchemeTables, build_scheme, read_tables
from yigongti.engines.casemix.loading.build import missing_sets
from yigongti.engines.casemix.plan import Plan, membership
from yigongti.engines.casemix.rules import And, CodeField, InSets, Not, Or, Rule, Sites, parse_rule, sets_read, walk
from yigongti.engines.casemix.scheme import Scheme
from yigongti.foundation.errors import PolicyError, Text

SHOWN = 5  # codes named in a sentence; the count is always whole


@dataclass(frozen=True, slots=True)
class Finding:
    """severity: error, warning or remark. code: stable. where: file or sheet and row, or the group."""

    severity: str
    code: str
    said: Text
    where: str = ""


def lint_scheme(path: Path | str) -> list[Finding]:
    """All findings about the scheme at a path, errors first; raises PolicyError when its files cannot be read."""
    tables = read_tables(path)
    found = list(_broken_rules(tables))
    if not found:
        try:
            scheme = build_scheme(tables)
        except PolicyError as error:
            found.append(Finding("error", error.code, error.text, error.where))
        else:
            for check in CHECKS:
                found += check(scheme)
    found += _repeated_members(tables)
    return sorted(found, key=lambda finding: ("error", "warning", "remark").index(finding.severity))


def _finding(severity: str, code: str, zh: str, en: str, where: str = "") -> Finding:
    return Finding(severity, code, Text(zh=zh, en=en), where)


def _some(codes: list[str]) -> str:
    return "、".join(codes[:SHOWN]) + ("…" if len(codes) > SHOWN else "")


# -- the tables before they are a scheme ----------------------------------------------------------------------------


def _broken_rules(tables: SchemeTables) -> Iterator[Finding]:
    names = {row["set"] for row in tables.sets}
    for row in (*tables.mdcs, *tables.adrgs):
        try:
            rule = parse_rule(row["rule"])
        except PolicyError as error:
            yield Finding("error", "rule_syntax", error.text, f"{row.where}: {error.where}")
            continue
        for name in missing_sets(rule, dict.fromkeys(names), tables.choices):
            yield _finding(
                "error",
                "unknown_set",
                f"规则引用了不存在的集合 {name}",
                f"The rule names the set {name}, which is not there",
                f"{row.where}: {row['rule']}",
            )


def _repeated_members(tables: SchemeTables) -> Iterator[Finding]:
    seen: set[tuple[str, str]] = set()
    for row in tables.sets:
        member = (row["set"], row["code"])
        if member in seen:
            yield _finding(
                "remark",
                "repeated_member",
                f"集合 {member[0]} 中 {member[1]} 出现两次",
                f"{member[1]} stands twice in set {member[0]}",
                row.where,
            )
        seen.add(member)


# -- the scheme -----------------------------------------------------------------------------------------------------


def _endings(scheme: Scheme) -> Iterator[Finding]:
    for mdc in scheme.mdcs:
        for adrg in mdc.adrgs:
            reached = {level: scheme.drg_for(adrg, level) for level in COMPLICATIONS}
            lacking = [level for level, drg in reached.items() if drg is None]
            if lacking:
                yield _finding(
                    "error",
                    "no_group_for_complication",
                    f"ADRG {adrg.code} 没有 {'、'.join(lacking)} 对应的细分组",
                    f"ADRG {adrg.code} has no group for {', '.join(lacking)}",
                    adrg.code,
                )
            for drg in adrg.endings.values():
                if drg not in reached.values():
                    yield _finding(
                        "warning",
                        "unreachable_group",
                        f"细分组 {drg} 的尾码在任何并发症程度下都取不到",
                        f"No degree of complication leads to the ending of group {drg}",
                        drg,
                    )


def _names(scheme: Scheme) -> Iterator[Finding]:
    listed = {drg for mdc in scheme.mdcs for adrg in mdc.adrgs for drg in adrg.endings.values()}
    for drg in sorted(listed):
        if not scheme.drg_names.get(drg):
            yield _finding("warning", "unnamed_group", f"细分组 {drg} 没有名称", f"Group {drg} has no name", drg)
    for drg in sorted(set(scheme.drg_names) - listed):
        yield _finding(
            "warning", "unreachable_group", f"细分组 {drg} 不属于任何 ADRG", f"Group {drg} belongs to no ADRG", drg
        )
    for mdc in scheme.mdcs:
        for code, name in ((mdc.code, mdc.name), *((adrg.code, adrg.name) for adrg in mdc.adrgs)):
            if not name:
                yield _finding("warning", "unnamed_group", f"{code} 没有名称", f"{code} has no name", code)


def _reach(scheme: Scheme) -> Iterator[Finding]:
    """Groups that no combination of principal diagnosis, procedure and sex can reach, earlier groups considered."""
    plan = Plan(scheme)
    plan.diagnosis_classes(_members(scheme, scheme.diagnosis_sets))
    plan.procedure_classes(_members(scheme, plan.procedure_class_sets))
    alone, pairs = plan.ranks()
    reached = {rank for ranks in alone.values() for rank in ranks} | {rank for *_, ranks in pairs for rank in ranks}
    for rank, candidate in enumerate(plan.candidates):
        if candidate.adrg is None or candidate.mdc is None:
            continue
        if plan.simple[rank]:
            if rank not in reached:
                yield _finding(
                    "warning",
                    "unreachable_group",
                    f"ADRG {candidate.adrg.code} 无法到达：前面的组已接收它的全部病例，或条件互相矛盾",
                    f"ADRG {candidate.adrg.code} cannot be reached: earlier groups take all its cases, or its rule "
                    "contradicts its MDC's",
                    candidate.adrg.code,
                )
        elif not _possible(candidate.rule, scheme):
            yield _finding(
                "warning",
                "unreachable_group",
                f"ADRG {candidate.adrg.code} 无法到达：没有主要诊断能同时满足大类和本组的条件",
                f"ADRG {candidate.adrg.code} cannot be reached: no principal diagnosis satisfies both its MDC's rule "
                "and its own",
                candidate.adrg.code,
            )


def _members(scheme: Scheme, names: tuple[str, ...]) -> list[str]:
    """The codes of sets; a pattern stands for itself by a code at its lower end."""
    codes: set[str] = set()
    for name in names:
        codes.update(scheme.sets[name].exact)
        codes.update(pattern.first for pattern, _ in scheme.sets[name].patterns)
    return sorted(codes)


def _possible(rule: Rule, scheme: Scheme) -> bool:
    """Whether some principal diagnosis lets the rule hold, whatever the rest of the case is."""
    names = [name for name, fields in sets_read(rule).items() if CodeField.PRINCIPAL_DIAGNOSIS in fields]
    masks = set(membership(_members(scheme, tuple(names)), [(name,) for name in names], scheme).values()) | {0}

    def outcomes(part: Rule, mask: int) -> set[bool]:
        if isinstance(part, And):
            answers = [outcomes(one, mask) for one in part.parts]
            return ({True} if all(True in one for one in answers) else set()) | (
                {False} if any(False in one for one in answers) else set()
            )
        if isinstance(part, Or):
            answers = [outcomes(one, mask) for one in part.parts]
            return ({True} if any(True in one for one in answers) else set()) | (
                {False} if all(False in one for one in answers) else set()
            )
        if isinstance(part, Not):
            return {not one for one in outcomes(part.part, mask)}
        if isinstance(part, InSets) and part.fields == (CodeField.PRINCIPAL_DIAGNOSIS,):
            found = any(mask >> names.index(name) & 1 for name in part.sets)
            return {found is not part.negated}
        return {True, False}

    return any(True in outcomes(rule, mask) for mask in masks)


def _outside_mdc(scheme: Scheme) -> Iterator[Finding]:
    """Principal diagnoses of an ADRG that its MDC does not take: cases with them never come to it."""
    for mdc in scheme.mdcs:
        own = _required_sets(mdc.rule)
        if not own:
            continue
        for adrg in mdc.adrgs:
            asked = _required_sets(adrg.rule)
            codes = _members(scheme, asked)
            outside = [code for code in codes if not any(code in scheme.sets[name] for name in own)]
            if outside:
                yield _finding(
                    "warning",
                    "adrg_diagnosis_outside_mdc",
                    f"ADRG {adrg.code} 的主要诊断中有 {len(outside)} 个不在 {mdc.code} 内：{_some(outside)}",
                    f"{len(outside)} principal diagnoses of ADRG {adrg.code} are not in {mdc.code}: {_some(outside)}",
                    adrg.code,
                )


def _required_sets(rule: Rule) -> tuple[str, ...]:
    """The sets in one of which the principal diagnosis must be for the rule to hold; () when it need not."""
    if isinstance(rule, InSets) and rule.fields == (CodeField.PRINCIPAL_DIAGNOSIS,) and not rule.negated:
        return rule.sets
    if isinstance(rule, And):
        return next((found for part in rule.parts if (found := _required_sets(part))), ())
    return ()


def _sets(scheme: Scheme) -> Iterator[Finding]:
    read: set[str] = {scheme.choices.qy_set} if scheme.choices.qy_groups else set()
    for rule in scheme.rules():
        read |= set(sets_read(rule))
        if any(isinstance(part, Sites) for part in walk(rule)):
            read |= set(scheme.site_sets)
    for name, members in scheme.sets.items():
        if not len(members):
            yield _finding("warning", "empty_set", f"集合 {name} 是空的", f"Set {name} is empty", name)
        if name not in read:
            yield _finding("remark", "unused_set", f"没有规则使用集合 {name}", f"No rule uses set {name}", name)


def _overlaps(scheme: Scheme) -> Iterator[Finding]:
    """Two ADRGs of one kind in one MDC whose whole rule is a list: the first one takes the codes of both."""
    for mdc in scheme.mdcs:
        lists = [(adrg, adrg.rule) for adrg in mdc.adrgs if isinstance(adrg.rule, InSets) and not adrg.rule.negated]
        for place, (adrg, rule) in enumerate(lists):
            for later, other in lists[place + 1 :]:
                if rule.fields != other.fields or adrg.partition is not later.partition:
                    continue
                shared = sorted(set(_members(scheme, other.sets)) & set(_members(scheme, rule.sets)))
                if shared:
                    yield _finding(
                        "remark",
                        "overlapping_sets",
                        f"{adrg.code}、{later.code} 有 {len(shared)} 个编码相同，归前者：{_some(shared)}",
                        f"{adrg.code}, {later.code} share {len(shared)} codes; the first takes them: {_some(shared)}",
                        mdc.code,
                    )


def _exclusions(scheme: Scheme) -> Iterator[Finding]:
    used = {complication.exclusion_group for _, complication in scheme.complications.members()} - {""}
    given = {group for _, groups in scheme.exclusions.members() for group in groups}
    for group in sorted(given - used):
        yield _finding(
            "remark",
            "unused_exclusion_group",
            f"排除组 {group} 没有任何并发症使用",
            f"No complication uses exclusion group {group}",
            group,
        )
    for group in sorted(used - given):
        yield _finding(
            "remark",
            "exclusion_group_without_diagnosis",
            f"排除组 {group} 没有主要诊断，该组并发症从不被排除",
            f"Exclusion group {group} has no principal diagnosis; its complications are never excluded",
            group,
        )


CHECKS: tuple[Callable[[Scheme], Iterator[Finding]], ...] = (
    _endings,
    _names,
    _reach,
    _outside_mdc,
    _sets,
    _overlaps,
    _exclusions,
)
