"""The comparisons in Splink's words: the same levels as `comparisons.py`, as SQL conditions on normalised columns.

Splink is given m and u of every level and adds them up; nothing is estimated here (`training.py` does).
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from splink import SettingsCreator, block_on

from yigongti.engines.identity.blocks import BLOCKS
from yigongti.engines.identity.comparisons import COMPARISONS, MISSING
from yigongti.engines.identity.weights import TrainedWeights

logging.getLogger("splink").setLevel(logging.ERROR)  # it tells every step, and of values that we set on purpose

# level -> condition, in the order in which they are asked; what reaches none of them is "other"
_CONDITIONS: Mapping[str, Mapping[str, str]] = {
    "name": {
        MISSING: "name_l IS NULL OR name_r IS NULL",
        "same": "name_l = name_r",
        "same_sound": "sound_l = sound_r",
        "similar_sound": "blurred_l = blurred_r",
        "one_character": "greatest(length(name_l), length(name_r)) >= 3 AND levenshtein(name_l, name_r) <= 1",
    },
    "birth_date": {
        MISSING: "birth_date_l IS NULL OR birth_date_r IS NULL",
        "same": "birth_date_l = birth_date_r",
        "swapped": "birth_year_l = birth_year_r AND month(birth_date_l) = day(birth_date_r) "
        "AND day(birth_date_l) = month(birth_date_r)",
        "near": "abs(datediff('day', birth_date_l, birth_date_r)) <= {near_days}",
        "one_digit": "hamming(birth_text_l, birth_text_r) = 1",
        "same_year": "birth_year_l = birth_year_r",
    },
    "sex": {MISSING: "sex_l IS NULL OR sex_r IS NULL", "same": "sex_l = sex_r"},
    "number": {
        MISSING: "number_l IS NULL OR number_r IS NULL",
        "same": "number_l = number_r",
        "slip": "damerau_levenshtein(number_l, number_r) <= 1",
        "region": "number_body_l = number_body_r",
    },
    "phone": {MISSING: "phone_l IS NULL OR phone_r IS NULL", "same": "phone_l = phone_r"},
    "place": {
        MISSING: "(village_code_l IS NULL OR village_code_r IS NULL) AND NOT coalesce(address_l = address_r, false)",
        "same_house": "village_code_l IS NULL OR village_code_r IS NULL "
        "OR (village_code_l = village_code_r AND house_l = house_r)",
        "same_village": "village_code_l = village_code_r",
    },
    "household": {MISSING: "household_l IS NULL OR household_r IS NULL", "same": "household_l = household_r"},
    "insured": {
        MISSING: "insured_number_l IS NULL OR insured_number_r IS NULL",
        "same": "insured_number_l = insured_number_r",
    },
}


def settings(weights: TrainedWeights, link_type: str = "dedupe_only", trained: bool = True) -> SettingsCreator:
    """Splink's settings with our levels, blocks and weights. trained False: without m and u, for training them."""
    return SettingsCreator(
        link_type=link_type,  # type: ignore[arg-type]
        unique_id_column_name="key",
        probability_two_random_records_match=weights.prior,
        comparisons=[_comparison(name, weights, trained) for name in _CONDITIONS],
        blocking_rules_to_generate_predictions=[block_on(*block.columns) for block in BLOCKS],
        retain_matching_columns=True,  # Splink gives the levels only together with the columns
        retain_intermediate_calculation_columns=False,
        additional_columns_to_retain=["number_valid"],
    )


def level_sql(name: str) -> str:
    """SQL that gives the word of a comparison's level from Splink's gamma (the highest for the most alike)."""
    [levels] = [list(comparison.levels) for comparison in COMPARISONS if comparison.id == name]
    words = ", ".join(f"'{level}'" for level in reversed(levels))
    return f"CASE WHEN gamma_{name} < 0 THEN '{MISSING}' ELSE ([{words}])[gamma_{name} + 1] END"


def _comparison(name: str, weights: TrainedWeights, trained: bool) -> dict[str, Any]:
    levels = []
    for level, condition in [*_CONDITIONS[name].items(), ("other", "ELSE")]:
        row: dict[str, Any] = {
            "sql_condition": condition.format(near_days=weights.near_days),
            "label_for_charts": level,
        }
        if level == MISSING:
            row["is_null_level"] = True
        elif trained:
            row |= {"m_probability": weights.levels[name][level].m, "u_probability": weights.levels[name][level].u}
        if (name, level) == ("phone", "same") and trained:
            row["tf_adjustment_column"] = "phone"
        levels.append(row)
    return {"output_column_name": name, "comparison_levels": levels}
