"""An invented county's year of settlements in a lake of its own: 40,000 stays and 900,000 visits of 614,000 residents.

Drawn from a seed as arrays; amounts are in whole fen and each row's parts add up. What funds paid is left at nothing:
the rehearsal settles every bill again and never reads it. Nothing here is a statistic of any real county.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from yigongti.facts.public import Lake, rows_schema
from yigongti.facts.receipts import Receipt
from yigongti.foundation.period import Month
from yigongti.foundation.schemas import FACT_TABLES

LEVELS = ("village", "township", "county", "city")
_DIAGNOSES = [
    f"{letter}{number:02d}.{place}" for letter in "ACDEFGHIJKLMNORSTZ" for number in range(0, 90, 2) for place in (0, 9)
]

_GROUPS: list[list[str]] = [[], ["low_income"], ["extreme_poverty"], ["severe_disability", "low_income"]]


def write_year(
    root: Path, *, stays: int = 40_000, visits: int = 900_000, residents: int = 614_000, year: int = 2026, seed: int = 4
) -> Lake:
    """Write the year month by month, one institution a file, and answer the lake. Nothing is written twice."""
    lake = Lake(root)
    if (root / "written").exists():
        return lake
    chance = np.random.default_rng(seed)
    rows = stays + visits
    is_stay = chance.permutation(rows) < stays
    month = chance.integers(1, 13, rows)
    level = np.where(
        is_stay, chance.choice([1, 2, 3], rows, p=[0.35, 0.55, 0.1]), chance.choice([0, 1, 2], rows, p=[0.5, 0.3, 0.2])
    )
    place = np.where(
        level == 0,
        chance.integers(100, 360, rows),
        np.where(level == 1, chance.integers(10, 28, rows), np.where(level == 2, chance.integers(1, 4, rows), 9)),
    )
    # the agency settles what is brought from outside the county
    settles = np.where(level == 0, 10 + place % 18, np.where(level == 3, 0, place))
    person = (residents * chance.beta(0.6, 1.6, rows)).astype(np.int64)
    columns = {
        "is_stay": is_stay, "month": month, "level": level, "place": place, "settles": settles, "person": person,
        "day": chance.integers(1, 28, rows), "stay": np.where(is_stay, chance.integers(2, 21, rows), 0),
        "total": _total(chance, is_stay, level), "diagnosis": chance.integers(0, len(_DIAGNOSES), rows),
        "department": chance.integers(1, 13, rows), "referred": chance.random(rows) < 0.6,
    }  # fmt: skip
    for number in range(1, 13):
        for code in np.unique(settles):
            chosen = np.flatnonzero((month == number) & (settles == code))
            if len(chosen):
                own = {name: values[chosen] for name, values in columns.items()}
                _commit(lake, Month(year, number), f"DEMO{int(code):04d}", own, chosen)
    (root / "written").touch()
    return lake


def _total(chance: np.random.Generator, is_stay: np.ndarray, level: np.ndarray) -> np.ndarray:
    """Fen: a stay of about 3,000 yuan in a township to 16,000 in a city, a visit of some ten to some hundred."""
    middle = np.where(is_stay, np.asarray([1_500, 2_600, 7_500, 16_000])[level], np.asarray([45, 90, 210, 400])[level])
    return np.rint(middle * 100 * chance.lognormal(0, 0.7, len(level))).astype(np.int64)


def _commit(lake: Lake, month: Month, code: str, own: dict[str, np.ndarray], numbers: np.ndarray) -> None:
    schema = rows_schema(FACT_TABLES["settlements"])
    rows = len(numbers)
    total = own["total"]
    outside, above = total * 6 // 100, total * 2 // 100
    first = total * 5 // 100
    ended = np.asarray([np.datetime64(f"{month}-{int(day):02d}") for day in range(1, 28)])[own["day"] - 1]
    kind = np.where(own["is_stay"], 0, np.where(own["diagnosis"] % 9 == 0, 2, 1))
    group = np.where(
        own["person"] % 17 == 0, 1, np.where(own["person"] % 101 == 0, 2, np.where(own["person"] % 211 == 0, 3, 0))
    )
    told: dict[str, Any] = {
        "institution_code": [code] * rows, "settlement_number": [f"S{int(n):08d}" for n in numbers],
        "case_id": [f"C{int(n):08d}" for n in numbers], "reverses": [None] * rows,
        "insured_number": [f"P{int(n):08d}" for n in own["person"]],
        "birth_date": [date(1940 + int(n) % 70, 1 + int(n) % 12, 1 + int(n) % 28) for n in own["person"]],
        "sex": [str(1 + int(n) % 2) for n in own["person"]],
        "insurance_type": ["310" if n % 12 == 0 else "390" for n in own["person"]],
        "groups": [_GROUPS[int(n)] for n in group],
        "care": [("inpatient", "outpatient", "two_diseases")[int(n)] for n in kind],
        "treated_at": [f"DEMO{int(n):04d}" for n in own["place"]], "level": [LEVELS[int(n)] for n in own["level"]],
        "place": ["prefecture" if n == 3 else "community" if n < 2 else "county" for n in own["level"]],
        "referral": ["up" if n == 3 and r else "none" for n, r in zip(own["level"], own["referred"], strict=True)],
        "disease_code": ["hypertension" if n == 2 else None for n in kind],
        "diagnosis": [_DIAGNOSES[int(n)] for n in own["diagnosis"]],
        "department_code": [f"{int(n):02d}" for n in own["department"]],
        "started_on": ended - own["stay"].astype("timedelta64[D]"), "ended_on": ended, "settled_on": ended,
        "total_cost": total, "outside_catalogue": outside, "above_limits": above, "first_share": first,
        "deductible": total * 0, "pool_fund": total * 0, "critical_illness": total * 0, "medical_assistance": total * 0,
        "other_funds": total * 0, "personal_account": total * 0, "cash": total,
    }  # fmt: skip
    arrays = [_array(told[field.name], field.type) for field in schema]
    batch = pa.RecordBatch.from_arrays(arrays, schema=schema)
    receipt = Receipt(
        submission_id=f"{month}-{code}", kind="settlements", institution_code=code, month=month, rows=rows,
        amount=Decimal(int(total.sum())) / 100, digest=f"{month}-{code}", reading="bench", file_name="bench",
        submitted_by="bench", submitted_at=datetime(2027, 1, 5, tzinfo=UTC),
    )  # fmt: skip
    lake.replace(receipt, [batch], None)


def _array(values: Any, kind: pa.DataType) -> pa.Array:
    if pa.types.is_decimal(kind):
        fen = pa.array(values, pa.int64()).cast(pa.decimal128(20, 0))
        wide = pa.compute.multiply(fen, pa.scalar(Decimal("0.01"), pa.decimal128(3, 2)))
        return wide.cast(kind)
    return pa.array(values).cast(kind) if isinstance(values, np.ndarray) else pa.array(values, kind)
