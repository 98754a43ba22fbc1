"""Answers as they are read: the questions of the form with what was answered, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from yigongti.foundation.errors import Text
from yigongti.kernel.forms.definition import FormVersion, Item
from yigongti.kernel.forms.expressions import rounded
from yigongti.kernel.forms.findings import findings
from yigongti.kernel.forms.scopes import Evaluation, Filled, Scope

YES_NO = {True: Text("是", "Yes"), False: Text("否", "No")}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a filled sheet: a heading (a group), or a question with its answers."""

    path: str
    text: Text
    depth: int
    is_heading: bool
    answers: tuple[Text, ...] = ()
    photographs: tuple[str, ...] = ()
    finding: Text | None = None
    severity: str = ""
    choices: tuple[Text, ...] = field(default_factory=tuple)


def sheet(version: FormVersion, items: Sequence[Mapping[str, Any]], on: date) -> list[Line]:
    """The lines of a filled sheet, without what was not asked."""
    evaluation = Evaluation(version, items, on)
    found = {finding.path: finding for finding in findings(version, items, on)}
    return [
        Line(
            line.path, line.text, line.depth, line.is_heading, line.answers, line.photographs,
            found[line.path].sentence if line.path in found else None,
            found[line.path].severity if line.path in found else "",
        )
        for line in _lines(evaluation, evaluation.root, 0)
    ]  # fmt: skip


def _lines(evaluation: Evaluation, scope: Scope, depth: int) -> Iterator[Line]:
    for filled in scope.filled.values():
        item = filled.item
        if not evaluation.enabled(filled):
            continue
        if item.is_group:
            for number, filling in enumerate(filled.fillings):
                told = item.text
                if item.repeats:
                    told = Text(f"{told.zh} {number + 1}", f"{told.en} {number + 1}")
                yield Line(f"{filled.path}#{number}", told, depth, True)
                yield from _lines(evaluation, filling, depth + 1)
        elif item.type == "display":
            yield Line(filled.path, item.text, depth, False)
        elif filled.answers or not item.id.endswith(("_note", "_photographs")):  # a finding's own, when it told nothing
            yield Line(filled.path, item.text, depth, False, answers(evaluation, filled), _pictures(filled))


def _pictures(filled: Filled) -> tuple[str, ...]:
    if filled.item.type != "attachment":
        return ()
    return tuple(str(answer["valueAttachment"].get("url", "")) for answer in filled.answers)


def answers(evaluation: Evaluation, filled: Filled) -> tuple[Text, ...]:
    """What was answered to an item, in words."""
    item = filled.item
    if item.calculated:
        number = evaluation.number_of(filled)
        return () if number is None else (_with_unit(item, f"{rounded(number, item.decimals)}", ""),)
    if item.type == "attachment":
        return ()
    return tuple(said_answer(item, answer) for answer in filled.answers)


def said_answer(item: Item, answer: Mapping[str, Any]) -> Text:
    """One answer in words."""
    if "valueCoding" in answer:
        code = answer["valueCoding"].get("code")
        return next((option.text for option in item.options if option.code == code), Text(str(code), str(code)))
    if "valueBoolean" in answer:
        return YES_NO[bool(answer["valueBoolean"])]
    if "valueQuantity" in answer:
        told = answer["valueQuantity"]
        return _with_unit(item, str(told.get("value")), str(told.get("code", "")))
    if "valueDateTime" in answer:
        return _same(_local(str(answer["valueDateTime"])))
    value = next((value for key, value in answer.items() if key.startswith("value")), "")
    text = str(value)
    if item.type == "position":
        text = text.removeprefix("geo:").replace(";u=", " ±") + (" m" if ";u=" in text else "")
    if item.type == "time":
        text = text[:5]
    return _with_unit(item, text, "") if item.type in ("decimal", "integer") else _same(text)


def _same(text: str) -> Text:
    return Text(text, text)


def _with_unit(item: Item, number: str, code: str) -> Text:
    units = [unit for unit in item.units if unit.code == code] or list(item.units[:1])
    if not units:
        return _same(number)
    return Text(f"{number} {units[0].text.zh}", f"{number} {units[0].text.en}")


