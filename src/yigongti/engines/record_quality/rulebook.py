"""Everything that judges front pages, together: rules, lists of codes, score card, standards, suggestions, flags."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from yigongti.engines.record_quality.codesets import Codeset, read_codeset
from yigongti.engines.record_quality.rules import DIMENSIONS, Rule, read_rules, wrong_rule
from yigongti.engines.record_quality.scoring import ScoreCard, Standards, read_score_card, require_items
from yigongti.engines.record_quality.suggestions import Suggestion, read_suggestions
from yigongti.engines.record_quality.surgery_flags import Flag, read_flags
from yigongti.foundation.policy import Policy

RULES_FOLDER = "checks/record_quality"
SCORING_FOLDER = "scorecards/record_quality"
SUGGESTIONS_FILE = "codesets/procedures_suggest_complications"
GRADES = ("excellent", "good")
LAST_GRADE = "poor"


@dataclass(frozen=True, slots=True)
class RuleBook:
    """All that judges a page. `on(day)` gives the part that is in force for discharges of a day."""

    rules: tuple[Rule, ...]
    codesets: Mapping[str, Codeset]
    card: ScoreCard
    standards: Standards
    suggestions: tuple[Suggestion, ...]
    flags: tuple[Flag, ...]

    def in_force(self, on: date) -> tuple[Rule, ...]:
        """The rules that hold for discharges of that day."""
        return tuple(rule for rule in self.rules if rule.holds_on(on))

    def rule(self, rule_id: str) -> Rule:
        """Raises PolicyError for an unknown name."""
        for rule in self.rules:
            if rule.id == rule_id:
                return rule
        raise wrong_rule(f"没有规则 {rule_id}", f"there is no rule {rule_id}", RULES_FOLDER)


def runnable(rules: Iterable[Rule], columns: Collection[str]) -> tuple[tuple[Rule, ...], tuple[Rule, ...]]:
    """The rules whose columns are all there, and those left out for want of one (say so beside every figure)."""
    can: list[Rule] = []
    cannot: list[Rule] = []
    for rule in rules:
        (can if all(name in columns for name in rule.columns) else cannot).append(rule)
    return tuple(can), tuple(cannot)


def load_rulebook(policy: Policy, on: date) -> RuleBook:
    """The rule book as the policy's files give it; standards (grades, pass, complete) as in force on that day.

    Raises PolicyError when a file is wrong or cites a source that is not there.
    """
    codesets = load_codesets(policy)
    rules = read_rules(policy.documents(RULES_FOLDER), codesets)
    card = _card_in_force(policy, on)
    require_items(rules, card, RULES_FOLDER)
    suggestions = read_suggestions(_rows(policy, f"{SUGGESTIONS_FILE}.csv"), f"{SUGGESTIONS_FILE}.csv")
    cited = {rule.source for rule in rules} | {card.source} | {codeset.source for codeset in codesets.values()}
    if missing := sorted(cited - set(policy.sources)):
        raise wrong_rule(f"来源 {missing} 不存在", f"the sources {missing} do not exist", RULES_FOLDER)
    return RuleBook(rules, codesets, card, _standards(policy, on), suggestions, read_flags(codesets))


def rulebook_on(book: RuleBook, policy: Policy, on: date) -> RuleBook:
    """The same rules with the score card and the standards in force on another day; reads no rule again."""
    card = _card_in_force(policy, on)
    require_items(book.rules, card, RULES_FOLDER)
    return replace(book, card=card, standards=_standards(policy, on))


def load_codesets(policy: Policy) -> dict[str, Codeset]:
    """The lists of `policy/codesets` whose manifest says `match`: those that rules may name."""
    codesets: dict[str, Codeset] = {}
    for document in policy.documents("codesets"):
        if not isinstance(document.data, Mapping) or "match" not in document.data:
            continue
        rows = document.data.get("members")
        if not isinstance(rows, list):
            rows = _rows(policy, document.path.removesuffix(".yaml") + ".csv")
        codeset = read_codeset(document.data, rows, document.path)
        codesets[codeset.id] = codeset
    return codesets


def _rows(policy: Policy, path: str) -> list[dict[str, str]]:
    with policy.file(path).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _card_in_force(policy: Policy, on: date) -> ScoreCard:
    cards = [read_score_card(document) for document in policy.documents(SCORING_FOLDER)]
    in_force = [card for card in cards if card.starts_on <= on]
    if not in_force:
        raise wrong_rule(f"{on} 没有生效的评分表", f"no score card is in force on {on}", SCORING_FOLDER)
    return max(in_force, key=lambda card: card.starts_on)


def _standards(policy: Policy, on: date) -> Standards:
    def number(name: str, **selectors: str) -> Decimal:
        return Decimal(str(policy.value(name, on=on, **selectors)))

    without = policy.value("record_quality.complete_without", on=on)
    if not isinstance(without, tuple) or not set(map(str, without)) <= set(DIMENSIONS):
        raise wrong_rule("complete_without 须为维度列表", "complete_without must list dimensions", RULES_FOLDER)
    return Standards(
        grades=tuple((grade, number("record_quality.grade_score", grade=grade)) for grade in GRADES),
        last_grade=LAST_GRADE,
        pass_score=number("record_quality.pass_score"),
        complete_without=tuple(str(dimension) for dimension in without),
    )
