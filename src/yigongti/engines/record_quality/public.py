"""The door of record quality: load the rule book, judge one page with its reasons, judge a table of millions."""

from yigongti.engines.record_quality.aggregates import by_rule, item_completeness, summarise
from yigongti.engines.record_quality.beside import with_extra_columns
from yigongti.engines.record_quality.codesets import Codeset
from yigongti.engines.record_quality.detection import Detection, Measure, measure_detection
from yigongti.engines.record_quality.language import parse_condition
from yigongti.engines.record_quality.reference import Finding, Judgement, judge_case
from yigongti.engines.record_quality.rulebook import RuleBook, load_rulebook, rulebook_on, runnable
from yigongti.engines.record_quality.rules import Rule
from yigongti.engines.record_quality.scoring import ScoreCard, Standards
from yigongti.engines.record_quality.suggestions import Suggestion
from yigongti.engines.record_quality.table import flag_table, judge_table, score_table, suggest_table

__all__ = [
    "Codeset",
    "Detection",
    "Finding",
    "Judgement",
    "Measure",
    "Rule",
    "RuleBook",
    "ScoreCard",
    "Standards",
    "Suggestion",
    "by_rule",
    "flag_table",
    "item_completeness",
    "judge_case",
    "judge_table",
    "load_rulebook",
    "measure_detection",
    "parse_condition",
    "rulebook_on",
    "runnable",
    "score_table",
    "suggest_table",
    "summarise",
    "with_extra_columns",
]
