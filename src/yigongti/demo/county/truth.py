"""What was planted, written down: later parts measure themselves against these tables."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from yigongti.demo.county.second_registrations import PlantedRegistration

DEFECT_COLUMNS = ("institution_code", "case_id", "rule_hint", "column", "what", "month")
CONSEQUENCE_COLUMNS = ("institution_code", "case_id", "rule_hint", "column", "follows_from", "month")
UPCODING_COLUMNS = ("institution_code", "case_id", "month", "kind", "true_code", "written_code")
SPLIT_COLUMNS = (
    "institution_code",
    "first_case_id",
    "second_case_id",
    "month",
    "resident_number",
    "gap_days",
    "principal_diagnosis",
)
WEIGHT_COLUMNS = ("institution_code", "case_id", "month", "column", "true_weight_g", "written_weight_g", "what")
DUPLICATE_COLUMNS = ("resident_id", "duplicate_of", "resident_number", "name", "what")
CLAIM_FAULT_COLUMNS = (
    "check",
    "institution_code",
    "case_id",
    "line_number",
    "item_code",
    "month",
    "amount",
    "what",
    "follows",
)
CLAIM_LOOK_ALIKE_COLUMNS = (*CLAIM_FAULT_COLUMNS[:-1], "reason")
SETTLEMENT_FAULT_COLUMNS = ("kind", "institution_code", "settlement_number", "case_id", "month", "amount", "what")
LOOK_ALIKE_COLUMNS = ("resident_id", "resembles", "resident_number", "name", "what")


@dataclass
class Truth:
    """Collected while the months are generated."""

    front_page_defects: list[dict[str, object]] = field(default_factory=list)
    front_page_consequences: list[dict[str, object]] = field(default_factory=list)
    upcoding: list[dict[str, object]] = field(default_factory=list)
    split_admissions: list[dict[str, object]] = field(default_factory=list)
    wrong_weights: list[dict[str, object]] = field(default_factory=list)
    duplicate_patients: list[dict[str, object]] = field(default_factory=list)
    look_alikes: list[dict[str, object]] = field(default_factory=list)
    claim_faults: list[dict[str, object]] = field(default_factory=list)
    claim_look_alikes: list[dict[str, object]] = field(default_factory=list)
    settlement_faults: list[dict[str, object]] = field(default_factory=list)

    def write(self, folder: Path) -> None:
        """truth/*.csv"""
        for name, columns in (
            ("front_page_defects", DEFECT_COLUMNS),
            ("front_page_consequences", CONSEQUENCE_COLUMNS),
            ("upcoding", UPCODING_COLUMNS),
            ("split_admissions", SPLIT_COLUMNS),
            ("wrong_weights", WEIGHT_COLUMNS),
            ("duplicate_patients", DUPLICATE_COLUMNS),
            ("look_alikes", LOOK_ALIKE_COLUMNS),
            ("claim_faults", CLAIM_FAULT_COLUMNS),
            ("claim_look_alikes", CLAIM_LOOK_ALIKE_COLUMNS),
            ("settlement_faults", SETTLEMENT_FAULT_COLUMNS),
        ):
            write_csv(folder / f"{name}.csv", columns, getattr(self, name))


def duplicate_rows(planted: Iterable[PlantedRegistration]) -> list[dict[str, object]]:
    """Second registrations as rows of the truth."""
    return [_row(registration, "duplicate_of") for registration in planted]


def look_alike_rows(planted: Iterable[PlantedRegistration]) -> list[dict[str, object]]:
    """Look-alikes, who are persons of their own, as rows of the truth."""
    return [_row(registration, "resembles") for registration in planted]


def _row(planted: PlantedRegistration, relation: str) -> dict[str, object]:
    return {
        "resident_id": planted.resident_id,
        relation: planted.of,
        "resident_number": planted.resident_number,
        "name": planted.name,
        "what": planted.what,
    }


def write_csv(file: Path, columns: tuple[str, ...], rows: Iterable[Mapping[str, object]]) -> None:
    """UTF-8 with plain line ends; the same rows give the same bytes."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
