"""The DIP rules in force on a day, read from policy and handed to the engine as a value."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from yigongti.engines.casemix.dip.charlson import Charlson
from yigongti.foundation.errors import PolicyError
from yigongti.foundation.policy import Policy

DIMENSIONS = ("severity", "age", "stay", "comorbidity")
CONSERVATIVE = "conservative"
_RANK = {CONSERVATIVE: 0, "diagnostic": 1, "therapeutic": 2, "operation": 3}
TREATMENTS = tuple(_RANK)
"""The treatment classes of combined groups, from the lightest to the heaviest."""


@dataclass(frozen=True)
class DipRules:
    """What a county has decided about DIP. Ratios and coefficients have at most four decimals.

    procedure_classes: the first two places of a procedure code → treatment class.
    auxiliary_dimensions: which factors correct a score; edges: the upper edges of the bands, each included in its band.
    """

    diagnosis_places: int
    minimum_cases: int
    score_base: int
    low_deviation: Decimal
    high_deviation: Decimal
    unmatched_ratio: Decimal
    coefficients: Mapping[str, Decimal]
    auxiliary_dimensions: tuple[str, ...]
    auxiliary_choice: str
    auxiliary_floor: Decimal
    auxiliary_minimum_cases: int
    edges: Mapping[str, tuple[int, ...]]
    procedure_classes: Mapping[str, str]
    charlson: Charlson

    def __post_init__(self) -> None:
        wrong = [name for name in self.auxiliary_dimensions if name not in DIMENSIONS]
        if wrong or self.auxiliary_choice not in ("largest", "product"):
            raise PolicyError(
                "dip.choice_unknown",
                zh=f"不认识的辅助目录或取法：{wrong} {self.auxiliary_choice}",
                en=f"unknown auxiliary dimension or choice: {wrong} {self.auxiliary_choice}",
                where="policy/parameters/casemix",
            )
        if self.high_deviation < 1 or self.low_deviation > 1 or self.low_deviation < 0 or self.minimum_cases < 1:
            raise PolicyError(
                "dip.bounds_wrong",
                zh="偏差界限或最少病例数不合理",
                en="deviation bounds or minimum cases make no sense",
                where="policy/parameters/casemix",
            )

    def treatment(self, procedures: tuple[str, ...]) -> str:
        """The heaviest treatment class among the procedures; a code of an unknown chapter counts as diagnostic."""
        classes = [self.procedure_classes.get(code[:2], "diagnostic") for code in procedures]
        return max(classes, key=_RANK.__getitem__, default=CONSERVATIVE)

    def band(self, dimension: str, value: int) -> str:
        """The band of a value, from "0": the number of edges below it."""
        return str(bisect_left(self.edges[dimension], value))

    @classmethod
    def from_policy(cls, policy: Policy, *, on: date) -> DipRules:
        """The rules in force on a day. Raises PolicyError where a parameter or document is missing or wrong."""

        def value(name: str) -> Any:
            return policy.parameter(f"casemix.dip_{name}").value_on(on).content

        documents = {document.path.rsplit("/", 1)[-1]: document for document in policy.documents("casemix/dip")}
        for needed in ("charlson.yaml", "procedure_classes.yaml"):
            if needed not in documents:
                raise PolicyError(
                    "dip.document_missing",
                    zh=f"缺少 casemix/dip/{needed}",
                    en=f"casemix/dip/{needed} is missing",
                    where="policy/casemix/dip",
                )
        return cls(
            diagnosis_places=value("diagnosis_places"),
            minimum_cases=value("minimum_cases"),
            score_base=value("score_base"),
            low_deviation=value("low_deviation"),
            high_deviation=value("high_deviation"),
            unmatched_ratio=value("unmatched_ratio"),
            coefficients=dict(value("institution_coefficient")),
            auxiliary_dimensions=tuple(value("auxiliary_dimensions")),
            auxiliary_choice=value("auxiliary_choice"),
            auxiliary_floor=value("auxiliary_floor"),
            auxiliary_minimum_cases=value("auxiliary_minimum_cases"),
            edges={
                name: tuple(int(edge) for edge in value(f"{name}_edges")) for name in ("age", "stay", "comorbidity")
            },
            procedure_classes=_classes(documents["procedure_classes.yaml"].data),
            charlson=Charlson.from_document(documents["charlson.yaml"].data),
        )


def _classes(data: Any) -> dict[str, str]:
    """The two-place chapters of every class. Raises PolicyError for an unknown class or a malformed range."""
    found: dict[str, str] = {}
    try:
        for row in data["classes"]:
            if row["id"] not in _RANK:
                raise ValueError(row["id"])
            for chapter in range(int(row["first"]), int(row["last"]) + 1):
                found[f"{chapter:02d}"] = row["id"]
    except (KeyError, TypeError, ValueError) as error:
        raise PolicyError(
            "dip.classes_not_readable",
            zh="治疗方式分类表写法不对",
            en="the table of treatment classes is malformed",
            where="casemix/dip/procedure_classes.yaml",
        ) from error
    return found
