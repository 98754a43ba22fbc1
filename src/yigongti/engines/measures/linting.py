"""What is wrong between the files of measures, all of it at once: each refusal with a stable code and its place.

A measure is refused that no fact can feed (the missing fact, column, item or list is named), whose units do not fit,
whose versions leave a gap or overlap; a printed number that two measures have or nobody; a count or filter that nobody
uses; a target whose measure is not there. Circles of filters are refused by filter_files.py while they are read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from yigongti.engines.measures.catalogue import RETURNS, Definitions, Target, row_of
from yigongti.engines.measures.definitions import Better, Condition, Count, Filter, Graded, Measure, Over, Standardised
from yigongti.engines.measures.filter_files import conditions_of
from yigongti.engines.measures.formula_files import counts_of
from yigongti.engines.measures.units import refusals_of_count, refusals_of_units
from yigongti.foundation.errors import Text

_ALWAYS_LIST = ("any_in", "none_in")


@dataclass(frozen=True, slots=True)
class Refusal:
    """Something wrong between the files. code: stable, "measures.item_missing". where: file, and what in it."""

    code: str
    text: Text
    where: str


def refusal(what: str, zh: str, en: str, where: str) -> Refusal:
    return Refusal(f"measures.{what}", Text(zh=zh, en=en), where)


def lint(definitions: Definitions, today: date | None = None) -> tuple[Refusal, ...]:
    """Everything that is wrong, in the order of the files. today: given, targets that ended before it are told too."""
    found: list[Refusal] = []
    for one in definitions.filters.values():
        found.extend(_filter(one, definitions))
    for count in definitions.counts.values():
        found.extend(_count(count, definitions))
    for measure in definitions:
        found.extend(_measure(measure, definitions))
    found.extend(_numbers(definitions))
    found.extend(_unused(definitions))
    for target in definitions.targets.values():
        found.extend(_target(target, definitions, today))
    return tuple(found)


def _filter(one: Filter, definitions: Definitions) -> Iterator[Refusal]:
    place = definitions.place("filter", one.name)
    if one.fact not in definitions.facts:
        yield _fact_missing(one.fact, place)
        return
    for condition in conditions_of(one.where):
        yield from _condition(condition, one.fact, definitions, place)


def _condition(condition: Condition, fact: str, definitions: Definitions, place: str) -> Iterator[Refusal]:
    column = definitions.facts[fact].columns.get(condition.column)
    if column is None:
        yield _column_missing(condition.column, fact, place)
        return
    if column.is_list != (condition.test in _ALWAYS_LIST) and condition.test != "filled":
        yield refusal(
            "test_does_not_fit",
            f"列 {column.name} {'是列表，只能用' if column.is_list else '不是列表，不能用'} {'、'.join(_ALWAYS_LIST)}",
            f"the column {column.name} {'is a list and takes' if column.is_list else 'is no list and takes no'} "
            f"{', '.join(_ALWAYS_LIST)}",
            place,
        )
    if condition.codeset and condition.codeset not in definitions.codesets | definitions.awaited:
        yield refusal(
            "codeset_missing",
            f"没有代码集 {condition.codeset}（policy/codesets 与待导入目录中都没有）",
            f"there is no code set {condition.codeset}, in policy/codesets or among those awaited",
            place,
        )
    if column.codes and not column.is_list and condition.test in ("is", "in", "not_in"):
        for value in condition.values:
            if str(value) not in column.codes:
                yield refusal(
                    "value_unknown",
                    f"列 {column.name} 没有取值“{value}”；有 {'、'.join(column.codes)}",
                    f"the column {column.name} has no value “{value}”; it has {', '.join(column.codes)}",
                    place,
                )


def _count(count: Count, definitions: Definitions) -> Iterator[Refusal]:
    place = definitions.place("count", count.name)
    fact = definitions.facts.get(count.fact)
    if fact is None:
        yield _fact_missing(count.fact, place)
        return
    for name in filter(None, (count.column, count.by)):
        if name not in fact.columns:
            yield _column_missing(name, count.fact, place)
    column = fact.columns.get(count.column)
    if column is not None and not column.is_number and count.over not in (Over.ROWS, Over.DISTINCT):
        yield refusal(
            "column_not_a_number",
            f"列 {column.name} 不是数，不能取 {count.over}",
            f"the column {column.name} is no number; it has no {count.over}",
            place,
        )
    if count.fact == RETURNS:
        yield from _item(count, definitions, place)
    for zh, en in refusals_of_count(count, definitions):
        yield refusal("units_do_not_fit", zh, en, place)
    for name in count.filters:
        other = definitions.filters.get(name)
        if other is None or other.fact != count.fact:
            yield refusal(
                "filter_missing",
                f"事实 {count.fact} 没有条件 {name}",
                f"there is no filter {name} over the fact {count.fact}",
                place,
            )


def _item(count: Count, definitions: Definitions, place: str) -> Iterator[Refusal]:
    item = definitions.items.get(count.item)
    if item is None:
        yield refusal(
            "item_missing",
            f"没有一张报表有项目 {count.item}",
            f"no return has the item {count.item}",
            place,
        )
        return
    if item.is_stock != (count.over in (Over.LAST, Over.MEAN)):
        yield refusal(
            "stock_or_flow",
            f"{item.code} 是{'时点数，用 last 或 mean' if item.is_stock else '期间数，用 sum'}，不能用 {count.over}",
            f"{item.code} is a {'stock: last or mean' if item.is_stock else 'flow: sum'}, not {count.over}",
            place,
        )
    if count.by == "breakdown" and not item.breakdown:
        yield refusal(
            "item_without_breakdown",
            f"项目 {item.code} 不分组上报",
            f"the item {item.code} is not reported by classes",
            place,
        )


def _measure(measure: Measure, definitions: Definitions) -> Iterator[Refusal]:
    place = definitions.place("measure", measure.id)
    for version in measure.versions:
        missing = [name for name in dict.fromkeys(counts_of(version.formula)) if name not in definitions.counts]
        for name in missing:
            yield refusal("count_missing", f"没有计数 {name}", f"there is no count {name}", place)
        if isinstance(version.formula, Graded) and version.formula.item not in definitions.items:
            item = version.formula.item
            yield refusal("item_missing", f"没有一张报表有项目 {item}", f"no return has the item {item}", place)
        if isinstance(version.formula, Standardised):
            standard = version.formula.standard
            if standard not in definitions.codesets | definitions.awaited:
                yield refusal(
                    "codeset_missing", f"没有标准人口 {standard}", f"there is no standard population {standard}", place
                )
        if not missing:
            for zh, en in refusals_of_units(measure, version.formula, definitions):
                yield refusal("units_do_not_fit", zh, en, place)
    yield from _versions(measure, place)
    if measure.better is Better.MORE_COMPLETE and not all(isinstance(v.formula, Graded) for v in measure.versions):
        yield refusal(
            "more_complete_is_graded",
            "“逐步完善”只用于定性指标（graded）",
            "more_complete is for qualitative measures (graded) only",
            place,
        )


def _versions(measure: Measure, place: str) -> Iterator[Refusal]:
    for before, after in pairwise(measure.versions):
        if before.to_on is None:
            continue
        if after.from_on <= before.to_on:
            yield refusal(
                "versions_overlap",
                f"自 {before.from_on} 起与自 {after.from_on} 起的两个版本同时有效",
                f"the versions from {before.from_on} and from {after.from_on} are in force at once",
                place,
            )
        elif after.from_on != before.to_on + timedelta(days=1):
            yield refusal(
                "versions_gap",
                f"{before.to_on} 之后到 {after.from_on} 之前没有版本",
                f"no version is in force after {before.to_on} and before {after.from_on}",
                place,
            )


def _numbers(definitions: Definitions) -> Iterator[Refusal]:
    """Every number of a set is had by one measure, or by several as its parts."""
    had: dict[tuple[str, str], list[str]] = defaultdict(list)
    for measure in definitions:
        place = definitions.place("measure", measure.id)
        for set_id, number in measure.numbers.items():
            if set_id not in definitions.sets:
                yield refusal("set_unknown", f"没有指标体系 {set_id}", f"there is no set {set_id}", place)
            elif row_of(number) not in definitions.sets[set_id].numbers:
                yield refusal(
                    "number_unknown", f"{set_id} 没有序号 {number}", f"{set_id} has no number {number}", place
                )
            elif measure.id not in had[set_id, number]:
                had[set_id, number].append(measure.id)
    for (set_id, number), names in had.items():
        whole_too = row_of(number) != number and (set_id, row_of(number)) in had
        if len(names) > 1 or whole_too:
            others = [*names, *(had[set_id, row_of(number)] if whole_too else ())]
            yield refusal(
                "number_twice",
                f"{set_id} 的序号 {number} 用于多个指标：{'、'.join(others)}",
                f"the number {number} of {set_id} is had by {', '.join(others)}",
                definitions.place("measure", names[-1]),
            )
    for set_id, one in definitions.sets.items():
        rows = {row_of(number) for known, number in had if known == set_id}
        missing = [number for number in one.numbers if number not in rows]
        if missing:
            yield refusal(
                "number_without_measure",
                f"{set_id} 的序号没有指标：{'、'.join(missing)}",
                f"numbers of {set_id} without a measure: {', '.join(missing)}",
                "measures/sets.yaml",
            )


def _unused(definitions: Definitions) -> Iterator[Refusal]:
    used = {name for each in definitions for version in each.versions for name in counts_of(version.formula)}
    for name in definitions.counts:
        if name not in used:
            place = definitions.place("count", name)
            yield refusal("count_unused", f"计数 {name} 没有指标使用", f"no measure uses the count {name}", place)
    named = {name for count in definitions.counts.values() for name in count.filters} | definitions.named_filters
    for name in definitions.filters:
        if name not in named:
            place = definitions.place("filter", name)
            yield refusal("filter_unused", f"条件 {name} 没有计数使用", f"no count uses the filter {name}", place)


def _target(target: Target, definitions: Definitions, today: date | None) -> Iterator[Refusal]:
    place = definitions.place("target", target.id)
    measure = definitions.measures.get(target.measure)
    if measure is None:
        yield refusal("measure_missing", f"没有指标 {target.measure}", f"there is no measure {target.measure}", place)
        return
    if target.period_kind not in measure.periods:
        yield refusal(
            "target_period",
            f"指标 {measure.id} 不按 {target.period_kind} 计算",
            f"the measure {measure.id} is not computed by {target.period_kind}",
            place,
        )
    grain = target.subject_kind if target.subject_kind in ("county", "community") else "institution"
    if grain not in measure.grain:
        yield refusal(
            "target_grain",
            f"指标 {measure.id} 不为 {grain} 计算",
            f"the measure {measure.id} is not computed for {grain}",
            place,
        )
    if (measure.better is Better.HIGHER and target.at == "most") or (
        measure.better is Better.LOWER and target.at == "least"
    ):
        yield refusal(
            "target_direction",
            f"指标 {measure.id} 的导向是 {measure.better}，目标却写 {target.at}",
            f"the measure {measure.id} is better {measure.better}; the target says {target.at}",
            place,
        )
    if today is not None and target.to_on is not None and target.to_on < today:
        yield refusal(
            "target_past",
            f"目标已于 {target.to_on} 到期",
            f"the target ended on {target.to_on}",
            place,
        )


def _fact_missing(fact: str, place: str) -> Refusal:
    return refusal("fact_missing", f"没有事实 {fact}", f"there is no fact {fact}", place)


def _column_missing(column: str, fact: str, place: str) -> Refusal:
    return refusal("column_missing", f"事实 {fact} 没有列 {column}", f"the fact {fact} has no column {column}", place)
