"""The scheme and the weights that a month is grouped and priced by.

Which scheme: policy parameter casemix.scheme_folder. Weights: the scheme folder's weights.csv where the county has
loaded one; else they are found from past cases (weights_from_past.py).
"""

from __future__ import annotations

import csv
import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from yigongti.engines.casemix.pricing.public import WeightTable, weights_from_rows
from yigongti.engines.casemix.public import Scheme, load_scheme
from yigongti.foundation.errors import PolicyError
from yigongti.foundation.period import Month
from yigongti.foundation.policy import Policy

PUBLISHED, COMPUTED = "published", "computed"


@dataclass(frozen=True)
class SchemeInForce:
    """folder: below policy/ ("casemix/starter"). published_weights: None where the folder has no weights.csv."""

    folder: str
    scheme: Scheme
    published_weights: WeightTable | None


def scheme_in_force(policy: Policy, month: Month) -> SchemeInForce:
    """The scheme of a month, read once for each release. Raises PolicyError when it is not there or wrong."""
    folder = str(policy.value("casemix.scheme_folder", on=month.last_day))
    return _read(str(policy.folder(folder)), folder, policy.release.digest)


@lru_cache(maxsize=4)
def _read(place: str, folder: str, release: str) -> SchemeInForce:
    root = Path(place)
    low_risk = _codes(root / "low_risk.csv")
    weights = None
    if (root / "weights.csv").is_file():
        rows = list(csv.DictReader((root / "weights.csv").read_text("utf-8-sig").splitlines()))
        weights = weights_from_rows(rows, low_risk_groups=low_risk, name=f"{folder}/weights.csv")
    return SchemeInForce(folder, load_scheme(root), weights)


def _codes(path: Path) -> frozenset[str] | None:
    """The groups of low_risk.csv; None where the scheme keeps no such list."""
    if not path.is_file():
        return None
    reader = csv.DictReader(path.read_text("utf-8-sig").splitlines())
    if "drg" not in (reader.fieldnames or ()):
        raise PolicyError(
            "casemix.low_risk_columns",
            zh="low_risk.csv 应有 drg 列",
            en="low_risk.csv must have a column drg",
            where=str(path.name),
        )
    return frozenset(row["drg"].strip() for row in reader if row["drg"])


def low_risk_groups(policy: Policy, month: Month) -> frozenset[str] | None:
    """The low-risk groups of the scheme in force, or None where no list is kept."""
    folder = str(policy.value("casemix.scheme_folder", on=month.last_day))
    return _codes(policy.folder(folder) / "low_risk.csv")


def weights_digest(weights: WeightTable) -> str:
    """SHA-256 over the table as text: part of the key of what was computed with it."""
    return hashlib.sha256(json.dumps(weights.to_rows(), sort_keys=True).encode()).hexdigest()
