"""The residents: an age pyramid like a county's that the young have left, households in villages, chronic disease.

Resident numbers are valid in form, but their region 609921 belongs to no province (the national list of regions,
GB/T 2260, knows no 60; from memory, checked: false). Telephones are 1990000xxxx, a block of four open places, so
that many people share one; addresses say （演示）. Nobody here can be taken for a real person.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from yigongti.demo.county.institutions import TOWNSHIP_SHARES, TOWNSHIPS, villages
from yigongti.demo.county.names import draw_names
from yigongti.demo.county.plan import CountyPlan
from yigongti.demo.county.streams import array_stream

REGION = "609921"
INSURED_SHARE = 0.95
EPOCH = date(1970, 1, 1)
_WEIGHTS = np.array((7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2), dtype=np.int64)
_CHECKS = np.array(list("10X98765432"))

# residents in a hundred by five years of age, 0-4 to 95-99: invented, in the shape of a rural county of the 2020s
_PYRAMID = (4.0, 6.1, 7.0, 5.8, 4.6, 5.0, 6.8, 7.6, 6.6, 6.6, 8.2, 8.8, 6.6, 5.6, 4.6, 2.9, 1.8, 0.9, 0.3, 0.1)

# (name, first year of age, prevalence at 40, prevalence at 75): what the chronic disease register would hold
CHRONIC = (
    ("hypertension", 25, 0.16, 0.52),
    ("diabetes", 30, 0.07, 0.20),
    ("coronary_disease", 40, 0.02, 0.18),
    ("stroke_sequel", 45, 0.01, 0.09),
    ("copd", 40, 0.02, 0.14),
    ("chronic_kidney_disease", 30, 0.008, 0.04),
    ("severe_mental_illness", 18, 0.005, 0.004),
)


@dataclass(frozen=True)
class Residents:
    """Columns by the resident's position. born_on: days since 1970-01-01; sex 1 or 2; chronic: a bit for each
    of CHRONIC; assisted: entitled to medical assistance; insured: whether insured at all."""

    numbers: np.ndarray
    names: list[str]
    sex: np.ndarray
    born_on: np.ndarray
    village: np.ndarray
    township: np.ndarray
    insurance_type: np.ndarray
    chronic: np.ndarray
    assisted: np.ndarray
    phone_end: np.ndarray
    insured: np.ndarray

    def __len__(self) -> int:
        return len(self.sex)

    def has(self, at: int, condition: int) -> bool:
        """Whether the resident has that chronic condition."""
        return bool(self.chronic[at] >> condition & 1)

    def birth_date(self, at: int) -> date:
        return EPOCH + timedelta(days=int(self.born_on[at]))

    def resident_id(self, at: int) -> str:
        return f"R{at + 1:07d}"

    def phone(self, at: int) -> str:
        return f"1990000{int(self.phone_end[at]):04d}"

    def address(self, at: int) -> str:
        return address_in(int(self.village[at]), int(self.phone_end[at]) % 180 + 1)

    def insured_number(self, at: int) -> str:
        return f"{REGION}{at + 1:010d}"


VILLAGE_ROWS = villages()
VILLAGE_CODES = tuple(f"{REGION}{township + 1:03d}{at + 1:03d}" for at, (_, township) in enumerate(VILLAGE_ROWS))


def address_in(village: int, house: int) -> str:
    """The address of a house in a village of VILLAGE_ROWS."""
    name, township = VILLAGE_ROWS[village]
    return f"示范县（演示）{TOWNSHIPS[township][0]}{name}{house}号"


def resident_numbers(born_on: np.ndarray, sex: np.ndarray) -> np.ndarray:
    """A valid number for each: the region, the birth date, a running number (odd for men), the check place.

    Raises ValueError when more than 499 of one sex are born on one day.
    """
    count = len(born_on)
    order = np.lexsort((np.arange(count), sex, born_on))
    keys = born_on[order] * 4 + sex[order]
    starts = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1])))
    rank = np.arange(count) - np.repeat(starts, np.diff(np.append(starts, count)))
    running = np.empty(count, dtype=np.int64)
    running[order] = rank * 2 + np.where(sex[order] == 1, 1, 2)
    if count and running.max() > 999:
        raise ValueError("more births on one day than a region's running numbers hold")
    days = (np.datetime64("1970-01-01") + born_on.astype("timedelta64[D]")).astype(str)
    return with_check_places(
        [
            f"{REGION}{day[:4]}{day[5:7]}{day[8:]}{run:03d}"
            for day, run in zip(days.tolist(), running.tolist(), strict=True)
        ]
    )


def with_check_places(seventeens: list[str]) -> np.ndarray:
    """Whole numbers of the first seventeen places."""
    first = np.array(seventeens, dtype="S17")
    digits = first.view(np.uint8).reshape(len(first), 17).astype(np.int64) - ord("0")
    checks = _CHECKS[(digits @ _WEIGHTS) % 11]
    return np.char.add(first.astype("U17"), checks)


def draw_residents(plan: CountyPlan) -> Residents:
    """The residents on the last day of the last month (the youngest are born in the last month)."""
    stream = array_stream(plan.seed, "residents")
    count = plan.residents
    end = (plan.last_month.last_day - EPOCH).days
    share = np.array(_PYRAMID) / sum(_PYRAMID)
    band = stream.choice(len(share), size=count, p=share)
    born_on = end - band * 1826 - stream.integers(0, 1826, size=count)
    age = (end - born_on) // 365
    women = 0.485 + np.clip(age - 60, 0, 35) * 0.004
    sex = np.where(stream.random(count) < women, 2, 1).astype(np.int8)
    village_shares = np.array([TOWNSHIP_SHARES[t] / sum(1 for _, o in VILLAGE_ROWS if o == t) for _, t in VILLAGE_ROWS])
    village_shares *= stream.uniform(0.6, 1.4, size=len(village_shares))
    village = stream.choice(len(VILLAGE_ROWS), size=count, p=village_shares / village_shares.sum()).astype(np.int16)
    township = np.array([t for _, t in VILLAGE_ROWS], dtype=np.int8)[village]
    employed = (age >= 22) & (stream.random(count) < np.where(township == 0, 0.26, 0.07))
    years = 1970 + born_on // 365.2425
    return Residents(
        numbers=resident_numbers(born_on, sex),
        names=draw_names(stream, sex, years),
        sex=sex,
        born_on=born_on.astype(np.int32),
        village=village,
        township=township,
        insurance_type=np.where(employed, 310, 390).astype(np.int16),
        chronic=_draw_chronic(stream, age),
        assisted=stream.random(count) < np.where(employed, 0.002, 0.045),
        phone_end=stream.integers(0, 10_000, size=count).astype(np.int16),
        insured=array_stream(plan.seed, "insured").random(count) < INSURED_SHARE,
    )


def _draw_chronic(stream: np.random.Generator, age: np.ndarray) -> np.ndarray:
    bits = np.zeros(len(age), dtype=np.int16)
    for at, (_, first, at_forty, at_old) in enumerate(CHRONIC):
        prevalence = np.clip(at_forty + (at_old - at_forty) * (age - 40) / 35, at_forty / 4, at_old * 1.1)
        bits |= ((stream.random(len(age)) < prevalence) & (age >= first)).astype(np.int16) << at
    return bits
