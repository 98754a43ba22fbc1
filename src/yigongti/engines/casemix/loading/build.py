"""Makes a scheme of its tables: rules parsed, choices applied, order fixed, everything checked that grouping needs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from yigongti.engines.casemix.choices import Choices
from yigongti.engines.casemix.code_tables import CodeSet, CodeTable, code_set
from yigongti.engines.casemix.loading.tables import Row, SchemeTables
from yigongti.engines.casemix.rules import CodeField, CountInSet, InSets, Rule, Sites, parse_rule, sets_read, walk
from yigongti.engines.casemix.rules.syntax import Atom, map_atoms
from yigongti.engines.casemix.scheme import Adrg, Complication, Mdc, Partition, Scheme, partition_of
from yigongti.foundation.errors import PolicyError

_DIAGNOSES = (CodeField.PRINCIPAL_DIAGNOSIS, CodeField.OTHER_DIAGNOSES)
_PROCEDURES = (CodeField.PRINCIPAL_PROCEDURE, CodeField.OTHER_PROCEDURES)
_PARTITIONS = list(Partition)


def build_scheme(tables: SchemeTables) -> Scheme:
    """The scheme of the tables.

    Raises PolicyError: a rule that cannot be read, a rule that names a set which is not there, a code given twice
    with different meanings, an ADRG of an MDC that is not there, an order that is no number.
    """
    patterns = tables.choices.members == "patterns"
    sets = _sets(tables.sets, patterns)
    mdcs = _mdcs(tables)
    scheme = Scheme(
        name=tables.name,
        version=tables.version,
        source=tables.source,
        digest=tables.digest,
        mdcs=mdcs,
        drg_names={row["drg"]: row["name"] for row in tables.drgs},
        sets=sets,
        complications=CodeTable.of(_complications(tables.complications).items(), patterns),
        exclusions=CodeTable.of(_exclusions(tables.exclusions).items(), patterns),
        choices=tables.choices,
        grey_codes=tables.grey,
        diagnosis_names={row["code"]: row["name"] for row in tables.names},
    )
    _check_sets_exist(tables, scheme)
    return scheme


def read_rule(row: Row) -> Rule:
    """The row's rule; the error names the row."""
    try:
        return parse_rule(row["rule"])
    except PolicyError as error:
        raise PolicyError(
            error.code, zh=error.text.zh, en=error.text.en, where=f"{row.where}: {error.where}"
        ) from error


def _mdcs(tables: SchemeTables) -> tuple[Mdc, ...]:
    choices = tables.choices
    rows = sorted(tables.mdcs, key=_order)
    codes = [row["mdc"] for row in rows]
    _refuse_repeats(rows, "mdc", "主要诊断大类", "MDC")
    _refuse_repeats(tables.adrgs, "adrg", "ADRG", "ADRG")
    _refuse_repeats(tables.drgs, "drg", "DRG", "DRG")
    adrgs: dict[str, list[Adrg]] = {code: [] for code in codes}
    for row in sorted(tables.adrgs, key=_order):
        if row["mdc"] not in adrgs:
            raise PolicyError(
                "casemix.unknown_mdc",
                zh=f"ADRG {row['adrg']} 所属的 {row['mdc']} 不在 MDC 表中",
                en=f"ADRG {row['adrg']} belongs to {row['mdc']}, which is not in the MDC table",
                where=row.where,
            )
        adrgs[row["mdc"]].append(_adrg(row, tables))
    if choices.adrg_order == "by_partition":
        for listed in adrgs.values():
            listed.sort(key=lambda adrg: _PARTITIONS.index(adrg.partition))
    mdcs = []
    for row in rows:
        rule = read_rule(row)
        if row["mdc"] == "MDCY":
            rule = _reading(rule, choices.mdcy_reads, _DIAGNOSES)
        mdcs.append(Mdc(row["mdc"], row["name"], rule, tuple(adrgs[row["mdc"]])))
    return tuple(mdcs)


