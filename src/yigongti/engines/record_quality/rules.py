"""Rules of front-page quality as the policy's files give them, read and checked whole.

A rule says when it applies (`when`) and what must then hold (`must`). It speaks only when it is certain: a page
that leaves empty what the rule needs is not wrong by this rule; another rule asks that it be filled.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from yigongti.engines.record_quality import vocabulary
from yigongti.engines.record_quality.codesets import Codeset
from yigongti.engines.record_quality.language import Condition, columns_of, parse_condition
from yigongti.foundation.errors import PolicyError, Text

SEVERITIES = ("error", "warning")
DIMENSIONS = ("completeness", "accuracy", "consistency", "logic")


class PolicyDocument(Protocol):
    """A file of the policy: its path and its content with every scalar as text."""

    @property
    def path(self) -> str: ...
    @property
    def data(self) -> Any: ...


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    id: theme and name ("dates.discharge_before_admission"). wrong, mend: what is wrong and what to do.
    column: the column blamed. item: the item of the score card that loses points, or empty (never for an error).
    starts_on, ends_on: the discharge days for which it holds, both included; ends_on None: until further notice.
    columns: all columns that it reads. hints: other words for the same defect, for measuring.
    """

    id: str
    theme: str
    label: Text
    wrong: Text
    mend: Text
    severity: str
    starts_on: date
    ends_on: date | None
    column: str
    dimension: str
    item: str
    when: Condition | None
    must: Condition
    when_text: str
    must_text: str
    source: str
    hints: tuple[str, ...]
    columns: tuple[str, ...]

    def holds_on(self, day: date) -> bool:
        """Whether the rule is in force for a discharge of that day."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)

    @property
    def conditions(self) -> tuple[Condition, ...]:
        return (self.must,) if self.when is None else (self.when, self.must)


_NEEDED = ("id", "label", "wrong", "mend", "severity", "from", "column", "dimension", "must", "source")
_ALLOWED = frozenset((*_NEEDED, "to", "item", "when", "hints"))


def wrong_rule(zh: str, en: str, where: str) -> PolicyError:
    """The error that every mistake in a rule's file becomes."""
    return PolicyError("record_quality.rule_wrong", zh=zh, en=en, where=where)


def read_rules(documents: Iterable[PolicyDocument], codesets: Mapping[str, Codeset]) -> tuple[Rule, ...]:
    """All rules of all theme files, in the order of the files. Raises PolicyError at the first mistake."""
    rules: dict[str, Rule] = {}
    for document in documents:
        data = document.data
        if not isinstance(data, Mapping) or not isinstance(data.get("rules"), list) or not data.get("theme"):
            raise wrong_rule("规则文件须有 theme 与 rules", "a file of rules needs theme and rules", document.path)
        for entry in data["rules"]:
            rule = _read_rule(entry, str(data["theme"]), codesets, document.path)
            if rule.id in rules:
                raise wrong_rule(f"规则 {rule.id} 重复", f"the rule {rule.id} stands twice", document.path)
            rules[rule.id] = rule
    return tuple(rules.values())


def _read_rule(entry: Any, theme: str, codesets: Mapping[str, Codeset], path: str) -> Rule:
    if not isinstance(entry, Mapping):
        raise wrong_rule("规则须是键值表", "a rule must be a mapping", path)
    where = f"{path} {entry.get('id', '?')}"
    missing = [key for key in _NEEDED if not entry.get(key)]
    unknown = sorted(set(entry) - _ALLOWED)
    if missing or unknown:
        raise wrong_rule(
            f"规则缺少 {missing}，或多出 {unknown}", f"the rule lacks {missing} or has unknown {unknown}", where
        )
    when_text, must_text = str(entry.get("when") or ""), str(entry["must"])
    when = parse_condition(when_text, codesets, f"{where} when") if when_text else None
    must = parse_condition(must_text, codesets, f"{where} must")
    hints = entry.get("hints") or []
    if not isinstance(hints, list):
        raise wrong_rule("hints 须是列表", "hints must be a list", where)
    columns = dict.fromkeys((*(columns_of(when) if when else ()), *columns_of(must)))
    return Rule(
        id=f"{theme}.{entry['id']}",
        theme=theme,
        label=read_text(entry["label"], "label", where),
        wrong=read_text(entry["wrong"], "wrong", where),
        mend=read_text(entry["mend"], "mend", where),
        severity=_one_of(entry["severity"], SEVERITIES, "severity", where),
        starts_on=read_day(entry["from"], where),
        ends_on=read_day(entry["to"], where) if entry.get("to") else None,
        column=_one_of(entry["column"], vocabulary.COLUMNS, "column", where),
        dimension=_one_of(entry["dimension"], DIMENSIONS, "dimension", where),
        item=str(entry.get("item") or ""),
        when=when,
        must=must,
        when_text=when_text,
        must_text=must_text,
        source=str(entry["source"]),
        hints=tuple(str(hint) for hint in hints),
        columns=tuple(columns),
    )


def read_text(value: Any, key: str, where: str) -> Text:
    """A {zh, en} pair, both filled."""
    if not isinstance(value, Mapping) or not value.get("zh") or not value.get("en"):
        raise wrong_rule(f"{key} 须写明 zh 与 en", f"{key} needs zh and en", where)
    return Text(zh=str(value["zh"]), en=str(value["en"]))


def read_day(value: Any, where: str) -> date:
    """A day as 2026-01-31."""
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise wrong_rule(f"“{value}”不是日期", f"“{value}” is not a day", where) from error


def _one_of(value: Any, allowed: Collection[str], key: str, where: str) -> str:
    if str(value) not in allowed:
        raise wrong_rule(f"{key} 的取值“{value}”不在允许之列", f"{key} cannot be “{value}”", where)
    return str(value)
