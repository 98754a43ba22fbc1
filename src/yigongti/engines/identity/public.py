"""The door of identity: compare two registrations, search while registering, de-duplicate a county, train weights.

What needs Splink and DuckDB is loaded when it is first asked for: a web process that only searches never loads it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from yigongti.engines.identity.blocks import BLOCKS, Block
from yigongti.engines.identity.candidates import Candidate, SearchKey, rank, search_keys
from yigongti.engines.identity.comparisons import COMPARISONS, Comparison
from yigongti.engines.identity.detection import Detected, measure_detection
from yigongti.engines.identity.names import Sound, sound_of
from yigongti.engines.identity.reference import Judged, Likeness, compare, judge_pair
from yigongti.engines.identity.registration import (
    Normalised,
    Registration,
    normalise,
    normalise_name,
    normalise_number,
    normalise_phone,
)
from yigongti.engines.identity.rules import DIFFERENT, DOUBTFUL, RULES, SAME, Rule
from yigongti.engines.identity.weights import LevelWeight, Matching, TrainedWeights, load_matching, read_weights

if TYPE_CHECKING:
    from yigongti.engines.identity.batch import Linking, deduplicate, link
    from yigongti.engines.identity.training import train, untrained, weights_document

__all__ = [
    "BLOCKS",
    "COMPARISONS",
    "DIFFERENT",
    "DOUBTFUL",
    "RULES",
    "SAME",
    "Block",
    "Candidate",
    "Comparison",
    "Detected",
    "Judged",
    "LevelWeight",
    "Likeness",
    "Linking",
    "Matching",
    "Normalised",
    "Registration",
    "Rule",
    "SearchKey",
    "Sound",
    "TrainedWeights",
    "compare",
    "deduplicate",
    "judge_pair",
    "link",
    "load_matching",
    "measure_detection",
    "normalise",
    "normalise_name",
    "normalise_number",
    "normalise_phone",
    "rank",
    "read_weights",
    "search_keys",
    "sound_of",
    "train",
    "untrained",
    "weights_document",
]

_WITH_SPLINK = {
    "Linking": "batch",
    "deduplicate": "batch",
    "link": "batch",
    "train": "training",
    "untrained": "training",
    "weights_document": "training",
}


def __getattr__(name: str) -> Any:
    if name not in _WITH_SPLINK:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"yigongti.engines.identity.{_WITH_SPLINK[name]}"), name)