def _adrg(row: Row, tables: SchemeTables) -> Adrg:
    code = row["adrg"]
    rule = read_rule(row)
    if partition_of(code) is Partition.SURGICAL:
        rule = _reading(rule, tables.choices.surgical_reads, _PROCEDURES)
    drgs = row["drgs"].replace("、", " ").replace("|", " ").split()
    if not drgs:
        drgs = [
            other["drg"] for other in tables.drgs if other["drg"].startswith(code) and len(other["drg"]) > len(code)
        ]
    endings: dict[str, str] = {}
    for drg in drgs:
        if not drg.startswith(code) or len(drg) != len(code) + 1:
            raise PolicyError(
                "casemix.drg_not_of_adrg",
                zh=f"细分组 {drg} 不是 ADRG {code} 加一位尾码",
                en=f"Group {drg} is not ADRG {code} with one ending",
                where=row.where,
            )
        endings[drg[-1]] = drg
    return Adrg(row["mdc"], code, row["name"], rule, endings)


def _reading(rule: Rule, choice: str, both: tuple[CodeField, CodeField]) -> Rule:
    """The rule with its questions to one kind of code turned to the fields that the choice says."""
    if choice == "as_written":
        return rule
    fields = both if choice == "any" else both[:1]

    def turned(atom: Atom) -> Rule:
        if isinstance(atom, InSets) and atom.fields[0] in both:
            return InSets(fields, atom.sets, atom.negated)
        if isinstance(atom, CountInSet) and atom.fields[0] in both:
            return CountInSet(atom.set, fields, atom.operator, atom.number)
        return atom

    return map_atoms(rule, turned)


def _order(row: Row) -> int:
    try:
        return int(row["order"])
    except ValueError as error:
        raise PolicyError(
            "casemix.order",
            zh=f"顺序应为整数，实为“{row['order']}”",
            en=f"The order must be a whole number: {row['order']}",
            where=row.where,
        ) from error


def _refuse_repeats(rows: Iterable[Row], column: str, zh: str, en: str) -> None:
    seen: set[str] = set()
    for row in rows:
        if not row[column] or row[column] in seen:
            raise PolicyError(
                "casemix.repeated_code",
                zh=f"{zh} 编码为空或重复：“{row[column]}”",
                en=f"The {en} code is empty or stands there twice: {row[column]}",
                where=row.where,
            )
        seen.add(row[column])


def _sets(rows: Iterable[Row], patterns: bool) -> dict[str, CodeSet]:
    members: dict[str, list[str]] = {}
    for row in rows:
        members.setdefault(row["set"], [])
        if row["code"]:
            members[row["set"]].append(row["code"])
    return {name: code_set(codes, patterns) for name, codes in members.items()}


def _complications(rows: Iterable[Row]) -> dict[str, Complication]:
    found: dict[str, Complication] = {}
    for row in rows:
        complication = Complication(row["level"], row["exclusion_group"])
        before = found.setdefault(row["code"], complication)
        if before != complication and before.level == complication.level:
            raise PolicyError(
                "casemix.repeated_complication",
                zh=f"并发症编码 {row['code']} 有两个排除组",
                en=f"Complication {row['code']} has two exclusion groups",
                where=row.where,
            )
        if complication.level == "mcc":  # a code marked both ways counts as the major one
            found[row["code"]] = complication
    return found


def _exclusions(rows: Iterable[Row]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for row in rows:
        if row["exclusion_group"]:
            found.setdefault(row["principal_code"], set()).add(row["exclusion_group"])
    return {code: frozenset(groups) for code, groups in found.items()}


def missing_sets(rule: Rule, sets: Mapping[str, object], choices: Choices) -> list[str]:
    """The names that the rule asks for and the scheme lacks; the site prefix where no site set is there."""
    missing = [name for name in sets_read(rule) if name not in sets]
    if any(isinstance(part, Sites) for part in walk(rule)) and not any(
        name.startswith(choices.site_prefix) for name in sets
    ):
        missing.append(choices.site_prefix + "*")
    return missing


def _check_sets_exist(tables: SchemeTables, scheme: Scheme) -> None:
    for row in (*tables.mdcs, *tables.adrgs):
        missing = missing_sets(read_rule(row), scheme.sets, scheme.choices)
        if missing:
            raise PolicyError(
                "casemix.unknown_set",
                zh=f"规则引用了不存在的集合 {'、'.join(missing)}",
                en=f"The rule names sets that are not there: {', '.join(missing)}",
                where=f"{row.where}: {row['rule']}",
            )
    if scheme.choices.qy_groups and scheme.choices.qy_set not in scheme.sets:
        raise PolicyError(
            "casemix.unknown_set",
            zh=f"QY 组所用的集合 {scheme.choices.qy_set} 不存在",
            en=f"The set of the QY groups, {scheme.choices.qy_set}, is not there",
            where="scheme.yaml",
        )