def _local(text: str) -> str:
    try:
        return f"{timezone.localtime(datetime.fromisoformat(text.replace('Z', '+00:00'))):%Y-%m-%d %H:%M}"
    except ValueError:
        return text


@dataclass(frozen=True, slots=True)
class Difference:
    """A field in which answers differ, with what each of them says."""

    path: str
    text: Text
    answers: tuple[tuple[int, tuple[Text, ...], tuple[str, ...]], ...]


def differences(version: FormVersion, told: Mapping[int, Sequence[Mapping[str, Any]]], on: date) -> list[Difference]:
    """Where answers to one checklist differ, field by field; a group that repeats is one field.

    told: answer id → items of its response. What is calculated is left out: it follows.
    """
    seen = {number: _fields(Evaluation(version, items, on)) for number, items in told.items()}
    found = []
    for item, path in _mergeable(version.items, ""):
        said = {number: fields.get(path, ((), ())) for number, fields in seen.items()}
        if len(set(said.values())) > 1:
            found.append(Difference(path, item.text, tuple((n, *said[n]) for n in told)))
    return found


def _mergeable(items: Sequence[Item], path: str) -> Iterator[tuple[Item, str]]:
    """The fields that are taken from one answer or the other."""
    for item in items:
        if item.is_group and not item.repeats:
            yield from _mergeable(item.items, f"{path}{item.id}/")
        elif item.type != "display" and not item.calculated:
            yield item, f"{path}{item.id}"


def _fields(evaluation: Evaluation) -> dict[str, tuple[tuple[Text, ...], tuple[str, ...]]]:
    found: dict[str, tuple[tuple[Text, ...], tuple[str, ...]]] = {}

    def walk(scope: Scope) -> None:
        for filled in scope.filled.values():
            if not evaluation.enabled(filled) or filled.item.calculated or filled.item.type == "display":
                continue
            if filled.item.is_group and not filled.item.repeats:
                for filling in filled.fillings:
                    walk(filling)
            elif filled.item.is_group:
                lines = [line for filling in filled.fillings for line in _lines(evaluation, filling, 0)]
                told = [_line_text(line) for line in lines if line.answers]
                pictures = tuple(url for line in lines for url in line.photographs)
                found[filled.path] = (tuple(told), pictures)
            else:
                found[filled.path] = (answers(evaluation, filled), _pictures(filled))

    walk(evaluation.root)
    return found


def _line_text(line: Line) -> Text:
    zh, en = "、".join(a.zh for a in line.answers), ", ".join(a.en for a in line.answers)
    return Text(f"{line.text.zh}：{zh}", f"{line.text.en}: {en}")


def merged_items(
    version: FormVersion, told: Mapping[int, Sequence[Mapping[str, Any]]], first: int, choices: Mapping[str, int]
) -> list[dict[str, Any]]:
    """The items of an answer put together: each field from the answer that `choices` names for its path, else from
    `first`."""

    def put(
        items: Sequence[Item], path: str, sources: Mapping[int, Sequence[Mapping[str, Any]]]
    ) -> list[dict[str, Any]]:
        made: list[dict[str, Any]] = []
        for item in items:
            if item.is_group and not item.repeats:
                inner = {
                    number: next((one.get("item") or () for one in source if one.get("linkId") == item.id), ())
                    for number, source in sources.items()
                }
                below = put(item.items, f"{path}{item.id}/", inner)
                made += [{"linkId": item.id, "item": below}] if below else []
            elif item.type != "display" and not item.calculated:
                number = choices.get(f"{path}{item.id}", first)
                made += [dict(one) for one in sources.get(number, ()) if one.get("linkId") == item.id]
        return made

    return put(version.items, "", told)


FLAG_WORDS = {
    "ahead": Text("手机时钟偏快", "the device's clock is ahead"),
    "behind": Text("手机时钟偏慢", "the device's clock is behind"),
    "future": Text("填写时间晚于收到时间", "finished later than received"),
    "before_assignment": Text("填写时间早于下达时间", "finished before it was assigned"),
    "backwards": Text("完成时间早于开始时间", "finished before it was started"),
    "no_time": Text("手机没有给出时间", "the device told no time"),
}
"""What is odd about a device's times, in words."""

__all__ = ["FLAG_WORDS", "Difference", "Line", "differences", "merged_items", "sheet"]
