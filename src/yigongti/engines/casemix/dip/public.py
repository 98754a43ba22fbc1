"""The door of DIP: catalogue, auxiliary factors, scores, the pool. See docs/algorithms/casemix-payment.md §5."""

from yigongti.engines.casemix.dip.catalogue import Catalogue, DipCase, DipGroup, build_catalogue
from yigongti.engines.casemix.dip.charlson import Charlson, Condition
from yigongti.engines.casemix.dip.coefficients import Addition, Coefficient, additions_of, year_coefficient
from yigongti.engines.casemix.dip.rules import DipRules
from yigongti.engines.casemix.dip.scoring import PaidScores, ScoredCase, pay_scores, score_case
from yigongti.engines.casemix.dip.tables import (
    SCORE_COLUMNS,
    build_catalogue_from_table,
    dip_cases_to_table,
    pay_scores_table,
    score_table,
)

__all__ = [
    "SCORE_COLUMNS",
    "Addition",
    "Catalogue",
    "Charlson",
    "Coefficient",
    "Condition",
    "DipCase",
    "DipGroup",
    "DipRules",
    "PaidScores",
    "ScoredCase",
    "additions_of",
    "build_catalogue",
    "build_catalogue_from_table",
    "dip_cases_to_table",
    "pay_scores",
    "pay_scores_table",
    "score_case",
    "score_table",
    "year_coefficient",
]
