"""A discharge as the grouper sees it, and what the grouper says of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from yigongti.foundation.errors import InvalidInput
from yigongti.foundation.trace import Trace

UNGROUPED_MDC = "0000"
UNGROUPED_ADRG = "00"
UNGROUPED_DRG = "0000"

CASE_COLUMNS = (
    "case_id",
    "sex",
    "age_years",
    "age_days",
    "birth_weight_g",
    "length_of_stay_days",
    "discharge_disposition",
    "diagnoses",
    "procedures",
)
"""The columns of a file of cases; diagnoses and procedures joined by “|”, the principal one first."""

GROUPING_COLUMNS = ("case_id", "mdc", "adrg", "drg", "complication", "reason")


@dataclass(frozen=True, slots=True)
class Case:
    """One discharge.

    sex: 1 male, 2 female. age_days: days since birth, whatever the age. birth_weight_g: grams. None where the
    front page does not say. diagnoses, procedures: codes of the insurance edition, the principal one first.
    """

    case_id: str
    sex: str | None = None
    age_years: int | None = None
    age_days: int | None = None
    birth_weight_g: int | None = None
    length_of_stay_days: int | None = None
    discharge_disposition: str | None = None
    diagnoses: tuple[str, ...] = ()
    procedures: tuple[str, ...] = ()

    @property
    def principal_diagnosis(self) -> str:
        return self.diagnoses[0] if self.diagnoses else ""

    @property
    def principal_procedure(self) -> str:
        return self.procedures[0] if self.procedures else ""


@dataclass(frozen=True, slots=True)
class Grouping:
    """What the grouper says of a case.

    complication: "mcc", "cc" or "none"; "" for a case without a group. reason: a stable code where the case has no
    group (reasons.py), else "". trace: the path in words.
    """

    case_id: str
    mdc: str
    adrg: str
    drg: str
    complication: str
    reason: str
    trace: Trace = field(default_factory=Trace, compare=False)


def case_from_row(row: Mapping[str, object]) -> Case:
    """A case from a row of a file or a lake table; raises InvalidInput where a number is none."""

    def text(name: str) -> str | None:
        value = row.get(name)
        return None if value is None or value == "" else str(value)

    def number(name: str) -> int | None:
        value = text(name)
        if value is None:
            return None
        try:
            return int(Decimal(value))
        except (ArithmeticError, ValueError) as error:
            raise InvalidInput(
                "casemix.not_a_number",
                zh=f"“{name}”应为数字，实为“{value}”",
                en=f"{name} must be a number: {value}",
                where=f"case_id {row.get('case_id')}",
            ) from error

    def codes(name: str) -> tuple[str, ...]:
        value = row.get(name)
        if value is None or value == "":
            return ()
        if isinstance(value, str):
            return tuple(value.split("|"))
        return tuple("" if code is None else str(code) for code in value)  # type: ignore[attr-defined]

    return Case(
        case_id=text("case_id") or "",
        sex=text("sex"),
        age_years=number("age_years"),
        age_days=number("age_days"),
        birth_weight_g=number("birth_weight_g"),
        length_of_stay_days=number("length_of_stay_days"),
        discharge_disposition=text("discharge_disposition"),
        diagnoses=codes("diagnoses"),
        procedures=codes("procedures"),
    )
