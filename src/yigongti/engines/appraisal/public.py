"""The door of the score cards. Explained in docs/algorithms/appraisal.md.

cards = load_cards(policy)                                      policy/scorecards/appraisal/*.yaml
lint(card, known_measures(policy), IncomeWords.from_policy(policy, on=day), on=day)   all that is wrong with it
score_all(card, {subject: {item: Observed(…)}}, last_day)       scores with why, and what would change them
score_one(card, subject, values, last_day, everybody=…)         one subject's
score_table(values, card, last_day)                             the same for thousands, as a table
share_pool(pool, receivers, before=…)                           county → institution → unit → person, to the fen
"""

from __future__ import annotations

from yigongti.engines.appraisal.changing import Change
from yigongti.engines.appraisal.definitions import (
    NO_DATA,
    Card,
    Grade,
    Item,
    Money,
    MoneyKind,
    NotAssessed,
    Observed,
    PeriodKind,
    Section,
    State,
    SubjectKind,
    Version,
)
from yigongti.engines.appraisal.forbidden_income import IncomeWords
from yigongti.engines.appraisal.known_measures import KnownMeasure, known_measures
from yigongti.engines.appraisal.linting import lint, refuse
from yigongti.engines.appraisal.loading import load_card_from, load_cards, read_card
from yigongti.engines.appraisal.pools import Bound, Factor, Receiver, Share, Shared, share_pool
from yigongti.engines.appraisal.scoring import ItemScore, Score, score_all, score_one
from yigongti.engines.appraisal.table import COLUMNS, score_table

__all__ = [
    "COLUMNS",
    "NO_DATA",
    "Bound",
    "Card",
    "Change",
    "Factor",
    "Grade",
    "IncomeWords",
    "Item",
    "ItemScore",
    "KnownMeasure",
    "Money",
    "MoneyKind",
    "NotAssessed",
    "Observed",
    "PeriodKind",
    "Receiver",
    "Score",
    "Section",
    "Share",
    "Shared",
    "State",
    "SubjectKind",
    "Version",
    "known_measures",
    "lint",
    "load_card_from",
    "load_cards",
    "read_card",
    "refuse",
    "score_all",
    "score_one",
    "score_table",
    "share_pool",
]
