"""Judges one front page in plain Python and tells every step: used beside the page, and as the oracle of `table.py`.

For every rule in force: does it apply (`when`), and does the page hold to it (`must`)? A rule is broken when it
certainly applies and is certainly not kept. Then the score: each item of the card that a broken rule names loses
its points once, no part more than it has.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from yigongti.engines.record_quality import vocabulary
from yigongti.engines.record_quality.evaluation import answer
from yigongti.engines.record_quality.pages import Filled, Page, read_page
from yigongti.engines.record_quality.rulebook import RuleBook, runnable
from yigongti.engines.record_quality.rules import Rule
from yigongti.engines.record_quality.suggestions import Suggestion
from yigongti.foundation.trace import Trace


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that the page breaks, the points of its item, and what the page holds in the columns concerned."""

    rule: Rule
    deducts: Decimal
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a page is worth. score: points of the card's full score. left_out: rules whose columns the row lacks."""

    case_id: str
    findings: tuple[Finding, ...]
    score: Decimal
    grade: str
    passes: bool
    complete: bool
    suggestions: tuple[Suggestion, ...]
    flags: tuple[str, ...]
    left_out: tuple[Rule, ...]
    trace: Trace


def judge_case(row: Mapping[str, object], book: RuleBook, on: date) -> Judgement:
    """The judgement of one page with its trace.

    row: own column names (foundation.schemas.DISCHARGES and the vocabulary's extra columns), lists as lists.
    on: the day that selects the rules in force, usually the last day of the month judged.
    """
    page = read_page(row)
    trace = Trace()
    rules, left_out = runnable(book.in_force(on), page.keys())
    findings = tuple(finding for rule in rules if (finding := _judge(rule, page, book, trace)))
    for rule in left_out:
        zh, en = f"未检查“{rule.label.zh}”：数据缺少所需栏目", f"Not looked at: {rule.label.en}; a column is not there"
        trace.add(rule.id, zh=zh, en=en, evidence=tuple(c for c in rule.columns if c not in page), source=rule.source)
    broken = [finding.rule for finding in findings]
    score = book.card.score(broken)
    grade, passes = book.standards.grade(score), score >= book.standards.pass_score
    trace.add(
        "score",
        zh=f"得分 {score}，扣 {book.card.full_score - score} 分",
        en=f"Score {score}, {book.card.full_score - score} points lost",
        evidence=tuple(_items(findings)),
        passed=passes,
        source=book.card.source,
    )
    suggestions = tuple(s for s in book.suggestions if answer(s.asks, page) is True)
    for s in suggestions:
        trace.add(
            "suggestion",
            zh=f"有“{s.procedure_label.zh}”，但没有{s.diagnosis_label.zh}的诊断，请核对是否漏填",
            en=f"There is {s.procedure_label.en} but no diagnosis of {s.diagnosis_label.en}: was it left out?",
            evidence=(*s.procedures, *s.categories),
        )
    return Judgement(
        case_id=str(row.get("case_id") or ""),
        findings=findings,
        score=score,
        grade=grade,
        passes=passes,
        complete=book.standards.is_complete(broken),
        suggestions=suggestions,
        flags=tuple(flag.id for flag in book.flags if answer(flag.found_by, page) is True),
        left_out=left_out,
        trace=trace,
    )


def is_broken(rule: Rule, page: Page) -> bool:
    """Whether the rule certainly applies to the page and is certainly not kept."""
    return (rule.when is None or answer(rule.when, page) is True) and answer(rule.must, page) is False


def _judge(rule: Rule, page: Page, book: RuleBook, trace: Trace) -> Finding | None:
    if not is_broken(rule, page):
        return None
    evidence = tuple(f"{vocabulary.label_of(name).zh}={_shown(page.get(name))}" for name in rule.columns[:8])
    trace.add(
        rule.id,
        zh=f"{rule.wrong.zh}。{rule.mend.zh}",
        en=f"{rule.wrong.en}. {rule.mend.en}",
        evidence=evidence,
        passed=False,
        source=rule.source,
    )
    return Finding(rule, book.card.deducts(rule), evidence)


def _shown(value: Filled) -> str:
    if isinstance(value, list):
        return "|".join("" if part is None else str(part) for part in value)
    return "" if value is None else str(value)


def _items(findings: tuple[Finding, ...]) -> list[str]:
    lost = {finding.rule.item: finding.deducts for finding in findings if finding.deducts}
    return [f"{item} -{points}" for item, points in lost.items()]
