"""The parts of a form file that items have in common: texts, numbers, conditions, findings."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from yigongti.foundation.errors import Text
from yigongti.kernel.forms.checking import wrong
from yigongti.kernel.forms.definition import OPERATORS, SEVERITIES, Condition, FindingRule, When


def text_of(told: Any, path: str, where: str) -> Text:
    """A text in both languages. Raises PolicyError when one is missing."""
    if not isinstance(told, Mapping) or not told.get("zh") or not told.get("en"):
        raise wrong(path, where, "文字必须有 zh 与 en", "a text needs zh and en")
    return Text(str(told["zh"]), str(told["en"]))


def whole(told: Any, path: str, where: str, *, most: int) -> int:
    """A whole number from 0 to `most`. Raises PolicyError."""
    text = str(told)
    if not text.isascii() or not text.isdigit() or int(text) > most:
        raise wrong(path, where, f"“{text}”应为 0 至 {most} 的整数", f"“{text}” must be a whole number up to {most}")
    return int(text)


def decimal_or_none(told: Any, path: str, where: str) -> Decimal | None:
    """A number, or None when nothing is said. Raises PolicyError."""
    if told is None:
        return None
    try:
        number = Decimal(told)
    except (InvalidOperation, TypeError):
        number = Decimal("NaN")
    if not number.is_finite():
        raise wrong(path, where, f"“{told}”不是数", f"“{told}” is no number")
    return number


def read_when(told: Any, own: str, path: str) -> When:
    """Conditions: one, a list (all must hold), or {any: [...]} or {all: [...]}. An item that is not named is `own`."""
    behavior = "all"
    if isinstance(told, Mapping) and set(told) in ({"any"}, {"all"}):
        ((behavior, told),) = told.items()
    if isinstance(told, Mapping):
        told = [told]
    if not isinstance(told, list) or not told:
        raise wrong(path, own, "条件不能为空", "a condition is needed")
    return When(behavior, tuple(_condition(one, own, path) for one in told))


def _condition(told: Any, own: str, path: str) -> Condition:
    if not isinstance(told, Mapping) or not set(told) <= {"item", "operator", "answer"} or "answer" not in told:
        raise wrong(path, own, "条件要写 item、operator 与 answer", "a condition says item, operator and answer")
    operator = str(told.get("operator", "="))
    if operator not in OPERATORS:
        raise wrong(path, own, f"不认识的比较“{operator}”", f"unknown comparison “{operator}”")
    answer = str(told["answer"])
    if operator == "exists" and answer not in ("yes", "no"):
        raise wrong(path, own, "exists 与 yes 或 no 比较", "exists is compared with yes or no")
    return Condition(str(told.get("item") or own), operator, answer)


def read_finding(told: Any, own: str, path: str) -> FindingRule:
    """When an answer is a finding, its sentence, severity and days to put it right."""
    known = {"when", "sentence", "severity", "days_to_correct", "note", "photographs"}
    if not isinstance(told, Mapping) or not set(told) <= known or "when" not in told:
        raise wrong(path, own, "finding 要写 when、sentence、severity 与 days_to_correct", "a finding lacks its parts")
    severity = str(told.get("severity", ""))
    if severity not in SEVERITIES:
        raise wrong(path, own, f"severity 应为 {'、'.join(SEVERITIES)}", f"severity is one of {', '.join(SEVERITIES)}")
    return FindingRule(
        when=read_when(told["when"], own, path),
        sentence=text_of(told.get("sentence"), path, f"{own}.finding"),
        severity=severity,
        days=whole(told.get("days_to_correct", ""), path, f"{own}.finding", most=366),
        note="" if told.get("note") == "no" else f"{own}_note",
        photographs="" if told.get("photographs") == "no" else f"{own}_photographs",
    )
