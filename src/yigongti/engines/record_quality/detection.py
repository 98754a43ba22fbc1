"""How well the rules find what was planted: precision and recall against the truth table of the demo county.

A planted defect (case, hint, column) is *found* when a rule that answers to its hint or blames its column is
broken on that case. A defect is *right* when something was planted on its case that its rule answers to, or that
stands in a column which the rule reads; a wrong birth date rightly breaks the rules of age as well.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from yigongti.engines.record_quality.rulebook import RuleBook
from yigongti.engines.record_quality.rules import Rule


@dataclass(frozen=True, slots=True)
class Detection:
    """One line of the measure. name: a hint ("recall") or a rule ("precision") or "all".

    found of expected: for a hint, planted defects found; right of reported: for a rule, defects that are right.
    """

    name: str
    good: int
    all: int

    @property
    def share(self) -> float:
        """good / all; 1 where nothing was asked."""
        return self.good / self.all if self.all else 1.0


@dataclass(frozen=True, slots=True)
class Measure:
    """Recall by hint and over all, precision by rule and over all (errors and warnings alike)."""

    recall: Detection
    precision: Detection
    recall_by_hint: tuple[Detection, ...]
    precision_by_rule: tuple[Detection, ...]
    missed: tuple[Mapping[str, str], ...]
    false_alarms: tuple[Mapping[str, str], ...]


def measure_detection(
    defects: Iterable[Mapping[str, str]],
    truth: Iterable[Mapping[str, str]],
    book: RuleBook,
    consequences: Iterable[Mapping[str, str]] = (),
) -> Measure:
    """Precision and recall of defects against the planted ones.

    defects: rows with institution_code, case_id, rule (as `judge_table` gives them). truth: rows with
    institution_code, case_id, rule_hint, column, what. consequences: rows of the same key, hint and column for what a
    planted defect causes besides; finding them is right, missing them is no miss.
    """
    rules = {rule.id: rule for rule in book.rules}
    broken: dict[tuple[str, str], list[Rule]] = defaultdict(list)
    for row in defects:
        broken[_case(row)].append(rules[row["rule"]])
    planted: dict[tuple[str, str], list[Mapping[str, str]]] = defaultdict(list)
    by_hint: dict[str, list[bool]] = defaultdict(list)
    missed: list[Mapping[str, str]] = []
    for row in truth:
        planted[_case(row)].append(row)
        found = any(_answers_to(rule, row) or rule.column == row["column"] for rule in broken.get(_case(row), ()))
        by_hint[row["rule_hint"]].append(found)
        if not found:
            missed.append(row)
    for row in consequences:
        planted[_case(row)].append(row)
    by_rule: dict[str, list[bool]] = defaultdict(list)
    false_alarms: list[Mapping[str, str]] = []
    for case, its_rules in broken.items():
        for rule in its_rules:
            right = any(_answers_to(rule, row) or row["column"] in rule.columns for row in planted.get(case, ()))
            by_rule[rule.id].append(right)
            if not right:
                false_alarms.append({"institution_code": case[0], "case_id": case[1], "rule": rule.id})
    return Measure(
        recall=_over("all", by_hint),
        precision=_over("all", by_rule),
        recall_by_hint=_lines(by_hint),
        precision_by_rule=_lines(by_rule),
        missed=tuple(missed),
        false_alarms=tuple(false_alarms),
    )


def _case(row: Mapping[str, str]) -> tuple[str, str]:
    return row["institution_code"], row["case_id"]


def _answers_to(rule: Rule, row: Mapping[str, str]) -> bool:
    hint = row["rule_hint"]
    return hint in (rule.id, rule.id.split(".")[1], f"{rule.theme}_{rule.id.split('.')[1]}") or hint in rule.hints


def _over(name: str, groups: Mapping[str, list[bool]]) -> Detection:
    return Detection(name, sum(sum(said) for said in groups.values()), sum(len(said) for said in groups.values()))


def _lines(groups: Mapping[str, list[bool]]) -> tuple[Detection, ...]:
    return tuple(Detection(name, sum(said), len(said)) for name, said in sorted(groups.items()))
