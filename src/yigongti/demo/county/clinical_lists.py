"""Reads the lists that stays are drawn from: diagnoses, procedures, fee items, medicines (demo/lists/*.csv)."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from yigongti.foundation.errors import InvalidInput

LISTS_FOLDER = Path(__file__).resolve().parent.parent / "lists"
FLAT_SEASON = (1.0,) * 12


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A diagnosis of the insurance edition and how it is met in a county. sexes: "12", "1" or "2"."""

    code: str
    name: str
    role: str
    sexes: str
    age_min: int
    age_max: int
    weight: float
    season: tuple[float, ...]
    level: str
    mean_stay_days: float
    mean_cost_yuan: float
    mortality: float
    typical_procedures: tuple[str, ...]
    procedure_share: float
    typical_secondary: tuple[str, ...]
    external_causes: tuple[str, ...]
    outcome_of_delivery: str
    newborn_weight: str
    department: str

    @property
    def category(self) -> str:
        return self.code[:3]

    @property
    def of_newborns(self) -> bool:
        """Diagnoses of the first 28 days of life."""
        return self.code.startswith(("P", "Z38"))

    @property
    def of_pregnancy(self) -> bool:
        return self.code.startswith("O")

    @property
    def of_injury(self) -> bool:
        return self.code[:1] in ("S", "T")

    @property
    def of_tumour(self) -> bool:
        """C00-D48: a pathology code belongs to them."""
        return "C00" <= self.category <= "D48"

    def fits(self, sex: str, age_years: int, age_days: int) -> bool:
        """Whether a person of that sex and age may have it. age_days counts from birth."""
        if sex not in self.sexes or not self.age_min <= age_years <= self.age_max:
            return False
        return age_days <= 28 if self.of_newborns else True


@dataclass(frozen=True, slots=True)
class Procedure:
    """A procedure of the insurance edition. anaesthesia: two places, "99" none; fees in yuan."""

    code: str
    name: str
    kind: str
    level: str
    anaesthesia: str
    operation_fee: Decimal
    supplies_fee: Decimal
    day_surgery: bool

    @property
    def is_operation(self) -> bool:
        return self.kind in ("手术", "介入治疗")


@dataclass(frozen=True, slots=True)
class FeeItemEntry:
    """A price of a service or of supplies. per: day, stay, procedure or test. departments: code words or ("*",)."""

    code: str
    name: str
    fee_item: str
    unit_price: Decimal
    per: str
    departments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Medicine:
    """A medicine. indications: prefixes of diagnosis codes; empty when it is given for anything."""

    code: str
    name: str
    unit_price: Decimal
    fee_item: str
    indications: tuple[str, ...]
    antimicrobial: bool
    essential: bool


@dataclass(frozen=True)
class ClinicalLists:
    """The four lists with the look-ups that stays need."""

    diagnoses: dict[str, Diagnosis]
    procedures: dict[str, Procedure]
    fee_items: tuple[FeeItemEntry, ...]
    medicines: tuple[Medicine, ...]

    def with_role(self, *roles: str) -> tuple[Diagnosis, ...]:
        return tuple(d for d in self.diagnoses.values() if d.role in roles)


def _rows(path: Path) -> list[dict[str, str]]:
    if not path.is_file():
        raise InvalidInput(
            "county.list_missing",
            zh=f"缺少生成演示县所需的清单 {path.name}",
            en=f"the list {path.name} that the demo county is drawn from is missing",
            where=path.name,
        )
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split("|") if part)


def _diagnosis(row: dict[str, str]) -> Diagnosis:
    season = FLAT_SEASON if row["season"] in ("flat", "") else tuple(float(x) for x in row["season"].split("|"))
    if len(season) != 12:
        raise InvalidInput(
            "county.list_wrong",
            zh=f"诊断 {row['code']} 的季节系数不是 12 个",
            en=f"diagnosis {row['code']} does not name twelve seasonal factors",
            where="diagnoses.csv",
        )
    return Diagnosis(
        code=row["code"],
        name=row["name"],
        role=row["role"],
        sexes=row["sexes"],
        age_min=int(row["age_min"]),
        age_max=int(row["age_max"]),
        weight=float(row["weight"] or 0),
        season=season,
        level=row["level"],
        mean_stay_days=float(row["mean_stay_days"] or 0),
        mean_cost_yuan=float(row["mean_cost_yuan"] or 0),
        mortality=float(row["mortality"] or 0),
        typical_procedures=_parts(row["typical_procedures"]),
        procedure_share=float(row["procedure_share"] or 0),
        typical_secondary=_parts(row["typical_secondary"]),
        external_causes=_parts(row["external_causes"]),
        outcome_of_delivery=row["outcome_of_delivery"],
        newborn_weight=row["newborn_weight"],
        department=row["department"],
    )


@cache
def read_lists(folder: Path = LISTS_FOLDER) -> ClinicalLists:
    """The lists of a folder, read once."""
    diagnoses = {row["code"]: _diagnosis(row) for row in _rows(folder / "diagnoses.csv")}
    procedures = {
        row["code"]: Procedure(
            code=row["code"],
            name=row["name"],
            kind=row["kind"],
            level=row["level"],
            anaesthesia=row["anaesthesia"].zfill(2),
            operation_fee=Decimal(row["operation_fee"] or 0),
            supplies_fee=Decimal(row["supplies_fee"] or 0),
            day_surgery=row["day_surgery"] == "yes",
        )
        for row in _rows(folder / "procedures.csv")
    }
    fee_items = tuple(
        FeeItemEntry(
            code=row["item_code"],
            name=row["name"],
            fee_item=row["fee_item"],
            unit_price=Decimal(row["unit_price"]),
            per=row["per"],
            departments=_parts(row["departments"]),
        )
        for row in _rows(folder / "fee_items.csv")
    )
    medicines = tuple(
        Medicine(
            code=row["code"],
            name=row["name"],
            unit_price=Decimal(row["unit_price"]),
            fee_item=_MEDICINE_FEE.get(row["fee_item"], row["fee_item"]),
            indications=_parts(row["indications"]),
            antimicrobial=row["antimicrobial"] == "yes",
            essential=row["essential"] == "yes",
        )
        for row in _rows(folder / "medicines.csv")
    )
    return ClinicalLists(diagnoses, procedures, fee_items, medicines)


_MEDICINE_FEE = {"western": "fee_western_medicine", "patent": "fee_patent_medicine", "herbal": "fee_herbal_medicine"}
