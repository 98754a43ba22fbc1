"""The score card of a front page: items of four classes in parts, points lost once per item, capped per part.

Source: 住院病案首页数据质量评分标准（2016）: A 4, B 2, C 1, D 0.5 points an item; patient 18, stay 26,
clinical 50, fees 6.
That a part loses no more than its points is from memory: unchecked (policy/sources/front-page-quality-2016.yaml).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from yigongti.engines.record_quality.rules import PolicyDocument, Rule, read_day, read_text, wrong_rule
from yigongti.foundation.errors import Text


@dataclass(frozen=True, slots=True)
class Item:
    """One item of the card: which part it belongs to, its class, and the points that it costs when wrong."""

    id: str
    label: Text
    part: str
    item_class: str
    points: Decimal


@dataclass(frozen=True, slots=True)
class ScoreCard:
    """A score card. parts: part -> the most points that it can lose; part_labels: what the parts are called."""

    id: str
    label: Text
    starts_on: date
    source: str
    full_score: Decimal
    parts: Mapping[str, Decimal]
    part_labels: Mapping[str, Text]
    items: Mapping[str, Item]

    def deducts(self, rule: Rule) -> Decimal:
        """The points that the rule's item costs; nothing for a warning or a rule without an item."""
        return self.items[rule.item].points if rule.severity == "error" and rule.item else Decimal(0)

    def score(self, broken: Iterable[Rule]) -> Decimal:
        """The score of a page that breaks these rules: each item loses its points once, each part at most its own."""
        lost: dict[str, Decimal] = dict.fromkeys(self.parts, Decimal(0))
        for name in dict.fromkeys(rule.item for rule in broken if self.deducts(rule)):
            lost[self.items[name].part] += self.items[name].points
        return self.full_score - sum((min(lost[part], most) for part, most in self.parts.items()), Decimal(0))


@dataclass(frozen=True, slots=True)
class Standards:
    """What an office calls good: dated parameters of the policy, read for one day.

    grades: from the best down, the grade and the least score for it; the last grade has none.
    pass_score: the least score of a page that passes (合格).
    complete_without: a page is complete (完整) when no error of these dimensions stands on it.
    """

    grades: tuple[tuple[str, Decimal], ...]
    last_grade: str
    pass_score: Decimal
    complete_without: tuple[str, ...]

    def grade(self, score: Decimal) -> str:
        return next((grade for grade, least in self.grades if score >= least), self.last_grade)

    def is_complete(self, broken: Iterable[Rule]) -> bool:
        return not any(rule.severity == "error" and rule.dimension in self.complete_without for rule in broken)


def read_score_card(document: PolicyDocument) -> ScoreCard:
    """The score card of a policy file. Raises PolicyError when a part, class or item does not fit the others."""
    data, where = document.data, document.path
    try:
        classes = {str(name): Decimal(str(points)) for name, points in data["classes"].items()}
        parts = {str(part["id"]): Decimal(str(part["points"])) for part in data["parts"]}
        labels = {str(part["id"]): read_text(part["label"], "label", where) for part in data["parts"]}
        items = {str(item["id"]): _read_item(item, classes, parts, where) for item in data["items"]}
        full = Decimal(str(data["full_score"]))
        identifier, source, starts_on = str(data["id"]), str(data["source"]), read_day(data["from"], where)
    except (KeyError, TypeError, AttributeError, InvalidOperation) as error:
        raise wrong_rule(f"评分表缺少或写错：{error}", f"the score card lacks or misspells: {error}", where) from error
    if len(items) != len(data["items"]) or sum(parts.values()) != full:
        raise wrong_rule("项目重复，或各部分之和不等于满分", "an item stands twice, or parts do not add up", where)
    label = read_text(data.get("label"), "label", where)
    return ScoreCard(identifier, label, starts_on, source, full, parts, labels, items)


def _read_item(entry: Any, classes: Mapping[str, Decimal], parts: Mapping[str, Decimal], where: str) -> Item:
    name, item_class, part = str(entry["id"]), str(entry["class"]), str(entry["part"])
    if item_class not in classes or part not in parts:
        raise wrong_rule(f"项目 {name} 的类别或部分不存在", f"the item {name} names no known class or part", where)
    return Item(name, read_text(entry.get("label"), "label", where), part, item_class, classes[item_class])


def require_items(rules: Iterable[Rule], card: ScoreCard, where: str) -> None:
    """Every error costs an item that the card has, and a rule names no other. Raises PolicyError."""
    for rule in rules:
        if (rule.severity == "error" and not rule.item) or (rule.item and rule.item not in card.items):
            raise wrong_rule(
                f"规则 {rule.id} 的评分项“{rule.item}”不在评分表中",
                f"the rule {rule.id} names the item “{rule.item}”, which the score card does not have",
                where,
            )
