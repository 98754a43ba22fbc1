"""Whether a version of a form holds together: what its items say of each other."""

from __future__ import annotations

import re
from datetime import date, time
from decimal import Decimal, InvalidOperation

from yigongti.foundation.errors import PolicyError
from yigongti.kernel.forms.definition import (
    CHOICES,
    DAYS,
    NUMBERS,
    Condition,
    Expression,
    FormVersion,
    Item,
)
from yigongti.kernel.forms.expressions import named_in

RELATIVE_DAY = re.compile(r"^today(?:([+-])(\d{1,5}))?$")


def wrong(path: str, where: str, zh: str, en: str) -> PolicyError:
    """The error of a form file."""
    return PolicyError(
        "forms.form", zh=f"表单有误：{zh}", en=f"the form is wrong: {en}", where=f"{path} {where}".strip()
    )


def check_version(version: FormVersion, path: str) -> None:
    """Raises PolicyError at the first thing that does not fit."""
    for item in version.every_item():
        _check_item(item, path)
        for when in (item.enable, item.finding.when if item.finding else None):
            for condition in when.conditions if when else ():
                _check_condition(condition, item, version, path)
        if item.calculated:
            _check_calculated(item.calculated, item, version, path)
    score = version.by_id.get(version.score)
    if version.score and (score is None or not score.calculated):
        raise wrong(path, version.score, "score 应指向一个计算项", "score must name a calculated item")
    _check_circles(version, path)


def _check_item(item: Item, path: str) -> None:
    if item.required and (item.is_group or item.type == "display" or item.calculated):
        raise wrong(
            path, item.id, "分组、说明和计算项不能必填", "a group, a text or a calculated item cannot be required"
        )
    if item.calculated and item.type not in ("decimal", "integer"):
        raise wrong(path, item.id, "计算项应为数", "a calculated item is a number")
    if item.calculated and item.repeats:
        raise wrong(path, item.id, "计算项不能重复", "a calculated item does not repeat")
    if item.finding and item.repeats and item.type not in CHOICES:
        raise wrong(path, item.id, "可重复的项不能直接作为发现", "an item that repeats is no finding by itself")
    if item.units and item.type not in ("decimal", "integer", "quantity"):
        raise wrong(path, item.id, "只有数才有单位", "only a number has a unit")
    if item.type == "quantity" and not item.units:
        raise wrong(path, item.id, "带单位的数要写明单位", "a quantity needs its units")
    if item.pattern and (item.type not in ("string", "text") or not item.pattern_words):
        raise wrong(
            path, item.id, "pattern 只用于文字，并要有 pattern_words", "a pattern is for texts and needs its words"
        )
    for bound in (item.low, item.high):
        if bound and not _fits(bound, item.type):
            raise wrong(path, item.id, f"界限“{bound}”与类型不符", f"the bound “{bound}” does not fit the type")


def _fits(bound: str, kind: str) -> bool:
    try:
        if kind in NUMBERS:
            return Decimal(bound).is_finite()
        if kind in ("date", "dateTime"):
            return bool(RELATIVE_DAY.match(bound)) or bool(date.fromisoformat(bound))
        return kind == "time" and bool(time.fromisoformat(bound) or True)
    except (ValueError, InvalidOperation):
        return False


def _check_condition(condition: Condition, item: Item, version: FormVersion, path: str) -> None:
    asked = version.by_id.get(condition.item)
    if asked is None:
        raise wrong(
            path,
            item.id,
            f"条件引用了不存在的项 {condition.item}",
            f"it depends on {condition.item}, which is not there",
        )
    if asked.is_group or asked.type == "display":
        raise wrong(path, item.id, f"{condition.item} 没有答案可比较", f"{condition.item} has no answer to compare")
    if condition.operator == "exists":
        return
    if condition.operator not in ("=", "!=") and asked.type not in NUMBERS | DAYS - {"dateTime"}:
        raise wrong(path, item.id, f"{condition.item} 不能比较大小", f"{condition.item} is not larger or smaller")
    if asked.type == "choice" and condition.answer not in [option.code for option in asked.options]:
        raise wrong(
            path,
            item.id,
            f"{condition.item} 没有选项 {condition.answer}",
            f"{condition.item} has no option {condition.answer}",
        )
    if asked.type == "boolean" and condition.answer not in ("true", "false"):
        raise wrong(path, item.id, "是否题与 true 或 false 比较", "a yes-or-no question is compared with true or false")
    if asked.type in NUMBERS | {"date", "time"} and not _fits(condition.answer, asked.type):
        raise wrong(path, item.id, f"“{condition.answer}”与类型不符", f"“{condition.answer}” does not fit the type")
    if asked.type in ("attachment", "position", "dateTime"):
        raise wrong(path, item.id, f"{condition.item} 只能问有没有", f"{condition.item} can only be asked for existing")


def _check_calculated(expression: Expression, item: Item, version: FormVersion, path: str) -> None:
    for name in expression.items:
        over = version.by_id.get(name)
        if over is None:
            raise wrong(
                path, item.id, f"计算引用了不存在的项 {name}", f"it is calculated from {name}, which is not there"
            )
        inside = [inner for inner in over.inside() if not inner.is_group]
        if expression.operator in ("value", "weighted") and over.type not in NUMBERS:
            raise wrong(path, item.id, f"{name} 不是数", f"{name} is no number")
        if expression.operator in ("score", "best_score"):
            scored = [inner for inner in inside if any(option.score is not None for option in inner.options)]
            if not scored:
                raise wrong(path, item.id, f"{name} 没有分值", f"{name} has no scores")
        if expression.operator == "count":
            codes = {option.code for inner in inside for option in inner.options}
            if expression.code not in codes:
                raise wrong(
                    path, item.id, f"{name} 没有选项 {expression.code}", f"{name} has no option {expression.code}"
                )
    for part in expression.parts:
        _check_calculated(part, item, version, path)


def _check_circles(version: FormVersion, path: str) -> None:
    """No item may depend on itself, through conditions, calculations and the groups that hold it."""
    above: dict[str, str] = {}
    for item in version.every_item():
        above.update((child.id, item.id) for child in item.items)
    needs: dict[str, set[str]] = {}
    for item in version.every_item():
        found = {condition.item for condition in item.enable.conditions} if item.enable else set()
        found |= {above[item.id]} if item.id in above else set()
        for operator, name in named_in(item.calculated) if item.calculated else ():
            inside = version.by_id[name].inside()
            counted = operator != "answered"  # what is answered may be anything, what is scored or counted has options
            found |= {inner.id for inner in inside if inner.options or not (counted or inner.calculated)} | (
                set() if version.by_id[name].is_group else {name}
            )
        needs[item.id] = found
    settled: set[str] = set()

    def walk(name: str, on_the_way: tuple[str, ...]) -> None:
        if name in on_the_way:
            round_ = " → ".join((*on_the_way[on_the_way.index(name) :], name))
            raise wrong(path, name, f"条件或计算互相依赖：{round_}", f"items depend on each other: {round_}")
        if name in settled:
            return
        for other in sorted(needs[name]):
            walk(other, (*on_the_way, name))
        settled.add(name)

    for name in needs:
        walk(name, ())
