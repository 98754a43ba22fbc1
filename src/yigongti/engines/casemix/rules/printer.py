"""Prints a rule's tree in the language it is read from; reading it again gives the same tree."""

from __future__ import annotations

from collections.abc import Iterable

from yigongti.engines.casemix.rules.syntax import (
    Always,
    And,
    Comparison,
    CountInSet,
    InSets,
    Not,
    Or,
    Rule,
    Sites,
)


def print_rule(rule: Rule) -> str:
    """The rule as text in its canonical spelling."""
    if isinstance(rule, Or):
        return " or ".join(_within(part, brackets=(Or,)) for part in rule.parts)
    if isinstance(rule, And):
        return " and ".join(_within(part, brackets=(And, Or)) for part in rule.parts)
    if isinstance(rule, Not):
        return f"not ({print_rule(rule.part)})"
    return _atom(rule)


def _within(part: Rule, brackets: tuple[type, ...]) -> str:
    text = print_rule(part)
    return f"({text})" if isinstance(part, brackets) else text


def _atom(rule: Always | InSets | CountInSet | Sites | Comparison) -> str:
    if isinstance(rule, Always):
        return "1"
    if isinstance(rule, InSets):
        fields = _braces(rule.fields) if len(rule.fields) > 1 else str(rule.fields[0])
        return f"{fields} {'not in' if rule.negated else 'in'} {_braces(rule.sets)}"
    if isinstance(rule, CountInSet):
        return f"length({{{rule.set}}} ∩ {_braces(rule.fields)}) {rule.operator} {rule.number}"
    if isinstance(rule, Sites):
        return f"sites({_braces(rule.fields)}) {rule.operator} {rule.number}"
    return f"{rule.field} {rule.operator} {rule.number}"


def _braces(names: Iterable[str]) -> str:
    return "{" + ",".join(str(name) for name in names) + "}"
