"""The 30 labelled discharges: real input on which the main job must run, grouped and priced with published tables.

They are part of the reference tables that a county loads itself and are not in this repository; where they are absent
the demo says so.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from yigongti.engines.casemix.public import case_from_row, group_case, load_scheme, with_local_division
from yigongti.foundation.money import to_fen
from yigongti.foundation.policy import Policy

CASES = "casemix/witness/labelled-discharges.csv"
SCHEME = "casemix/chs-drg-1.1"
WEIGHTS = "casemix/weights-harbin-2024.csv"


@dataclass(frozen=True, slots=True)
class LabelledResult:
    """One case: our group, the hospital's (empty where it gave none), the group of the city's own division, its weight
    (None without one) and the pay of an employee and of a resident in yuan."""

    case_id: str
    drg: str
    hospital_drg: str
    local_drg: str
    weight: Decimal | None
    pay_employee: Decimal | None
    pay_resident: Decimal | None

    @property
    def agrees(self) -> bool:
        return not self.hospital_drg or self.drg == self.hospital_drg


def reference_tables(checkout: Path) -> Path | None:
    """The folder of reference tables: YIGONGTI_SHARED_DATA, else shared/data beside the checkout; None when absent."""
    named = os.environ.get("YIGONGTI_SHARED_DATA")
    folder = Path(named) if named else checkout.parent / "shared" / "data"
    return folder if (folder / CASES).exists() else None


def group_labelled_cases(shared_data: Path, policy: Policy, on: date) -> list[LabelledResult]:
    """Group the cases by CHS-DRG 1.1 and price them: weight × rate, the rates of the policy layer in force on `on`."""
    scheme = load_scheme(shared_data / SCHEME)
    with (shared_data / WEIGHTS).open(encoding="utf-8", newline="") as file:
        weights = {row["drg"]: Decimal(row["relative_weight"]) for row in csv.DictReader(file)}
    city = with_local_division(scheme, weights, "Harbin 2024")
    rates = {
        kind: Decimal(str(policy.value("casemix.base_rate", on=on, insurance_type=kind))) for kind in ("310", "390")
    }
    results = []
    with (shared_data / CASES).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            case = case_from_row(row)
            drg, local_drg = group_case(case, scheme).drg, group_case(case, city).drg
            weight = weights.get(local_drg)
            employee, resident = (None if weight is None else to_fen(weight * rates[kind]) for kind in ("310", "390"))
            results.append(
                LabelledResult(row["case_id"], drg, row["hospital_drg"], local_drg, weight, employee, resident)
            )
    return results


def tell_labelled_cases(results: list[LabelledResult], write: Callable[[str], None]) -> None:
    """The table on the terminal, with how many of the hospital's labels we agree with."""
    for result in results:
        weight = "—" if result.weight is None else str(result.weight)
        pay = "—" if result.pay_employee is None else f"{result.pay_employee:>12,} {result.pay_resident:>12,}"
        label = result.hospital_drg or "·"
        mark = " " if not result.hospital_drg else "✓" if result.agrees else "✗"
        write(f"  {result.case_id}  {result.drg}  {label:<4} {mark}  → {result.local_drg}  RW {weight:>8}  {pay}")
    labelled = [result for result in results if result.hospital_drg]
    agreed = sum(result.agrees for result in labelled)
    write(f"  与医院分组一致 · agree with the hospital's label: {agreed}/{len(labelled)}")
